"""The store pipeline: nothing leaves it before its commit, and nothing is lost in silence."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler
from sqlalchemy import Engine, create_engine, make_url, select, text
from sqlalchemy.pool import NullPool

from crawler.run.record import RunRecord
from pipelines.retry import StorageError
from pipelines.store import StorePipeline
from schemas import tables
from schemas.database import open_engine, parse_url
from schemas.items import Failure
from tests.builders import FETCHED, article, entry, step


class Collected:
    """A store that has been opened for a spider, and what it wrote."""

    def __init__(self, database_url: str, seconds: float = 5.0) -> None:
        settings = {"DATABASE_URL": database_url, "DATABASE_RETRY_SECONDS": seconds, "RECHECK_DAYS": 7}
        self.crawler: Crawler = get_crawler(Spider, settings_dict=settings)
        self.crawler.spider = Spider("latest")
        self.record = RunRecord.from_crawler(self.crawler)
        asyncio.run(self.record.spider_opened(self.crawler.spider))
        self.store = StorePipeline.from_crawler(self.crawler)
        self.engine = open_engine(database_url)

    async def put(self, *items: Any) -> list[Any]:
        results = await asyncio.gather(*map(self.store.process_item, items), return_exceptions=True)
        if self.store._task:
            self.store._task.cancel()  # the next items come in another loop
        self.store._task = None
        return results

    def headlines(self) -> set[str]:
        with self.engine.connect() as connection:
            return set(connection.scalars(select(tables.Article.headline)))

    def dispose(self) -> None:
        for user in (self, self.record, self.store):
            user.engine.dispose()

    def close(self, reason: str) -> Any:
        assert self.crawler.spider
        asyncio.run(self.record.spider_closed(self.crawler.spider, reason))
        with self.engine.connect() as connection:
            run = connection.execute(select(tables.Run)).one()
        self.dispose()
        return run


@pytest.fixture
def collected(database_url: str) -> Iterator[Collected]:
    collected = Collected(database_url)
    yield collected
    collected.dispose()


def test_an_item_comes_back_when_it_is_in_the_database(collected: Collected) -> None:
    items = [article(number, headline=f"Tin {number}") for number in range(1, 300)]

    results = asyncio.run(collected.put(*items))

    assert results == items
    assert collected.headlines() == {item.headline for item in items}


def test_an_article_the_database_refuses_is_kept_and_costs_the_others_nothing(collected: Collected) -> None:
    bad: Any = article(2, headline=None)

    results = asyncio.run(collected.put(article(1, headline="Một"), bad, article(3, headline="Ba")))

    assert [type(result).__name__ for result in results] == ["Article", "DropItem", "Article"]
    assert collected.headlines() == {"Một", "Ba"}
    with collected.engine.connect() as connection:
        reject = connection.execute(select(tables.Reject)).one()
    assert reject.url == bad.canonical_url
    assert reject.reason.startswith("refused by the database")
    assert collected.close("finished").rejected == 1


def test_a_rejected_article_is_dropped_once_it_is_kept(collected: Collected) -> None:
    failure = Failure(
        edition="vi", article_id=5, url=entry(5).url, reason="unreadable", at=FETCHED, payload={"html": "x"}
    )

    [result] = asyncio.run(collected.put(failure))

    assert isinstance(result, DropItem)
    assert collected.close("finished").rejected == 1


def test_a_list_page_the_database_refuses_ends_the_run(collected: Collected) -> None:
    bad: Any = step("a", 1, [1], slug=object())

    [refused] = asyncio.run(collected.put(bad))
    [late] = asyncio.run(collected.put(article(1)))

    assert isinstance(refused, StorageError)
    assert isinstance(late, DropItem)


def test_the_run_is_recorded_with_its_counts(collected: Collected) -> None:
    asyncio.run(collected.put(article(1), article(2)))
    assert collected.crawler.stats
    collected.crawler.stats.set_value("downloader/response_count", 2)

    run = collected.close("finished")

    assert (run.spider, run.verdict, run.new, run.duplicate) == ("latest", "ok", 2, 0)
    assert run.stats
    assert run.stats["store/new"] == 2
    assert run.finished_at


def test_a_dropped_connection_costs_a_retry(postgres_url: str) -> None:
    collected = Collected(postgres_url)
    asyncio.run(collected.put(article(1, headline="Một")))
    disconnect_all(postgres_url)

    asyncio.run(collected.put(article(2, headline="Hai")))

    assert collected.headlines() == {"Một", "Hai"}
    assert collected.crawler.stats
    assert collected.crawler.stats.get_value("store/retries") == 1
    collected.close("finished")


def test_a_database_that_stays_away_stops_the_run_and_says_so(postgres_url: str) -> None:
    collected = Collected(postgres_url, seconds=0.1)
    disconnect_all(postgres_url, forever=True)

    first, second = asyncio.run(collected.put(article(1), article(2)))
    [late] = asyncio.run(collected.put(article(3)))

    assert isinstance(first, StorageError)
    assert isinstance(second, StorageError)
    assert isinstance(late, DropItem)
    collected.dispose()


def disconnect_all(url: str, *, forever: bool = False) -> None:
    """End every connection to a database, as a restart of the server does."""
    name = make_url(url).database
    admin: Engine = create_engine(
        parse_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with admin.connect() as connection:
        if forever:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
