"""Which code read a page: a fingerprint of everything that decides what an article says.

A version number would have to be thought of at each change of a rule; a fingerprint changes by itself.
It has no order: what was read by another build is *outdated*, whichever came first.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from newspapers.newspaper import DEFAULT

READING = ("crawler/pages", "newspapers", "pipelines/clean.py")
"""Page objects, what they rest on, and the cleaning of their text."""


@cache
def parser_build() -> str:
    """Twelve hexadecimal digits that change with the newspaper and the code in :data:`READING`."""
    newspaper = os.environ.get("NEWSPAPER") or DEFAULT
    elsewhere = (newspaper.replace(".", "/"),) if "." in newspaper else ()
    digest = hashlib.sha256(newspaper.encode())
    for name in (*READING, *elsewhere):
        package, _, rest = name.partition("/")
        for path, content in _modules(files(package) / rest, name):
            digest.update(path.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:12]


def _modules(place: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    """The modules below a place, which may lie in an egg, each with its path."""
    if place.is_dir():
        for inner in sorted(place.iterdir(), key=lambda inner: inner.name):
            yield from _modules(inner, f"{path}/{inner.name}")
    elif path.endswith(".py"):
        yield path, place.read_bytes()
