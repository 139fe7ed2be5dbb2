"""What is wrong with a database that is there and cannot be used, and the statement that mends it."""

from __future__ import annotations

import os
import sqlite3

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from schemas.database import SchemaError, shown_url, sqlite_file

RESTORE = "put a backup in place (docs/archive.md); without one: scrapy reparse, on a new database"

_OF_SQLITE = {
    "not a database": RESTORE,
    "malformed": RESTORE,
    "no such table": RESTORE,
    "no such column": RESTORE,
    "no column named": RESTORE,
    "readonly database": "let this user write to {file} and its folder, or run it as {owner}",
    "no such module": "install a Python whose SQLite has FTS5",
}
"""A part of SQLite's message -> remedy."""

_OF_STATE = {
    "42P01": RESTORE,  # no such table
    "42703": RESTORE,  # no such column
    "25006": "name the primary server; or ALTER DATABASE {database} SET default_transaction_read_only = off",
    "3F000": "ALTER DATABASE {database} RESET search_path, or make a schema that it names",
    "22P05": "CREATE DATABASE {database} ENCODING 'UTF8' TEMPLATE template0",
}
"""PostgreSQL's SQLSTATE -> remedy."""

_GRANT_CREATE = "as the database's owner: GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}"
_GRANT_ROWS = (
    "as the tables' owner: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role};"
    " GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role} (to read, SELECT is enough)"
)

_AT_THE_DOOR = {
    "password": "correct the password in DATABASE_URL, or give it in PGPASSWORD or ~/.pgpass",
    "pg_hba.conf": "let {role} in by the server's pg_hba.conf",
    "role ": "CREATE ROLE {role} LOGIN, or correct the user in DATABASE_URL",
    "database ": "CREATE DATABASE {database} OWNER {role} ENCODING 'UTF8' TEMPLATE template0",
}
"""PostgreSQL gives no SQLSTATE while a connection is made: a part of its message -> remedy."""


def unfit(error: DBAPIError, url: URL) -> SchemaError | None:
    """What is wrong with the database itself; ``None`` if it is away, or refuses the values it was given.

    What it says of a database that is away for a while, full or locked is no fault of this kind.
    """
    reason = " ".join(str(error.orig).split())  # drivers write several lines
    remedy = _of_sqlite(reason, url) if isinstance(error.orig, sqlite3.Error) else _of_postgres(error, reason)
    if remedy is None:
        return None
    return SchemaError(f"{shown_url(url)}: {reason}", _filled(remedy, url))


def grant_rows(url: URL) -> str:
    """The statement that lets this user read and write the tables of a PostgreSQL database."""
    return _filled(_GRANT_ROWS, url)


def _filled(remedy: str, url: URL) -> str:
    file = sqlite_file(url)
    return remedy.format_map(
        {
            "file": file,
            "owner": f"user {file.stat().st_uid}" if file and file.exists() else "its owner",
            "database": url.database,
            "role": url.username or url.query.get("user") or os.environ.get("PGUSER") or "this user",
            "schema": "public",
        }
    )


def _of_sqlite(reason: str, url: URL) -> str | None:
    file = sqlite_file(url)
    if file and "unable to open" in reason:
        if not file.exists():
            return "correct DATABASE_URL, or mount the disk that it lies on"
        return None if os.access(file, os.R_OK) else "let this user read {file}, or run it as {owner}"
    return next((remedy for part, remedy in _OF_SQLITE.items() if part in reason), None)


def _of_postgres(error: DBAPIError, reason: str) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    if state == "42501":  # no privilege
        return _GRANT_CREATE if "schema" in reason else _GRANT_ROWS
    if state is not None or "FATAL" not in reason:
        return _OF_STATE.get(state or "")
    said = reason.rpartition("FATAL: ")[2]
    refused = ("does not exist", "password", "pg_hba.conf", "permi")  # permission, permitted
    if not any(word in said for word in refused):
        return None  # it is starting, stopping, or has too many clients
    return next((remedy for part, remedy in _AT_THE_DOOR.items() if part in said), None)
