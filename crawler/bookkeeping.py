"""What the crawl remembers and pages do not tell: its notes in the archive, for a lost database.

Each is a ``metadata`` record: a JSON object of one item by the name of its class.
"""

from __future__ import annotations

from typing import Any

from cattrs.preconf.json import make_converter

from schemas.items import ArchiveIndex, Failure, WalkStep

Noted = WalkStep | ArchiveIndex | Failure

KINDS: tuple[type[Noted], ...] = (WalkStep, ArchiveIndex, Failure)
"""How far lists were walked, what web archives have, what could not be fetched or read."""

_converter = make_converter()


def to_note(item: Noted) -> bytes:
    """The note of an item."""
    return _converter.dumps({type(item).__name__: _converter.unstructure(item)}, ensure_ascii=False).encode()


def from_note(note: bytes | str) -> Noted | None:
    """The item of a note; ``None`` if it is none of ours.

    :raises ValueError: if it is damaged.
    """
    read: Any = _converter.loads(note, dict[str, Any])
    for kind in KINDS:
        if kind.__name__ in read:
            return _converter.structure(read[kind.__name__], kind)
    return None
