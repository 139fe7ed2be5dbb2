"""What a file was, in one line: its format, and what became of each of its records."""

from __future__ import annotations

import re
from collections import Counter
from typing import BinaryIO

from attrs import define, field

from archive.compression import ERRORS, compression_at
from archive.records import printable

_UNPACK = "unpack it, and give what is in it"
_INDEX = "an index names captures and holds none; give the archives that it names"
_FORMATS = (
    (rb"\s*WARC", "a WARC file without a record that can be read", ""),
    (rb"filedesc:", "an ARC file without a record that can be read", ""),
    (rb" CDX |!\w+ |\S+ \d{14} [a-z]+://|[a-z]+://\S+ \d{14} ", "no archive but a CDX index", _INDEX),
    (rb"\S+ \d{4,17} ?\{", "no archive but a CDXJ index", _INDEX),
    (rb"\x04\x22\x4d\x18", "packed by lz4, which is not read", _UNPACK),
    (rb"BZh\d", "packed by bzip2, which is not read", _UNPACK),
    (rb"\xfd7zXZ\0", "packed by xz, which is not read", _UNPACK),
    (rb"7z\xbc\xaf", "no archive but a 7z archive", _UNPACK),
    (rb".{257}ustar", "no archive but a tar archive", _UNPACK),
    (rb"SQLite format 3\0", "no archive but a database of SQLite", ""),
    (
        rb"(?i)(?:\xef\xbb\xbf)?\s*<(?:!doctype|html)",
        "no archive but an HTML page",
        "pages alone do not say when they were fetched",
    ),
    (rb"\s*[\[{]", "no archive but JSON", ""),
    (rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xf4][\x80-\xbf]{1,3})+", "no archive but text", ""),
)
_HEAD = 512


@define
class FileSummary:
    """What reading a file came to. Each record is a capture, passed over for a reason, or damaged.

    ``remedy`` says what to do about a file that is no archive.
    """

    file: str
    format: str = ""
    remedy: str = ""
    captures: int = 0
    passed_over: Counter[str] = field(factory=Counter)
    damaged: int = 0
    damaged_ranges: int = 0

    @property
    def may_hold_archives(self) -> bool:
        """Whether it is packed in a way that is not read."""
        return self.remedy == _UNPACK

    @property
    def records(self) -> int:
        """Records that were seen."""
        return self.readable + self.damaged

    @property
    def readable(self) -> int:
        """Records that were read or passed over; none at all: it is no archive, or nothing is left of it."""
        return self.captures + self.passed_over.total()

    def __str__(self) -> str:
        passed_over = ", ".join(f"{count} {why}" for why, count in self.passed_over.most_common())
        counts = f", {self.captures} captures in {self.records} records" if self.records else ""
        parts = (
            self.format + counts,
            passed_over and f"passed over: {passed_over}",
            self.damaged and f"damaged: {self.damaged} in {self.damaged_ranges} ranges",
            self.remedy,
        )
        return printable(f"{self.file}: {'; '.join(str(part) for part in parts if part)}")


def recognise(raw: BinaryIO) -> tuple[str, str]:
    """The format of a file in which no record was found, and the remedy if there is one."""
    raw.seek(0)
    head = raw.read(1 << 12)
    if not head.strip():
        return "empty", ""
    packed = ""
    if compression := compression_at(raw):
        packed = f" packed by {compression.name}"
        try:
            head = compression.new().decompress(head, _HEAD)
        except ERRORS:
            return f"{compression.name}, broken from its beginning", ""
    for pattern, name, remedy in _FORMATS:
        if re.match(pattern, head[:_HEAD], re.DOTALL):
            return f"{name}{packed}", remedy
    return f"of an unknown format{packed}", ""
