"""Which code read a page: a fingerprint of everything that decides what an article says.

A version number would have to be thought of at each change of a rule; a fingerprint changes by itself.
It has no order: what was read by another build is *outdated*, whichever came first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from newspapers import current_name, package_of

READING = ("crawler/pages", "newspapers", "pipelines/clean.py")
"""Page objects, what they rest on, and the cleaning of their text. Of the newspapers' folders only the one
of this process's newspaper counts."""


@cache
def parser_build() -> str:
    """Twelve hexadecimal digits that change with the newspaper and the code in :data:`READING`."""
    digest = hashlib.sha256(current_name().encode())
    own = package_of(current_name())
    for name in (*READING, own.replace(".", "/")):
        package, _, rest = name.partition("/")
        for path, content in _modules(files(package) / rest, name, deep=name != "newspapers"):
            digest.update(path.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:12]


def _modules(place: Traversable, path: str, *, deep: bool = True) -> Iterator[tuple[str, bytes]]:
    """The modules below a place, which may lie in an egg, each with its path."""
    if place.is_dir():
        for inner in sorted(place.iterdir(), key=lambda inner: inner.name):
            if deep or not inner.is_dir():
                yield from _modules(inner, f"{path}/{inner.name}")
    elif path.endswith(".py"):
        yield path, place.read_bytes()
