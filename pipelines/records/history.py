"""An article's history: its texts in the order in which they stood on the site.

Fetches come in any order: live ones as time goes by, those out of archives as they are found. The
history is the same whatever the order, because each fetch is put in its place by its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

import attrs
from attrs import define
from sqlalchemy import Connection, Row, delete, select, update

from pipelines.records.upsert import insert
from schemas import items
from schemas.tables import Article, ArticleRevision

COMPARED = (
    "kind",
    "headline",
    "agency",
    "lead",
    "body",
    "byline",
    "source",
    "published_at",
    "published_raw",
    "published_basis",
)
"""The columns in which a difference makes a new revision; differing images make one too."""

Version = Mapping[str, Any]
"""What an article said: the compared columns, ``images``, ``content_hash`` and ``parser``."""


def text_of(article: items.Article) -> dict[str, Any]:
    """The compared columns as they are stored."""
    values = {name: getattr(article, name) for name in COMPARED}
    values["body"] = "\n\n".join(article.body)
    values["kind"] = str(article.kind)
    values["published_basis"] = article.published_basis and str(article.published_basis)
    return values


def version(article: items.Article) -> dict[str, Any]:
    """What a fetch says."""
    return text_of(article) | {
        "images": [attrs.asdict(image) for image in article.images],
        "content_hash": article.content_hash,
        "parser": article.parser,
    }


def version_of(row: Row[Any], images: list[dict[str, Any]]) -> dict[str, Any]:
    """What a row of ``articles`` says, with its images."""
    kept = (*COMPARED, "content_hash", "parser")
    return {name: getattr(row, name) for name in kept} | {"images": images}


def changed_fields(before: Version, after: Version) -> list[str]:
    """The fields in which two versions differ."""
    return [name for name in (*COMPARED, "images") if before[name] != after[name]]


@define
class _Stretch:
    """A version, and the first and the last fetch that are known to have shown it in one go."""

    since: datetime
    until: datetime
    said: Version


def insert_capture(connection: Connection, row: Row[Any], current: Version, article: items.Article) -> bool:
    """Put a fetch that is older than the last one in its place.

    :param row: the article's row; it keeps its text, for that was seen later.
    :param current: what the row says.
    :returns: whether the fetch brings a text that the history did not have at that time.
    """
    history = [*_revisions(connection, row.id), _Stretch(row.changed_at, row.last_seen_at, current)]
    inserted = _place(history, _Stretch(article.fetched_at, article.fetched_at, version(article)))
    connection.execute(
        update(Article)
        .where(Article.id == row.id)
        .values(
            first_seen_at=min(row.first_seen_at, article.fetched_at),
            changed_at=history[-1].since,
            revision=len(history),
        )
    )
    _rewrite(connection, row.id, history)
    return inserted


def _place(history: list[_Stretch], seen: _Stretch) -> bool:
    at = seen.since
    place = next(i for i, stretch in enumerate(history) if stretch.until >= at)
    following = history[place]
    if not changed_fields(following.said, seen.said):
        following.since = min(following.since, at)
        return False
    if following.since <= at:  # between two sights of one text: it went and came back
        before = _Stretch(following.since, following.since, following.said)
        following.since = following.until
        history[place:place] = [before, seen]
        return True
    if place and not changed_fields(history[place - 1].said, seen.said):
        history[place - 1].until = at
        return False
    history.insert(place, seen)
    return True


def _revisions(connection: Connection, article_id: int) -> list[_Stretch]:
    query = select(ArticleRevision).where(ArticleRevision.article_id == article_id)
    return [
        _Stretch(row.seen_at, row.last_seen_at, row._asdict())
        for row in connection.execute(query.order_by(ArticleRevision.revision))
    ]


def _rewrite(connection: Connection, article_id: int, history: list[_Stretch]) -> None:
    connection.execute(delete(ArticleRevision).where(ArticleRevision.article_id == article_id))
    kept = (*COMPARED, "images", "content_hash", "parser")
    rows = [
        {name: stretch.said[name] for name in kept}
        | {
            "article_id": article_id,
            "revision": number,
            "seen_at": stretch.since,
            "last_seen_at": stretch.until,
            "replaced_at": following.since,
            "changed": changed_fields(stretch.said, following.said),
        }
        for number, (stretch, following) in enumerate(pairwise(history), 1)
    ]
    if rows:
        connection.execute(insert(connection, ArticleRevision), rows)
