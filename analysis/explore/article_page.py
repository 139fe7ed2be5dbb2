"""What the page of one article shows: its text, and all that hangs together with it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import Any

from datasette.database import Database

from newspapers import current
from schemas.local_time import local

_WORDS = re.compile(r"\s+|[^\s]+")

_ARTICLE = """
SELECT a.*, o.section, o.site_section_id, o.authors, o.local_time, o.local_date, o.local_month, o.estimated
FROM articles a
JOIN article_overview o ON o.article_id = a.id
WHERE a.id = ?
"""
_BESIDE = {
    "captures": """
SELECT p.id, p.fetched_at
FROM articles a JOIN pages p ON p.edition = a.edition AND p.site_article_id = a.site_article_id
WHERE a.id = ? AND p.status IN (200, 304)
ORDER BY p.fetched_at DESC
""",
    "pictures": """
SELECT i.article_id, i.position, i.url, i.caption, p.width, p.height, p.digest IS NOT NULL AS is_archived
FROM images i LEFT JOIN pictures p ON p.url = i.url
WHERE i.article_id = ?
ORDER BY i.position
""",
    "related": """
SELECT target_article_id, target_headline, url
FROM related_headlines
WHERE article_id = ?
ORDER BY last_seen_at DESC, position
""",
    "copies": """
SELECT o.article_id, o.headline, o.local_date, d.method
FROM (
    SELECT of_article_id AS other, method FROM duplicates WHERE article_id = ?1
    UNION
    SELECT article_id, method FROM duplicates WHERE of_article_id = ?1
) d
JOIN article_overview o ON o.article_id = d.other
ORDER BY o.local_time
""",
    "changes": """
SELECT revision, replaced_at, cause, field, before, after
FROM revision_changes
WHERE article_id = ?
ORDER BY revision DESC
""",
}

Piece = tuple[str, str]
"""What a change did to a part of a text (``kept``, ``added`` or ``removed``), and the part."""


async def read_article(database: Database, article_id: str) -> dict[str, Any] | None:
    """What the template of an article shows of the one with this row number; ``None`` if there is none."""

    async def rows(query: str) -> list[dict[str, Any]]:
        return [dict(row) for row in (await database.execute(query, [article_id])).rows]

    found = await rows(_ARTICLE)
    if not found:
        return None
    beside = {name: await rows(query) for name, query in _BESIDE.items()}
    for name in ("first_seen_at", "last_seen_at"):
        found[0][name] = shown_time(found[0][name])
    for capture in beside["captures"]:
        capture["fetched_at"] = shown_time(capture["fetched_at"])
    for change in beside["changes"]:
        change["replaced_at"] = shown_time(change["replaced_at"])
        change["pieces"] = difference(_readable(change["before"]), _readable(change["after"]))
    paragraphs = [paragraph for paragraph in found[0]["body"].split("\n\n") if paragraph]
    language = current().edition(found[0]["edition"]).language
    return {"article": found[0], "language": language, "paragraphs": paragraphs} | beside


def shown_time(stored: str) -> str:
    """A moment, which SQLite has in UTC, as people read it: by the newspaper's clock, with its zone."""
    return local(datetime.fromisoformat(stored).replace(tzinfo=UTC)).strftime("%Y-%m-%d %H:%M (UTC%z)")


def difference(before: str, after: str) -> list[Piece]:
    """What became of a text, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for how, start, end, new_start, new_end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if how == "equal":
            pieces.append(("kept", "".join(old[start:end])))
            continue
        if start < end:
            pieces.append(("removed", "".join(old[start:end])))
        if new_start < new_end:
            pieces.append(("added", "".join(new[new_start:new_end])))
    return pieces


def _readable(value: str | None) -> str:
    """The value of a field as text; pictures, which are stored as JSON, one a line."""
    if value is None or not value.startswith("[{"):
        return value or ""
    try:
        pictures = json.loads(value)
    except ValueError:
        return value
    return "\n".join(f"{picture.get('caption') or ''} ({picture.get('url')})".strip() for picture in pictures)
