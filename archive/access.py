"""Reading at any place of a compressed stream without unpacking all that precedes it."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, BinaryIO

from attrs import define, field, frozen

from archive.compression import ERRORS, PIECE, Decompressor

SPACING = 1 << 19
"""Unpacked bytes between two points at which reading can begin, in a stream that is not too long."""

MOST_POINTS = 1024
"""Of all streams together; each holds some 40 kB."""

_MOST_INDEXES = 64


class DamagedStreamError(OSError):
    """A compressed stream is broken or cut off."""


@frozen
class Point:
    """Where a decompressor stands: unpacked bytes behind it, and where in the file its next ones lie."""

    unpacked: int
    packed: int
    stream: Decompressor


@define
class AccessIndex:
    """Points at which reading a stream can begin; only decompressors of zlib can be copied to make one.

    ``last`` is where the last reader stopped. It serves the next one, whatever the compression is, so
    reading in ascending order costs no more than reading through.
    """

    points: list[Point] = field(factory=list)
    spacing: int = SPACING
    last: Point | None = None

    def begin_near(self, position: int) -> Point | None:
        """The best point to begin at, its decompressor to be used up."""
        with _LOCK:
            number = bisect_right(self.points, position, key=lambda point: point.unpacked)
            best = self.points[number - 1] if number else None
            last = self.last
            if last and last.unpacked <= position and (best is None or last.unpacked > best.unpacked):
                self.last = None
                return last
            copied: Any = best and best.stream
            return best and Point(best.unpacked, best.packed, copied.copy())

    def pass_by(self, point: Point) -> None:
        """Remember a point if it is far enough from the one before."""
        last = self.points[-1].unpacked if self.points else 0
        stream: Any = point.stream
        if point.unpacked - last >= self.spacing and hasattr(stream, "copy"):
            with _LOCK:
                self.points.append(Point(point.unpacked, point.packed, stream.copy()))
                while sum(len(index.points) for index in _indexes.values()) > MOST_POINTS:
                    longest = max(_indexes.values(), key=lambda index: len(index.points))
                    longest.points = longest.points[::2]
                    longest.spacing *= 2


_LOCK = Lock()
_indexes: OrderedDict[Hashable, AccessIndex] = OrderedDict()


def access_index(key: Hashable) -> AccessIndex:
    """The index of a stream, the same one each time as long as it was used not too long ago.

    :param key: names the stream and its state: file, size, time of change, offset.
    """
    with _LOCK:
        index = _indexes.setdefault(key, AccessIndex())
        _indexes.move_to_end(key)
        if len(_indexes) > _MOST_INDEXES:
            _indexes.popitem(last=False)
    return index


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
