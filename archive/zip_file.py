"""Zip files, in which a WACZ has its archives (WACZ 1.1.1, 5), read where they lie.

The standard library's zipfile holds the whole directory in memory and cannot go back in a member without
reading it from its beginning; here a directory of any size is read entry by entry, and every member can seek.
"""

from __future__ import annotations

import struct
from collections.abc import Hashable, Iterator
from typing import BinaryIO, cast

from attrs import frozen

from archive.compression import Inflater, SeekableStream, access_index

_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_FAR = 0xFFFFFFFF
_ENTRY = struct.Struct("<4s4xHH8xLLHHH8xL")
_LONGEST = _ENTRY.size + 3 * 0xFFFF
_AHEAD = 1 << 18
"""Bytes of the directory that are read at once."""
_STORED, _DEFLATED = 0, 8


class ZipError(OSError):
    """A zip file, or a member of one, cannot be read."""


@frozen
class Member:
    """A member of a zip file. ``size`` is what it takes there, ``offset`` where its own head lies."""

    name: str
    method: int
    encrypted: bool
    size: int
    offset: int


class Section:
    """A part of a file, as a file of its own."""

    def __init__(self, raw: BinaryIO, start: int, size: int) -> None:
        self._raw, self._start, self._size, self._at = raw, start, size, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, count: int) -> bytes:
        """Some bytes, at most ``count``; none at the end."""
        left = self._size - self._at
        if left <= 0:
            return b""
        self._raw.seek(self._start + self._at)
        content = self._raw.read(min(count, left))
        self._at += len(content)
        return content


def is_zip(raw: BinaryIO) -> bool:
    """Whether a file is a zip file; its first bytes say so."""
    raw.seek(0)
    return raw.read(4) in (b"PK\x03\x04", _END)


def members(raw: BinaryIO) -> Iterator[Member]:
    """The members of a zip file, in the order of its directory.

    :raises ZipError: if the directory is missing or broken.
    """
    size = raw.seek(0, 2)
    start = raw.seek(max(0, size - (1 << 17)))
    tail = _read(raw, 1 << 17)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        raise ZipError("the zip file has no directory: it is cut off")
    length, first = struct.unpack_from("<LL", tail, at + 12)
    if tail[max(0, at - 20) : at].startswith(_LOCATOR_64) and (at_64 := tail.rfind(_END_64, 0, at)) >= 0:
        length, first = struct.unpack_from("<QQ", tail, at_64 + 40)
        at = at_64
    directory = start + at - length
    shift = directory - first  # of a zip file that stands behind something else and does not count it
    if directory < 0 or shift < 0:
        raise ZipError("the directory of the zip file is broken")
    entries, left = Section(raw, directory, length), size
    ahead, at = _read(entries, _AHEAD), 0
    while at < len(ahead):
        if not ahead.startswith(b"PK\x01\x02", at) or len(ahead) < at + _ENTRY.size:
            raise ZipError("the directory of the zip file is broken")
        member, at = _member(ahead, at, shift)
        left -= member.size
        if left < 0:  # a bomb: few bytes that stand for many
            raise ZipError("the members of the zip file overlap")
        yield member
        if len(ahead) - at < _LONGEST:
            ahead, at = ahead[at:] + _read(entries, _AHEAD), 0


def open_member(raw: BinaryIO, member: Member, key: Hashable) -> BinaryIO:
    """A member as a file that can seek.

    :param key: names it and its state.
    :raises ZipError: if it is packed or encrypted in a way that is not read, or its head is broken.
    """
    raw.seek(member.offset)
    head = _read(raw, 30)
    if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
        raise ZipError("the member of the zip file is broken: it has no head")
    if member.encrypted:
        raise ZipError("the member of the zip file is encrypted")
    if member.method not in (_STORED, _DEFLATED):
        raise ZipError(f"the member of the zip file is packed by method {member.method}; accepted: 0, 8")
    names = struct.unpack_from("<HH", head, 26)
    part = cast("BinaryIO", Section(raw, member.offset + 30 + sum(names), member.size))
    if member.method == _STORED:
        return part
    return cast("BinaryIO", SeekableStream(part, 0, lambda: Inflater(-15), access_index(key)))


def _read(part: BinaryIO | Section, count: int) -> bytes:
    """So many bytes, or all that are left."""
    content = part.read(count)
    while len(content) < count and (piece := part.read(count - len(content))):
        content += piece
    return content


def _member(directory: bytes, at: int, shift: int) -> tuple[Member, int]:
    """The member of an entry, and where the next entry begins."""
    _, flags, method, size, unpacked, *lengths, offset = _ENTRY.unpack_from(directory, at)
    behind_name = at + _ENTRY.size + lengths[0]
    name = directory[at + _ENTRY.size : behind_name]
    extra = directory[behind_name : behind_name + lengths[1]]
    behind = behind_name + lengths[1] + lengths[2]
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:  # sizes and offsets for which 32 bits are too few
            numbers = extra[at + 4 : at + 4 + length]
            far = iter(struct.unpack(f"<{len(numbers) // 8}Q", numbers[: len(numbers) // 8 * 8]))
            unpacked, size, offset = (
                next(far, value) if value == _FAR else value for value in (unpacked, size, offset)
            )
        at += 4 + length
    text = name.decode("utf-8" if flags & 0x800 or name.isascii() else "cp437", "replace")
    return Member(text, method, bool(flags & 1), size, shift + offset), behind
