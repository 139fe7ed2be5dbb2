"""The compressions of archive files, each behind the interface of the standard library's decompressors."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol

from attrs import frozen
from zlib_ng import zlib_ng

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdDict, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdDict, ZstdError

PIECE = 1 << 16
ERRORS: tuple[type[Exception], ...] = (zlib_ng.error, ZstdError)  # type: ignore[assignment]

_GZIP, _RAW_DEFLATE = 31, -15
_ZSTD_FRAME, _ZSTD_DICTIONARY = b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18"
_MAX_DICTIONARY = 1 << 24
# Reserved flags are zero, and the two bytes before the data have few values (RFC 1952, 2.3.1).
_GZIP_MEMBER = re.compile(rb"\x1f\x8b\x08(?=[\x00-\x1f].{4}[\x00\x02\x04][\x00-\x0d\xff])", re.DOTALL)


class Decompressor(Protocol):
    """Unpacks one gzip member, zstd frame or deflate stream."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class Inflater:
    """zlib's decompressor with the interface that those of bz2, lzma and zstd have."""

    def __init__(self, inflater: Any) -> None:
        self._inflater = inflater

    @property
    def eof(self) -> bool:
        return bool(self._inflater.eof)

    @property
    def needs_input(self) -> bool:
        return not self._inflater.eof and not self._inflater.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inflater.unused_data)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return bytes(self._inflater.decompress(self._inflater.unconsumed_tail or data, max_length))

    def copy(self) -> Inflater:
        return Inflater(self._inflater.copy())


@frozen
class Compression:
    """How a file is packed. ``start`` matches what a member of it begins with."""

    name: str
    member: str
    start: re.Pattern[bytes]
    new: Callable[[], Decompressor]


def deflate() -> Decompressor:
    """For the compressed members of a zip file."""
    return Inflater(zlib_ng.decompressobj(_RAW_DEFLATE))


GZIP = Compression("gzip", "gzip member", _GZIP_MEMBER, lambda: Inflater(zlib_ng.decompressobj(_GZIP)))


def compression_at(raw: BinaryIO, offset: int = 0) -> Compression | None:
    """How the file is packed at an offset, by the bytes there; ``None`` if it is not."""
    raw.seek(offset)
    magic = raw.read(4)
    if magic.startswith(b"\x1f\x8b\x08"):
        return GZIP
    if magic in (_ZSTD_FRAME, _ZSTD_DICTIONARY):
        dictionary = _zstd_dictionary(raw)
        return Compression(
            "zstd", "zstd frame", re.compile(re.escape(_ZSTD_FRAME)), lambda: ZstdDecompressor(dictionary)
        )
    return None


def _zstd_dictionary(raw: BinaryIO) -> ZstdDict | None:
    """The dictionary that a ``.warc.zst`` file may begin with, in a skippable frame, itself packed or not."""
    raw.seek(0)
    head = raw.read(8)
    size = int.from_bytes(head[4:], "little")
    if head[:4] != _ZSTD_DICTIONARY or size > _MAX_DICTIONARY:
        return None
    content = raw.read(size)
    try:
        if content.startswith(_ZSTD_FRAME):
            content = ZstdDecompressor().decompress(content, _MAX_DICTIONARY)
        return ZstdDict(content)
    except (ZstdError, ValueError):  # the frames that need it will be damage
        return None
