"""The bytes of an archive as one stream that survives damage.

WARC and ARC files are plain, or consist of many gzip members or zstd frames, one for each record (WARC
1.1, annex D), or of one large member as some tools write them. A stream is read member by member: no read
goes past the end of one, so a record that says a wrong length cannot swallow its neighbour. What cannot be
unpacked makes a read come out short and sets ``problem``; nothing is raised.

After damage the stream goes back to look for the next record. How much is read twice is limited, so the
time stays linear in the size of the file whatever its bytes are.
"""

from __future__ import annotations

import re
from typing import BinaryIO

from archive.compression import ERRORS, PIECE, Compression, SeekableStream, compression_at

ARC_START = re.compile(rb"(?<=\n)(?:https?|filedesc)://\S{1,900} \S{1,45} \d{14} ")
RECORD_START = re.compile(rb"WARC/[01]\.\d{1,2}[ \t]{0,3}\r?\n(?i:WARC|Content)-|" + ARC_START.pattern)
"""Where a record may begin: with its version and a field, or with the first fields of an ARC record."""

_MARK = 1024
"""Bytes that a match of it and the character before have at most."""

RECORD_HEAD = re.compile(rb"[\r\n]*(?:WARC/|(?:https?|filedesc|dns|ftp):)", re.IGNORECASE)
"""What a record begins with, where one is expected."""

_LINE_ENDS = re.compile(rb"[\r\n]+")
_TRIAL = 1024
"""Packed bytes that are unpacked to see whether a record begins there."""

_LOOK_AHEAD = 1 << 20
_READ_TWICE = 1 << 26
"""Bytes that may be read twice in any file, and eight times its size besides."""


def open_unpacked(raw: BinaryIO, offset: int = 0) -> Unpacked:
    """A stream over a file that can seek, from an offset on; the bytes there say how it is packed."""
    return Unpacked(raw, compression_at(raw, offset), offset)


class Unpacked:
    """A stream that goes forward over gzip members (RFC 1952, 2.2) or zstd frames (RFC 8878, 3.1).

    :param compression: ``None``: the file is not packed, and counts as one member.
    """

    def __init__(self, raw: BinaryIO, compression: Compression | None, offset: int = 0) -> None:
        self.raw = raw
        self.compression = compression
        self.distrust = False
        """Whether so much was read twice that a record's length is to be checked before it is believed."""
        self.hopeless = 0
        """Bytes from the beginning of a record that cannot be read in which none can begin that could."""
        self._size: int | None = None
        """Of a plain file; to know that of a stream that is packed, all of it would have to be unpacked."""
        if not compression and not isinstance(raw, SeekableStream):
            self._size = raw.seek(0, 2)
        self._read_again = 0
        self._block, self._block_at = b"", 0  # a part of the file, and where it lies
        self.go_to(offset)

    def go_to(self, offset: int) -> None:
        """Continue at the beginning of a member, or anywhere in a plain file."""
        self.problem: str | None = None
        self.corrupt = False
        """Whether the problem puts in doubt what was read from this member already."""
        self._start = self._position = offset  # of the member, and of what follows that it has not had
        self._member = self.compression.new() if self.compression else None
        self._step = 1 << 12  # short members are many: what is behind one is copied
        self._ended = False  # all of this member has been unpacked
        self._next = offset  # where the member behind it begins, when it has
        self._is_drained = False  # nothing of it is left to be read
        self._buffer, self._at = b"", 0
        self._end = 0  # position of the end of the buffer, counted from the beginning of the member

    def place(self) -> tuple[int, int]:
        """Where the next byte is: an offset in the file, and bytes to pass over after unpacking."""
        position = self._end - len(self._buffer) + self._at
        return (self._start, position) if self._member else (self._start + position, 0)

    def length_since(self, place: tuple[int, int]) -> int | None:
        """Bytes of the file from a place to here, or ``None`` if no cut can be made at both ends."""
        if self._member is None:
            return self.place()[0] - place[0]
        if place != (self._start, 0) or self._fill(1) or not self._ended:
            return None
        return self._next - self._start

    def has(self, count: int) -> bool:
        """Whether so many bytes, of one record, may follow; ``False`` if it is sure that they do not."""
        if self._size is not None and self.place()[0] + count > self._size:
            return False
        if not self.distrust:
            return True
        start = self.peek_through(RECORD_START, min(count, _LOOK_AHEAD))
        return start is None or start.start() - self._at >= count

    def begin(self) -> bool:
        """Go to where a record should begin. ``False`` at the end of the file, if it is a sound one."""
        while True:
            self.pass_line_ends()
            if self.problem or self._at < len(self._buffer):
                return True
            if not self._next_member():
                return self.problem is not None

    def peek(self, count: int) -> bytes:
        """Up to ``count`` bytes of this member, which stay unread."""
        self._fill(count)
        return self._buffer[self._at : self._at + count]

    def peek_through(self, pattern: re.Pattern[bytes], most: int) -> re.Match[bytes] | None:
        """The first match of a pattern within the next ``most`` bytes, which stay unread."""
        count = 1 << 12
        while True:
            filled = min(count, self._fill(count))
            if match := pattern.search(self._buffer, self._at, self._at + filled):
                return match
            if filled < count or count >= most:
                return None
            count *= 4

    def read(self, count: int) -> bytes:
        """``count`` bytes, or fewer if the member ends or breaks off."""
        parts, missing = [], count
        while missing and self._fill(1):
            parts.append(self._buffer[self._at : self._at + missing])
            self._at += len(parts[-1])
            missing -= len(parts[-1])
        return b"".join(parts)

    def skip(self, count: int) -> int:
        """Pass over bytes, without keeping them; returns how many there were."""
        missing = count
        while missing and (filled := self._fill(1)):
            passed = min(filled, missing)
            self._at += passed
            missing -= passed
        return count - missing

    def pass_line_ends(self) -> bool:
        """Pass over the empty lines that end a record (WARC 1.1, 4: two; some tools write others)."""
        passed = False
        while self._fill(1) and (match := _LINE_ENDS.match(self._buffer, self._at)):
            passed = True
            self._at = match.end()
        return passed

    def resync(self, place: tuple[int, int]) -> bool:
        """After a record that could not be read: go on to the next place where one may begin.

        :param place: where the record began.
        """
        self._return_to(place)
        self.skip(max(1, self.hopeless))
        self.hopeless = 0
        while self._fill(_MARK):
            if match := self._record_start():
                self._at = match.start()
                return True
            self._at = max(self._at, len(self._buffer) - _MARK + 1)  # a mark may lie across two pieces
            if self._fill(_MARK) < _MARK:
                break
        self._at = len(self._buffer)
        return self._next_sound_member() if self.problem else self.begin()

    def _record_start(self) -> re.Match[bytes] | None:
        # Searching for a few bytes is many times faster than for a pattern.
        if all(self._buffer.find(sign, self._at) < 0 for sign in (b"WARC/", b"://")):
            return None
        return RECORD_START.search(self._buffer, self._at)

    def _return_to(self, place: tuple[int, int]) -> None:
        """Go back to a place, if not too much is to be read again for it."""
        position = place[1] if self._member else place[0] - self._start
        kept_from = self._end - len(self._buffer)
        if position >= kept_from:
            self._at = position - kept_from
        elif self._may_read_again(self._end if self._member else self._end - position):
            self.go_to(place[0])
            self.skip(place[1])

    def _may_read_again(self, count: int) -> bool:
        most = _READ_TWICE + 8 * self.raw.tell()
        if self._read_again + count > most:
            return False
        self._read_again += count
        self.distrust = self._read_again > most // 2
        return True

    def _fill(self, count: int) -> int:
        """See to it that so many bytes can be looked at; how many there are."""
        left = len(self._buffer) - self._at
        while left < count and not self._is_drained:
            piece = self._more()
            if not piece:
                self._is_drained = True
                break
            self._buffer = self._buffer[self._at :] + piece
            self._at = 0
            self._end += len(piece)
            left += len(piece)
        return left

    def _more(self) -> bytes:
        """Another piece of this member; nothing at its end or where it breaks off."""
        if self._member is None:
            piece = self._read_raw(self._position)
            self._position += len(piece)
            return piece
        while not self._ended and not self.problem:
            packed = b""
            if self._member.needs_input:
                packed = self._packed(self._position, self._step)
                self._position += len(packed)
                self._step = min(2 * self._step, PIECE)
            try:
                piece = self._member.decompress(packed, 4 * PIECE)
            except ERRORS as error:
                self.problem = f"the {self._kind} is broken ({error})"
                self.corrupt = True
                break
            if self._member.eof:
                self._ended = True
                self._next = self._position - len(self._member.unused_data)
                self._is_drained = True
            if piece:
                return piece
            if not packed and not self._ended:
                self.problem = self.problem or f"the file ends within a {self._kind}"
        return b""

    @property
    def _kind(self) -> str:
        return self.compression.member if self.compression else "file"

    def _next_member(self) -> bool:
        """Go on to the member after this one, of which all was read."""
        if self.problem or not self._ended:
            return False
        if not self._packed(self._next, 1):
            return False
        self.go_to(self._next)
        return True

    def _next_sound_member(self) -> bool:
        """Go on to the next place behind the beginning of this member that can be unpacked."""
        if self.compression is None:
            return False
        at = self._start + 1
        if not self._may_read_again(self._end + self._position - at):
            at = max(at, self._position - 3)
        while block := self._read_raw(at):
            begin = max(1, len(block) - 9)  # what a member begins with may lie across two blocks
            for match in self.compression.start.finditer(block):
                if match.start() and match.start() + _TRIAL > len(block):
                    begin = match.start()
                    break
                if self._holds_record(self.compression, block[match.start() : match.start() + _TRIAL]):
                    self.go_to(at + match.start())
                    return True
            at += begin
        return False

    @staticmethod
    def _holds_record(compression: Compression, packed: bytes) -> bool:
        # Packed bytes can look like the beginning of a member; a record tells the difference.
        try:
            return RECORD_HEAD.match(compression.new().decompress(packed, 64)) is not None
        except ERRORS:
            return False

    def _packed(self, offset: int, count: int) -> bytes:
        start = offset - self._block_at
        if not 0 <= start < len(self._block):
            self._block, self._block_at, start = self._read_raw(offset), offset, 0
        return self._block[start : start + count]

    def _read_raw(self, offset: int) -> bytes:
        try:
            self.raw.seek(offset)
            return self.raw.read(PIECE)
        except OSError as error:
            self.problem = f"the file cannot be read ({error.strerror or error})"
            return b""
