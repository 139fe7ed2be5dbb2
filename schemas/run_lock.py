"""Locks of a database that die with the process that holds them: runs take them, and what upgrades it.

On SQLite a lock is a file beside the database that the system frees when the process ends, even after
``kill -9``. On PostgreSQL it is an advisory lock of a session, which ends with its connection: it
serves several machines. Poolers that share sessions between clients (PgBouncer's transaction mode)
cannot keep such locks.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from schemas.database import (
    LOCK_NAMESPACE,
    POSTGRESQL_OPTIONS,
    SchemaError,
    configure_postgresql,
    sqlite_file,
)

EVERYTHING = ""
"""The name under which the whole database is locked; each run shares it, or has it to itself."""


def take(engine: Engine, shared: Mapping[str, bool]) -> ExitStack | None:
    """Lock these names.

    :param shared: name -> whether others may have the lock, too.
    :returns: what holds the locks; ``None`` if one of them is not free.
    :raises SchemaError: if this user may not lock.
    """
    if file := sqlite_file(engine.url):
        return _lock_files(file, shared)
    return _lock_in_session(engine, shared)


def _lock_files(database: Path, shared: Mapping[str, bool]) -> ExitStack | None:
    with ExitStack() as held:
        for name, is_shared in shared.items():
            path = database.with_name(f"{database.name}-{name}.lock" if name else f"{database.name}.lock")
            if not _lock_file(path, database, is_shared, held):
                return None
        return held.pop_all()


def _lock_file(path: Path, database: Path, is_shared: bool, held: ExitStack) -> bool:
    """Lock a file that is made for it and taken away by the last who has it."""
    while True:
        try:
            # To read is enough for a lock: who may not write may have it, too.
            descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
        except OSError as error:
            owner = database.stat().st_uid if database.exists() else "its owner"
            raise SchemaError(
                f"the lock beside the database cannot be made: {error}",
                f"run the command as user {owner}, or let this user write to {path.parent}",
            ) from None
        held.callback(os.close, descriptor)
        if os.geteuid() == 0:  # what root begins its owner goes on with
            os.fchown(descriptor, database.stat().st_uid, database.stat().st_gid)
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
            held.callback(_take_away, path, descriptor)
            return True


def _take_away(path: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except OSError:  # somebody else has it, too; or this user may not take it away
        pass


def _lock_in_session(engine: Engine, shared: Mapping[str, bool]) -> ExitStack | None:
    sessions = create_engine(
        engine.url,
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
        connect_args=POSTGRESQL_OPTIONS,
        use_native_hstore=False,
    )
    event.listen(sessions, "connect", configure_postgresql)
    with ExitStack() as held:
        session = held.enter_context(sessions.connect())
        for name, is_shared in shared.items():
            function = "pg_try_advisory_lock_shared" if is_shared else "pg_try_advisory_lock"
            key = zlib.crc32(name.encode()) - 2**31  # the second half is a signed number of 32 bits
            query = text(f"SELECT {function}(:space, :key)")
            if not session.scalar(query, {"space": LOCK_NAMESPACE, "key": key}):
                return None
        return held.pop_all()
