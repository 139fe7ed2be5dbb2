"""Web archives that are busy, refuse, lack what they name, or say what cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler.middlewares.destinations import StrictOffsiteMiddleware
from crawler.middlewares.politeness import read_retry_after
from schemas import tables
from tests import reading
from tests.crawler.web_archives.asking import SOME, addresses, both, run
from tests.crawler.web_archives.standins import Archive, Captured, CommonCrawl, Wayback, served
from tests.crawling import crawling
from tests.reading import rows

pytestmark = pytest.mark.slow


def test_a_killed_run_goes_on(captures: list[Captured], sqlite_url: str, tmp_path: Path) -> None:
    later = [replace(row, at=row.at + timedelta(days=30 * month)) for month in range(5) for row in captures]
    archive = Wayback(later, page_size=40)
    with served(archive):
        for after in (90, 60):
            archive.gate.shut(after)
            asked_for = len(archive.requests) + after
            with crawling(
                "wayback", database_url=sqlite_url, mirror="", archive=tmp_path / "kept", **addresses(archive)
            ) as process:
                process.reaches(lambda: len(archive.requests) == asked_for)  # noqa: B023
                process.kill()
            archive.gate.open()
        before = len(archive.fetched())
        run("wayback", archive, sqlite_url, tmp_path / "kept")
        asked = len(archive.fetched())
        run("wayback", archive, sqlite_url, tmp_path / "kept")

    assert len(archive.fetched()) == asked, "what a whole run has is not asked for again"
    assert asked - before < 5 * SOME - 30, (
        "what killed runs had is not asked for again, but for the last pages"
    )
    pages = {(row.url, row.fetched_at) for row in rows(sqlite_url, tables.Page)}
    assert len(pages) == 5 * SOME
    stored = rows(sqlite_url, tables.Article)
    assert len(stored) == SOME
    assert {row.revision for row in stored} == {1}
    assert not rows(sqlite_url, tables.ArticleRevision)


def test_retry_after_is_honoured(captures: list[Captured], sqlite_url: str, tmp_path: Path) -> None:
    archive = Wayback(captures, page_size=10)
    archive.busy = {
        0: (429, {"Retry-After": "2"}, b""),
        5: (429, {"Retry-After": "2"}, b""),
        8: (503, {}, b""),
    }
    with served(archive):
        done = run("wayback", archive, sqlite_url, tmp_path / "kept")

    for number, least in ((0, 2.0), (5, 2.0), (8, 0.1)):
        (came, path), (next_came, next_path) = archive.requests[number : number + 2]
        assert next_path == path, "nothing else is asked meanwhile"
        assert next_came - came >= least
    assert len(reading.articles(sqlite_url)) == SOME
    assert done.stderr.splitlines()[-1].startswith("wayback: ok: ")


def test_an_archive_that_asks_for_a_long_pause_ends_the_run(
    captures: list[Captured], sqlite_url: str
) -> None:
    archive = Wayback(captures)
    archive.busy = {4: (429, {"Retry-After": "86400"}, b"")}
    with served(archive):
        run("wayback", archive, sqlite_url, None, expect=6)
    assert len(archive.requests) == 5


def test_an_archive_that_sends_us_away_is_left_alone(captures: list[Captured], sqlite_url: str) -> None:
    archive = Wayback(captures)
    archive.busy = {number: (403 if number % 2 else 429, {}, b"") for number in range(6, 1000)}
    with served(archive):
        settings = {"BACKOFF_TIMES": "3", "BACKOFF_SECONDS": "0.01"}
        done = run("wayback", archive, sqlite_url, None, **settings, expect=6)

    assert 6 + 2 * 4 <= len(archive.requests) <= 6 + 2 * 4 + 1, "and what was under way"
    assert done.stderr.splitlines()[-1].startswith("wayback: interrupted: the server asks for a longer pause")
    assert len(reading.articles(sqlite_url)) == 5


def test_what_cannot_be_had_or_is_the_archives_own_page_is_named_and_asked_for_again(
    captures: list[Captured], sqlite_url: str, tmp_path: Path
) -> None:
    own = b"<html><title>Wayback Machine</title>Try again later</html>"
    archive = Wayback(captures)
    archive.busy = {
        2: (404, {}, b""),
        3: (200, {"Content-Type": "text/html"}, own),
        4: (200, {"Content-Type": "text/html", "X-Archive-Orig-Content-Length": "5000"}, b""),
    }
    with served(archive):
        done = run("wayback", archive, sqlite_url, tmp_path / "kept", expect=3)
        assert f"Not had: {archive.url}{archive.requests[2][1]}: HTTP 404" in done.stderr
        assert len(rows(sqlite_url, tables.Page)) == SOME - 3
        again = run("wayback", archive, sqlite_url, tmp_path / "kept")

    assert done.stderr.splitlines()[-1] == "wayback: degraded: 3 captures could not be had"
    assert again.stderr.splitlines()[-1] == "wayback: ok: 3 new"
    assert len(reading.articles(sqlite_url)) == SOME


def test_a_crawl_that_is_unknown_or_has_no_number_of_pages_is_a_lost_index(
    captures: list[Captured], sqlite_url: str
) -> None:
    archive = CommonCrawl(captures)
    archive.busy = {1: (200, {}, b'{"pages": null}')}
    crawls = "crawls=CC-MAIN-1999-01,CC-MAIN-2024-51"
    with served(archive):
        done = run("commoncrawl", archive, sqlite_url, None, crawls, expect=3)

    assert "there is no crawl 'CC-MAIN-1999-01'" in done.stderr
    assert "no number of pages: TypeError" in done.stderr
    assert done.stderr.splitlines()[-1] == "commoncrawl: degraded: 2 lists could not be read"


def test_an_index_that_counts_no_pages_is_asked_for_all_at_once(
    captures: list[Captured], sqlite_url: str
) -> None:
    archive = CommonCrawl(captures)
    archive.busy = {1: (400, {}, b"")}
    with served(archive):
        run("commoncrawl", archive, sqlite_url, None)

    assert len(reading.articles(sqlite_url)) == SOME


@both
def test_lines_of_an_index_that_cannot_be_read_are_counted(
    spider: str, kind: type[Archive], captures: list[Captured], sqlite_url: str
) -> None:
    rubbish = {
        "wayback": b'[["timestamp", "original"], ["soon", "https://baohoabinh.com.vn/"]]',
        "commoncrawl": b'{"url": "https://baohoabinh.com.vn/"}\n',
    }
    archive = kind(captures)
    archive.busy = {{"wayback": 0, "commoncrawl": 2}[spider]: (200, {}, rubbish[spider])}
    with served(archive):
        done = run(spider, archive, sqlite_url, None, expect=3)

    assert "1 line of an index could not be read" in done.stderr.splitlines()[-1]


def test_hosts_of_the_archive_are_the_only_ones() -> None:
    crawler = Mock()
    crawler.spider = Mock(allowed_hosts=frozenset({"web.archive.org"}))
    middleware = StrictOffsiteMiddleware(crawler)
    middleware.process_request(Request("https://web.archive.org/web/2024id_/http://example.com/"))
    for url in ("https://baohoabinh.com.vn/", "https://web.archive.org:81/", "https://archive.org/"):
        with pytest.raises(IgnoreRequest):
            middleware.process_request(Request(url))
    crawler.spider = Mock(spec=[])
    middleware.process_request(Request("https://baohoabinh.com.vn/"))
    with pytest.raises(IgnoreRequest):
        middleware.process_request(Request("https://web.archive.org/"))


def test_retry_after_is_read() -> None:
    now = datetime(2024, 5, 1, 0, 0, 0, tzinfo=UTC)
    assert read_retry_after(b"120", now) == 120
    assert read_retry_after(b"Wed, 01 May 2024 00:01:00 GMT", now) == 60
    assert read_retry_after(b"Tue, 30 Apr 2024 00:01:00 GMT", now) is None
    assert read_retry_after(b"Tue, 30 Apr 99999999999999999999 00:01:00 GMT", now) is None
    assert read_retry_after(b"soon", now) is None
    assert read_retry_after(None, now) is None
