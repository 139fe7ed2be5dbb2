"""Exchanges and archives for tests, ours and those of other tools' make."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from archive import ArchiveWriter, Capture, Damage, Exchange, Original, read_captures

FETCHED = datetime(2024, 4, 25, 3, 0, 0, 250000, tzinfo=UTC)
PAGE = "<html><body><p>Dân vận khéo ở huyện</p></body></html>\n".encode()

ABOUT = {"software": "test 1", "operator": "archive@example.org", "robots": "obeyed", "contact": ""}


def exchange(number: int = 1, **values: Any) -> Exchange:
    """An answer with status 200."""
    default: dict[str, Any] = {
        "url": f"https://baohoabinh.com.vn/11/{number}/Tin.htm",
        "request_headers": (("User-Agent", "test"),),
        "status": 200,
        "reason": "OK",
        "response_headers": (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Set-Cookie", "a"),
            ("Set-Cookie", "b"),
        ),
        "body": PAGE + b"<!-- %d -->" % number,
        "fetched_at": FETCHED,
    }
    return Exchange(**default | values)


def archive(folder: Path, exchanges: Iterable[Exchange], *, repeats: Original | None = None) -> Path:
    """The one file into which a writer put these; the last of them repeats a capture, if one is given."""
    sent = list(exchanges)
    with ArchiveWriter(folder, run="r1", about=ABOUT) as writer:
        kept = [writer.keep(one, repeats if one is sent[-1] else None) for one in sent]
    return folder / kept[-1].file


def http(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    """A response message."""
    return "\r\n".join([f"HTTP/1.1 {status}", *fields, "", ""]).encode() + body


def record(block: bytes, kind: str = "response", number: int = 1, **fields: str) -> bytes:
    """A record with nothing but what WARC 1.0 asks for, unpacked; ``fields`` add or replace."""
    all_fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012}>",
        "WARC-Date": "2024-04-25T03:00:00Z",
        "WARC-Target-URI": f"<https://baohoabinh.com.vn/11/{number}/Tin.htm>",
        "Content-Type": f"application/http;msgtype={kind}",
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in all_fields.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def packed(*records: bytes) -> bytes:
    """A gzip member for each."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def write(path: Path, content: bytes) -> Path:
    """A file with this content."""
    path.write_bytes(content)
    return path


def read(path: Path, **options: Any) -> tuple[list[Capture], list[Damage]]:
    """Everything in a file, by kind."""
    found = list(read_captures(path, **options))
    return (
        [one for one in found if isinstance(one, Capture)],
        [one for one in found if isinstance(one, Damage)],
    )


def warcio(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What the validator of another make says."""
    command = [sys.executable, "-m", "warcio.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def chunked(*parts: bytes) -> bytes:
    """A body in chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (*parts, b""))


CHUNKED = chunked(PAGE[:20], PAGE[20:])
zipped = partial(gzip.compress, mtime=0)  # the time would get into the names of tests


def urls(captures: list[Capture]) -> list[int]:
    """The numbers in the captures' URLs."""
    return [int(capture.url.split("/")[4]) for capture in captures]
