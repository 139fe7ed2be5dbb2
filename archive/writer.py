"""Keeps what a crawl fetched, as it came, in files that every tool for web archives reads."""

from __future__ import annotations

import fcntl
import io
import os
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote
from uuid import uuid4

from fastwarc.warc import WarcRecord, WarcRecordType
from zlib_ng import zlib_ng

from archive.fields import write_date
from archive.message import write_request, write_response_head
from archive.records import Exchange, KeptRecord, Original, digest_of
from archive.sources import OPEN_SUFFIX

REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_GIB = 1024**3
_LEVEL = 6  # of gzip: level 9 takes two thirds more time and saves one per cent (docs/archive.md)
_GZIP = 31  # the largest window, and 16 for gzip's head and tail
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_URI_SAFE = "!#$%&'()*+,/:;=?@[]~"


class ArchiveWriter:
    """Writes files ``<name>-<time>-<run>-<serial>.warc.gz`` into a folder.

    A file is named ``….warc.gz.open`` and locked while it is written; it gets its name when it is
    full or the writer is closed. A process that is killed leaves the working name behind, and
    :func:`archive.repair.repair` gives the file its name.

    ``known`` is asked, with the URL and the payload digest, whether that payload of that URL is kept
    already; of an answer 304, which capture it confirms. It is not asked about a truncated body, which
    is always written, with its mark. ``sync`` waits for the disk after each record,
    not only for the operating system: it protects from a power cut too.
    """

    def __init__(
        self,
        folder: Path,
        *,
        run: str,
        name: str = "pages",
        max_bytes: int = _GIB,
        known: Callable[[str, str], Original | None] | None = None,
        sync: bool = False,
        software: str = "newspaper-archive",
    ) -> None:
        for part in (run, name):
            if not _NAME.fullmatch(part):
                raise ValueError(f"{part!r} cannot stand in a file name; accepted: letters, digits, . _ -")
        self.folder = folder
        self.run = run
        self.name = name
        self.max_bytes = max_bytes
        self.known = known
        self.sync = sync
        self.software = software
        self._lock = threading.Lock()
        self._file: _OpenFile | None = None
        self._serial = 0
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def keep(self, exchange: Exchange) -> KeptRecord:
        """Write the answer and its request; both are with the operating system when this returns."""
        digest = exchange.digest
        not_modified = exchange.status == HTTPStatus.NOT_MODIFIED
        asked = self.known and (exchange.body or not_modified) and not exchange.truncated
        original = self.known(exchange.url, digest) if self.known and asked else None
        with self._lock:
            if self._closed:
                raise ValueError("the archive is closed")
            file = self._writable_file()
            answer_id, request_id = _new_id(), _new_id()
            shared = [
                ("WARC-Target-URI", quote(exchange.url, safe=_URI_SAFE)),
                ("WARC-Date", write_date(exchange.fetched_at)),
                ("WARC-Warcinfo-ID", file.warcinfo_id),
            ]
            head = write_response_head(exchange)
            kind, block = WarcRecordType.response, head + exchange.body
            fields = [*shared, ("WARC-Concurrent-To", request_id)]
            if not_modified:  # its payload is another record's, with a digest that only that one knows
                kind, block = WarcRecordType.revisit, head
                fields += [("WARC-Profile", NOT_MODIFIED_PROFILE), *_refers_to(original)]
            elif original is not None:
                kind, block = WarcRecordType.revisit, head
                fields += [
                    ("WARC-Payload-Digest", digest),
                    ("WARC-Profile", REVISIT_PROFILE),
                    *_refers_to(original),
                    ("WARC-Truncated", "length"),
                ]
            else:
                fields.append(("WARC-Payload-Digest", digest))
                if exchange.truncated:
                    fields.append(("WARC-Truncated", exchange.truncated))
            answer = _pack(kind, answer_id, fields, "application/http; msgtype=response", block)
            request = _pack(
                WarcRecordType.request,
                request_id,
                [
                    *shared,
                    ("WARC-Concurrent-To", answer_id),
                    ("WARC-Payload-Digest", digest_of(exchange.request_body)),
                ],
                "application/http; msgtype=request",
                write_request(exchange),
            )
            offset = file.append(answer + request, sync=self.sync)
        return KeptRecord(
            file=file.final.name,
            offset=offset,
            length=len(answer),
            digest=digest,
            record_id=answer_id,
            revisit=kind is WarcRecordType.revisit,
        )

    def close(self) -> None:
        """Give the current file its name. May be called twice."""
        with self._lock:
            self._closed = True
            self._finish_file()

    def _writable_file(self) -> _OpenFile:
        if self._file is not None and self._file.size >= self.max_bytes:
            self._finish_file()
        if self._file is None:
            self._file = self._new_file()
        return self._file

    def _finish_file(self) -> None:
        if self._file is not None:
            self._file.finish(sync=self.sync)
            self._file = None

    def _new_file(self) -> _OpenFile:
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            self._serial += 1
            moment = datetime.now(UTC)
            name = f"{self.name}-{moment:%Y%m%d%H%M%S}-{self.run}-{self._serial:05}.warc.gz"
            file = _OpenFile.create(self.folder / name)
            if file is not None:
                break
        info = [("WARC-Date", write_date(moment)), ("WARC-Filename", name)]
        about = {
            "software": self.software,
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "isPartOf": self.run,
        }
        block = "".join(f"{key}: {value}\r\n" for key, value in about.items()).encode()
        packed = _pack(WarcRecordType.warcinfo, file.warcinfo_id, info, "application/warc-fields", block)
        try:
            file.append(packed, sync=self.sync)
        except OSError:  # each try would leave an empty file, and a descriptor
            file.discard()
            raise
        return file


class _OpenFile:
    """A file that this process alone writes."""

    def __init__(self, final: Path, descriptor: int) -> None:
        self.final = final
        self.warcinfo_id = _new_id()
        self.size = 0
        self._descriptor = descriptor

    @classmethod
    def create(cls, final: Path) -> Self | None:
        """A new locked file, or ``None`` if the name is taken."""
        working = working_name(final)
        try:
            descriptor = os.open(working, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        except FileExistsError:
            return None
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Between the two calls a repair may have found the empty file and taken it away. And another
        # writer may have finished a file of this name since: its working name was free again.
        if os.fstat(descriptor).st_nlink == 0 or final.exists():
            if os.fstat(descriptor).st_nlink:
                working.unlink()
            os.close(descriptor)
            return None
        return cls(final, descriptor)

    def append(self, content: bytes, *, sync: bool) -> int:
        """Write all of it or nothing; returns where it begins."""
        offset, rest = self.size, memoryview(content)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            if sync:
                os.fsync(self._descriptor)
        except OSError:  # a full disk: half a record would hide what is written after it
            os.ftruncate(self._descriptor, offset)
            raise
        self.size += len(content)
        return offset

    def discard(self) -> None:
        """Take the file away."""
        working_name(self.final).unlink()
        os.close(self._descriptor)

    def finish(self, *, sync: bool) -> None:
        """Give the file its name."""
        if sync:
            os.fsync(self._descriptor)
        working_name(self.final).rename(self.final)
        os.close(self._descriptor)  # frees the lock, so not before the file has its name


def working_name(final: Path) -> Path:
    """The name of a file as long as it is written."""
    return final.with_name(final.name + OPEN_SUFFIX)


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
    # Not fastwarc's own writer of gzip: what it sets up for each member takes longer than to pack a page.
    return zlib_ng.compress(plain.getvalue(), _LEVEL, wbits=_GZIP)


def _refers_to(original: Original | None) -> list[tuple[str, str]]:
    """Whose payload a revisit record repeats (WARC 1.1, 6.7.2 and 6.7.3); its block is the head alone."""
    if original is None:
        return []
    fields = [
        ("WARC-Refers-To-Target-URI", quote(original.url, safe=_URI_SAFE)),
        ("WARC-Refers-To-Date", write_date(original.fetched_at)),
    ]
    if original.record_id:
        fields.append(("WARC-Refers-To", original.record_id))
    return fields


def _new_id() -> str:
    return f"<urn:uuid:{uuid4()}>"
