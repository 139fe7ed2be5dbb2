"""Never two runs of one spider on one database. What locks it: :mod:`schemas.run_lock`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from scrapy.settings import BaseSettings
from sqlalchemy import Engine

from newspapers import current
from pipelines.records.runs import running
from pipelines.retry import RetryPolicy, StorageError
from schemas.database import SchemaError, open_engine
from schemas.run_lock import EVERYTHING, take

BETWEEN_TRIES = 1.0
"""Seconds between two tries while a run waits for the lock."""


class AlreadyRunningError(Exception):
    """Another run is in the way; the message names it."""


async def claim(engine: Engine, spider: str, settings: BaseSettings, retry: RetryPolicy) -> ExitStack:
    """The right to run a spider, until what holds it is closed or the process dies.

    Settings: ``ONE_RUN_PER``, ``LOCK_WAIT``.

    :raises AlreadyRunningError: if another run had it for all of ``LOCK_WAIT`` seconds.
    :raises StorageError: if the database cannot be used.
    """
    shared = {EVERYTHING: settings["ONE_RUN_PER"] != "database", spider: False}
    end = time.monotonic() + settings.getfloat("LOCK_WAIT")
    try:
        while (held := await retry.run(lambda: take(engine, shared))) is None:
            if time.monotonic() >= end or retry.is_stopping():
                raise AlreadyRunningError(await retry.run(lambda: _who(engine, spider)))
            await asyncio.sleep(min(BETWEEN_TRIES, max(0.0, end - time.monotonic())))
    except SchemaError as error:
        raise StorageError(str(error)) from None
    return held


@contextmanager
def claimed(settings: BaseSettings, spider: str) -> Iterator[None]:
    """The same for a command that is no crawl, until the context is left."""
    engine = open_engine(settings["DATABASE_URL"])
    with ExitStack() as context:
        context.callback(engine.dispose)
        retry = RetryPolicy.from_settings(settings)
        context.enter_context(asyncio.run(claim(engine, spider, settings, retry)))
        yield


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
