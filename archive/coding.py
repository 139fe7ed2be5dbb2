"""Bodies as they were sent, turned into what they mean: chunks joined, Content-Encoding undone.

Never more than a given number of bytes comes out, whatever goes in.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from fastwarc.stream_io import BrotliReader, ZstdReader

from archive.fields import field
from archive.records import Headers

_CHUNK_HEAD = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]{0,1000})?\r?\n")
_LOOKS_PLAIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*[<{\[]")
_GZIP = b"\x1f\x8b\x08"
_MOST_CHUNKS = 1 << 17
_PIECE = 1 << 16
_STEP = 512
"""Packed bytes that are unpacked at once: what stands before a broken place is kept, up to this one."""


class BodyError(Exception):
    """A body cannot be decoded."""


class BodyTooLargeError(BodyError):
    """A body is larger than allowed once it is decoded."""


class Decoded(NamedTuple):
    """A decoded body, and why it is not whole, if it is not."""

    body: bytes
    broken_off: str | None = None
    sent_length: int | None = None
    """Bytes of it before a Content-Encoding was undone."""


def decode_body(headers: Headers, body: bytes, limit: int) -> Decoded:
    """Undo what the headers declare, and what they fail to declare.

    Archives keep headers that no longer hold: tools join chunks or decode and leave the fields. So a
    declared coding that the body plainly does not have is passed over. And gzip is known by its first
    bytes, where a text is said to have no coding. Content-Length is not consulted: a record knows its own
    length.

    :raises BodyError: if it has a coding that is not known, or not that which it declares;
        :class:`BodyTooLargeError` if there is more than ``limit`` bytes of it.
    """
    broken_off = None
    declared = "chunked" in (field(headers, "Transfer-Encoding") or "").lower()
    if (joined := join_chunks(body, strict=not declared)) is not None:
        body = joined.body
        broken_off = joined.broken_off
    sent_length = len(body)
    codings = _codings(headers)
    if codings == [""] and body.startswith(_GZIP) and _is_text(headers):
        codings = ["gzip"]
    for coding in reversed(codings):
        if body and coding in _DECODERS:
            done = _DECODERS[coding](body, limit)
            body, broken_off = done.body, broken_off or done.broken_off
        elif coding not in ("", "identity") and body and not _LOOKS_PLAIN.match(body):
            raise BodyError(f"Content-Encoding {coding[:40]!r} is not known")
    if len(body) > limit:
        raise BodyTooLargeError(_too_large(limit))
    return Decoded(body, broken_off, sent_length)


def join_chunks(body: bytes, *, strict: bool) -> Decoded | None:
    """The body without the chunked coding (RFC 9112, 7.1), or ``None`` if it does not have it.

    ``strict``: nothing declares the coding, so only a body that follows it to its last byte counts.
    """
    joined = bytearray()
    at = count = 0
    while match := _CHUNK_HEAD.match(body, at):
        size, start = int(match[1], 16), match.end()
        if count > _MOST_CHUNKS:
            raise BodyError(f"a body of more than {_MOST_CHUNKS} chunks")
        if size == 0:
            ended = body[start:].strip(b"\r\n") == b""
            return Decoded(bytes(joined)) if ended or not strict else None
        joined += body[start : start + size]
        count += 1
        at = start + size
        if at > len(body):
            break
        if body[at : at + 2] == b"\r\n":
            at += 2
        elif body[at : at + 1] == b"\n":
            at += 1
        elif at < len(body):
            if count == 1:
                return None  # the first size does not fit: this is text that begins with a number
            break
    if strict or not count:
        return None
    return Decoded(bytes(joined), "chunks")


def _codings(headers: Headers) -> list[str]:
    values = [value for name, value in headers if name.lower() == "content-encoding"]
    return [coding.strip().lower() for coding in ",".join(values).split(",")]


def _is_text(headers: Headers) -> bool:
    return (field(headers, "Content-Type") or "text/").lower().startswith("text/")


def _gunzip(body: bytes, limit: int) -> Decoded:
    return _inflate(body, limit, 31) if body.startswith(_GZIP[:2]) else Decoded(body)


def _deflate(body: bytes, limit: int) -> Decoded:
    # "deflate" means the zlib format (RFC 9110, 8.4.1.2); many servers send the bare stream.
    zlib_format = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    if not zlib_format and _LOOKS_PLAIN.match(body):
        return Decoded(body)
    return _inflate(body, limit, 15 if zlib_format else -15)


def _inflate(body: bytes, limit: int, window: int) -> Decoded:
    parts: list[bytes] = []
    at = size = 0
    inflater = zlib.decompressobj(window)
    while at < len(body):
        step = body[at : at + _STEP]
        try:
            parts.append(inflater.decompress(step, limit + 1 - size))
        except zlib.error as error:
            if not size:
                raise BodyError(f"the body is not what its Content-Encoding says ({error})") from error
            return Decoded(b"".join(parts), "coding")
        size += len(parts[-1])
        if size > limit:
            raise BodyTooLargeError(_too_large(limit))
        at += len(step) - len(inflater.unused_data)
        if inflater.eof:
            if not body.startswith(_GZIP, at):  # another member (RFC 1952, 2.2)
                break
            inflater = zlib.decompressobj(window)
    return Decoded(b"".join(parts), None if inflater.eof else "coding")


def _with(opened: Callable[[BytesIO], BrotliReader | ZstdReader]) -> Callable[[bytes, int], Decoded]:
    def decode(body: bytes, limit: int) -> Decoded:
        parts: list[bytes] = []
        size = 0
        try:
            reader = opened(BytesIO(body))
            while piece := reader.read(_PIECE):
                parts.append(piece)
                size += len(piece)
                if size > limit:
                    raise BodyTooLargeError(_too_large(limit))
        except (OSError, ValueError, EOFError) as error:
            if _LOOKS_PLAIN.match(body):  # decoded already, by the tool that kept it
                return Decoded(body)
            if not parts:
                raise BodyError(f"the body is not what its Content-Encoding says ({error})") from error
            return Decoded(b"".join(parts), "coding")
        return Decoded(b"".join(parts))

    return decode


def _too_large(limit: int) -> str:
    return f"the body is larger than {limit} bytes"


_DECODERS: dict[str, Callable[[bytes, int], Decoded]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _with(BrotliReader),
    "zstd": _with(ZstdReader),
}
