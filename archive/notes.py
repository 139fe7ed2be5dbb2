"""What files of the archive say of themselves, and what a crawl noted beside the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from archive.fields import parse_fields
from archive.sources import open_source
from archive.unpacked import open_unpacked
from archive.walk import Fields, Record, walk
from archive.writer import NOTE

_LARGEST = 1 << 26


def read_infos(path: Path, start: int, end: int) -> Iterator[tuple[int, dict[str, str]]]:
    """The ``warcinfo`` records in a part of a file: where each begins, and its fields."""
    for record in _records(path, start, lambda kind, _: kind == "warcinfo"):
        if record.offset >= end:
            break
        if record.block is not None:
            yield record.offset, dict(parse_fields(record.block, "utf-8"))


def read_notes(path: Path, start: int, end: int) -> Iterator[bytes]:
    """The notes that begin within a part of a file, in their order."""
    for record in _records(path, start, _is_note):
        if record.offset >= end:
            break
        if record.block is not None:
            yield record.block


def _is_note(kind: str, fields: Fields) -> bool:
    return kind == "metadata" and fields.get("content-type") == NOTE


def _records(path: Path, start: int, wanted: Callable[[str, Fields], bool]) -> Iterator[Record]:
    with open_source(str(path)) as source:
        for read in walk(open_unpacked(source.raw, start), str(path), wanted, _LARGEST):
            if isinstance(read, Record):
                yield read
