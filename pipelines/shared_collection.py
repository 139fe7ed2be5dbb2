"""The collection as one of several workers of a job sees it: what it is told to fetch, no other fetches.

Settings: those of :class:`pipelines.collection.SqlCollection`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Collection as Many
from datetime import UTC, datetime, timedelta
from typing import Self, TypeVar

from scrapy.crawler import Crawler
from sqlalchemy import Connection, Engine, Select, String, cast, or_, select

from crawler.collection import Key
from newspapers.baohoabinh.urls import ArticleRef, SectionRef
from pipelines.collection import SqlCollection, references
from pipelines.records import leases
from pipelines.records.leases import article_names
from pipelines.retry import Patience
from schemas.database import open_engine, write_transaction
from schemas.items import ListingEntry
from schemas.tables import Frontier

T = TypeVar("T")

ARTICLES_AT_ONCE = 25
"""So many articles a worker takes in hand at a time: few enough to leave some to the others."""


class SharedCollection(SqlCollection):
    """Answers with what it has put into this worker's hands."""

    def __init__(self, engine: Engine, patience: Patience, crawler: Crawler) -> None:
        super().__init__(engine, patience)
        self._crawler = crawler
        self._in_hand: set[str] = set()
        """The kinds of which it has one."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        patience = Patience.from_settings(crawler.settings, crawler)
        return cls(open_engine(crawler.settings["DATABASE_URL"]), patience, crawler)

    @property
    def _run_id(self) -> int:
        run_id = self._crawler.stats.get_value("run/id") if self._crawler.stats else None
        if run_id is None:
            raise RuntimeError("SHARED_JOB needs the pipeline that keeps the record of runs (ITEM_PIPELINES)")
        return int(run_id)

    @property
    def _job(self) -> str:
        return self._crawler.spider.name if self._crawler.spider else ""

    async def missing(self, keys: Many[Key]) -> set[Key]:
        return set()  # it is stored as wanted with the page that links to it, for whoever is free

    async def edited(self, section: SectionRef, entries: Many[ListingEntry]) -> set[Key]:
        edited = await super().edited(section, entries)
        return await self._write(lambda connection: self._take_articles(connection, edited))

    async def wanted(self, found_by: str | None, after: Key | None, limit: int) -> list[ArticleRef]:
        def take(connection: Connection) -> list[ArticleRef]:
            for state in ("wanted", "gone"):
                found = references(connection.scalars(self._free(connection, state, limit)).all())
                mine = self._take_articles(connection, {reference.key for reference in found})
                if mine:
                    return [reference for reference in found if reference.key in mine]
            return []

        return await self._write(take)

    def _free(self, connection: Connection, state: str, limit: int) -> Select[str]:
        """SQL: URLs of articles to be fetched that nobody has; what others have taken needs no ``after``."""
        name = Frontier.edition + "/" + cast(Frontier.site_article_id, String)
        # What was never tried is due, though the clock of the machine that found it may go fast.
        due = or_(Frontier.attempts == 0, Frontier.next_check_at <= datetime.now(UTC))
        return (
            select(Frontier.url)
            .where(Frontier.state == state, Frontier.next_check_at.is_not(None), due)
            .where(leases.is_free(connection, self._run_id, self._job, "article", name))
            .order_by(Frontier.next_check_at)  # as the index is: the collected ones are not looked through
            .limit(min(limit, ARTICLES_AT_ONCE))
            # Of two workers that ask at once, each looks at rows of its own.
            .with_for_update(of=Frontier, skip_locked=True)
        )

    def _take_articles(self, connection: Connection, keys: Many[Key]) -> set[Key]:
        names = leases.take(connection, self._run_id, self._job, "article", article_names(keys))
        return {(edition, number) for edition, number in keys if f"{edition}/{number}" in names}

    async def take(self, kind: str, names: Sequence[str]) -> list[str]:
        if kind in self._in_hand or not names:
            return []

        def take(connection: Connection) -> list[str]:
            for name in leases.free(connection, self._run_id, self._job, kind, names):
                if leases.take(connection, self._run_id, self._job, kind, [name]):
                    return [name]
            return []

        if taken := await self._write(take):
            self._in_hand.add(kind)
        return taken

    async def end_all(self) -> None:
        await self._write(lambda connection: leases.end_all(connection, self._run_id))
        self._in_hand.clear()

    async def others_at_work(self) -> bool:
        return await self._ask(lambda connection: leases.others_at_work(connection, self._run_id, self._job))

    async def turn(self, host: str, delay: float) -> float:
        pause = timedelta(seconds=delay)
        return await self._write(lambda connection: leases.take_turn(connection, host, pause))

    async def rest(self, host: str, seconds: float) -> None:
        pause = timedelta(seconds=seconds)
        await self._write(lambda connection: leases.rest(connection, host, pause))

    async def _write(self, work: Callable[[Connection], T]) -> T:
        def written() -> T:
            with write_transaction(self.engine) as connection:
                return work(connection)

        return await self._patiently(written)
