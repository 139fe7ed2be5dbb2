"""Reads the answers that an archive holds, whoever wrote it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile

from archive.coding import BodyError, Decoded, decode_body
from archive.fields import field, parse_date
from archive.message import parse_response
from archive.records import Capture, Damage, Headers, digest_of
from archive.sources import INSIDE, archives_inside, is_zip, open_raw
from archive.unpacked import open_unpacked
from archive.walk import Record, walk

MAX_BODY = 32 * 1024 * 1024
"""Bytes of a decoded body, and of a record, that are read unless the caller says otherwise."""

_WANTED = frozenset({"response", "revisit"})


class DamagedError(Exception):
    """There is no readable capture at the place that was asked for."""

    def __init__(self, damage: Damage) -> None:
        super().__init__(str(damage))
        self.damage = damage


def read_captures(
    path: str | Path, *, start: int = 0, max_body: int = MAX_BODY
) -> Iterator[Capture | Damage]:
    """All captures of a ``.warc``, ``.warc.gz`` or ``.wacz`` file, in order, with flat memory.

    Request, resource, metadata and warcinfo records are passed over, and so are responses of other
    protocols. What cannot be read is given as a :class:`Damage`; reading goes on at the next record
    that can be found.

    :param start: where in the file to begin: the offset of a record. Of a WACZ all is read.
    """
    path = Path(path)
    if not (path.exists() and is_zip(path)):
        yield from _read_warc(str(path), max_body, start)
        return
    try:
        names = archives_inside(path)
        if not names:
            yield Damage(str(path), 0, "a zip file without archive/*.warc.gz is no WACZ")
    except (BadZipFile, zlib.error, EOFError, ValueError) as error:
        yield Damage(str(path), 0, f"the zip file is broken ({error})")
        return
    for name in names:
        inner = f"{path}{INSIDE}{name}"
        try:
            yield from _read_warc(inner, max_body)
        except (BadZipFile, zlib.error, EOFError) as error:
            yield Damage(inner, 0, f"the zip file is broken ({error})")


def read_at(path: str | Path, offset: int, skip: int = 0, *, max_body: int = MAX_BODY) -> Capture:
    """The capture at a place that a writer or :func:`read_captures` gave.

    Raises :class:`DamagedError` if none can be read there.
    """
    file = str(path)
    try:
        with open_raw(file) as raw:
            found = _find_at(raw, file, offset, skip, max_body)
    except (BadZipFile, zlib.error, EOFError) as error:
        found = Damage(file, offset, f"the zip file is broken ({error})")
    if isinstance(found, Damage):
        raise DamagedError(found)
    return found


def _find_at(raw: BinaryIO, file: str, offset: int, skip: int, max_body: int) -> Capture | Damage:
    stream = open_unpacked(raw)
    stream.go_to(offset)
    stream.skip(skip)
    if stream.peek(5) != b"WARC/":  # the walk would go on to the next record, which is another one
        return Damage(file, offset, stream.problem or "no record begins here")
    read = next(walk(stream, file, _WANTED, max_body), None)
    found = _capture(read, file, max_body) if isinstance(read, Record) else read
    return found or Damage(file, offset, "the record is no capture of a page")


def _read_warc(file: str, max_body: int, start: int = 0) -> Iterator[Capture | Damage]:
    with open_raw(file) as raw:
        stream = open_unpacked(raw)
        stream.go_to(start)
        for read in walk(stream, file, _WANTED, max_body):
            found = _capture(read, file, max_body) if isinstance(read, Record) else read
            if found is not None:
                yield found


def _capture(record: Record, file: str, max_body: int) -> Capture | Damage | None:
    """What a record says, or ``None`` if it is no capture of a page."""
    if record.type not in _WANTED or record.block is None:
        return None
    # wget and others write the URL between angle brackets, as WARC 1.0 printed it by mistake.
    url = (field(record.fields, "WARC-Target-URI") or "").strip("<> ")
    if not url.lower().startswith(("http://", "https://")):
        return None
    fetched_at = parse_date(field(record.fields, "WARC-Date") or "")
    if fetched_at is None:
        return Damage(file, record.offset, "a record without a WARC-Date that can be read")
    answer = parse_response(record.block)
    if answer is None and (record.type == "response" or record.block.strip()):
        return Damage(file, record.offset, "a response record that holds no HTTP response")
    revisit_of = _revisit_of(record.fields, url) if record.type == "revisit" else None
    digest = field(record.fields, "WARC-Payload-Digest")
    decoded = Decoded(b"")
    if answer is not None and revisit_of is None:
        digest = digest or digest_of(answer.body)
        try:
            decoded = decode_body(answer.headers, answer.body, max_body)
        except BodyError as error:
            return Damage(file, record.offset, str(error))
    return Capture(
        url=url,
        fetched_at=fetched_at,
        status=answer.status if answer else None,
        headers=answer.headers if answer else (),
        body=decoded.body,
        digest=digest,
        file=file,
        offset=record.offset,
        length=record.length,
        skip=record.skip,
        record_id=field(record.fields, "WARC-Record-ID"),
        revisit_of=revisit_of,
        truncated=None if revisit_of else field(record.fields, "WARC-Truncated") or decoded.broken_off,
    )


def _revisit_of(fields: Headers, url: str) -> tuple[str, datetime | None]:
    """Whose payload a revisit record repeats (WARC 1.1, 5.12 and 5.13); old records name no other URL."""
    of = (field(fields, "WARC-Refers-To-Target-URI") or url).strip("<> ")
    return of, parse_date(field(fields, "WARC-Refers-To-Date") or "")
