"""Archived pages in the browser: what the newspaper sent, with nothing that could run or ask the network."""

from __future__ import annotations

import os
from pathlib import Path

from datasette.database import Database

from archive import Capture, DamagedError, read_at
from archive.fields import field

POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
"""A page that somebody else wrote: it may look like something, and do nothing."""

_PAYLOAD = """
SELECT o.warc_file, o.warc_offset, o.warc_skip
FROM pages p JOIN pages o ON o.url = p.url AND o.digest = p.digest AND NOT o.revisit
WHERE p.id = ?
ORDER BY o.id = p.id DESC, o.id
LIMIT 1
"""


async def read_capture(database: Database, page_id: int) -> Capture | str:
    """The page with this row number, or the one whose content it repeats; or why there is none."""
    folder = os.environ.get("ARCHIVE_DIR")
    row = (await database.execute(_PAYLOAD, [page_id])).first()
    if not folder or row is None:
        return "no such page is archived"
    try:
        return read_at(Path(folder, row["warc_file"]), row["warc_offset"], row["warc_skip"])
    except (DamagedError, OSError) as error:
        return f"the archived page cannot be read: {error}"


def media_type(capture: Capture) -> str:
    """The type that the page was sent with."""
    return field(capture.headers, "Content-Type") or "text/html; charset=utf-8"
