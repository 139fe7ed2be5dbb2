"""Named fields: the syntax that WARC and HTTP heads share, and the dates in them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from archive.records import Headers

MAX_HEAD = 1 << 16
"""Bytes of a head, of a record or an HTTP message: more than any server sends."""

_CODINGS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_FIRST_YEAR, _LAST_YEAR = 1990, 9998
_FIELD = re.compile(r"^([^\s:][^:\n]*):([^\n]*)", re.MULTILINE)
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")


def parse_fields(head: bytes, encoding: str) -> Headers:
    """The fields of a head. A line that is no field is left out: what follows can still be read.

    A line that begins with white space continues the one before (WARC 1.1, 4; RFC 9112, 5.2).
    """
    if b"\n " in head or b"\n\t" in head:
        head = _FOLDED.sub(b" ", head)
    found = _FIELD.findall(head.decode(encoding, "replace"))
    return tuple([(name.rstrip(), value.strip()) for name, value in found])


def field(fields: Headers, name: str) -> str | None:
    """The first value of a field; names do not depend on case."""
    wanted = name.lower()
    for key, value in fields:
        if key.lower() == wanted:
            return value
    return None


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
    text = text.strip()
    if len(text) in (len("2024"), len("2024-04")):
        text += "0000-01-01"[len(text) :]
    is_leap = text.endswith(":60Z")  # a leap second is the first of the next minute
    try:
        moment = datetime.fromisoformat(text.replace(":60Z", ":59Z") if is_leap else text)
    except ValueError:
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment + timedelta(seconds=1) if is_leap else moment
