"""The bytes of an archive as one stream that survives damage.

WARC files are plain, or gzip files of many members, one for each record (WARC 1.1, annex D), or one
large member as some tools write them. A stream is read member by member: no read goes past the end of
one, so a record that says a wrong length cannot swallow its neighbour. What cannot be unpacked makes
a read come out short and sets ``problem``; nothing is raised.
"""

from __future__ import annotations

import re
import zlib
from abc import ABC, abstractmethod
from typing import BinaryIO
from zipfile import BadZipFile

GZIP_MAGIC = b"\x1f\x8b\x08"

_PIECE = 1 << 16
_RECORD_START = re.compile(rb"(?<=\n)WARC/[01]\.")
_MARK_LENGTH = len(b"\nWARC/1.")


def open_unpacked(raw: BinaryIO) -> Unpacked:
    """A stream over a file that can seek and stands at its beginning; its first bytes say the kind."""
    packed = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    raw.seek(0)
    return Packed(raw) if packed else Plain(raw)


class Unpacked(ABC):
    """A stream that goes forward over the members of a file."""

    def __init__(self, raw: BinaryIO) -> None:
        self.raw = raw
        self.problem: str | None = None
        self.corrupt = False
        """Whether the problem puts in doubt what was read from this member already."""
        self._buffer = b""
        self._at = 0

    @abstractmethod
    def place(self) -> tuple[int, int]:
        """Where the next byte is: an offset in the file, and bytes to pass over after unpacking."""

    @abstractmethod
    def go_to(self, offset: int) -> None:
        """Continue at an offset that :meth:`place` gave."""

    @abstractmethod
    def length_since(self, place: tuple[int, int]) -> int | None:
        """Bytes of the file from a place to here, or ``None`` if no cut can be made at both ends."""

    @abstractmethod
    def _more(self) -> bytes:
        """Another piece of this member; nothing at its end or where it breaks off."""

    @abstractmethod
    def _next_member(self) -> bool:
        """Go on to the member after this one, of which all was read."""

    @abstractmethod
    def _next_sound_member(self) -> bool:
        """Go on to the next place behind the beginning of this member that can be unpacked."""

    def begin(self) -> bool:
        """Go to where a record should begin. ``False`` at the end of the file, if it is a sound one."""
        while True:
            self.pass_line_ends()
            if self.problem or self.peek(1):
                return True
            if not self._next_member():
                return self.problem is not None

    def peek(self, count: int) -> bytes:
        """Up to ``count`` bytes of this member, which stay unread."""
        while len(self._buffer) - self._at < count and (piece := self._more()):
            self._buffer = self._buffer[self._at :] + piece
            self._at = 0
        return self._buffer[self._at : self._at + count]

    def read(self, count: int) -> bytes:
        """``count`` bytes, or fewer if the member ends or breaks off."""
        parts, missing = [], count
        while missing and (piece := self.peek(1) and self._take(missing)):
            parts.append(piece)
            missing -= len(piece)
        return b"".join(parts)

    def skip(self, count: int) -> int:
        """Pass over bytes, without keeping them; returns how many there were."""
        missing = count
        while missing and (piece := self.peek(1) and self._take(missing)):
            missing -= len(piece)
        return count - missing

    def pass_line_ends(self) -> int:
        """Pass over the empty lines that end a record (WARC 1.1, 4: two; some tools write others)."""
        passed = 0
        while (byte := self.peek(1)) and byte in b"\r\n":
            passed += len(self._take(1))
        return passed

    def resync(self) -> bool:
        """After a place that could not be read: go on to the next that may be a record."""
        self._take(1)
        while not self.problem and self.peek(_MARK_LENGTH):
            if match := _RECORD_START.search(self._buffer, self._at):
                self._at = match.start()
                return True
            # A mark may lie across two pieces, so its length less one stays.
            self._at = max(self._at + 1, len(self._buffer) - _MARK_LENGTH + 1)
        if self.problem:
            return self._next_sound_member()
        return self.begin()

    def _take(self, most: int) -> bytes:
        piece = self._buffer[self._at : self._at + most]
        self._at += len(piece)
        return piece

    def _read_raw(self) -> bytes:
        try:
            return self.raw.read(_PIECE)
        except (BadZipFile, EOFError, zlib.error) as error:  # the raw file may lie in a zip file
            self.problem = f"the zip file is broken ({error})"
            return b""


class Plain(Unpacked):
    """A file that is not packed: one member."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__(raw)
        self._position = 0  # of the end of the buffer

    def place(self) -> tuple[int, int]:
        return self._position - len(self._buffer) + self._at, 0

    def go_to(self, offset: int) -> None:
        self.raw.seek(offset)
        self._position, self._buffer, self._at = offset, b"", 0

    def length_since(self, place: tuple[int, int]) -> int | None:
        return self.place()[0] - place[0]

    def _more(self) -> bytes:
        piece = self._read_raw()
        self._position += len(piece)
        return piece

    def _next_member(self) -> bool:
        return False

    def _next_sound_member(self) -> bool:
        return False


class Packed(Unpacked):
    """A file of gzip members (RFC 1952, 2.2)."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__(raw)
        self.go_to(0)

    def place(self) -> tuple[int, int]:
        return self._offset, self._given - len(self._buffer) + self._at

    def go_to(self, offset: int) -> None:
        self.raw.seek(offset)
        self._position = offset  # of the end of what was read from the file
        self._open(offset, b"")

    def length_since(self, place: tuple[int, int]) -> int | None:
        if place != (self._offset, 0) or not self._inflater.eof or self.peek(1):
            return None
        return self._position - len(self._inflater.unused_data) - self._offset

    def _open(self, offset: int, pending: bytes) -> None:
        self._offset = offset
        self._pending = pending
        self._inflater = zlib.decompressobj(31)
        self._given = 0  # bytes unpacked from this member
        self._buffer, self._at = b"", 0
        self.problem, self.corrupt = None, False

    def _more(self) -> bytes:
        while not self._inflater.eof and not self.problem:
            packed = self._inflater.unconsumed_tail or self._pending or self._read()
            self._pending = b""
            try:
                piece = self._inflater.decompress(packed, 4 * _PIECE)
            except zlib.error as error:
                self.problem = f"the gzip member is broken ({error})"
                self.corrupt = True
                break
            if piece:
                self._given += len(piece)
                return piece
            if not packed and not self._inflater.eof:
                self.problem = self.problem or "the file ends within a gzip member"
        return b""

    def _next_member(self) -> bool:
        if self.problem or not self._inflater.eof:
            return False
        rest = self._inflater.unused_data
        offset = self._position - len(rest)
        rest = rest or self._read()
        if not rest:
            return False
        self._open(offset, rest)
        return True

    def _next_sound_member(self) -> bool:
        at = self._offset + 1
        while (found := self._find_magic(at)) is not None:
            self.go_to(found)
            # Packed bytes can look like the beginning of a member; a record tells the difference.
            if self.peek(16).lstrip(b"\r\n").startswith(b"WARC/"):
                return True
            at = found + 1
        return False

    def _find_magic(self, start: int) -> int | None:
        self.raw.seek(start)
        window, offset = b"", start
        self.problem = None
        while piece := self._read_raw():
            window += piece
            if (found := window.find(GZIP_MAGIC)) >= 0:
                return offset + found
            offset += max(0, len(window) - 2)
            window = window[-2:]
        return None

    def _read(self) -> bytes:
        piece = self._read_raw()
        self._position += len(piece)
        return piece
