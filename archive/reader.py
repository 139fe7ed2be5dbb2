"""Reads the answers that an archive holds, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from attrs import evolve, frozen

from archive.coding import BodyError, Decoded, decode_body
from archive.compression import GZIP, DamagedStreamError
from archive.fields import parse_date
from archive.message import Answer, parse_response
from archive.records import Capture, Damage, Exchange, Headers, is_of, normal_digest
from archive.sources import INSIDE, Source, is_archive_name, open_inside, open_member_at, open_source
from archive.summary import FileSummary, recognise
from archive.unpacked import Unpacked, open_unpacked
from archive.walk import Fields, Record, read_record, walk
from archive.zip_file import Member, ZipError, is_zip, members

MAX_BODY = 16 * 1024 * 1024
"""Bytes of a decoded body, and of a record, that are read."""

NOT_WANTED = "not asked for"
"""Why a record is passed over that the caller did not want, in the counts of a file's summary."""

_KINDS = frozenset({"response", "revisit", "resource"})
_OTHER_KINDS = frozenset({"warcinfo", "request", "metadata", "conversion", "continuation"})
_WACZ = "WACZ"
_DEPTH = 5


class DamagedError(Exception):
    """There is no readable capture at the place that was asked for."""

    def __init__(self, damage: Damage) -> None:
        super().__init__(str(damage))
        self.damage = damage


def read_captures(
    path: str | Path,
    *,
    start: int = 0,
    wanted: Callable[[str], bool] = lambda url: True,
    summary: FileSummary | None = None,
) -> Iterator[Capture | Damage]:
    """All captures of a WARC, ARC or WACZ file, in order, with flat memory; nothing is raised.

    Files may be packed by gzip or zstd, and a WACZ may hold others. Records that are no captures of pages
    (request, metadata, warcinfo, conversion, …) are passed over, and so are responses of other protocols.
    What cannot be read is given as a :class:`Damage`, one for each part of the file, and reading goes on
    at the next record that can be found.

    :param start: where in the file to begin: the offset of a record. Of a WACZ all is read.
    :param wanted: whether captures of a URL are asked for. Others are passed over unread.
    :param summary: is filled with what the file was; it is complete when all has been read. A file whose
        name is not an archive's, and that is none, is named there and is no damage.
    """
    summary = FileSummary(str(path)) if summary is None else summary
    reading = _Reading(wanted, summary)
    damages: list[Damage] = []  # the first and the last of a range
    places = 0
    try:
        with open_source(str(path)) as source:
            for found in reading.of_file(source, str(path), start):
                if isinstance(found, Damage) and damages and damages[0].file == found.file:
                    damages[1:] = [found]
                    places += 1
                    continue
                if damages:
                    yield _range(damages, places, summary)
                damages, places = ([found], 1) if isinstance(found, Damage) else ([], 0)
                if isinstance(found, Capture):
                    yield found
            if not summary.readable:
                name, summary.remedy = recognise(source.raw)
                summary.format = summary.format or name
                if not is_archive_name(str(path)):
                    damages = []
                elif not damages and not start:
                    damages, places = [Damage(str(path), 0, "the file is empty")], 1
    except OSError as error:
        damages.append(Damage(str(path), 0, f"the file cannot be read ({error.strerror or error})"))
        places += 1
    if damages:
        yield _range(damages, places, summary)


def read_at(path: str | Path, offset: int, skip: int = 0) -> Capture:
    """The capture at a place that a writer or :func:`read_captures` gave.

    Where many records share one gzip member, points at which reading can begin are remembered from one
    call to the next, so each call costs a part of the member only. A zstd frame has no such points:
    there, pages should be asked for in ascending order.

    :raises DamagedError: if no capture can be read there.
    :raises OSError: if there is no such file.
    """
    file = str(path)
    try:
        with open_source(file) as source, open_member_at(source, offset if skip else None) as raw:
            stream = Unpacked(raw, None, skip) if skip else open_unpacked(raw, offset)
            read = read_record(stream, _is_capture, MAX_BODY)
            if not isinstance(read, Record):
                found: Capture | Damage = Damage(file, offset, read[0])
            elif read.block is None:
                found = Damage(file, offset, "the record is no capture of a page")
            else:
                if skip:
                    read = read._replace(offset=offset, skip=skip, length=None)
                found = _capture(read, read.block or b"", file, is_plain=not stream.compression)
    except (ZipError, DamagedStreamError) as error:
        found = Damage(file, offset, str(error))
    if isinstance(found, Damage):
        raise DamagedError(found)
    return found


def has_content_of(exchange: Exchange, path: Path, offset: int, skip: int) -> bool:
    """Whether an answer has, decoded, the content of a capture; not if either cannot be read."""
    try:
        decoded = decode_body(exchange.response_headers, exchange.body, MAX_BODY)
        capture = read_at(path, offset, skip)
    except (BodyError, DamagedError, OSError):
        return False
    return not (decoded.broken_off or capture.truncated) and decoded.body == capture.body


@frozen
class _Reading:
    wanted: Callable[[str], bool]
    summary: FileSummary

    def of_file(
        self, source: Source, file: str, start: int = 0, depth: int = 0
    ) -> Iterator[Capture | Damage | None]:
        """What a file holds; ``None`` for a record that is passed over."""
        if not is_zip(source.raw):
            stream = open_unpacked(source.raw, start)
            found = None
            for found in self._of_stream(stream, file):
                yield found
            if stream.compression is None and isinstance(found, Damage) and not found.offset:
                # If the beginning of a packed file is lost, nothing says any more that it is packed.
                packed = self._of_stream(Unpacked(source.raw, GZIP), file)
                next(packed)  # the same damage
                yield from packed
            return
        self.summary.format = self.summary.format or _WACZ
        holds_archives = False
        try:
            for member in members(source.raw):
                if is_archive_name(member.name):
                    holds_archives = True
                    yield from self._of_member(source, file, member, depth)
            if not holds_archives:
                yield Damage(file, 0, "a zip file without an archive in it")
        except ZipError as error:
            yield Damage(file, 0, str(error))
            if not holds_archives:  # what is stored in it as it is lies there like in any damaged file
                yield from self._of_stream(Unpacked(source.raw, GZIP), file)

    def _of_member(
        self, source: Source, file: str, member: Member, depth: int
    ) -> Iterator[Capture | Damage | None]:
        name = f"{file}{INSIDE}{member.name}"
        try:
            if depth == _DEPTH:
                raise ZipError(f"a zip file within {_DEPTH} others")
            yield from self.of_file(open_inside(source, member), name, 0, depth + 1)
        except OSError as error:
            yield Damage(name, 0, str(error))

    def _of_stream(self, stream: Unpacked, file: str) -> Iterator[Capture | Damage | None]:
        summary = self.summary
        for read in walk(stream, file, self._asks_for, MAX_BODY):
            if isinstance(read, Damage):
                yield read
                continue
            if summary.format in ("", _WACZ):
                packed = f", {stream.compression.name}" if stream.compression else ""
                summary.format = f"{summary.format and 'WACZ of '}{read.version}{packed}"
            if read.block is None:
                summary.passed_over[_why_passed_over(read)] += 1
                yield None
                continue
            found = _capture(read, read.block, file, is_plain=not stream.compression)
            summary.captures += isinstance(found, Capture)
            yield found

    def _asks_for(self, kind: str, fields: Fields) -> bool:
        return _is_capture(kind, fields) and self.wanted(fields["warc-target-uri"])


def _range(damages: list[Damage], places: int, summary: FileSummary) -> Damage:
    summary.damaged += places
    summary.damaged_ranges += 1
    return evolve(damages[0], end=damages[-1].end, records=places)


def _is_capture(kind: str, fields: Fields) -> bool:
    return kind in _KINDS and fields.get("warc-target-uri", "")[:8].lower().startswith(
        ("http://", "https://")
    )


def _why_passed_over(record: Record) -> str:
    if record.type not in _KINDS:
        return record.type if record.type in _OTHER_KINDS else "records of an unknown type"
    return NOT_WANTED if _is_capture(record.type, record.fields) else "of another protocol"


def _capture(record: Record, block: bytes, file: str, *, is_plain: bool) -> Capture | Damage:
    """What a record says.

    :param is_plain: whether no check sum of gzip or zstd covers it. Then its digest counts, if it has one;
        else a digest that differs only tells that its maker took it of something else.
    """
    url = record.fields["warc-target-uri"]
    fetched_at = parse_date(record.fields.get("warc-date") or "")
    if fetched_at is None:
        return Damage(file, record.offset, "a record without a WARC-Date that can be read")
    said = record.fields.get("warc-block-digest")
    if is_plain and said and not is_of(said, block):
        return Damage(file, record.offset, "the record is not that of its WARC-Block-Digest")
    revisit_of = _revisit_of(record.fields, url) if record.type == "revisit" else None
    payload_digest = record.fields.get("warc-payload-digest")
    decoded = Decoded(b"")
    try:
        answer = _answer(record, block)
        if answer is not None and revisit_of is None:
            decoded = decode_body(answer.headers, answer.body, MAX_BODY)
    except BodyError as error:
        return Damage(file, record.offset, str(error))
    status, headers = (answer.status, answer.headers) if answer else (None, ())
    if answer is None and "not-modified" in record.fields.get("warc-profile", ""):
        status, headers = HTTPStatus.NOT_MODIFIED, _validators(record.fields)
    truncated = record.fields.get("warc-truncated") or decoded.broken_off
    if record.fields.get("warc-segment-number"):
        truncated = truncated or "segment"
    return Capture(
        url=url,
        fetched_at=fetched_at,
        status=status,
        headers=headers,
        body=decoded.body,
        said_digest=normal_digest(payload_digest) if payload_digest else None,
        sent=None if payload_digest or revisit_of or not answer else answer.body,
        file=file,
        offset=record.offset,
        length=record.length,
        skip=record.skip,
        record_id=record.fields.get("warc-record-id"),
        revisit_of=revisit_of,
        refers_to=record.fields.get("warc-refers-to") if revisit_of else None,
        truncated=None if revisit_of else truncated,
        sent_length=decoded.sent_length,
    )


def _answer(record: Record, block: bytes) -> Answer | None:
    """The HTTP response in a record; ``None`` if a revisit record repeats none.

    :raises BodyError: if it should hold one and does not.
    """
    if record.type == "resource":
        media_type = record.fields.get("content-type")
        return Answer(HTTPStatus.OK, (("Content-Type", media_type),) if media_type else (), block)
    answer = parse_response(block)
    if answer is None and (record.type == "response" or block.strip()):
        raise BodyError("a response record that holds no HTTP response")
    return answer


def _validators(fields: Fields) -> Headers:
    """What stands of an answer 304 in the fields of its record, as Heritrix and our writer put it."""
    named = (("ETag", "warc-etag"), ("Last-Modified", "warc-last-modified"))
    return tuple((name, fields[key]) for name, key in named if key in fields)


def _revisit_of(fields: Fields, url: str) -> tuple[str, datetime | None]:
    """Whose payload a revisit record repeats (WARC 1.1, 5.12 and 5.13); old records name no other URL."""
    of = (fields.get("warc-refers-to-target-uri") or url).strip("<> ")
    return of, parse_date(fields.get("warc-refers-to-date") or "")
