"""What must be so before a run begins: its storage is there, and no other run is in the way.

A disk that is not mounted looks like a first start: what tells them apart is asked before anything is made.
What locks a database: :mod:`schemas.run_lock`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from scrapy.settings import BaseSettings
from sqlalchemy import Engine, select

from pipelines.records.run_rows import running
from pipelines.retry import RetryPolicy, StorageError
from schemas.database import (
    SchemaError,
    has_current_schema,
    open_engine,
    parse_url,
    prepare_schema,
    shown_url,
    sqlite_file,
)
from schemas.default_url import DEFAULT_URL
from schemas.local_time import local
from schemas.run_lock import EVERYTHING, take
from schemas.tables import Page


class MissingStorageError(SchemaError):
    """What earlier runs have left is not there."""


class AlreadyRunningError(Exception):
    """Another run is in the way; the message names it."""


def has_collection(engine: Engine, settings: BaseSettings, *, rebuilds: bool = False) -> bool:
    """Whether there is a collection to go on with; else a new one may be begun.

    Settings: ``DATABASE_MUST_EXIST``, ``ARCHIVE_DIR``.

    :param rebuilds: whether the run reads archives, so that a collection is rebuilt by it.
    :raises SchemaError: if the database has another schema.
    :raises MissingStorageError: if what earlier runs have left is not there.
    """
    shown, file = shown_url(engine.url), sqlite_file(engine.url)
    archive = Path(settings["ARCHIVE_DIR"]).resolve() if settings.get("ARCHIVE_DIR") else None

    def refuse(fault: str, remedy: str) -> NoReturn:
        raise MissingStorageError(fault, remedy)

    if file and not file.parent.is_dir() and file.parent != _default_folder():
        refuse(f"{file.parent}, the database's folder, is not there", "mount it, or make it")
    if file and file.exists() and not file.stat().st_size:
        refuse(f"{file} has 0 bytes", "put a backup in place; for a new collection, remove it")
    if has_current_schema(engine):
        if archive and _is_missing(engine, archive):
            remedy = "mount it; if they were moved away for good, leave a file there that says where to"
            refuse(f"{archive} holds nothing, though the database names files in it", remedy)
        return True
    if settings.getbool("DATABASE_MUST_EXIST"):
        refuse(f"there is no collection at {shown} (DATABASE_MUST_EXIST)", "mount its disk")
    if not rebuilds and archive and next(archive.glob("**/*.warc.gz"), None):
        remedy = "mount the database's disk, put a backup in place, or fill a new one by scrapy reparse"
        refuse(f"there is no collection at {shown}, but {archive} has its pages", remedy)
    return False


def begin_collection(engine: Engine) -> None:
    """Make a database where there is none.

    :raises MissingStorageError: if it cannot be made.
    """
    file = sqlite_file(engine.url)
    try:
        if file and file.parent == _default_folder():
            file.parent.mkdir(parents=True, exist_ok=True)
        prepare_schema(engine)
    except SchemaError as error:
        raise MissingStorageError(error.fault, error.remedy) from None


def _default_folder() -> Path | None:
    default = sqlite_file(parse_url(DEFAULT_URL))
    return default.parent if default else None


def _is_missing(engine: Engine, archive: Path) -> bool:
    if archive.is_dir() and any(archive.iterdir()):
        return False
    ours = select(Page.id).where(~Page.warc_file.startswith("/")).limit(1)
    with engine.connect() as connection:
        return connection.scalar(ours) is not None


async def claim(engine: Engine, spider: str, retry: RetryPolicy) -> ExitStack:
    """The right to run a spider, until what holds it is closed or the process dies.

    :raises AlreadyRunningError: if another run has it.
    :raises StorageError: if the database cannot be used.
    """
    try:
        held = await retry.run(lambda: take(engine, {EVERYTHING: True, spider: False}))
    except SchemaError as error:
        raise StorageError(str(error)) from None
    if held is None:
        raise AlreadyRunningError(await retry.run(lambda: _who(engine, spider)))
    return held


@contextmanager
def claimed(settings: BaseSettings, spider: str) -> Iterator[None]:
    """The same for a command that is no crawl, until the context is left."""
    engine = open_engine(settings["DATABASE_URL"])
    with ExitStack() as context:
        context.callback(engine.dispose)
        retry = RetryPolicy.from_settings(settings)
        context.enter_context(asyncio.run(claim(engine, spider, retry)))
        yield


def _who(engine: Engine, spider: str) -> str:
    """The run that is in the way, in words."""
    with engine.connect() as connection:
        run = running(connection, spider) or running(connection, None)
    if run is None:
        return "another run has just begun"
    ago = (datetime.now(UTC) - run.started_at).total_seconds() / 60
    return (
        f"run {run.id} of {run.spider}, process {run.pid} on {run.host},"
        f" since {local(run.started_at):%Y-%m-%d %H:%M} in Việt Nam ({ago:,.0f} min ago)"
    )
