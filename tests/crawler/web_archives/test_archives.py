"""The spiders that ask web archives, run on stand-ins of these archives."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from warcio.archiveiterator import ArchiveIterator

from archive import Capture, read_at
from archive.records import digest_of
from crawler.middlewares.destinations import StrictOffsiteMiddleware
from crawler.middlewares.politeness import read_retry_after
from newspapers import canonical_url
from schemas import tables
from tests import reading
from tests.crawler.web_archives.standins import Archive, Captured, CommonCrawl, Wayback, served
from tests.crawling import crawl, crawling, scrapy
from tests.reading import rows
from tests.site import SampleSite
from tests.site.model import State
from tests.site.pictures import picture

pytestmark = pytest.mark.slow

SOME = 24
BEGIN = datetime(2024, 5, 1, 3, 0, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def captures(site: SampleSite) -> list[Captured]:
    """One capture of each of some articles, and pages that are no articles."""
    articles = site.expected()[:SOME]
    found = [
        Captured(
            article.canonical_url.replace("https://", "http://www.").replace(".vn/", ".vn:80/")
            if number % 3
            else article.canonical_url,
            BEGIN + timedelta(hours=number),
            page(site, article.canonical_url),
        )
        for number, article in enumerate(articles)
    ]
    others = [
        Captured("https://baohoabinh.com.vn/", BEGIN, b"<html>front page</html>"),
        Captured("https://ims.baohoabinh.com.vn/a/b.jpg", BEGIN, b"picture"),
        Captured("https://baohoabinh.com.vn/11/999999/Gone.htm", BEGIN, b"moved", status=301),
    ]
    return others[:1] + found + others[1:]


def page(site: SampleSite, url: str) -> bytes:
    path = url.removeprefix("https://baohoabinh.com.vn")
    return site.pages.answer("GET", "baohoabinh.com.vn", path, b"", State("first")).body


KINDS = [("wayback", Wayback), ("commoncrawl", CommonCrawl)]
both = pytest.mark.parametrize(("spider", "kind"), KINDS, ids=["wayback", "commoncrawl"])


def addresses(archive: Archive) -> dict[str, str]:
    names = ("WAYBACK_URL", "COMMONCRAWL_INDEX_URL", "COMMONCRAWL_DATA_URL")
    one_at_a_time = {"CONCURRENT_REQUESTS": "1"}  # as these spiders ask archives; tests are less patient
    return dict.fromkeys(names, archive.url) | {"BACKOFF_SECONDS": "0.1"} | one_at_a_time


def run(
    spider: str, archive: Archive, database_url: str, folder: Path | None, *arguments: str, **more: Any
) -> Any:
    return crawl(
        spider, *arguments, database_url=database_url, mirror="", archive=folder, **addresses(archive) | more
    )


@both
def test_all_captured_articles_are_ingested(
    spider: str,
    kind: type[Archive],
    site: SampleSite,
    captures: list[Captured],
    database_url: str,
    tmp_path: Path,
) -> None:
    archive = kind(captures, page_size=7, repeat=1)
    with served(archive):
        done = run(spider, archive, database_url, tmp_path / "kept", LOG_LEVEL="DEBUG")
        asked = len(archive.fetched())
        again = run(spider, archive, database_url, tmp_path / "kept")

    stored = reading.articles(database_url)
    expected = {article.key: article for article in site.expected()[:SOME]}
    assert stored.keys() == expected.keys()
    times = {row.original.rpartition("/")[2]: row.at for row in captures}
    for key, article in stored.items():
        assert (article["headline"], article["body"]) == (expected[key].headline, expected[key].body)
        assert article["changed_at"] == times[expected[key].canonical_url.rpartition("/")[2]]
    assert asked == len(archive.fetched()) == SOME, "each capture once, although a page came twice"
    assert again.stderr.splitlines()[-1].startswith(f"{spider}: nothing new: ")
    crawled = re.findall(r"<GET (\S+)>", done.stderr)
    assert {url.split("/")[2] for url in crawled} == {archive.url.split("/")[2]}, "the newspaper is not asked"
    pages = rows(database_url, tables.Page)
    assert len(pages) == SOME
    for kept in pages:
        capture = read_at(tmp_path / "kept" / kept.warc_file, kept.warc_offset)
        assert isinstance(capture, Capture)
        assert capture.url in {row.original for row in captures}, "kept under the spelling that was captured"
        assert (canonical_url(capture.url), capture.fetched_at) == (kept.url, kept.fetched_at)
        assert b"<html" in capture.body
    if kind is Wayback:
        assert {kept.etag for kept in pages} == {'"of-the-paper"'}


@both
def test_captures_out_of_order_become_a_history_in_order(
    spider: str, kind: type[Archive], site: SampleSite, sqlite_url: str, tmp_path: Path
) -> None:
    article = site.expected()[0]
    body, titles = page(site, article.canonical_url), ["Tít thứ nhất", "Tít thứ hai", "Tít thứ ba"]
    changed = [
        Captured(
            article.canonical_url,
            BEGIN + timedelta(days=day),
            body.replace(article.headline.encode(), titles[day].encode()),
        )
        for day in (1, 2, 0)
    ]
    archive = kind(changed, page_size=2)
    with served(archive):
        run(spider, archive, sqlite_url, tmp_path / "kept")

    [row] = rows(sqlite_url, tables.Article)
    assert (row.headline, row.revision) == (titles[2], 3)
    history = sorted(rows(sqlite_url, tables.ArticleRevision), key=lambda old: old.revision)
    assert [old.headline for old in history] == titles[:2]


@both
def test_a_killed_run_goes_on(
    spider: str, kind: type[Archive], captures: list[Captured], sqlite_url: str, tmp_path: Path
) -> None:
    later = [replace(row, at=row.at + timedelta(days=30 * month)) for month in range(5) for row in captures]
    archive = kind(later, page_size=40)
    with served(archive):
        for after in (90, 60):
            archive.gate.shut(after)
            asked_for = len(archive.requests) + after
            with crawling(
                spider, database_url=sqlite_url, mirror="", archive=tmp_path / "kept", **addresses(archive)
            ) as process:
                process.reaches(lambda: len(archive.requests) == asked_for)  # noqa: B023
                process.kill()
            archive.gate.open()
        before = len(archive.fetched())
        run(spider, archive, sqlite_url, tmp_path / "kept")
        asked = len(archive.fetched())
        run(spider, archive, sqlite_url, tmp_path / "kept")

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


@both
def test_retry_after_is_honoured(
    spider: str, kind: type[Archive], captures: list[Captured], sqlite_url: str, tmp_path: Path
) -> None:
    archive = kind(captures, page_size=10)
    archive.busy = {
        0: (429, {"Retry-After": "2"}, b""),
        5: (429, {"Retry-After": "2"}, b""),
        8: (503, {}, b""),
    }
    with served(archive):
        done = run(spider, archive, sqlite_url, tmp_path / "kept")

    for number, least in ((0, 2.0), (5, 2.0), (8, 0.1)):
        (came, path), (next_came, next_path) = archive.requests[number : number + 2]
        assert next_path == path, "nothing else is asked meanwhile"
        assert next_came - came >= least
    assert len(reading.articles(sqlite_url)) == SOME
    assert done.stderr.splitlines()[-1].startswith(f"{spider}: ok: ")


@both
def test_an_archive_that_stays_busy_is_given_up(
    spider: str, kind: type[Archive], captures: list[Captured], sqlite_url: str
) -> None:
    archive = kind(captures)
    archive.busy = {number: (429, {}, b"") for number in range(100)}
    with served(archive):
        run(spider, archive, sqlite_url, None, BACKOFF_TIMES="3", BACKOFF_SECONDS="0.01", expect=3)
    assert len(archive.requests) == 4


@both
def test_an_archive_that_asks_for_a_long_pause_ends_the_run(
    spider: str, kind: type[Archive], captures: list[Captured], sqlite_url: str
) -> None:
    archive = kind(captures)
    archive.busy = {4: (429, {"Retry-After": "86400"}, b"")}
    with served(archive):
        run(spider, archive, sqlite_url, None, expect=6)
    assert len(archive.requests) == 5


@both
def test_days_are_those_of_the_capture(
    spider: str, kind: type[Archive], captures: list[Captured], sqlite_url: str, tmp_path: Path
) -> None:
    archive = kind(captures)
    with served(archive):
        run(spider, archive, sqlite_url, tmp_path / "kept", "since=2024-05-02", "until=2024-05-02")

    # In Vietnam, seven hours ahead, the day begins when it is 17 o'clock in UTC.
    begin = datetime(2024, 5, 1, 17, tzinfo=UTC)
    expected = [row for row in captures if begin <= row.at < begin + timedelta(days=1) and row.at != BEGIN]
    assert len(reading.articles(sqlite_url)) == len(expected) > 0


@both
def test_sections_and_limit_narrow_what_is_fetched(
    spider: str,
    kind: type[Archive],
    site: SampleSite,
    captures: list[Captured],
    sqlite_url: str,
    tmp_path: Path,
) -> None:
    first = site.expected()[0]
    section = f"{first.edition}/{first.section_id}"
    archive = kind(captures)
    with served(archive):
        run(spider, archive, sqlite_url, tmp_path / "kept", f"sections={section}")
        assert {row["section_id"] for row in reading.articles(sqlite_url).values()} == {first.section_id}
        archive.requests.clear()
        run(spider, archive, f"sqlite:///{tmp_path}/other.db", tmp_path / "kept", "limit=3")
    assert len(archive.fetched()) == 3


@both
def test_gaps_are_filled_and_nothing_else_is_fetched(
    spider: str,
    kind: type[Archive],
    site: SampleSite,
    captures: list[Captured],
    sqlite_url: str,
    tmp_path: Path,
) -> None:
    with site.serve() as server:
        crawl("backfill", "limit=30", database_url=sqlite_url, mirror=server.url, archive=tmp_path / "kept")
    collected = reading.articles(sqlite_url)
    lacking = [article for article in site.expected()[:SOME] if article.key not in collected]
    assert 0 < len(lacking) < SOME
    twice = captures + [replace(row, at=row.at + timedelta(days=400)) for row in captures]
    archive = kind(twice, page_size=7)
    with served(archive):
        done = run(spider, archive, sqlite_url, tmp_path / "kept", "gaps=true")

    assert done.stderr.splitlines()[-1].startswith(f"{spider}: ok")
    assert reading.articles(sqlite_url).keys() == collected.keys() | {article.key for article in lacking}
    assert len(archive.fetched()) == 2 * len(lacking), "all captures of what is missing"


def test_an_index_makes_known_what_an_archive_could_give(
    captures: list[Captured], database_url: str, tmp_path: Path
) -> None:
    archive = Wayback(captures, page_size=7)
    with served(archive):
        run("wayback", archive, database_url, tmp_path / "kept", "limit=3")
    run_of_gaps = scrapy("gaps", "--format", "jsonl", database_url=database_url)

    lines = [json.loads(line) for line in run_of_gaps.stdout.splitlines()]
    missing = [line for line in lines if line["record"] == "article"]
    named = {(row.edition, row.site_article_id) for row in rows(database_url, tables.ArchivedCapture)}
    assert len(named) > 3
    assert {(line["edition"], line["number"]) for line in missing if line["archived"] == 1} == (
        named - reading.articles(database_url).keys()
    )
    assert "scrapy crawl wayback -a gaps=true" in scrapy("gaps", database_url=database_url).stdout


@both
def test_a_collection_out_of_an_archive_is_had_back_without_asking_it_again(
    spider: str, kind: type[Archive], captures: list[Captured], sqlite_url: str, tmp_path: Path
) -> None:
    archive = kind(captures)
    with served(archive):
        run(spider, archive, sqlite_url, tmp_path / "kept")
    again = f"sqlite:///{tmp_path}/again.db"

    scrapy("reparse", database_url=again, archive=tmp_path / "kept")

    before, after = reading.content(sqlite_url, times=True), reading.content(again, times=True)
    for table in ("articles", "images", "related_links", "article_authors", "duplicates"):
        assert after[table] == before[table], table
    spellings = [{dict(row)["url"] for row in found["article_urls"]} for found in (before, after)]
    assert spellings[0] == spellings[1]


def test_an_empty_archive_is_no_error(sqlite_url: str) -> None:
    for spider, kind in KINDS:
        archive = kind([])
        with served(archive):
            run(spider, archive, sqlite_url, None)


def test_an_unknown_crawl_is_named(captures: list[Captured], sqlite_url: str) -> None:
    archive = CommonCrawl(captures)
    with served(archive):
        done = run("commoncrawl", archive, sqlite_url, None, "crawls=CC-MAIN-1999-01", expect=3)
    assert "there is no crawl 'CC-MAIN-1999-01'" in done.stderr


def test_a_capture_that_cannot_be_had_is_named(
    captures: list[Captured], sqlite_url: str, tmp_path: Path
) -> None:
    archive = Wayback(captures)
    archive.busy = {2: (404, {}, b"")}
    with served(archive):
        done = run("wayback", archive, sqlite_url, tmp_path / "kept", expect=3)
    assert f"Not had: {archive.url}{archive.requests[2][1]}: HTTP 404" in done.stderr
    assert len(reading.articles(sqlite_url)) == SOME - 1


def test_what_the_archive_leads_on_to_has_its_own_time(
    site: SampleSite, sqlite_url: str, tmp_path: Path
) -> None:
    first, second = site.expected()[:2]
    body = page(site, first.canonical_url)
    early = Captured(first.canonical_url, BEGIN, body)
    late = Captured(first.canonical_url, BEGIN + timedelta(days=9), body + b"<!-- other -->")
    other = Captured(second.canonical_url, BEGIN, page(site, second.canonical_url))
    archive = Wayback([late, other])
    archive.busy = {
        1: (302, {"Location": f"/web/{early.timestamp}id_/{early.original}"}, b""),
        3: (302, {"Location": f"/web/{early.timestamp}id_/{early.original}"}, b""),
    }
    listed = archive.answer  # it knows nothing of the early capture
    with served(archive):
        archive.answer = lambda path, headers: (  # type: ignore[method-assign]
            (200, {"Content-Type": "text/html; charset=utf-8", "X-Archive-Orig-Server": "IIS"}, early.body)
            if f"/{early.timestamp}id_/{early.original}" in path
            else listed(path, headers)
        )
        done = run("wayback", archive, sqlite_url, tmp_path / "kept", expect=3)

    [kept] = rows(sqlite_url, tables.Page)
    assert (kept.url, kept.fetched_at) == (first.canonical_url, early.at)
    assert "CaptureError: the archive redirected to" in done.stderr


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "text/html"}, b"<html><title>Wayback Machine</title>Try again later</html>"),
        (200, {"Content-Type": "text/html", "X-Archive-Orig-Content-Length": "5000"}, b""),
    ],
    ids=["its own page", "nothing"],
)
def test_what_the_archive_says_itself_is_no_page_and_asked_for_again(
    captures: list[Captured], sqlite_url: str, tmp_path: Path, answer: Any
) -> None:
    archive = Wayback(captures)
    archive.busy = {2: answer}
    with served(archive):
        done = run("wayback", archive, sqlite_url, tmp_path / "kept", expect=3)
        assert len(rows(sqlite_url, tables.Page)) == SOME - 1
        again = run("wayback", archive, sqlite_url, tmp_path / "kept")

    assert done.stderr.splitlines()[-1] == "wayback: degraded: 1 capture could not be had"
    assert again.stderr.splitlines()[-1] == "wayback: ok: 1 new"
    assert len(reading.articles(sqlite_url)) == SOME


@both
def test_half_a_capture_is_no_edit_and_not_asked_for_again(
    spider: str, kind: type[Archive], site: SampleSite, sqlite_url: str, tmp_path: Path
) -> None:
    article = site.expected()[0]
    whole = page(site, article.canonical_url)
    later = Captured(article.canonical_url, BEGIN + timedelta(days=1), whole[: len(whole) // 2])
    archive = kind([Captured(article.canonical_url, BEGIN, whole), later])
    with served(archive):
        done = run(spider, archive, sqlite_url, tmp_path / "kept", expect=3)
        asked = len(archive.fetched())
        run(spider, archive, sqlite_url, tmp_path / "kept")

    [row] = rows(sqlite_url, tables.Article)
    assert (row.revision, row.changed_at) == (1, BEGIN)
    assert done.stderr.splitlines()[-1] == f"{spider}: degraded: 1 capture could not be used (truncated: 1)"
    assert len(archive.fetched()) == asked


@both
def test_a_capture_of_the_future_is_passed_over(
    spider: str, kind: type[Archive], site: SampleSite, sqlite_url: str, tmp_path: Path
) -> None:
    article = site.expected()[0]
    archive = kind([Captured(article.canonical_url, datetime(2099, 1, 1, tzinfo=UTC), b"<html></html>")])
    with served(archive):
        done = run(spider, archive, sqlite_url, tmp_path / "kept", expect=3)

    assert not archive.fetched()
    assert done.stderr.splitlines()[-1] == f"{spider}: degraded: 1 capture could not be used (postdated: 1)"


@pytest.mark.parametrize("status", [403, 429])
def test_an_archive_that_sends_us_away_is_left_alone(
    captures: list[Captured], sqlite_url: str, status: int
) -> None:
    archive = Wayback(captures)
    archive.busy = {number: (status, {}, b"") for number in range(6, 1000)}
    with served(archive):
        settings = {"BACKOFF_TIMES": "3", "BACKOFF_SECONDS": "0.01"}
        done = run("wayback", archive, sqlite_url, None, **settings, expect=6)

    assert 6 + 2 * 4 <= len(archive.requests) <= 6 + 2 * 4 + 1, "and what was under way"
    assert done.stderr.splitlines()[-1].startswith("wayback: interrupted: the server asks for a longer pause")
    assert len(reading.articles(sqlite_url)) == 5


@pytest.mark.parametrize("answer", [b'{"pages": null}', b"[]", b'"many"', b"<html>"])
def test_a_number_of_pages_that_is_none_is_a_lost_index(
    captures: list[Captured], sqlite_url: str, answer: bytes
) -> None:
    archive = CommonCrawl(captures)
    archive.busy = {1: (200, {}, answer)}
    with served(archive):
        done = run("commoncrawl", archive, sqlite_url, None, expect=3)

    assert "Index not read: " in done.stderr
    assert done.stderr.splitlines()[-1] == "commoncrawl: degraded: 1 list could not be read"


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


@both
def test_the_archive_of_copies_says_what_was_asked_of_whom(
    spider: str, kind: type[Archive], captures: list[Captured], sqlite_url: str, tmp_path: Path
) -> None:
    archive = kind(captures)
    with served(archive):
        run(spider, archive, sqlite_url, tmp_path / "kept", "limit=1")

    [file] = (tmp_path / "kept").glob("*.gz")
    with file.open("rb") as stream:
        records = {
            record.rec_type: (dict(record.rec_headers.headers), record.http_headers)
            for record in ArchiveIterator(stream)
        }
    answer, request = records["response"], records["request"]
    asked = archive.url + archive.fetched()[0]
    host = archive.url.removeprefix("http://")
    assert answer[0]["WARC-Target-URI"].endswith(captures[1].original.rpartition("/")[2])
    assert (answer[0]["WARC-Source-URI"], request[0]["WARC-Target-URI"]) == (asked, asked)
    assert answer[0]["WARC-Creation-Date"] == request[0]["WARC-Date"] > answer[0]["WARC-Date"]
    assert request[1].get_header("Host") == host


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
    assert read_retry_after(b"Tue, 30 Apr 2024 00:01:00 GMT", now) == 0
    assert read_retry_after(b"soon", now) is None
    assert read_retry_after(None, now) is None


@both
def test_pictures_that_an_archive_has_are_fetched_from_it(
    spider: str,
    kind: type[Archive],
    site: SampleSite,
    captures: list[Captured],
    sqlite_url: str,
    tmp_path: Path,
) -> None:
    shown = {image.url for article in site.expected()[:SOME] for image in article.images}
    had, *missing = sorted(shown)
    spelled = had.replace("https://", "http://").replace(".vn/", ".vn:80/").replace("%20", " ")
    image = Captured(spelled, BEGIN, picture(urlsplit(had).path))
    archive = kind([*captures, image])
    with served(archive):
        done = run(spider, archive, sqlite_url, tmp_path / "kept", KEEP_PICTURES="1")

    assert missing
    [kept] = rows(sqlite_url, tables.Picture)
    assert (kept.url, kept.tried_at, kept.digest) == (had, BEGIN, digest_of(image.body))
    assert read_at(tmp_path / "kept" / kept.warc_file, kept.warc_offset).body == image.body
    assert "pictures: 1 asked, 1 kept, 0 gone, 0 failed" in done.stderr
