"""Waiting for a database that is away, locked or full: what it is asked to do is done once it is back."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from attrs import field, frozen
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from schemas.database import shown_url

logger = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_WAIT = 0.5
LONGEST_WAIT = 15.0

_DISK = ("full", "disk", "unable to open")
"""Words of SQLite's messages about a disk that has no room, fails or may not be written to."""

_DISK_FULL = "53100"
"""PostgreSQL's SQLSTATE."""


class StorageError(Exception):
    """The database has not answered within ``DATABASE_RETRY_SECONDS`` seconds."""


@frozen
class RetryPolicy:
    """Asks a database that does not answer again, for some time; then the run stops."""

    seconds: float
    crawler: Crawler | None = None
    """Its statistic ``store/retries`` counts the tries that failed."""
    place: str = "the database"
    """Where the database lies, for the remedy."""
    _thread: ThreadPoolExecutor = field(factory=lambda: ThreadPoolExecutor(1, "database"), init=False)
    """One thread, not one of many: what the system's allocator keeps for each thread is never given back."""

    @classmethod
    def from_settings(cls, settings: BaseSettings, crawler: Crawler | None = None) -> Self:
        return cls(settings.getfloat("DATABASE_RETRY_SECONDS"), crawler, shown_url(settings["DATABASE_URL"]))

    async def run(self, work: Callable[[], T]) -> T:
        """Do ``work`` in a thread, and once more as long as the database is away.

        :raises StorageError: if it is away for longer than ``seconds``. Other errors come as they are.
        """
        wait, end = FIRST_WAIT, time.monotonic() + self.seconds
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
            except DBAPIError as error:
                self._check(error, wait, end)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def run_now(self, work: Callable[[], T]) -> T:
        """The same in this thread, where no event loop runs."""
        wait, end = FIRST_WAIT, time.monotonic() + self.seconds
        while True:
            try:
                return work()
            except DBAPIError as error:
                self._check(error, wait, end)
            time.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def _check(self, error: DBAPIError, wait: float, end: float) -> None:
        if not is_outage(error):
            raise error
        reason = " ".join(str(error.orig).split())  # drivers write several lines
        if time.monotonic() >= end:
            raise StorageError(
                f"the database has not answered for {self.seconds:g} s: {reason}{self._remedy(error)}"
            ) from error
        logger.warning("The database does not answer, next try in %.1f s: %s", wait, reason)
        if self.crawler and self.crawler.stats:
            self.crawler.stats.inc_value("store/retries")

    def _remedy(self, error: DBAPIError) -> str:
        """What to do about a disk that is full or fails; nothing for anything else."""
        of_file = isinstance(error.orig, sqlite3.Error) and any(word in str(error.orig) for word in _DISK)
        if not of_file and getattr(error.orig, "sqlstate", None) != _DISK_FULL:
            return ""
        return f": make room on the disk of {self.place}, or let this user write there"

    def stop_run(self, error: Exception) -> None:
        """End the run with the close reason ``storage_failed``; what is not stored stays wanted."""
        logger.critical("The run stops, the database cannot be used: %s", error)
        if self.crawler and self.crawler.stats:
            self.crawler.stats.set_value("store/error", " ".join(str(error).split())[:300])
        if self.crawler and self.crawler.engine:
            closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="storage_failed"))
            closing.add_done_callback(lambda done: done.exception())


def is_outage(error: Exception) -> bool:
    """Whether an error means that the database is away, locked or full, and not that it refuses an item.

    PostgreSQL's classes of SQLSTATE: connection, rollback, resources, intervention, system.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return any(word in str(error.orig) for word in ("locked", "busy", *_DISK))
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state[:2] in {"08", "40", "53", "55", "57", "58"}
