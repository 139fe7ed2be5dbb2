"""An article's history: its texts in the order in which they stood on the site.

Fetches come in any order: live ones as time goes by, those out of archives as they are found. The
history is the same whatever the order, because each fetch is put in its place by its time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from itertools import zip_longest
from typing import Any

import attrs
from attrs import Factory, define
from sqlalchemy import Connection, Row, delete, select, update

from pipelines.records.upsert import chunks, insert
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

VERSION = (*COMPARED, "images", "content_hash", "parser")
"""What is kept of a text that another one followed."""


class Cause(StrEnum):
    """Why a text was followed by another one."""

    EDIT = "edit"
    """The newspaper said something else."""
    PARSER = "parser"
    """The same page was read better."""


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
class Stretch:
    """A version, and the first and the last fetch that are known to have shown it in one go."""

    since: datetime
    until: datetime
    said: Version
    readings: list[dict[str, Any]] = Factory(list)
    """Rows of what the same pages were read as by earlier parsers."""
    article: items.Article | None = None
    """The fetch that this text was read from, if it was read just now."""


def insert_capture(connection: Connection, row: Row[Any], current: Version, article: items.Article) -> bool:
    """Put a fetch that is older than the last one in its place.

    :param row: the article's row; it keeps its text, for that was seen later.
    :param current: what the row says.
    :returns: whether the fetch brings a text that the history did not have at that time.
    """
    history = read_histories(connection, [(row, current)])[row.id]
    inserted = place(history, Stretch(article.fetched_at, article.fetched_at, version(article)))
    connection.execute(
        update(Article)
        .where(Article.id == row.id)
        .values(
            first_seen_at=min(row.first_seen_at, article.fetched_at),
            changed_at=history[-1].since,
            revision=rewrite_history(connection, row.id, history),
        )
    )
    return inserted


def revision_row(article_id: int, number: int, stretch: Stretch, following: Stretch) -> dict[str, Any]:
    """The row of ``article_revisions`` for a text that another one followed."""
    return {name: stretch.said[name] for name in VERSION} | {
        "article_id": article_id,
        "revision": number,
        "seen_at": stretch.since,
        "last_seen_at": stretch.until,
        "replaced_at": following.since,
        "changed": changed_fields(stretch.said, following.said),
        "cause": Cause.EDIT,
    }


def rereading_row(
    article_id: int, number: int, stretch: Stretch, now_read: Version, now: datetime | None = None
) -> dict[str, Any]:
    """The row for a text that a better parser reads otherwise from the same page."""
    at = now or datetime.now(UTC)
    following = Stretch(at, at, now_read)
    return revision_row(article_id, number, stretch, following) | {"cause": Cause.PARSER}


def present(row: Row[Any], current: Version) -> Stretch:
    """The article's row as the last stretch of its history."""
    return Stretch(row.changed_at, row.last_seen_at, current)


def seen(article: items.Article) -> Stretch:
    """A fetch as a stretch of a history."""
    return Stretch(article.fetched_at, article.fetched_at, version(article))


def place(history: list[Stretch], capture: Stretch) -> bool:
    at = capture.since
    place = next(i for i, stretch in enumerate(history) if stretch.until >= at)
    following = history[place]
    if not changed_fields(following.said, capture.said):
        following.since = min(following.since, at)
        return False
    if following.since == at:  # the page that this text was read from, read again
        following.readings.append(rereading_row(0, 0, following, capture.said))
        following.said = capture.said
        return True
    if following.since < at:  # between two sights of one text: it went and came back
        before = Stretch(following.since, following.since, following.said, following.readings)
        following.since, following.readings = following.until, []
        history[place:place] = [before, capture]
        return True
    if place and not changed_fields(history[place - 1].said, capture.said):
        history[place - 1].until = at
        return False
    history.insert(place, capture)
    return True


def read_histories(
    connection: Connection, articles: Iterable[tuple[Row[Any], Version]]
) -> dict[int, list[Stretch]]:
    """The texts of articles in order; row id -> stretches, the present text last.

    :param articles: rows of ``articles``, each with what it says.
    """
    known = [(row, current) for row, current in articles]
    old: dict[int, list[Row[Any]]] = defaultdict(list)
    for part in chunks([row.id for row, _ in known if row.revision > 1]):
        query = select(ArticleRevision).where(ArticleRevision.article_id.in_(part))
        for revision in connection.execute(query.order_by(ArticleRevision.revision)):
            old[revision.article_id].append(revision)
    return {row.id: _history(old[row.id], present(row, current)) for row, current in known}


def _history(revisions: Iterable[Row[Any]], now: Stretch) -> list[Stretch]:
    history, readings = [], []
    for old in revisions:
        if old.cause == Cause.PARSER:
            readings.append(old._asdict())
        else:
            history.append(Stretch(old.seen_at, old.last_seen_at, old._asdict(), readings))
            readings = []
    now.readings = readings
    return [*history, now]


def rewrite_history(connection: Connection, article_id: int, history: list[Stretch]) -> int:
    """Write the history's rows anew; the number of the present text."""
    connection.execute(delete(ArticleRevision).where(ArticleRevision.article_id == article_id))
    rows: list[dict[str, Any]] = []
    for stretch, following in zip_longest(history, history[1:]):
        for reading in stretch.readings:
            rows.append({**reading, "article_id": article_id, "revision": len(rows) + 1})
        if following:
            rows.append(revision_row(article_id, len(rows) + 1, stretch, following))
    if rows:
        connection.execute(insert(connection, ArticleRevision), rows)
    return len(rows) + 1
