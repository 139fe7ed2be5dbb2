"""What goes into an archive and what comes out of it."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta
from functools import cached_property

from attrs import frozen

Headers = tuple[tuple[str, str], ...]
"""Header fields in their order, repeated ones too. One character stands for one byte (RFC 9110, 5.5)."""

Place = tuple[str, int, int]
"""File, offset, skip: what :func:`archive.read_at` takes."""

NOTE = "application/json"
"""Media type of the metadata records in which a crawl notes what it knew beside the pages."""

CLOCK_TOLERANCE = timedelta(minutes=10)
"""By how much the clock of another machine may be fast."""

_DIGEST_SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}
"""Bytes of the digests that are known."""

_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")


@frozen
class Exchange:
    """One request and the answer to it, as a crawler sees them.

    The body is what is left after transfer-decoding: chunks are joined, but a Content-Encoding is
    still applied. ``fetched_at`` is when the transfer began.
    """

    url: str
    status: int
    body: bytes
    fetched_at: datetime
    method: str = "GET"
    request_headers: Headers = ()
    request_body: bytes = b""
    reason: str = ""
    http_version: str = "HTTP/1.1"
    response_headers: Headers = ()
    truncated: str | None = None
    """Why the body is not all of it, if it is not: a reason of WARC 1.1, 5.15 (``disconnect``, ``length``,
    ``time``, ``unspecified``)."""
    ip_address: str | None = None
    """Of the server that gave the answer, if it is known."""
    source: str | None = None
    """Address at which a web archive gave it, if it did not come from ``url``; the request went there."""
    asked_at: datetime | None = None
    """When it went there."""

    @cached_property
    def digest(self) -> str:
        """The digest of the body."""
        return digest_of(self.body)


@frozen
class Original:
    """The capture that an equal payload was kept with, and its payload's digest."""

    url: str
    fetched_at: datetime
    digest: str
    record_id: str | None = None
    place: Place | None = None


@frozen
class KeptRecord:
    """Where the answer lies: what a table needs to find it again.

    ``length`` counts compressed bytes of the response (or revisit) record alone.
    """

    file: str
    offset: int
    length: int
    digest: str
    record_id: str
    revisit: bool


@frozen
class Capture:
    """One answer, read from an archive.

    - ``body`` is decoded: no chunks, no Content-Encoding. It is empty if ``revisit_of`` is set.
    - ``offset`` is where the gzip member begins that holds the record; ``skip`` counts the bytes that
      precede the record in the unpacked member. It is zero where each record has a member of its own.
      ``read_at`` takes both.
    - ``length`` is that of the record in the file, or ``None`` where the record shares a member.
    - ``status`` is ``None`` if a revisit record repeats no status. A ``resource`` record, which has none,
      is given 200.
    - ``said_digest`` is the one in the record; if it has none, ``sent`` is its body as it was sent.
    - ``revisit_of`` says whose payload it is: URL and date, the date if the record gives one; and
      ``refers_to`` the ``record_id`` of that capture, if it gives it. Each of a revisit's digest, the
      original's URL and date, and its record id is enough to find the original, which may stand in
      another file or further on in this one.
    - ``truncated`` says why the body is not all of it: a reason of WARC 1.1, 5.15, or ``"chunks"`` or
      ``"coding"`` for a body that breaks off, or ``"segment"`` for one that other records continue.
    - ``sent_length`` counts the bytes of the body before a Content-Encoding was undone: what a
      Content-Length should say.
    """

    url: str
    fetched_at: datetime
    status: int | None
    headers: Headers
    body: bytes
    said_digest: str | None
    file: str
    offset: int
    length: int | None
    skip: int = 0
    sent: bytes | None = None
    record_id: str | None = None
    revisit_of: tuple[str, datetime | None] | None = None
    refers_to: str | None = None
    truncated: str | None = None
    sent_length: int | None = None

    @property
    def place(self) -> Place:
        """Where it lies."""
        return self.file, self.offset, self.skip

    @cached_property
    def digest(self) -> str | None:
        """The digest in the record, or that of its body; nearly all archives use SHA-1."""
        return self.said_digest or (None if self.sent is None else digest_of(self.sent, "sha1"))

    @property
    def is_postdated(self) -> bool:
        """Whether its date is in the future: then its clock was wrong, and it may not be the latest."""
        return self.fetched_at > datetime.now(UTC) + CLOCK_TOLERANCE


@frozen
class Damage:
    """A part of an archive that could not be read.

    It lies between ``offset`` and ``end`` (``None``: the end of the file). ``records`` counts the places
    in it at which a record should have been, or seemed to be; ``reason`` is of the first.
    """

    file: str
    offset: int
    reason: str
    end: int | None = None
    records: int = 1

    def __str__(self) -> str:
        more = (
            f", and {self.records - 1} more up to byte {self.end or 'the last'}" if self.records > 1 else ""
        )
        return printable(f"{self.file}, at byte {self.offset}: {self.reason}{more}")


def printable(text: str) -> str:
    """A text from a file with its control characters written as escapes."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def digest_of(content: bytes, algorithm: str = "sha256") -> str:
    """A digest as archives write it (WARC 1.1, 5.8 and 5.9): the algorithm, and the value in base 32."""
    value = hashlib.new(algorithm, content, usedforsecurity=False).digest()
    return f"{algorithm}:{base64.b32encode(value).decode('ascii')}"


def normal_digest(digest: str) -> str:
    """A digest in one spelling: archives write ``sha-1:`` or ``SHA1:``, in base 32 or 16, padded or not.

    One of a kind, or in a form, that is not known stays as it is.
    """
    algorithm, _, value = digest.strip().partition(":")
    algorithm, value = algorithm.lower().replace("-", ""), value.rstrip("=")
    size = _DIGEST_SIZES.get(algorithm, 0)
    if size and len(value) == 2 * size and _HEXADECIMAL.fullmatch(value):
        value = base64.b32encode(bytes.fromhex(value)).decode("ascii").rstrip("=")
    if len(value) != -(-8 * size // 5):
        return digest.strip()
    return f"{algorithm}:{value.upper()}{'=' * (-len(value) % 8)}"


def is_of(digest: str, content: bytes) -> bool:
    """Whether a digest is that of some bytes. So may be one of a kind, or in a form, that is not known."""
    said = normal_digest(digest)
    algorithm = said.partition(":")[0]
    right = digest_of(content, algorithm) if algorithm in _DIGEST_SIZES else said
    return said == right or len(said) != len(right)  # another length: a form that is not known
