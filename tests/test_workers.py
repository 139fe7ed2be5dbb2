"""Several workers share one job: nothing is done twice or lost, and the site is asked no more often."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
from collections import Counter, defaultdict
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

from crawler.run.lock import Presence
from newspapers import ArticleRef, read_url
from pipelines.collection import SqlCollection
from pipelines.records import leases
from pipelines.records.batch import Writer, write_batch
from pipelines.records.runs import start_run
from schemas import tables
from schemas.database import write_transaction
from schemas.items import KeptPage
from tests import reading
from tests.archive.building import http, packed, record, write
from tests.archives.standins import Captured, Wayback, served
from tests.builders import FETCHED
from tests.crawling import NOBODY, crawl, crawl_command, environment, under_way
from tests.faulty import until
from tests.reading import rows
from tests.site import SampleSite
from tests.site.model import State
from tests.site.server import SiteServer

DELAY = 0.04
"""Seconds between two requests, of whichever worker."""

JITTER = 0.05
"""Seconds by which the way to the server may differ, on a machine that is busy."""

UNSTORED = 6
"""Answers that a worker may have had and not stored when it was killed, on a machine that is busy."""

NAMES = ("one", "two", "three", "four")

SHARED = {
    "SHARED_JOB": "1",
    "LEASE_SECONDS": "600",  # that a killed one is dead must be seen otherwise
    "DOWNLOAD_DELAY": str(DELAY),
    "CONCURRENT_REQUESTS": "1",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "1",
}


@pytest.fixture(scope="module")
def site() -> SampleSite:
    return SampleSite(filler=40)


def worker(
    spider: str, *arguments: str, database_url: str, mirror: str, **settings: str
) -> AbstractContextManager[subprocess.Popen[str]]:
    command = crawl_command(spider, *arguments, **SHARED, **settings)
    return under_way(command, environment(database_url, mirror))


def askers(server: SiteServer) -> dict[str, list[str]]:
    """Who asked for each article, in the order in which they did."""
    found = defaultdict(list)
    for request in server.requests:
        if isinstance(read_url(f"https://{request.host}{request.path}"), ArticleRef):
            found[request.path].append(request.headers["user-agent"])
    return found


def test_four_workers_of_which_two_are_killed_collect_what_one_does(
    server: SiteServer, postgres_url: str, sqlite_url: str
) -> None:
    rng = random.Random(20260711)  # noqa: S311
    with ExitStack() as started:
        workers = [
            started.enter_context(
                worker("backfill", database_url=postgres_url, mirror=server.url, USER_AGENT=name)
            )
            for name in NAMES
        ]
        killed = rng.sample(range(4), 2)
        for victim in map(workers.__getitem__, killed):
            enough = len(server.requests) + rng.randint(20, 40)
            until(lambda enough=enough: len(server.requests) >= enough)  # type: ignore[misc]
            assert victim.poll() is None
            victim.send_signal(signal.SIGKILL)
        ends = [(process.communicate(timeout=120)[1], process.returncode) for process in workers]
    requests, articles = list(server.requests), askers(server)
    crawl("backfill", database_url=sqlite_url, mirror=server.url)

    assert sorted(code for _, code in ends) == [-9, -9, 0, 0], ends
    expected = reading.content(sqlite_url)
    for table, found in reading.content(postgres_url).items():
        assert found == expected[table], table
    # Asked for once more is only what a killed one had on its way, or had not stored yet.
    again = Counter(asker for asked in articles.values() for asker in asked[:-1])
    assert again.keys() <= {NAMES[number] for number in killed}
    assert all(times <= UNSTORED for times in again.values()), again
    stored = [run.new for run in rows(postgres_url, tables.Run) if run.finished_at]
    assert min(stored) > 0, "each of them has something to do"
    # A turn is used a moment after it was had: that is all by which a second may hold one request more.
    most = round(1 / DELAY) + 1
    for first, last in zip(requests, requests[most:], strict=False):
        assert last.at - first.at > 1 - JITTER, "the site is asked no more often than by one"


def test_of_two_workers_that_read_the_same_files_each_file_is_read_by_one(
    site: SampleSite, server: SiteServer, postgres_url: str, tmp_path: Path
) -> None:
    for number, article in enumerate(site.expected("first")[:8]):
        answer = http(server.page(article.canonical_url), "Content-Type: text/html; charset=utf-8")
        written = record(answer, WARC_Target_URI=f"<{article.canonical_url}>")
        write(tmp_path / f"{number}.warc.gz", packed(written))
    with ExitStack() as started:
        workers = [
            started.enter_context(
                worker("warc", f"path={tmp_path}/*.gz", database_url=postgres_url, mirror=NOBODY)
            )
            for _ in range(2)
        ]
        ends = [(process.communicate(timeout=120)[1], process.returncode) for process in workers]

    assert [code for _, code in ends] == [0, 0], ends
    runs = rows(postgres_url, tables.Run)
    assert sum(run.stats.get("captures/read", 0) for run in runs) == 8
    assert len(rows(postgres_url, tables.Article)) == 8


def test_a_job_that_cannot_be_shared_says_which_can(postgres_url: str) -> None:
    done = crawl("latest", database_url=postgres_url, mirror=NOBODY, expect=2, SHARED_JOB="1")

    assert (
        "cannot be shared by several workers; those of these can: backfill, commoncrawl, warc, wayback"
        in done.stderr
    )


def test_a_worker_and_a_run_that_does_not_share_exclude_one_another(
    server: SiteServer, postgres_url: str
) -> None:
    server.delay = 0.5
    with worker("backfill", database_url=postgres_url, mirror=server.url):
        until(lambda: server.requests)
        done = crawl("backfill", database_url=postgres_url, mirror=server.url, expect=9)

    assert "already running: run 1 of backfill" in done.stderr


def test_on_sqlite_the_job_has_one_worker(server: SiteServer, sqlite_url: str) -> None:
    server.delay = 0.5  # the first is to be at work when the second one comes
    with worker("backfill", "sections=11", database_url=sqlite_url, mirror=server.url) as first:
        until(lambda: server.requests)
        crawl("backfill", database_url=sqlite_url, mirror=server.url, expect=9, SHARED_JOB="1")
        server.delay = 0
        said = first.communicate(timeout=120)[1]

    assert first.returncode == 0, said
    assert all(lease.done for lease in rows(sqlite_url, tables.Lease))


def test_what_a_worker_leaves_at_its_limit_is_free_for_the_others(
    server: SiteServer, sqlite_url: str
) -> None:
    crawl("backfill", "limit=3", "editions=vi", database_url=sqlite_url, mirror=server.url, SHARED_JOB="1")

    [run] = rows(sqlite_url, tables.Run)
    left = {lease.kind for lease in rows(sqlite_url, tables.Lease) if not lease.done}
    assert run.new <= 3
    assert "article" in left


def test_a_turn_is_had_by_one_and_a_rest_is_everybodys(engine: Engine) -> None:
    host, second = "baohoabinh.com.vn", timedelta(seconds=1)
    with write_transaction(engine) as connection:
        assert leases.take_turn(connection, host, second) == 0
        for _ in range(3):  # nobody takes a turn in advance
            assert 0 < leases.take_turn(connection, host, second) <= 1
        assert leases.take_turn(connection, "en.baohoabinh.com.vn", second) == 0
        leases.rest(connection, host, 30 * second)
        assert 20 < leases.take_turn(connection, host, second) <= 30
        leases.rest(connection, host, second)  # what another worker was told is not cut short
        assert 20 < leases.take_turn(connection, host, second) <= 30


def test_of_two_workers_one_takes_over_the_index_pages_of_the_other(
    site: SampleSite, postgres_url: str, tmp_path: Path
) -> None:
    articles = site.expected("first")[:16]
    begin = datetime(2024, 5, 1, tzinfo=UTC)
    pages = [
        site.pages.answer("GET", "baohoabinh.com.vn", urlsplit(each.canonical_url).path, b"", State("first"))
        for each in articles
    ]
    archive = Wayback(
        [
            Captured(each.canonical_url, begin + timedelta(hours=number), page.body)
            for number, (each, page) in enumerate(zip(articles, pages, strict=True))
        ],
        page_size=4,
    )
    with served(archive), ExitStack() as started:
        one, other = (
            started.enter_context(
                worker("wayback", database_url=postgres_url, mirror="", WAYBACK_URL=archive.url)
            )
            for _ in range(2)
        )
        until(lambda: len({path for _, path in archive.requests if "&page=" in path}) == 2)
        one.kill()
        one.communicate()
        said = other.communicate(timeout=120)[1]

    assert other.returncode == 0, said
    assert len(rows(postgres_url, tables.Article)) == len(articles)
    asked = Counter(path for _, path in archive.requests if "&page=" in path)
    assert len(asked) == 4
    assert asked.total() <= 5, "only the page that the killed one had in hand is asked for again"


def test_what_another_worker_has_kept_counts_as_had_while_it_lives(engine: Engine) -> None:
    url, presence = "https://baohoabinh.com.vn/11/188942/A.htm", Presence(engine)
    page = KeptPage(
        url=url, edition="vi", article_id=188942, fetched_at=FETCHED, status=200, etag=None,
        last_modified=None, digest="A", warc_file="a.warc.gz", warc_offset=0, warc_length=9, revisit=False,
    )  # fmt: skip
    with write_transaction(engine) as connection:
        run_id = start_run(connection, "wayback", {}, FETCHED)
        presence.hold(run_id)
        leases.join_job(connection, run_id, "wayback", timedelta(seconds=60))
        write_batch(connection, [page], Writer(run_id, "wayback", 7, shares=True))
    collection = SqlCollection(engine)
    assert asyncio.run(collection.captured([(url, FETCHED)])) == {(url, FETCHED)}

    presence.release()
    with write_transaction(engine) as connection:
        leases.stay_alive(connection, run_id, timedelta(0))
    assert asyncio.run(collection.captured([(url, FETCHED)])) == set()
