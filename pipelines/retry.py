"""Waiting for a database that is away, locked or full: what it is asked to do is done once it is back."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from attrs import field, frozen
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from pipelines.component import Component
from schemas.database import parse_url, shown_url
from schemas.unfit import unfit

logger = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_WAIT = 0.5
LONGEST_WAIT = 15.0
WHILE_STOPPING = 10.0
"""Seconds that a run waits for the database once it is asked to stop: it would be killed soon."""

_DISK = ("full", "disk", "unable to open")
"""Words of SQLite's messages about a disk that has no room, fails or may not be written to."""

_DISK_FULL = "53100"
"""PostgreSQL's SQLSTATE."""


class StorageError(Exception):
    """The database has not answered within ``DATABASE_RETRY_SECONDS`` seconds, or cannot be used."""


@frozen
class RetryPolicy:
    """Asks a database that does not answer again, for some time; then the run stops."""

    seconds: float
    crawler: Crawler | None = None
    """Its statistic ``store/retries`` counts the tries that failed."""
    url: URL | None = None
    """Where the database lies, for the remedy."""
    _thread: ThreadPoolExecutor = field(factory=lambda: ThreadPoolExecutor(1, "database"), init=False)
    """One thread, not one of many: what the system's allocator keeps for each thread is never given back."""

    @classmethod
    def from_settings(cls, settings: BaseSettings, crawler: Crawler | None = None) -> Self:
        return cls(settings.getfloat("DATABASE_RETRY_SECONDS"), crawler, parse_url(settings["DATABASE_URL"]))

    async def run(self, work: Callable[[], T]) -> T:
        """Do ``work`` in a thread, and once more as long as the database is away.

        :raises StorageError: if it is away for longer than ``seconds``, or cannot be used. Other errors, as
            of values that it refuses, come as they are.
        """
        waits = self._waits()
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
            except DBAPIError as error:
                end = time.monotonic() + self._wait(error, waits)
            while time.monotonic() < end and not self.is_stopping():  # noqa: ASYNC110 - Scrapy has no event
                await asyncio.sleep(min(FIRST_WAIT, max(0.0, end - time.monotonic())))

    def run_now(self, work: Callable[[], T]) -> T:
        """The same in this thread, where no event loop runs."""
        waits = self._waits()
        while True:
            try:
                return work()
            except DBAPIError as error:
                time.sleep(self._wait(error, waits))

    def is_stopping(self) -> bool:
        """Whether somebody has asked the run to stop."""
        return self.crawler is not None and not self.crawler.crawling

    def _waits(self) -> Iterator[float]:
        """Seconds before each further try, until it is enough."""
        wait, end = FIRST_WAIT, time.monotonic() + self.seconds
        while time.monotonic() < end:
            if self.is_stopping():
                end = min(end, time.monotonic() + WHILE_STOPPING)
            yield wait
            wait = min(wait * 2, LONGEST_WAIT)

    def _wait(self, error: DBAPIError, waits: Iterator[float]) -> float:
        """Seconds to wait before the next try.

        :raises StorageError: if there is none.
        """
        if self.url and (fault := unfit(error, self.url)):
            raise StorageError(str(fault)) from error
        if not is_outage(error):
            raise error
        reason = " ".join(str(error.orig).split())  # drivers write several lines
        wait = next(waits, None)
        if wait is None:
            raise StorageError(
                f"the database has not answered for {self.seconds:g} s: {reason}{self._remedy(error)}"
            ) from error
        logger.warning("The database does not answer, next try in %.1f s: %s", wait, reason)
        if self.crawler:
            Component(self.crawler).count("store/retries")
        return wait

    def _remedy(self, error: DBAPIError) -> str:
        """What to do about a disk that is full or fails; nothing for anything else."""
        of_file = isinstance(error.orig, sqlite3.Error) and any(word in str(error.orig) for word in _DISK)
        if self.url is None or (not of_file and getattr(error.orig, "sqlstate", None) != _DISK_FULL):
            return ""
        return f": make room on the disk of {shown_url(self.url)}, or let this user write there"

    def stop_run(self, error: Exception) -> None:
        """End the run with the close reason ``storage_failed``; what is not stored stays wanted."""
        logger.critical("The run stops, the database cannot be used: %s", error)
        if self.crawler:
            run = Component(self.crawler)
            run.note("store/error", " ".join(str(error).split())[:300])
            run.end_run("storage_failed")


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
