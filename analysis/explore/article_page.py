"""What the page of one article shows: its text, and all that hangs together with it."""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from typing import Any

from attrs import frozen
from datasette.database import Database

_WORDS = re.compile(r"\s+|[^\s]+")

_ARTICLE = """
SELECT a.*, o.section, o.site_section_id, o.authors, o.local_time, o.local_date, o.local_month, o.estimated
FROM articles a
JOIN article_overview o ON o.article_id = a.id
WHERE a.id = ?
"""
_PICTURES = "SELECT url, caption FROM images WHERE article_id = ? ORDER BY position"
_RELATED = """
SELECT target_article_id, target_headline, url
FROM related_headlines
WHERE article_id = ?
ORDER BY last_seen_at DESC, position
"""
_COPIES = """
SELECT o.article_id, o.headline, o.local_date, d.method
FROM (
    SELECT of_article_id AS other, method FROM duplicates WHERE article_id = ?1
    UNION
    SELECT article_id, method FROM duplicates WHERE of_article_id = ?1
) d
JOIN article_overview o ON o.article_id = d.other
ORDER BY o.local_time
"""
_CHANGES = """
SELECT revision, replaced_at, cause, field, before, after
FROM revision_changes
WHERE article_id = ?
ORDER BY revision DESC
"""


@frozen
class Piece:
    """A part of a text that a change has kept, added or taken away."""

    how: str
    """``kept``, ``added`` or ``removed``."""
    text: str


@frozen
class Change:
    """What one change did to one field."""

    revision: int
    replaced_at: str
    cause: str
    field: str
    pieces: list[Piece]


@frozen
class Reading:
    """An article as a person reads it."""

    article: dict[str, Any]
    paragraphs: list[str]
    pictures: list[dict[str, Any]]
    related: list[dict[str, Any]]
    copies: list[dict[str, Any]]
    changes: list[Change]


async def read_article(database: Database, article_id: str) -> Reading | None:
    """The article with this row number; ``None`` if there is none."""

    async def rows(query: str) -> list[dict[str, Any]]:
        return [dict(row) for row in (await database.execute(query, [article_id])).rows]

    found = await rows(_ARTICLE)
    if not found:
        return None
    return Reading(
        article=found[0],
        paragraphs=[paragraph for paragraph in found[0]["body"].split("\n\n") if paragraph],
        pictures=await rows(_PICTURES),
        related=await rows(_RELATED),
        copies=await rows(_COPIES),
        changes=[
            Change(
                row["revision"],
                row["replaced_at"],
                row["cause"],
                row["field"],
                difference(_readable(row["before"]), _readable(row["after"])),
            )
            for row in await rows(_CHANGES)
        ],
    )


def difference(before: str, after: str) -> list[Piece]:
    """What became of a text, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces = []
    for how, start, end, new_start, new_end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if how == "equal":
            pieces.append(Piece("kept", "".join(old[start:end])))
            continue
        if start < end:
            pieces.append(Piece("removed", "".join(old[start:end])))
        if new_start < new_end:
            pieces.append(Piece("added", "".join(new[new_start:new_end])))
    return pieces


def _readable(value: str | None) -> str:
    """The value of a field as text; pictures, which are kept as JSON, one a line."""
    if value is None:
        return ""
    if not value.startswith("[{"):
        return value
    try:
        pictures = json.loads(value)
    except ValueError:
        return value
    return "\n".join(f"{picture.get('caption') or ''} ({picture.get('url')})".strip() for picture in pictures)
