"""The records of an archive one after the other, and the places where there should have been one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from archive.fields import field, parse_fields
from archive.records import Damage, Headers
from archive.unpacked import Unpacked

_MAX_HEAD = 1 << 16
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_MARK = b"WARC/"
_VERSION = re.compile(rb"WARC/[01]\.\d+[ \t]*\r?\n")


@frozen
class Record:
    """A record (WARC 1.1, 4). Its block is ``None`` if nobody asked for records of its type."""

    type: str
    fields: Headers
    block: bytes | None
    offset: int
    skip: int
    length: int | None


def walk(stream: Unpacked, file: str, wanted: frozenset[str], limit: int) -> Iterator[Record | Damage]:
    """All records from here on. Blocks of more than ``limit`` bytes are damage, not memory."""
    while stream.begin():
        place = stream.place()
        read = _read_record(stream, wanted, limit)
        if isinstance(read, Record):
            yield read
            continue
        reason, lost = read
        yield Damage(file, place[0], reason)
        if lost and not stream.resync():
            return


def _read_record(stream: Unpacked, wanted: frozenset[str], limit: int) -> Record | tuple[str, bool]:
    """A record; or why there is none, and whether the way to the next one is lost."""
    place = stream.place()
    fields = _read_head(stream)
    if fields is None:
        return stream.problem or "no WARC record begins here", True
    kind = (field(fields, "WARC-Type") or "").lower()
    said = field(fields, "Content-Length") or ""
    if not kind or not said.isascii() or not said.isdigit() or len(said) > 18:
        return "a record without a type or a Content-Length", True
    size = int(said)
    too_large = kind in wanted and size > limit
    block = stream.read(size) if kind in wanted and not too_large else None
    if (stream.skip(size) if block is None else len(block)) < size:
        return stream.problem or "the record is shorter than its Content-Length", True
    ended = stream.pass_line_ends()  # also reads on to the check sum, if the member ends here
    if not ended and stream.peek(len(_MARK)) not in (b"", _MARK):
        return "the record is longer than its Content-Length", True
    if stream.corrupt and place[1] == 0:
        return stream.problem or "broken", True
    if too_large:
        return f"a record of {size} bytes, more than the {limit} allowed", False
    return Record(kind, fields, block, *place, stream.length_since(place))


def _read_head(stream: Unpacked) -> Headers | None:
    count = 1 << 12
    while True:
        seen = stream.peek(count)
        if end := _HEAD_END.search(seen):
            break
        if len(seen) < count or count >= _MAX_HEAD:
            return None
        count *= 4
    version = _VERSION.match(seen)
    if version is None:
        return None
    stream.skip(end.end())
    return parse_fields(seen[version.end() : end.start()].split(b"\n"), "utf-8")
