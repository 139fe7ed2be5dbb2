"""Reads a collection back for comparison: what analysts rely on, without row numbers and times of fetch."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, select

from schemas import tables
from schemas.database import open_engine

TIMES = {"first_seen_at", "last_seen_at", "changed_at", "seen_at", "replaced_at", "found_at", "tried_at"}
CRAWL_MEMORY = {"runs", "rejects", "list_walks", "list_entries", "frontier", "validators", "duplicate_bands"}
"""Tables that say how the collection came about; the others are the collection."""


def content(database_url: str) -> dict[str, list[Any]]:
    """Every row of the collection's tables, comparable between databases."""
    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            return {
                name: _rows(connection, name)
                for name in tables.Table.metadata.tables
                if name not in CRAWL_MEMORY
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


def _rows(connection: Connection, name: str) -> list[Any]:
    table = tables.Table.metadata.tables[name]
    names = _names(connection)
    rows = []
    for row in connection.execute(select(table)).mappings():
        shown = {
            column: names.get((target.column.table.name, value), value)
            for column, value in row.items()
            if column not in TIMES and column != "id"
            for target in [next(iter(table.c[column].foreign_keys), _NO_TARGET)]
        }
        rows.append(sorted(shown.items()))
    return sorted(rows, key=repr)


class _NoTarget:
    class column:  # noqa: N801
        class table:  # noqa: N801
            name = ""


_NO_TARGET: Any = _NoTarget()


def _names(connection: Connection) -> dict[tuple[str, Any], Any]:
    """(table, row number) -> what identifies the row on every database."""
    names: dict[tuple[str, Any], Any] = {}
    for section in connection.execute(select(tables.Section)):
        names["sections", section.id] = (section.edition, section.site_section_id)
    for article in connection.execute(select(tables.Article)):
        names["articles", article.id] = (article.edition, article.site_article_id)
    for author in connection.execute(select(tables.Author)):
        names["authors", author.id] = author.name
    return names
