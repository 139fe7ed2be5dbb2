"""Reads a collection back for comparison: what analysts rely on, without row numbers and times of fetch."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, inspect, select, text

from schemas import tables
from schemas.database import open_engine

TIMES = {"first_seen_at", "last_seen_at", "changed_at", "seen_at", "replaced_at", "found_at", "tried_at"}
CRAWL_MEMORY = {
    "runs",
    "rejects",
    "pages",
    "list_walks",
    "list_entries",
    "frontier",
    "validators",
    "text_anchors",
    "archived_captures",
}
"""Tables that say how the collection came about; the others are the collection."""


def content(database_url: str, *, times: bool = False, memory: bool = False) -> dict[str, list[Any]]:
    """Every row of the collection's tables, comparable between databases.

    :param times: also when things were seen: comparable only if both were read from the same fetches.
    :param memory: also the tables that say how the collection came about.
    """
    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            return {
                name: _rows(connection, name, set() if times else TIMES)
                for name in tables.Table.metadata.tables
                if memory or name not in CRAWL_MEMORY
            }
    finally:
        engine.dispose()


def everything(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table as it stands."""
    with engine.connect() as connection:
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for name, table in tables.Table.metadata.tables.items()
        }


def _rows(connection: Connection, name: str, left_out: set[str]) -> list[Any]:
    table = tables.Table.metadata.tables[name]
    names = _names(connection)
    leads_to = {
        column.name: next(iter(column.foreign_keys)).column.table.name
        for column in table.c
        if column.foreign_keys
    }
    return sorted(
        (
            sorted(
                (column, names.get((leads_to[column], value), value) if column in leads_to else value)
                for column, value in row.items()
                if column not in left_out and (column not in ("id", "page_id") or name == "list_walks")
            )
            for row in connection.execute(select(table)).mappings()
        ),
        key=repr,
    )


def _names(connection: Connection) -> dict[tuple[str, Any], Any]:
    """(table, row number) -> what identifies the row on every database."""
    names: dict[tuple[str, Any], Any] = {}
    for section in connection.execute(select(tables.Section)):
        names["sections", section.id] = (section.edition, section.site_section_id)
    for article in connection.execute(select(tables.Article)):
        names["articles", article.id] = (article.edition, article.site_article_id)
    for author in connection.execute(select(tables.Author)):
        names["authors", author.id] = author.name
    for run in connection.execute(select(tables.Run)):
        names["runs", run.id] = (run.spider, run.started_at)
    return names


def articles(database_url: str) -> dict[tuple[str, int], dict[str, Any]]:
    """Every stored article by edition and number, with the names of :class:`schemas.items.Article`."""
    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            return _articles(connection)
    finally:
        engine.dispose()


def _articles(connection: Connection) -> dict[tuple[str, int], dict[str, Any]]:
    sections = {row.id: row.site_section_id for row in connection.execute(select(tables.Section))}
    names = {row.id: row.name for row in connection.execute(select(tables.Author))}
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(select(tables.Article)):
        found[row.id] = dict(row._mapping) | {
            "article_id": row.site_article_id,
            "section_id": sections[row.section_id],
            "body": row.body.split("\n\n") if row.body else [],
            "authors": [],
            "images": [],
            "related": [],
        }
    for author in connection.execute(select(tables.ArticleAuthor).order_by(tables.ArticleAuthor.position)):
        found[author.article_id]["authors"].append(names[author.author_id])
    for image in connection.execute(select(tables.Image).order_by(tables.Image.position)):
        found[image.article_id]["images"].append((image.url, image.caption, image.credit))
    for link in connection.execute(
        select(tables.RelatedLink).order_by(
            tables.RelatedLink.position, tables.RelatedLink.target_site_article_id
        )
    ):
        target = (link.target_edition, link.target_site_article_id)
        found[link.article_id]["related"].append((*target, link.url, link.headline, link.teaser))
    return {(article["edition"], article["article_id"]): article for article in found.values()}


def waiting_for_locks(database_url: str) -> int:
    """How many connections to a PostgreSQL database wait for another's transaction."""
    engine = open_engine(database_url)
    others = "wait_event_type = 'Lock' AND datname = current_database()"
    with engine.connect() as connection:
        count = connection.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {others}"))
    engine.dispose()
    return int(count or 0)


def rows(database_url: str, table: type[tables.Table]) -> list[Any]:
    """Every row of a table, by its primary key."""
    engine = open_engine(database_url)
    with engine.connect() as connection:
        found = list(connection.execute(select(table).order_by(*inspect(table).primary_key)))
    engine.dispose()
    return found
