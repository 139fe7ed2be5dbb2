"""Whether the database can be used, found without changing anything in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import DBAPIError

from crawler.run.doctor import Finding, check_disk
from schemas.database import (
    DatabaseUrlError,
    SchemaError,
    has_current_schema,
    open_engine,
    parse_url,
    shown_url,
)
from schemas.tables import Article, Section


def check_database(database_url: str) -> Iterator[Finding]:
    """Whether the database is there, has this version's schema, and can be written to.

    It is well, too, if it is not there yet and can be made.
    """
    try:
        url = parse_url(database_url)
    except DatabaseUrlError as error:
        yield Finding("database", str(error), "correct DATABASE_URL")
        return
    if url.get_backend_name() == "sqlite" and url.database:
        file = Path(url.database)
        yield check_disk(file.parent)
        if not file.exists():
            yield _to_be_made(file)
            return
    engine = open_engine(database_url)
    try:
        yield _usable(engine, shown_url(database_url))
    finally:
        engine.dispose()


def newest_article(database_url: str) -> str | None:
    """The URL of the last article that was collected; ``None`` if none is, or the database cannot tell."""
    if not _is_there(database_url):
        return None
    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            return connection.scalar(select(Article.canonical_url).order_by(Article.id.desc()).limit(1))
    except DBAPIError:
        return None
    finally:
        engine.dispose()


def _is_there(database_url: str) -> bool:
    """Whether there is something to connect to: to do so with SQLite would make the file."""
    try:
        url = parse_url(database_url)
    except DatabaseUrlError:
        return False
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


def _to_be_made(file: Path) -> Finding:
    folder = next(place for place in file.parents if place.exists())
    if os.access(folder, os.W_OK | os.X_OK):
        return Finding("database", f"{file} does not exist yet; the first run makes it")
    return Finding("database", f"{file} does not exist", f"let this user write to {folder}")


def _usable(engine: Engine, shown: str) -> Finding:
    try:
        current = has_current_schema(engine)
        if not current:
            return Finding("database", f"{shown} is empty; the first run makes its tables")
        with engine.connect() as connection:
            # Written, and taken back: a database may be readable, and its disk full or read-only.
            connection.execute(insert(Section), {"edition": "vi", "site_section_id": -1})
            connection.rollback()
    except SchemaError as error:
        return Finding("database", error.fault, error.remedy)
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())  # drivers write several lines
        remedy = "start the database, or correct DATABASE_URL; a file that is broken: put a backup in place"
        return Finding("database", f"{shown}: {reason}", remedy)
    return Finding("database", f"{shown} has this version's schema and can be written to")
