"""The records of an archive one after the other, and the places where there should have been one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from attrs import frozen

from archive.arc import parse_arc_line
from archive.fields import MAX_HEAD, parse_fields
from archive.records import Damage
from archive.unpacked import ARC_START, RECORD_HEAD, Unpacked

_VERSION = re.compile(rb"(WARC/[01]\.\d+)[ \t]*\r?\n", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n(?:\r?\n|(?=WARC/[01]\.\d))")
_LINE_END = re.compile(rb"\n")

Fields = dict[str, str]
"""The fields of a record by their names in small letters; of a repeated one the first."""

Wanted = Callable[[str, Fields], bool]
"""Whether the block of a record is to be read, by its type and its fields."""


@frozen
class Record:
    """A record (WARC 1.1, 4). Its block is ``None`` if nobody asked for it.

    ``version`` is as in the file (``WARC/1.0``), or ``ARC``: such a record has the fields that it would
    have in a WARC file.
    """

    version: str
    type: str
    fields: Fields
    block: bytes | None
    offset: int
    skip: int
    length: int | None


def walk(stream: Unpacked, file: str, wanted: Wanted, limit: int) -> Iterator[Record | Damage]:
    """All records from here on. Wanted blocks of more than ``limit`` bytes are damage, not memory."""
    while stream.begin():
        place = stream.place()
        read = read_record(stream, wanted, limit)
        if isinstance(read, Record):
            yield read
            continue
        reason, lost = read
        goes_on = not lost or stream.resync(place)
        yield Damage(file, place[0], reason, stream.place()[0] if goes_on else None)
        if not goes_on:
            return


def read_record(stream: Unpacked, wanted: Wanted, limit: int) -> Record | tuple[str, bool]:
    """The record that begins here; or why there is none, and whether the way to the next one is lost."""
    place = stream.place()
    head = _read_head(stream)
    if head is None:
        return stream.problem or "no record begins here", True
    version, kind, fields = head
    said = fields.get("content-length") or ""
    if not kind or not said.isascii() or not said.isdigit() or len(said) > 18:
        return "a record without a type or a Content-Length", True
    size = int(said)
    asked = wanted(kind, fields)
    if not stream.has(size):
        return "the record is shorter than its Content-Length", True
    block = stream.read(size) if asked and size <= limit else None
    if (stream.skip(size) if block is None else len(block)) < size:
        return stream.problem or "the record is shorter than its Content-Length", True
    ended = stream.pass_line_ends()  # also reads on to the check sum, if the member ends here
    if not ended and (behind := stream.peek(10)) and not RECORD_HEAD.match(behind):
        return "the record is longer than its Content-Length", True
    if stream.corrupt and place[1] == 0:
        return stream.problem or "broken", True
    if asked and size > limit:
        return f"a record of {size} bytes, more than the {limit} allowed", False
    return Record(version, kind, fields, block, *place, stream.length_since(place))


def _without_head(stream: Unpacked) -> int:
    """Bytes from here in which no head can begin: those that seem to are not to be looked at one by one."""
    ahead = stream.peek(2 * MAX_HEAD)
    end = _HEAD_END.search(ahead)
    hopeless = len(ahead) if len(ahead) < 2 * MAX_HEAD else MAX_HEAD
    arc = ARC_START.search(ahead)  # its head is the line
    return min(end.start() - MAX_HEAD if end else hopeless, arc.start() if arc else hopeless)


def _read_head(stream: Unpacked) -> tuple[str, str, Fields] | None:
    """Version, type and fields of the record that begins here."""
    if stream.peek(5).upper() != b"WARC/":
        end = stream.peek_through(_LINE_END, MAX_HEAD)
        arc = parse_arc_line(stream.peek(end.start() - end.pos)) if end else None
        if end is None or arc is None:
            return None
        stream.read_to(end)
        return "ARC", *arc
    end = stream.peek_through(_HEAD_END, MAX_HEAD)
    seen = stream.peek(end.end() - end.pos) if end else b""
    version = _VERSION.match(seen)
    if end is None:
        stream.hopeless = _without_head(stream)
        return None
    if version is None or not seen.endswith((b"\n\n", b"\n\r\n")):
        return None
    stream.read_to(end)
    found = parse_fields(seen[version.end() : end.start() - end.pos], "utf-8")
    fields = {name.lower(): value for name, value in reversed(found)}
    return version[1].decode().upper(), fields.get("warc-type", "").lower(), fields
