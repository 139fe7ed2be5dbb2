"""What follows from the tables and is made anew after the migrations: views, search triggers, comments.

A migration that alters a table could not do so while views and triggers refer to it (SQLite makes a new
table and drops the old). So ``migrations/env.py`` takes them away before the first step and makes them,
as this version defines them, when the newest schema is reached.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from sqlalchemy import Connection, text

from schemas import catalogue_lines as catalogue
from schemas import search_index, views
from schemas.tables import Table

_log = logging.getLogger(__name__)


def drop_derived(connection: Connection) -> None:
    """Take away what refers to the tables, as far as it is there."""
    views.drop_views(connection)
    search_index.drop_triggers(connection)


def create_derived(connection: Connection, fill: bool = True) -> None:
    """Make it anew; fill catalogue and search index if they are new (and ``fill`` says so)."""
    search_index.create_triggers(connection)
    views.create_views(connection)
    if connection.dialect.name == "postgresql":
        for target, comment in _comments():
            literal = connection.scalar(text("SELECT quote_literal(:comment)"), {"comment": comment})
            connection.exec_driver_sql(f"COMMENT ON {target} IS {literal}".replace("%", "%%"))
    if fill and search_index.index_is_empty(connection):
        for done in search_index.fill_index(connection):
            _log.info("%s articles indexed for the search", f"{done:,}")
        catalogue.fill_catalogue(connection)


def is_derived(name: str | None) -> bool:
    """Whether a table or index is not declared in ``schemas/tables/``: the databases differ in it."""
    return name is not None and (name.startswith("article_search") or name in views.INDEXES)


def _comments() -> Iterator[tuple[str, str | None]]:
    """What can have a comment, and its comment."""
    for table in Table.metadata.tables.values():
        yield f"TABLE {table.name}", table.comment
        yield from ((f'COLUMN {table.name}."{column.name}"', column.comment) for column in table.columns)
    for view in views.VIEWS:
        yield f"VIEW {view.name}", view.comment
        yield from ((f'COLUMN {view.name}."{name}"', meaning) for name, meaning in view.columns.items())
