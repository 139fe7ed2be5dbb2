"""Records of the format before WARC (Internet Archive's ARC, versions 1 and 2)."""

from __future__ import annotations

import re

# URL (which may hold spaces), IP address, date, then the media type and, in version 2, five fields more.
_LINE = re.compile(rb"([a-z][a-z0-9+.-]{1,20}:[^\r\n]*?) (\S+) (\d{14}|-) ([^\r\n]*)", re.IGNORECASE)


def parse_arc_line(line: bytes) -> tuple[str, dict[str, str]] | None:
    """Type and fields (:data:`archive.walk.Fields`) that the record would have in a WARC file.

    ``None`` if the line begins no record.
    """
    match = _LINE.fullmatch(line.rstrip(b"\r\n"))
    size = line.rpartition(b" ")[2].strip()
    if match is None or not size.isdigit() or len(size) > 18:
        return None
    url, address, date, rest = (part.decode("latin-1") for part in match.groups())
    kind = "warcinfo" if url.lower().startswith("filedesc:") else "response"
    moment = f"{date[:4]}-{date[4:6]}-{date[6:8]}T{date[8:10]}:{date[10:12]}:{date[12:]}Z"
    return kind, {
        "warc-target-uri": url,
        "warc-ip-address": address,
        "warc-date": moment,
        "content-type": rest.partition(" ")[0],
        "content-length": size.decode(),
    }
