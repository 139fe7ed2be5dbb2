"""A copy of the whole collection as one SQLite file, of one moment, while a crawl may go on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, Engine, insert, select

from schemas.database import open_engine, prepare_schema, sqlite_uri
from schemas.derived import create_derived, drop_derived
from schemas.tables import Table

CHUNK = 500
"""Rows copied at a time; an article is some kilobytes."""


def copy_collection(engine: Engine, target: Path) -> None:
    """Write the collection to a file that does not exist yet; it needs no other file beside it.

    Of SQLite each page is copied, those that a crawl has written to its log only among them. PostgreSQL's
    tables are read in one transaction; views and search index are made anew, which takes minutes.
    """
    if engine.dialect.name == "sqlite":
        read_only = sqlite_uri(Path(engine.url.database or ""), to_write=False)
        with (
            closing(sqlite3.connect(read_only, uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            # All at once: a copy in several steps begins again whenever the crawl writes.
            source.backup(copy)
    else:
        _copy_tables(engine, target)
    with closing(sqlite3.connect(target)) as copy:
        # A reader that may not write could not open a database with a write-ahead log.
        copy.execute("PRAGMA journal_mode = DELETE")


def _copy_tables(engine: Engine, target: Path) -> None:
    made = open_engine(f"sqlite:///{target}")
    try:
        prepare_schema(made)
        reading = engine.execution_options(isolation_level="REPEATABLE READ")
        with reading.connect() as source, made.begin() as copy:
            drop_derived(copy)
            for table in Table.metadata.sorted_tables:
                _copy_table(source, copy, table)
            create_derived(copy)
    finally:
        made.dispose()


def _copy_table(source: Connection, copy: Connection, table: sqlalchemy.Table) -> None:
    with source.execute(select(table), execution_options={"yield_per": CHUNK}) as rows:
        for part in rows.mappings().partitions():
            copy.execute(insert(table), [dict(row) for row in part])
