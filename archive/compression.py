"""The compressions of archive files, and reading at any place of what is packed as one stream."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Hashable
from functools import lru_cache
from threading import Lock
from typing import Any, BinaryIO, Protocol

from attrs import define, field, frozen
from zlib_ng import zlib_ng

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdDict, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdDict, ZstdError

PIECE = 1 << 16
ERRORS: tuple[type[Exception], ...] = (zlib_ng.error, ZstdError)  # type: ignore[assignment]

SPACING = 1 << 19
"""Unpacked bytes between two points at which reading can begin, in a stream that is not too long."""

_MOST_POINTS = 128
"""Of a stream; each holds some 40 kB."""

_ZSTD_FRAME, _ZSTD_DICTIONARY = b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18"
_MAX_DICTIONARY = 1 << 24
# Reserved flags are zero, and the two bytes before the data have few values (RFC 1952, 2.3.1). Where no name
# or comment follows, the data begin with a block of one of three types (RFC 1951, 3.2.3).
_GZIP_MEMBER = re.compile(
    rb"\x1f\x8b\x08(?=.{5}[\x00\x02\x04][\x00-\x0d\xff])(?=\x00.{6}[%b]|[\x01-\x1f])"
    % re.escape(bytes(byte for byte in range(256) if byte & 6 != 6)),
    re.DOTALL,
)


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
    """zlib's decompressor with the interface that those of bz2, lzma and zstd have.

    :param window: 31 for a gzip member, -15 for the bare stream of a zip file.
    """

    def __init__(self, window: int, inflater: Any = None) -> None:
        self._inflater: Any = inflater or zlib_ng.decompressobj(window)

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
        content: bytes = self._inflater.decompress(self._inflater.unconsumed_tail or data, max_length)
        return content

    def copy(self) -> Inflater:
        return Inflater(0, self._inflater.copy())


@frozen
class Compression:
    """How a file is packed. ``start`` matches what a member of it begins with."""

    name: str
    member: str
    start: re.Pattern[bytes]
    new: Callable[[], Decompressor]


GZIP = Compression("gzip", "gzip member", _GZIP_MEMBER, lambda: Inflater(31))


def compression_at(raw: BinaryIO, offset: int = 0) -> Compression | None:
    """How the file is packed at an offset, by the bytes there; ``None`` if it is not."""
    raw.seek(offset)
    magic = raw.read(4)
    if magic.startswith(b"\x1f\x8b\x08"):
        return GZIP
    if magic in (_ZSTD_FRAME, _ZSTD_DICTIONARY):
        dictionary = _zstd_dictionary(raw)
        start = re.compile(re.escape(_ZSTD_FRAME))
        return Compression("zstd", "zstd frame", start, lambda: ZstdDecompressor(dictionary))
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


class DamagedStreamError(OSError):
    """A compressed stream is broken or cut off."""


@frozen
class Point:
    """Where a decompressor stands: unpacked bytes behind it, and where in the file its next ones lie."""

    unpacked: int
    packed: int
    stream: Any


@define
class AccessIndex:
    """Points at which reading a stream can begin; only decompressors of zlib can be copied to make one.

    ``last`` is where the last reader stopped. It serves the next one, whatever the compression is, so
    reading in ascending order costs no more than reading through.
    """

    points: list[Point] = field(factory=list)
    spacing: int = SPACING
    last: Point | None = None
    _lock: Lock = field(factory=Lock)

    def begin_near(self, position: int) -> Point | None:
        """The best point to begin at, its decompressor to be used up."""
        with self._lock:
            number = bisect_right(self.points, position, key=lambda point: point.unpacked)
            best = self.points[number - 1] if number else None
            last = self.last
            if last and (best.unpacked if best else 0) <= last.unpacked <= position:
                self.last = None
                return last
        return best and Point(best.unpacked, best.packed, best.stream.copy())

    def pass_by(self, point: Point) -> None:
        """Remember a point if it is far enough from the one before."""
        with self._lock:
            last = self.points[-1].unpacked if self.points else 0
            if point.unpacked - last >= self.spacing and hasattr(point.stream, "copy"):
                self.points.append(Point(point.unpacked, point.packed, point.stream.copy()))
            if len(self.points) > _MOST_POINTS:
                self.points = self.points[::2]
                self.spacing *= 2


@lru_cache(maxsize=8)
def access_index(key: Hashable) -> AccessIndex:
    """The index of a stream, the same one each time as long as it was used not too long ago.

    :param key: names the stream and its state: file, size, time of change, offset.
    """
    return AccessIndex()


class SeekableStream:
    """The content of one compressed stream as a file in which one can seek.

    :param offset: where it begins in the file.
    """

    def __init__(
        self, raw: BinaryIO, offset: int, new: Callable[[], Decompressor], index: AccessIndex
    ) -> None:
        self._raw, self._start, self._new, self._index = raw, offset, new, index
        self._at = 0
        self._piece = b""
        self._here = Point(0, offset, new())

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 2:
            while self._advance():
                pass
            offset += self._here.unpacked
        self._at = offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, count: int) -> bytes:
        """Some bytes, at most ``count``; none at the end.

        :raises DamagedStreamError: if they cannot be unpacked.
        """
        behind = self._at < self._here.unpacked - len(self._piece)
        if behind or self._at > self._here.unpacked + self._index.spacing:
            point = self._index.begin_near(self._at)
            if behind or (point and point.unpacked > self._here.unpacked):
                self._here, self._piece = point or Point(0, self._start, self._new()), b""
        while self._at >= self._here.unpacked:
            if not self._advance():
                return b""
        start = self._at - self._here.unpacked + len(self._piece)
        found = self._piece[start : start + count]
        self._at += len(found)
        return found

    def close(self) -> None:
        """Leave the place to the next reader."""
        self._index.last = self._here

    def _advance(self) -> bool:
        """Unpack another piece; ``False`` at the end."""
        unpacked, at, stream = self._here.unpacked, self._here.packed, self._here.stream
        if stream.eof:
            return False
        packed = b""
        if stream.needs_input:
            self._raw.seek(at)
            packed = self._raw.read(PIECE >> 2)
        try:
            self._piece = stream.decompress(packed, PIECE)
        except ERRORS as error:
            raise DamagedStreamError(f"the compressed stream is broken ({error})") from error
        if not packed and not self._piece and not stream.eof:
            raise DamagedStreamError("the file ends within a compressed stream")
        self._here = Point(unpacked + len(self._piece), at + len(packed), stream)
        self._index.pass_by(self._here)
        return True
