"""Never two runs of one spider on one database: locks that die with the process that holds them.

On SQLite a lock is a file beside the database that the system frees when the process ends, even after
``kill -9``. On PostgreSQL it is an advisory lock of a session, which ends with its connection: it
serves several machines. Poolers that share sessions between clients (PgBouncer's transaction mode)
cannot keep such locks.
"""

from __future__ import annotations

import fcntl
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from scrapy.settings import BaseSettings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from newspapers import current
from pipelines.records.runs import running
from pipelines.retry import RetryPolicy, StorageError
from schemas.database import open_engine

SCOPES = ("spider", "database")

ALL_SPIDERS = ""
"""The name under which the whole database is locked; each run shares it, or has it to itself."""

BETWEEN_TRIES = 1.0
"""Seconds between two tries while a run waits for the lock."""

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


@contextmanager
def claimed(settings: BaseSettings, spider: str) -> Iterator[None]:
    """The right to run a spider, until the context is left or the process dies.

    Settings: ``ONE_RUN_PER``, ``LOCK_WAIT``, ``DATABASE_URL``, ``DATABASE_RETRY_SECONDS``.

    :raises AlreadyRunningError: if another run had it for all of ``LOCK_WAIT`` seconds.
    :raises ValueError: if a setting has a value that is not accepted.
    """
    scope = settings["ONE_RUN_PER"]
    if scope not in SCOPES:
        raise ValueError(f"ONE_RUN_PER={scope!r}: accepted: {', '.join(SCOPES)}")
    engine = open_engine(settings["DATABASE_URL"])
    take = _lock_files if engine.dialect.name == "sqlite" else _lock_in_session
    shared = {ALL_SPIDERS: scope != "database", spider: False}
    retry = RetryPolicy.from_settings(settings)
    end = time.monotonic() + settings.getfloat("LOCK_WAIT")
    with ExitStack() as context:
        context.callback(engine.dispose)
        while (held := retry.run_now(lambda: take(engine, shared))) is None:
            if time.monotonic() >= end:
                raise AlreadyRunningError(retry.run_now(lambda: _who(engine, spider)))
            time.sleep(min(BETWEEN_TRIES, max(0.0, end - time.monotonic())))
        context.enter_context(held)
        yield


def _lock_files(engine: Engine, shared: Mapping[str, bool]) -> ExitStack | None:
    """Lock files beside the database with flock(2); they stay, empty, when the locks are gone.

    :param shared: name -> whether others may have the lock, too.
    :returns: what holds the locks; ``None`` if one of them is not free.
    """
    with ExitStack() as held:
        for name, is_shared in shared.items():
            path = f"{engine.url.database}-{name}.lock" if name else f"{engine.url.database}.lock"
            try:
                file = held.enter_context(open(path, "a"))  # noqa: PTH123 - the path is a text
            except OSError as error:
                raise StorageError(f"the lock beside the database cannot be made: {error}") from None
            try:
                fcntl.flock(file, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                return None
        return held.pop_all()


def _lock_in_session(engine: Engine, shared: Mapping[str, bool]) -> ExitStack | None:
    """The same by advisory locks of one session of PostgreSQL, which lasts as long as the process."""
    sessions = create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with ExitStack() as held:
        session = held.enter_context(sessions.connect())
        session.execute(_KEPT_ALIVE)
        for name, is_shared in shared.items():
            function = "pg_try_advisory_lock_shared" if is_shared else "pg_try_advisory_lock"
            key = zlib.crc32(name.encode()) - 2**31  # the second half is a signed number of 32 bits
            query = text(f"SELECT {function}(:space, :key)")
            if not session.scalar(query, {"space": _NAMESPACE, "key": key}):
                return None
        return held.pop_all()


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
