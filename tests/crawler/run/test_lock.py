"""Never two runs of one spider on one database, by the real command."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from schemas import tables
from schemas.database import open_engine
from tests.crawling import Command, crawl, crawling, environment, run
from tests.site import SampleSite
from tests.site.server import SiteServer

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[SiteServer]:
    with SampleSite(filler=10).serve() as server:
        yield server


@contextmanager
def under_way(spider: str, url: str, server: SiteServer, **settings: str) -> Iterator[Command]:
    """A run that waits for the site's second answer until the end of the block."""
    options: Any = settings
    with crawling(spider, database_url=url, mirror=server.url, **options) as process:
        server.gate.shut(after=1)
        process.reaches(lambda: server.requests)
        yield process
    server.gate.open()


def runs(url: str) -> list[Any]:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = list(connection.execute(select(tables.Run).order_by(tables.Run.id)))
    engine.dispose()
    return found


def test_a_second_start_says_who_is_running_and_asks_nothing(server: SiteServer, database_url: str) -> None:
    with under_way("latest", database_url, server) as process:
        with SampleSite(filler=10).serve() as other:
            done = crawl("latest", database_url=database_url, mirror=other.url, expect=9)

        [run] = runs(database_url)
        line = done.stderr.splitlines()[-1]
        assert line.startswith(
            f"latest: already running: run {run.id} of latest,"
            f" process {process.pid} on {socket.gethostname()}, since "
        )
        assert not other.requests


def test_the_lock_dies_with_its_process(server: SiteServer, database_url: str) -> None:
    with under_way("latest", database_url, server) as process:
        process.kill()

    crawl("latest", "limit=1", database_url=database_url, mirror=server.url)

    first, second = runs(database_url)
    assert (first.verdict, first.reason) == ("interrupted", "killed: no end was recorded")
    assert first.finished_at is None
    assert second.verdict == "ok"
    assert first.pid != second.pid != os.getpid()


def test_another_spider_may_run_beside(server: SiteServer, database_url: str) -> None:
    with under_way("backfill", database_url, server), SampleSite(filler=0).serve() as other:
        crawl("latest", "limit=1", database_url=database_url, mirror=other.url)


@pytest.mark.parametrize("strict", ["first", "second"])
def test_a_run_that_wants_the_database_to_itself_runs_beside_none(
    server: SiteServer, sqlite_url: str, strict: str
) -> None:
    alone = {"ONE_RUN_PER": "database"}
    with under_way("backfill", sqlite_url, server, **(alone if strict == "first" else {})):
        settings: Any = alone if strict == "second" else {}
        done = crawl("latest", database_url=sqlite_url, mirror=server.url, expect=9, **settings)

    assert "latest: already running: run 1 of backfill, process " in done.stderr


SCRIPT = """
from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings

settings = get_project_settings()
settings["DOWNLOAD_DELAY"] = 0
process = CrawlerProcess(settings)
crawler = process.create_crawler("latest")
process.crawl(crawler, limit="1")
process.start()
print(crawler.stats.get_value("verdict"))
"""


def test_a_script_takes_the_lock_too(server: SiteServer, sqlite_url: str) -> None:
    script = [sys.executable, "-c", SCRIPT]
    with under_way("latest", sqlite_url, server) as process:
        second = run(script, environment(sqlite_url, server.url), expect=0)
        process.kill()
    alone = run(script, environment(sqlite_url, server.url), expect=0)

    assert (second.stdout.strip(), alone.stdout.strip()) == ("already running", "ok")


def test_what_root_has_locked_is_no_obstacle_afterwards(sqlite_url: str, server: SiteServer) -> None:
    """Files that root leaves after a kill belong to the database's owner, and to read them is enough."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    left = [file.with_name(f"{file.name}.lock"), file.with_name(f"{file.name}-latest.lock")]
    for path in left:
        path.touch(mode=0o444)

    crawl("latest", "limit=1", database_url=sqlite_url, mirror=server.url)

    assert not any(path.exists() for path in left)


def test_what_is_locked_must_be_said_rightly(server: SiteServer, sqlite_url: str) -> None:
    done = crawl("latest", database_url=sqlite_url, mirror=server.url, expect=2, ONE_RUN_PER="host")

    assert "latest: bad arguments: ONE_RUN_PER='host': accepted: spider, database" in done.stderr
    assert not server.requests
