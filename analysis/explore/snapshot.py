"""A copy of the collection to look at: nothing that is done in it can touch the collection.

The copy is SQLite whatever the collection is. It has one table more, ``catalogue``: an article in a line,
with what people choose by, and the indexes that make choosing quick.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, Engine, create_engine, insert, select
from sqlalchemy.pool import NullPool

from schemas.database import open_engine, prepare_schema, sqlite_uri
from schemas.tables import ListEntry, ListWalk, Table, TextAnchor, Validator

CHUNK = 500
"""Rows copied at a time; an article is some kilobytes."""

LEFT_BEHIND = (TextAnchor, ListEntry, ListWalk, Validator)
"""The crawl's own notes: of no use to a reader, and many rows. Out of PostgreSQL they are not copied."""

CATALOGUE = """
CREATE TABLE catalogue (
    article_id INTEGER PRIMARY KEY,
    headline TEXT NOT NULL,
    published TEXT,
    section TEXT,
    authors TEXT NOT NULL,
    edition TEXT NOT NULL,
    kind TEXT NOT NULL,
    year TEXT,
    words INTEGER NOT NULL,
    pictures INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    copies INTEGER NOT NULL
);
INSERT INTO catalogue
SELECT o.article_id, o.headline,
       CASE WHEN o.estimated THEN o.local_month || ' ≈' ELSE substr(o.local_time, 1, 16) END,
       coalesce(o.section, o.edition || ' ' || o.site_section_id, o.edition),
       (SELECT json_group_array(name) FROM (
           SELECT w.name FROM article_authors aa JOIN authors w ON w.id = aa.author_id
           WHERE aa.article_id = o.article_id ORDER BY aa.position
       )),
       o.edition, o.kind, substr(o.local_month, 1, 4), o.word_count, o.pictures, o.revision,
       coalesce(m.copies, 1)
FROM article_overview o
LEFT JOIN story_members m ON m.article_id = o.article_id
"""

INDEXED = ("published", "section", "edition", "kind", "year")


def take_snapshot(engine: Engine, target: Path) -> None:
    """Copy the collection to a SQLite file that does not exist yet, in one consistent state."""
    if engine.dialect.name == "sqlite":
        # VACUUM is refused within a transaction, so not by way of the engine.
        with closing(sqlite3.connect(sqlite_uri(Path(engine.url.database or "")), uri=True)) as source:
            source.execute("VACUUM INTO ?", [str(target)])
    else:
        _copy(engine, target)
    with closing(sqlite3.connect(target)) as copy:
        copy.executescript(CATALOGUE)
        for column in INDEXED:
            copy.execute(f"CREATE INDEX ix_catalogue_{column} ON catalogue ({column})")
        copy.execute("ANALYZE")
        # A reader that may not write could not open a database with a write-ahead log.
        copy.execute("PRAGMA journal_mode = DELETE")


def open_snapshot(path: Path) -> Engine:
    """A snapshot to read from; nothing can be written to it."""
    url = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(url, uri=True), poolclass=NullPool)


def _copy(engine: Engine, target: Path) -> None:
    made = open_engine(f"sqlite:///{target}")
    try:
        prepare_schema(made)
        reading = engine.execution_options(isolation_level="REPEATABLE READ")
        with reading.connect() as source, made.begin() as copy:
            for table in Table.metadata.sorted_tables:
                if table.name not in {kind.__tablename__ for kind in LEFT_BEHIND}:
                    _copy_table(source, copy, table)
    finally:
        made.dispose()


def _copy_table(source: Connection, copy: Connection, table: sqlalchemy.Table) -> None:
    with source.execute(select(table), execution_options={"yield_per": CHUNK}) as rows:
        for part in rows.mappings().partitions():
            copy.execute(insert(table), [dict(row) for row in part])
