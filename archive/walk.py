"""The records of an archive one after the other, and the places where there should have been one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from archive.fields import MAX_HEAD, parse_fields
from archive.records import NOTE, Damage
from archive.sources import open_source
from archive.unpacked import ARC_START, RECORD_HEAD, Unpacked, open_unpacked

_VERSION = re.compile(rb"(WARC/[01]\.\d+)[ \t]*\r?\n", re.IGNORECASE)
_HEAD_END = re.compile(rb"\n(?:\r?\n|(?=WARC/[01]\.\d))")
_LINE_END = re.compile(rb"\n")
# Of the format before WARC (Internet Archive's ARC): URL (which may hold spaces), IP address, date, then the
# media type, in version 2 five fields more, and the length.
_ARC_LINE = re.compile(rb"([a-z][a-z0-9+.-]{1,20}:[^\r\n]*?) (\S+) (\d{14}|-) ([^\r\n]*)", re.IGNORECASE)
_LARGEST_NOTE = 1 << 26

Fields = dict[str, str]
"""The fields of a record by their names in small letters; of a repeated one the first."""

Wanted = Callable[[str, Fields], bool]
"""Whether the block of a record is to be read, by its type and its fields."""


class Record(NamedTuple):
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


def read_infos(path: Path, start: int, end: int) -> Iterator[tuple[int, dict[str, str]]]:
    """The ``warcinfo`` records that begin within a part of a file: where each does, and its fields."""
    for record in _blocks(path, start, end, lambda kind, _: kind == "warcinfo"):
        yield record.offset, dict(parse_fields(record.block or b"", "utf-8"))


def read_notes(path: Path, start: int, end: int) -> Iterator[bytes]:
    """What a crawl noted beside the pages in a part of a file, in its order."""
    for record in _blocks(
        path, start, end, lambda kind, fields: kind == "metadata" and fields.get("content-type") == NOTE
    ):
        yield record.block or b""


def _blocks(path: Path, start: int, end: int, wanted: Wanted) -> Iterator[Record]:
    with open_source(str(path)) as source:
        for read in walk(open_unpacked(source.raw, start), str(path), wanted, _LARGEST_NOTE):
            if isinstance(read, Record):
                if read.offset >= end:
                    return
                if read.block is not None:
                    yield read


def read_record(stream: Unpacked, wanted: Wanted, limit: int) -> Record | tuple[str, bool]:
    """The record that begins here; or why there is none, and whether the way to the next one is lost."""
    place = stream.place()
    head = _read_head(stream)
    if head is None:
        return stream.problem or "no record begins here", True
    version, kind, fields = head
    said = fields.get("content-length", "")
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


def _read_head(stream: Unpacked) -> tuple[str, str, Fields] | None:
    """Version, type and fields of the record that begins here; then its block comes next."""
    is_arc = stream.peek(5).upper() != b"WARC/"
    end = stream.peek_through(_LINE_END if is_arc else _HEAD_END, MAX_HEAD)
    if end is None:
        stream.hopeless = 0 if is_arc else _without_head(stream.peek(2 * MAX_HEAD))
        return None
    seen = end.string[end.pos : end.end()]
    found = _parse_arc_line(seen) if is_arc else _parse_warc_head(seen)
    is_whole = seen.endswith((b"\n\n", b"\n\r\n"))
    if not is_arc and not (is_whole and found and found[1] and "content-length" in found[2]):
        stream.hopeless = _before_arc(seen)  # what begins further on ends here, too, and says less
    if not found or not (is_arc or is_whole):
        return None
    stream.skip(len(seen))
    return found


def _parse_warc_head(head: bytes) -> tuple[str, str, Fields] | None:
    version = _VERSION.match(head)
    if version is None:
        return None
    found = parse_fields(head[version.end() :], "utf-8")
    fields = {name.lower(): value for name, value in reversed(found)}
    if "warc-target-uri" in fields:
        # wget and others write the URL between angle brackets, as WARC 1.0 printed it by mistake.
        fields["warc-target-uri"] = fields["warc-target-uri"].strip("<> ")
    return version[1].decode().upper(), fields.get("warc-type", "").lower(), fields


def _parse_arc_line(line: bytes) -> tuple[str, str, Fields] | None:
    match = _ARC_LINE.fullmatch(line.rstrip(b"\r\n"))
    if match is None:
        return None
    url, address, date, rest = (part.decode("latin-1") for part in match.groups())
    kind = "warcinfo" if url.lower().startswith("filedesc:") else "response"
    return (
        "ARC",
        kind,
        {
            "warc-target-uri": url,
            "warc-ip-address": address,
            "warc-date": f"{date[:4]}-{date[4:6]}-{date[6:8]}T{date[8:10]}:{date[10:12]}:{date[12:]}Z",
            "content-type": rest.partition(" ")[0],
            "content-length": rest.rpartition(" ")[2],
        },
    )


def _without_head(ahead: bytes) -> int:
    """Bytes in which no head can begin: those that seem to are not to be looked at one by one.

    :param ahead: in the first half of it no head ends, if it is as long as two may be.
    """
    end = _HEAD_END.search(ahead)
    hopeless = len(ahead) if len(ahead) < 2 * MAX_HEAD else MAX_HEAD
    return min(end.start() - MAX_HEAD if end else hopeless, _before_arc(ahead))


def _before_arc(head: bytes) -> int:
    """The bytes before what may be an ARC record, whose head is a line."""
    arc = ARC_START.search(head)
    return arc.start() if arc else len(head)
