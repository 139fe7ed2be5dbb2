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
def under_way(spider: str, url: str, server: SiteServer) -> Iterator[Command]:
    """A run that waits for the site's second answer until the end of the block."""
    with crawling(spider, database_url=url, mirror=server.url) as process:
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


def test_one_run_of_a_spider_at_a_time_beside_others_until_its_process_dies(
    server: SiteServer, database_url: str
) -> None:
    with under_way("backfill", database_url, server) as process, SampleSite(filler=0).serve() as other:
        done = crawl("backfill", database_url=database_url, mirror=other.url, expect=9)
        assert not other.requests
        [run] = runs(database_url)
        assert done.stderr.splitlines()[-1].startswith(
            f"backfill: already running: run {run.id} of backfill,"
            f" process {process.pid} on {socket.gethostname()}, since "
        )
        crawl("latest", "limit=1", database_url=database_url, mirror=other.url)
        process.kill()
        crawl("backfill", "limit=1", database_url=database_url, mirror=other.url)

    first, _, second = runs(database_url)
    assert (first.verdict, first.reason) == ("interrupted", "killed: no end was recorded")
    assert first.finished_at is None
    assert second.verdict == "ok"
    assert first.pid != second.pid != os.getpid()


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
    with under_way("latest", sqlite_url, server):
        second = run([sys.executable, "-c", SCRIPT], environment(sqlite_url, server.url), expect=0)

    assert second.stdout.strip() == "already running"


def test_what_root_has_locked_is_no_obstacle_afterwards(sqlite_url: str, server: SiteServer) -> None:
    """Files that root leaves after a kill belong to the database's owner, and to read them is enough."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    left = [file.with_name(f"{file.name}.lock"), file.with_name(f"{file.name}-latest.lock")]
    for path in left:
        path.touch(mode=0o444)

    crawl("latest", "limit=1", database_url=sqlite_url, mirror=server.url)

    assert not any(path.exists() for path in left)
