"""Archived pages in the browser: what the newspaper sent, with nothing that could run or ask the network."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from archive import Capture, DamagedError, read_at

if TYPE_CHECKING:
    from analysis.explore.server import Collection

POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
"""A page that somebody else wrote: it may look like something, and do nothing."""

_PICTURE = """
SELECT o.warc_file, o.warc_offset, o.warc_skip, o.media_type
FROM images i JOIN pictures p ON p.url = i.url JOIN pictures o ON o.digest = p.digest AND NOT o.revisit
WHERE i.article_id = ? AND i.position = ?
LIMIT 1
"""
_PAYLOAD = """
SELECT o.warc_file, o.warc_offset, o.warc_skip
FROM pages p JOIN pages o ON o.url = p.url AND o.digest = p.digest AND NOT o.revisit
WHERE p.id = ?
ORDER BY o.id = p.id DESC, o.id
LIMIT 1
"""


async def read_capture(database: Collection, page_id: int) -> Capture | str:
    """The page with this row number, or the one whose content it repeats; or why there is none."""
    row = (await database.execute(_PAYLOAD, [page_id])).first()
    return _read(database.archive, row) if row else "no such page is archived"


async def read_picture(database: Collection, article_id: int, position: int) -> tuple[bytes, str] | str:
    """An article's picture and the type that its bytes have; or why there is none."""
    row = (await database.execute(_PICTURE, [article_id, position])).first()
    capture = _read(database.archive, row) if row else "no such picture is archived"
    return capture if isinstance(capture, str) else (capture.body, row["media_type"])


def _read(archive: Path, row: sqlite3.Row) -> Capture | str:
    try:
        return read_at(archive / row["warc_file"], row["warc_offset"], row["warc_skip"])
    except (DamagedError, OSError) as error:
        return f"it cannot be read: {error}"
