"""Articles and what hangs on them: authors, images, related links, revisions, duplicates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from operator import itemgetter
from typing import Any

import attrs
from attrs import frozen
from sqlalchemy import Connection, Row, bindparam, case, delete, select, update

from crawler.parser_build import parser_build
from pipelines.records.history import (
    COMPARED,
    changed_fields,
    insert_capture,
    present,
    rereading_row,
    revision_row,
    seen,
    text_of,
    version,
    version_of,
)
from pipelines.records.pages import Place, page_ids
from pipelines.records.sections import section_ids
from pipelines.records.upsert import chunks, insert, insert_all, one_of
from schemas import items
from schemas.tables import (
    Article,
    ArticleAuthor,
    ArticleRevision,
    Author,
    DuplicateBand,
    Image,
    RelatedLink,
)


class Outcome(StrEnum):
    """What storing an article came to; also the name of its count in ``runs``."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@frozen
class Stored:
    """An article's row after it was written."""

    id: int
    outcome: Outcome
    changed_at: datetime | None = None
    """When another text was found than before; ``None`` if that never happened."""
    late: bool = False
    """Whether a younger fetch was stored before: the row shows that one's text."""


def write_articles(
    connection: Connection, articles: Sequence[items.Article]
) -> dict[tuple[str, int], Stored]:
    """Insert, revise or confirm articles with distinct keys; key -> what came of it."""
    sections, pages = section_ids(connection, articles), page_ids(connection, articles)
    before = rows_before(connection, [article.key for article in articles])
    images = images_before(connection, [row.id for row in before.values()])
    stored: dict[tuple[str, int], Stored] = {}
    fresh, revised, confirmed, late = [], [], [], []
    for article in articles:
        row = before.get(article.key)
        if row is None:
            fresh.append(article)
        elif article.fetched_at < row.last_seen_at and article.fetched_at != row.changed_at:
            late.append((row, article))
        elif changed_fields(version_of(row, images[row.id]), version(article)):
            revised.append((row, article))
        else:
            confirmed.append((row.id, article))
            changed_at = row.changed_at if row.revision > 1 else None
            stored[article.key] = Stored(row.id, Outcome.UNCHANGED, changed_at)
    for key, row_id in _insert(connection, fresh, sections, pages).items():
        stored[key] = Stored(row_id, Outcome.NEW)
    for row, article in revised:
        stored[article.key] = Stored(row.id, Outcome.CHANGED, article.fetched_at)
    for row, article in late:
        inserted = insert_capture(connection, row, version_of(row, images[row.id]), article)
        outcome = Outcome.CHANGED if inserted else Outcome.UNCHANGED
        stored[article.key] = Stored(row.id, outcome, late=True)
    _revise(connection, revised, images, pages)
    _touch(connection, confirmed)
    written = [(stored[article.key].id, article) for article in fresh]
    written += [(row.id, article) for row, article in revised]
    write_images(connection, written)
    write_authors(connection, written)
    write_signatures(connection, written)
    write_related(
        connection,
        (
            related_row(stored[article.key].id, position, link, article.fetched_at, article.fetched_at)
            for article in articles
            for position, link in enumerate(article.related, 1)
        ),
    )
    return stored


def rows_before(connection: Connection, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Row[Any]]:
    columns: list[Any] = [
        Article.id,
        Article.edition,
        Article.site_article_id,
        Article.revision,
        Article.changed_at,
    ]
    columns += [getattr(Article, name) for name in COMPARED]
    columns += [Article.content_hash, Article.parser, Article.first_seen_at, Article.last_seen_at]
    columns += [Article.page_id, Article.canonical_url]
    return {
        (row.edition, row.site_article_id): row
        for part in chunks(keys)
        for row in connection.execute(
            select(*columns)
            .where(one_of((Article.edition, Article.site_article_id), part))
            .order_by(Article.id)
            # Another writer must not revise between this look and the write, but may refer to the row.
            .with_for_update(key_share=True)
        )
    }


def images_before(connection: Connection, article_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    images: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for part in chunks(article_ids):
        query = select(Image).where(Image.article_id.in_(part)).order_by(Image.article_id, Image.position)
        for row in connection.execute(query):
            images[row.article_id].append({"url": row.url, "caption": row.caption, "credit": row.credit})
    return images


def text_columns(article: items.Article, pages: dict[Place | None, int]) -> dict[str, Any]:
    return text_of(article) | {
        "word_count": article.word_count,
        "content_hash": article.content_hash,
        "parser": article.parser,
        "parser_build": parser_build(),
        "rules": article.rules,
        "last_seen_at": article.fetched_at,
        "changed_at": article.fetched_at,
        "page_id": pages.get(article.page),
    }


def _insert(
    connection: Connection,
    articles: Sequence[items.Article],
    sections: dict[tuple[str, int], int],
    pages: dict[Place | None, int],
) -> dict[tuple[str, int], int]:
    """Insert articles; key -> row."""
    if not articles:
        return {}
    rows = [
        text_columns(article, pages)
        | {
            "edition": str(article.edition),
            "site_article_id": article.article_id,
            "section_id": None
            if article.section_id is None
            else sections[article.edition, article.section_id],
            "canonical_url": article.canonical_url,
            "revision": 1,
            "first_seen_at": article.fetched_at,
        }
        for article in articles
    ]
    # Not in the order of the parameters: SQLite would take a statement for each row, and after each of them
    # the search index writes what it has gathered.
    returned = (Article.edition, Article.site_article_id, Article.id)
    inserted = insert_all(connection, insert(connection, Article).returning(*returned), rows)
    return {(row.edition, row.site_article_id): row.id for row in inserted}


def _revise(
    connection: Connection,
    revised: Sequence[tuple[Row[Any], items.Article]],
    images: dict[int, list[dict[str, Any]]],
    pages: dict[Place | None, int],
) -> None:
    if not revised:
        return
    rows, updates = [], []
    for row, article in revised:
        before, now = present(row, version_of(row, images[row.id])), seen(article)
        if now.since == before.since:  # the page that the row's text was read from, read again
            rows.append(rereading_row(row.id, row.revision, before, now.said))
            now.until = before.until
        else:
            rows.append(revision_row(row.id, row.revision, before, now))
        updates.append(
            text_columns(article, pages)
            | {"row_id": row.id, "revision": row.revision + 1, "last_seen_at": now.until}
        )
    connection.execute(insert(connection, ArticleRevision), rows)
    connection.execute(update(Article).where(Article.id == bindparam("row_id")), updates)
    changed_ids = [row.id for row, _article in revised]
    for table in (Image, ArticleAuthor, DuplicateBand):
        connection.execute(delete(table).where(table.article_id.in_(changed_ids)))


def _touch(connection: Connection, confirmed: Sequence[tuple[int, items.Article]]) -> None:
    if confirmed:
        connection.execute(
            update(Article).where(Article.id == bindparam("row_id")),
            [{"row_id": row_id, "last_seen_at": article.fetched_at} for row_id, article in confirmed],
        )


def write_images(connection: Connection, written: Iterable[tuple[int, items.Article]]) -> None:
    rows = [
        {"article_id": article_id, "position": position, **attrs.asdict(image)}
        for article_id, article in written
        for position, image in enumerate(article.images, 1)
    ]
    if rows:
        insert_all(connection, insert(connection, Image), rows)


def write_authors(connection: Connection, written: Sequence[tuple[int, items.Article]]) -> None:
    # Sorted, so that two writers on PostgreSQL take the rows' locks in the same order.
    names = sorted({name for _, article in written for name in article.authors})
    if not names:
        return
    insert_all(
        connection, insert(connection, Author).on_conflict_do_nothing(), [{"name": name} for name in names]
    )
    ids = {
        row.name: row.id
        for part in chunks(names)
        for row in connection.execute(select(Author.id, Author.name).where(Author.name.in_(part)))
    }
    insert_all(
        connection,
        insert(connection, ArticleAuthor),
        [
            {"article_id": article_id, "position": position, "author_id": ids[name]}
            for article_id, article in written
            for position, name in enumerate(article.authors, 1)
        ],
    )


def write_signatures(connection: Connection, written: Iterable[tuple[int, items.Article]]) -> None:
    rows = [
        {"band": band, "article_id": article_id, "numbers": article.number_bits}
        for article_id, article in written
        for band in set(article.bands)
    ]
    if rows:
        # In the order of the key: what comes to one page of the index comes together.
        insert_all(connection, insert(connection, DuplicateBand), sorted(rows, key=itemgetter("band")))


def related_row(
    article_id: int, position: int, link: items.RelatedLink, first: datetime, last: datetime
) -> dict[str, Any]:
    """The row of ``related_links`` for an entry of the block, seen from a first to a last fetch."""
    return {
        "article_id": article_id,
        "target_edition": str(link.edition),
        "target_site_article_id": link.article_id,
        "position": position,
        "url": link.url,
        "headline": link.headline,
        "teaser": link.teaser,
        "first_seen_at": first,
        "last_seen_at": last,
    }


def write_related(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows of ``related_links``; of an entry that is there, each fetch counts in its place in time."""
    by_key = {(row["article_id"], row["target_edition"], row["target_site_article_id"]): row for row in rows}
    if not by_key:
        return
    statement = insert(connection, RelatedLink)
    new, old = statement.excluded, RelatedLink.__table__.c
    younger = new.last_seen_at >= old.last_seen_at
    insert_all(
        connection,
        statement.on_conflict_do_update(
            index_elements=["article_id", "target_edition", "target_site_article_id"],
            set_={
                name: case((younger, new[name]), else_=old[name])
                for name in ("position", "url", "headline", "teaser", "last_seen_at")
            }
            | {
                "first_seen_at": case(
                    (new.first_seen_at < old.first_seen_at, new.first_seen_at), else_=old.first_seen_at
                )
            },
        ),
        list(by_key.values()),
    )
