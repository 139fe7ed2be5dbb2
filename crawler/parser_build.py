"""Which code read a page: a fingerprint of everything that decides what an article says.

A version number would have to be thought of at each change of a rule; a fingerprint changes by itself.
It has no order: what was read by another build is *outdated*, whichever came first.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent

READING = (
    "crawler/pages",
    "crawler/chronology.py",
    "crawler/house_style.py",
    "crawler/site.py",
    "pipelines/clean.py",
)
"""Page objects, what they rest on, and the cleaning of their text."""


@cache
def parser_build() -> str:
    """Twelve hexadecimal digits that any change of the code in :data:`READING` changes."""
    digest = hashlib.sha256()
    for name in READING:
        path = _ROOT / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.relative_to(_ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
