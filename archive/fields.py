"""Named fields: the syntax that WARC and HTTP heads share, and the dates in them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from archive.records import Headers

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?Z)?)?)?",
    re.ASCII,
)
MAX_HEAD = 1 << 16
"""Bytes of a head, of a record or an HTTP message: more than any server sends."""

_CODINGS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_FIRST_YEAR, _LAST_YEAR = 1990, 9998
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")


def parse_fields(head: bytes, encoding: str) -> Headers:
    """The fields of a head. A line that is no field is left out: what follows can still be read.

    A line that begins with white space continues the one before (WARC 1.1, 4; RFC 9112, 5.2).
    """
    fields: list[tuple[str, str]] = []
    if b"\n " in head or b"\n\t" in head:
        head = _FOLDED.sub(b" ", head)
    for line in head.decode(encoding, "replace").split("\n"):
        name, colon, value = line.partition(":")
        if colon and (name := name.rstrip()) and not name[0].isspace():
            fields.append((name, value.strip()))
    return tuple(fields)


def field(fields: Headers, name: str) -> str | None:
    """The first value of a field; names do not depend on case."""
    wanted = name.lower()
    return next((value for key, value in fields if key.lower() == wanted), None)


def without_codings(fields: Headers) -> Headers:
    """The fields that still hold for a body that has been decoded."""
    return tuple((name, value) for name, value in fields if name.lower() not in _CODINGS)


def write_fields(first_line: str, fields: Headers) -> bytes:
    """A head with the empty line that ends it.

    Line breaks within a value become spaces: a server must not be able to write fields of its own.
    """
    lines = [first_line, *(f"{name}: {value}" for name, value in fields)]
    cleaned = "".join(_CONTROL.sub(" ", line) + "\r\n" for line in lines) + "\r\n"
    try:
        return cleaned.encode("latin-1")
    except UnicodeEncodeError:
        return cleaned.encode("utf-8", "replace")


def write_date(moment: datetime) -> str:
    """A WARC-Date with the microseconds that WARC 1.1, 5.4 allows."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone, so it names no moment")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_date(text: str) -> datetime | None:
    """A WARC-Date of any precision (WARC 1.1, 5.4), or ``None``. What is not said counts as zero.

    A date at which no capture can have been made, because it is before the web or so far away that it has
    no equivalent in other time zones, is none.
    """
    if len(text) == len("2024-04-25T03:00:00Z") and text[-1] == "Z" and text.isascii():
        try:  # nearly all are of this form, and it is read ten times as fast
            return _plausible(datetime.fromisoformat(text))
        except ValueError:
            pass
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (
        int(match[part] or least)
        for part, least in zip(
            ("year", "month", "day", "hour", "minute", "second"), (1, 1, 1, 0, 0, 0), strict=True
        )
    )
    microsecond = int((match["fraction"] or "0").ljust(6, "0")[:6])
    leap, second = divmod(second, 60)  # a leap second is the first of the next minute
    try:
        moment = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=UTC)
        moment += timedelta(minutes=leap)
    except (ValueError, OverflowError):
        return None
    return _plausible(moment)


def _plausible(moment: datetime) -> datetime | None:
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None
