"""Never two runs of one spider on one database: locks that die with the process that holds them.

On SQLite a lock is a file beside the database that the system frees when the process ends, even after
``kill -9``. On PostgreSQL it is an advisory lock of a session, which ends with its connection: it
serves several machines. Poolers that share sessions between clients (PgBouncer's transaction mode)
cannot keep such locks.
"""

from __future__ import annotations

import fcntl
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

from scrapy.settings import BaseSettings
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from newspapers import current
from pipelines.records.runs import running
from pipelines.retry import Patience, StorageError
from schemas.database import open_engine

SCOPES = ("spider", "database")

ALL_SPIDERS = ""
"""The name under which the whole database is locked; each run shares it, or has it to itself."""

BETWEEN_TRIES = 1.0
"""Seconds between two tries while a run waits for its turn."""


_NAMESPACE = 0x626862
"""The first half of the key of our advisory locks, so that they are nobody else's."""

_KEPT_ALIVE = text(
    # A session that is idle for days must not be ended, and one whose machine is gone must not live on.
    "SELECT set_config(name, CASE name WHEN 'tcp_keepalives_idle' THEN '60'"
    " WHEN 'tcp_keepalives_interval' THEN '10' WHEN 'tcp_keepalives_count' THEN '6' ELSE '0' END, false)"
    " FROM pg_settings WHERE name IN ('tcp_keepalives_idle', 'tcp_keepalives_interval',"
    " 'tcp_keepalives_count', 'idle_session_timeout')"
)


class AlreadyRunningError(Exception):
    """Another run is in the way; the message names it."""


class _Locks(Protocol):
    def take(self, name: str, *, shared: bool) -> bool:
        """Take a lock if it is free; whether it was."""

    def release(self) -> None:
        """Give back all that were taken."""


@contextmanager
def claimed(settings: BaseSettings, spider: str) -> Iterator[None]:
    """The right to run a spider, until the context is left or the process dies.

    Settings: ``ONE_RUN_PER``, ``LOCK_WAIT``, ``DATABASE_URL``, ``STORE_PATIENCE``.

    :raises AlreadyRunningError: if another run had it for all of ``LOCK_WAIT`` seconds.
    :raises ValueError: if a setting has a value that is not accepted.
    """
    scope, wait = settings["ONE_RUN_PER"], settings.getfloat("LOCK_WAIT")
    if scope not in SCOPES:
        raise ValueError(f"ONE_RUN_PER={scope!r}: accepted: {', '.join(SCOPES)}")
    engine = open_engine(settings["DATABASE_URL"])
    patience = Patience.from_settings(settings)
    locks = _locks_of(engine)
    try:
        end = time.monotonic() + wait
        while not patience.done_now(lambda: _take(locks, spider, alone=scope == "database")):
            if time.monotonic() >= end:
                raise AlreadyRunningError(patience.done_now(lambda: _who(engine, spider)))
            time.sleep(min(BETWEEN_TRIES, max(0.0, end - time.monotonic())))
        yield
    finally:
        locks.release()
        engine.dispose()


def _take(locks: _Locks, spider: str, *, alone: bool) -> bool:
    if locks.take(ALL_SPIDERS, shared=not alone) and locks.take(spider, shared=False):
        return True
    locks.release()
    return False


def _who(engine: Engine, spider: str) -> str:
    """The run that is in the way, in words."""
    with engine.connect() as connection:
        run = running(connection, spider) or running(connection, None)
    if run is None:
        return "another run has just begun"
    since = run.started_at.astimezone(current().zone)
    ago = (datetime.now(UTC) - run.started_at).total_seconds() / 60
    return (
        f"run {run.id} of {run.spider}, process {run.pid} on {run.host},"
        f" since {since:%Y-%m-%d %H:%M} in Việt Nam ({ago:,.0f} min ago)"
    )


def _locks_of(engine: Engine) -> _Locks:
    return _FileLocks(str(engine.url.database)) if engine.dialect.name == "sqlite" else _SessionLocks(engine)


class _FileLocks:
    """Files beside the database, locked with flock(2); they stay, empty, when the locks are gone."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._held: list[int] = []

    def take(self, name: str, *, shared: bool) -> bool:
        path = f"{self._database}-{name}.lock" if name else f"{self._database}.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StorageError(f"the lock beside the database cannot be made: {error}") from None
        self._held.append(descriptor)
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        for descriptor in self._held:
            os.close(descriptor)
        self._held.clear()


class _SessionLocks:
    """Advisory locks of one session of PostgreSQL, which lasts as long as the process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._session: Connection | None = None

    def take(self, name: str, *, shared: bool) -> bool:
        function = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
        key = zlib.crc32(name.encode()) - 2**31  # the second half is a signed number of 32 bits
        query = text(f"SELECT {function}(:space, :key)")
        return bool(self._open().scalar(query, {"space": _NAMESPACE, "key": key}))

    def release(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _open(self) -> Connection:
        if self._session is None:
            self._session = self._engine.connect()
            self._session.execute(_KEPT_ALIVE)
        return self._session
