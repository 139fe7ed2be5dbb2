"""Opening the database: where it is, how its connections behave, and whether its schema is current."""

from __future__ import annotations

import atexit
import json
import os
import shlex
import sqlite3
import sys
from contextlib import AbstractContextManager, suppress
from functools import cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from newspapers import current_name, read_article_url
from schemas.default_url import DEFAULT_URL

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).resolve().parent.parent

SQLITE_BUSY_SECONDS = 30
"""How long a connection waits for another writer before it gives up."""

SQLITE_WRITER_CACHE = 32
"""Megabytes of the database that a writer keeps in memory: each article changes pages all over the indexes,
and what does not fit is written twice. Readers keep the default of two: they are many and read on."""

SQLITE_WAL_PAGES = 16_000
"""So many pages of 4 kB are written to the log before it is copied into the database: by then most have
changed more than once, and each is copied once."""

POSTGRESQL_OPTIONS = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
    "client_encoding": "utf8",  # a database in SQL_ASCII would answer in bytes
}
"""Without the times a server whose machine is gone would hold a run for as long as the system likes."""

_SESSION = """
SELECT set_config(name, CASE name WHEN 'DateStyle' THEN 'ISO' ELSE '0' END, false) FROM pg_settings
WHERE name IN (
    'DateStyle', 'statement_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout'
)
"""

LOCK_NAMESPACE = 0x626862
"""The first half of the keys of our advisory locks on PostgreSQL, so that they are nobody else's."""


class DatabaseUrlError(ValueError):
    """``DATABASE_URL`` cannot be used; the message says why and what is accepted."""


class SchemaError(RuntimeError):
    """A database cannot be used as it is: what is wrong with it, and what mends it."""

    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(f"{fault}: {remedy}")
        self.fault = fault
        self.remedy = remedy


def parse_url(database_url: str) -> URL:
    """The URL with its driver chosen and the path of an SQLite file made absolute.

    A relative one begins in the project's folder; in the working directory if the package is installed.

    :raises DatabaseUrlError: for anything but SQLite and PostgreSQL.
    """
    accepted = f"{DEFAULT_URL} or postgresql://user:password@host/database"
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise DatabaseUrlError(f"DATABASE_URL is not a database URL; accepted: {accepted}") from None
    match url.get_backend_name():
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case "sqlite":
            if url.host or url.query:  # SQLAlchemy would pass over it, and open another file than is meant
                more = url.host or f"?{'&'.join(url.query)}"
                raise DatabaseUrlError(f"DATABASE_URL has {more!r} beside a file; accepted: {accepted}")
            if url.database and url.database != ":memory:":
                base = ROOT if (ROOT / "pyproject.toml").is_file() else Path.cwd()
                return url.set(database=str(base / url.database))
            raise DatabaseUrlError("DATABASE_URL names no SQLite file; accepted: " + accepted)
        case other:
            raise DatabaseUrlError(f"DATABASE_URL is for {other!r}; accepted: {accepted}")


def shown_url(database_url: str | URL) -> str:
    """The URL as it may be shown: without its password, wherever in it that stands.

    :raises DatabaseUrlError: if it cannot be used.
    """
    url = database_url if isinstance(database_url, URL) else parse_url(database_url)
    return url.difference_update_query(["password", "sslpassword"]).render_as_string(hide_password=True)


def open_engine(database_url: str) -> Engine:
    """An engine whose connections enforce foreign keys and wait for each other; it makes no database.

    :raises DatabaseUrlError: if the URL cannot be used.
    """
    url = parse_url(database_url)
    if url.get_backend_name() != "sqlite":
        given = {name: value for name, value in POSTGRESQL_OPTIONS.items() if name not in url.query}
        engine = create_engine(url, connect_args=given, use_native_hstore=False)
        event.listen(engine, "connect", configure_postgresql)
        return engine
    # Vietnamese letters stay letters in what is JSON.
    engine = create_engine(url, json_serializer=partial(json.dumps, ensure_ascii=False))
    event.listen(engine, "do_connect", _open_sqlite)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def configure_postgresql(connection: Any, _record: Any) -> None:
    """Have a session write dates as the driver reads them, and last as long as it must."""
    connection.execute(_SESSION)
    connection.commit()


def sqlite_uri(file: Path, to_write: bool = True) -> str:
    """How SQLite opens a file that is there, as far as this user may: to write, or else to read.

    :param to_write: otherwise it is opened to read, whoever asks.

    Beside a database with a write-ahead log there are files while it is in use, made even by who only
    reads. Who may not make them can read it as one that does not change, as long as nobody else uses it.
    """
    writable = os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)
    mode = "rw" if writable and to_write else "ro"
    unchanging = not writable and not file.with_name(f"{file.name}-wal").exists()
    return f"{file.as_uri()}?mode={mode}{'&immutable=1' if unchanging else ''}"


def _open_sqlite(_dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
    arguments[0] = sqlite_uri(Path(arguments[0]))
    options["uri"] = True


def write_transaction(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that may write: on SQLite it takes its place among the writers at the start.

    A transaction that began by reading could not wait for another writer: SQLite refuses it.
    """
    return engine.execution_options(sqlite_begin="BEGIN IMMEDIATE").begin()


def _configure_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver would commit by itself around CREATE TABLE
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_SECONDS * 1000}")
    if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        with suppress(sqlite3.OperationalError):  # who may only read it finds it as it is
            cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")  # with WAL a crash of the program loses nothing
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {SQLITE_WAL_PAGES}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    if begin != "BEGIN":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{SQLITE_WRITER_CACHE * 1000}")
    connection.exec_driver_sql(begin)


def migrations_config(engine: Engine) -> Config:
    """Alembic's configuration for this project and database."""
    from alembic.config import Config  # late, like each import of Alembic: hardly a start needs it

    config = Config()  # not the one in pyproject.toml, which an installed package does not have
    config.set_main_option("script_location", str(_migrations()).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


@cache
def _migrations() -> Path:
    """The folder of the migrations.

    Alembic reads files only: out of an egg, which scrapyd imports without unpacking it, they are copied.
    """
    place = files("schemas") / "migrations"
    if isinstance(place, Path):
        return place
    folder = TemporaryDirectory(prefix="migrations-")
    atexit.register(folder.cleanup)
    _copy(place, Path(folder.name))
    return Path(folder.name)


def _copy(place: Traversable, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for inner in place.iterdir():
        if inner.is_dir():
            _copy(inner, folder / inner.name)
        else:
            (folder / inner.name).write_bytes(inner.read_bytes())


def prepare_schema(engine: Engine) -> bool:
    """Create the schema through the migrations if the database is empty; else check that it is current.

    :returns: whether it was created.
    :raises SchemaError: as :func:`has_current_schema` does.
    """
    if has_current_schema(engine):
        return False
    if file := sqlite_file(engine.url):
        try:
            file.touch()
        except OSError as error:
            fault = f"{file} cannot be made: {error.strerror}"
            raise SchemaError(fault, "make its folder, or let this user write there") from None
    with engine.connect() as connection:
        if not file:  # SQLite has one writer at a time
            # Of several runs that find an empty database at once, one creates the schema and the others wait.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_NAMESPACE})
        if has_current_schema(engine):
            return False
        from alembic import command

        command.upgrade(migrations_config(engine), "head")
        return True


def require_schema(engine: Engine) -> None:
    """Check that there is a collection to read.

    :raises SchemaError: if there is none, or as :func:`has_current_schema` does.
    """
    if not has_current_schema(engine):
        raise SchemaError(
            f"there is no collection at {shown_url(engine.url)}",
            "correct DATABASE_URL; a first scrapy crawl makes one",
        )


def has_current_schema(engine: Engine) -> bool:
    """Whether the database holds the schema of this version; not so if it is empty, or not there.

    :raises SchemaError: if it holds an older schema (the message is the command that upgrades it), a
        newer one, tables that are not this project's, articles of another newspaper, or no Unicode.
    """
    file = sqlite_file(engine.url)
    if file and not (file.exists() and file.stat().st_size):
        return False
    known = _revisions()
    with engine.connect() as connection:
        current = schema_version(connection)
        if current is None:
            _require_empty(connection)
            return False
        shown = shown_url(engine.url)
        if current not in known:
            fault = f"{shown} has schema {current}, which this version does not know"
            raise SchemaError(fault, "update the program")
        if current != known[-1]:
            fault = f"{shown} has schema {current}, this version needs {known[-1]}"
            raise SchemaError(fault, f"make a copy of it, then run: {upgrade_command(engine.url)}")
        some_url = connection.scalar(text("SELECT canonical_url FROM articles LIMIT 1"))
    if some_url and not read_article_url(some_url):
        raise SchemaError(
            f"{shown} holds articles of another newspaper than {current_name()}",
            "correct NEWSPAPER, or give DATABASE_URL a database of its own",
        )
    return True


def _require_empty(connection: Connection) -> None:
    """Check that a database can be given the schema."""
    url = connection.engine.url
    if set(inspect(connection).get_table_names()) - {"alembic_version"}:
        fault = f"{shown_url(url)} holds tables of something else"
        raise SchemaError(fault, "give DATABASE_URL a database of its own")
    encoding = "UTF8" if sqlite_file(url) else connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise SchemaError(
            f"{shown_url(url)} is encoded in {encoding}",
            f"CREATE DATABASE {url.database} ENCODING 'UTF8' TEMPLATE template0",
        )


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite database."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def upgrade_command(url: URL) -> str:
    """What brings a database to this version's schema, to be pasted: it names the database, no password."""
    parts = (url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    public = URL.create(*parts).difference_update_query(["password", "sslpassword"])
    configuration = ["--config", str(ROOT / "pyproject.toml")]
    alembic = [str(Path(sys.executable).with_name("alembic")), *configuration, "upgrade", "head"]
    return shlex.join(["env", f"DATABASE_URL={public.render_as_string()}", *alembic])


def schema_version(connection: Connection) -> str | None:
    """The revision of the last migration that the database has seen; ``None`` if it has seen none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _revisions() -> list[str]:
    """The revisions of the migrations in their order: their files' names begin with them."""
    return sorted(file.name.partition("_")[0] for file in (_migrations() / "versions").glob("[0-9]*.py"))
