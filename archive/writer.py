"""Keeps what a crawl fetched, as it came, in files that every tool for web archives reads."""

from __future__ import annotations

import fcntl
import io
import os
import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote
from uuid import uuid4

from fastwarc.warc import WarcRecord, WarcRecordType
from zlib_ng import zlib_ng

from archive.fields import field, write_date
from archive.log import read_log, sealed_ends
from archive.message import write_request, write_response_head
from archive.records import NOTE, Exchange, KeptRecord, Original, digest_of

REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
SHA1_FIELD = "X-Payload-Digest-SHA1"
"""Beside the payload digest, which is SHA-256: the indexes of other web archives use SHA-1."""

PAGES, PICTURES = "pages", "pictures"
"""What the names of files begin with."""

_GIB = 1024**3  # as Heritrix and others have it
_LEVEL = 6  # of gzip: level 9 takes two thirds more time and saves one per cent (docs/archive.md)
_GZIP = 31  # the largest window, and 16 for gzip's head and tail
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_OWN = re.compile(rf"(?:{PAGES}|{PICTURES})-\d{{14}}-[A-Za-z0-9._-]+-\d{{5}}\.warc\.gz")
_ANSWER, _REQUEST = "application/http; msgtype=response", "application/http; msgtype=request"


class ArchiveWriter:
    """Writes into files ``<name>-<time>-<run>-<serial>.warc.gz`` of a folder.

    It goes on in the newest one that is not full, that the log seals to its last byte and that nobody else
    writes; else it begins another. A file is locked while it is written. What a killed process leaves behind
    :func:`archive.repair.repair` cuts and seals.

    ``about`` says what makes the records that follow: fields of the ``warcinfo`` record with which the writer
    begins in each file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        run: str,
        name: str = PAGES,
        max_bytes: int = _GIB,
        about: Mapping[str, str] | None = None,
    ) -> None:
        if not _NAME.fullmatch(run):
            raise ValueError(f"{run!r} cannot stand in a file name; accepted: letters, digits, . _ -")
        self.folder = folder
        self.run = run
        self.name = name
        self.max_bytes = max_bytes
        self.about = {} if about is None else about
        self._file: _OpenFile | None = None
        self._serial = 0
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def keep(self, exchange: Exchange, original: Original | None = None) -> KeptRecord:
        """Write the answer and its request; both are with the operating system when this returns.

        :param original: the capture whose payload this answer repeats, or confirms (304). Then the payload
            is not written again. A truncated body always is, with its mark.
        """
        if exchange.truncated:
            original = None
        file = self._writable_file()
        answer_id, request_id = _new_id(), _new_id()
        shared = [
            ("WARC-Target-URI", _uri(exchange.url)),
            ("WARC-Date", write_date(exchange.fetched_at)),
            ("WARC-Warcinfo-ID", file.warcinfo_id),
        ]
        if exchange.ip_address:
            shared.append(("WARC-IP-Address", exchange.ip_address))
        of_request = [*shared, ("WARC-Concurrent-To", answer_id)]
        fields = [*shared, ("WARC-Concurrent-To", request_id)]
        if exchange.source and exchange.asked_at:  # the request is of another time, to somebody else
            source, asked_at = _uri(exchange.source), write_date(exchange.asked_at)
            of_request = [("WARC-Target-URI", source), ("WARC-Date", asked_at), *shared[2:]]
            fields = [*shared, ("WARC-Source-URI", source), ("WARC-Creation-Date", asked_at)]
        head = write_response_head(exchange)
        kind, block, beside = WarcRecordType.response, head + exchange.body, b""
        if exchange.status == HTTPStatus.NOT_MODIFIED:
            kind, block = WarcRecordType.revisit, b""
            fields += [("WARC-Profile", NOT_MODIFIED_PROFILE), *_validators(exchange), *_refers_to(original)]
            # Replay shows the original only where the revisit has no head, and nothing else has its URL.
            of_head = [*shared[1:], ("WARC-Concurrent-To", answer_id)]
            beside = _pack(WarcRecordType.metadata, _new_id(), of_head, _ANSWER, head)
        elif original is not None:
            kind, block = WarcRecordType.revisit, head
            fields += [("WARC-Profile", REVISIT_PROFILE), *_refers_to(original), ("WARC-Truncated", "length")]
        else:
            fields += [
                ("WARC-Payload-Digest", exchange.digest),
                (SHA1_FIELD, digest_of(exchange.body, "sha1")),
            ]
            if exchange.truncated:
                fields.append(("WARC-Truncated", exchange.truncated))
        answer = _pack(kind, answer_id, fields, _ANSWER, block)
        of_request.append(("WARC-Payload-Digest", digest_of(exchange.request_body)))
        request = _pack(WarcRecordType.request, request_id, of_request, _REQUEST, write_request(exchange))
        return KeptRecord(
            file=file.path.name,
            offset=file.append(answer + request + beside),
            length=len(answer),
            digest=original.digest if original else exchange.digest,
            record_id=answer_id,
            revisit=kind is WarcRecordType.revisit,
        )

    @property
    def is_open(self) -> bool:
        """Whether there is a file under way."""
        return self._file is not None

    def note(self, at: datetime, content: bytes) -> None:
        """Write a ``metadata`` record: what was known then beside the pages, as JSON."""
        file = self._writable_file()
        fields = [("WARC-Date", write_date(at)), ("WARC-Warcinfo-ID", file.warcinfo_id)]
        file.append(_pack(WarcRecordType.metadata, _new_id(), fields, NOTE, content))

    def close(self) -> None:
        """Let others write the current file. May be called twice."""
        self._closed = True
        self._finish_file()

    def _writable_file(self) -> _OpenFile:
        if self._closed:
            raise ValueError("the archive is closed")
        if self._file is not None and self._file.size >= self.max_bytes:
            self._finish_file()
        if self._file is None:
            self._file = self._begin_file()
        return self._file

    def _finish_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin_file(self) -> _OpenFile:
        file = self._small_file()
        while file is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._serial += 1
            name = f"{self.name}-{datetime.now(UTC):%Y%m%d%H%M%S}-{self.run}-{self._serial:05}.warc.gz"
            file = _OpenFile.open(self.folder / name, 0)
        info = [("WARC-Date", write_date(datetime.now(UTC))), ("WARC-Filename", file.path.name)]
        about = {
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "hostname": socket.gethostname(),
            **self.about,
        }
        lines = (f"{key}: {' '.join(value.split())}\r\n" for key, value in about.items() if value)
        block = "".join(lines).encode()
        packed = _pack(WarcRecordType.warcinfo, file.warcinfo_id, info, "application/warc-fields", block)
        try:
            file.append(packed)
        except OSError:  # each try would leave a descriptor
            file.close()
            raise
        return file

    def _small_file(self) -> _OpenFile | None:
        """The newest file in which can be gone on."""
        ends = sealed_ends(read_log(self.folder))
        for path in sorted(self.folder.glob(f"{self.name}-*.warc.gz"), reverse=True):
            end = ends.get(path.name, 0)
            if is_own(path) and 0 < end < self.max_bytes and (file := _OpenFile.open(path, end)):
                return file
        return None


class _OpenFile:
    """A file that this process alone writes."""

    def __init__(self, path: Path, descriptor: int, size: int) -> None:
        self.path = path
        self.warcinfo_id = _new_id()
        self.size = size
        self._descriptor = descriptor

    @classmethod
    def open(cls, path: Path, size: int) -> Self | None:
        """A locked file of this size, a new one if it is 0; ``None`` if it is not to be had."""
        is_new = os.O_CREAT | os.O_EXCL if size == 0 else 0
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | is_new, 0o644)
        except (FileExistsError, FileNotFoundError):
            return None
        except PermissionError:  # of another user's file; a new one has to be possible
            if is_new:
                raise
            return None
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            state = os.fstat(descriptor)
            if state.st_size == size and state.st_nlink:  # a repair takes away what is empty
                return cls(path, descriptor, size)
        os.close(descriptor)
        return None

    def append(self, content: bytes) -> int:
        """Write all of it or nothing; returns where it begins."""
        offset, rest = self.size, memoryview(content)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:  # a full disk: half a record would hide what is written after it
            os.ftruncate(self._descriptor, offset)
            raise
        self.size += len(content)
        return offset

    def close(self) -> None:
        """Free the lock; a file without a record is taken away."""
        if not self.size:
            self.path.unlink()
        os.close(self._descriptor)


def is_own(path: Path, name: str = "") -> bool:
    """Whether a file has a name that a writer gives, one with this beginning."""
    return path.name.startswith(name) and _OWN.fullmatch(path.name) is not None


def _pack(
    kind: WarcRecordType, record_id: str, fields: list[tuple[str, str]], content_type: str, block: bytes
) -> bytes:
    """A record as a gzip member of its own (WARC 1.1, annex D)."""
    record = WarcRecord()
    record.init_headers(kind)
    record.record_id = record_id
    for name, value in fields:
        record.headers[name] = value
    record.headers["WARC-Block-Digest"] = digest_of(block)
    record.headers["Content-Type"] = content_type
    record.set_bytes_content(block)
    plain = io.BytesIO()
    record.write(plain)
    return pack(plain.getvalue())


def response_member(exchange: Exchange) -> bytes:
    """A response record for itself, outside of any file of the writer's."""
    fields = [
        ("WARC-Target-URI", _uri(exchange.url)),
        ("WARC-Date", write_date(exchange.fetched_at)),
        ("WARC-Payload-Digest", exchange.digest),
    ]
    return _pack(
        WarcRecordType.response, _new_id(), fields, _ANSWER, write_response_head(exchange) + exchange.body
    )


def pack(record: bytes) -> bytes:
    """A gzip member, as the writer makes it."""
    # Not fastwarc's own writer of gzip: what it sets up for each member takes longer than to pack a page.
    return zlib_ng.compress(record, _LEVEL, wbits=_GZIP)


def _validators(exchange: Exchange) -> list[tuple[str, str]]:
    named = ((f"WARC-{name}", field(exchange.response_headers, name)) for name in ("ETag", "Last-Modified"))
    return [(name, value) for name, value in named if value]


def _refers_to(original: Original | None) -> list[tuple[str, str]]:
    """Whose payload a revisit record repeats (WARC 1.1, 6.7.2 and 6.7.3), if that is known."""
    if original is None:
        return []
    fields = [
        ("WARC-Payload-Digest", original.digest),
        ("WARC-Refers-To-Target-URI", _uri(original.url)),
        ("WARC-Refers-To-Date", write_date(original.fetched_at)),
    ]
    return fields + ([("WARC-Refers-To", original.record_id)] if original.record_id else [])


def _uri(url: str) -> str:
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~")


def _new_id() -> str:
    return f"<urn:uuid:{uuid4()}>"
