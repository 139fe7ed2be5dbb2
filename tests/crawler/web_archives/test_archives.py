"""The spiders that ask web archives, run on stand-ins of these archives."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive import Capture, read_at
from archive.records import digest_of
from newspapers import canonical_url
from schemas import tables
from tests import reading
from tests.crawler.web_archives.asking import BEGIN, KINDS, SOME, both, page, run
from tests.crawler.web_archives.standins import Archive, Captured, Wayback, served
from tests.crawling import crawl, reparse, scrapy
from tests.reading import rows
from tests.site import SampleSite
from tests.site.pictures import picture

pytestmark = pytest.mark.slow


@both
def test_all_captured_articles_are_ingested_and_had_back_without_asking_again(
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
    archive = kind([*captures, image], page_size=7, repeat=1)
    with served(archive):
        done = run(spider, archive, sqlite_url, tmp_path / "kept", LOG_LEVEL="DEBUG", KEEP_PICTURES="1")
        asked = len(archive.fetched())
        again = run(spider, archive, sqlite_url, tmp_path / "kept")

    stored = reading.articles(sqlite_url)
    expected = {article.key: article for article in site.expected()[:SOME]}
    assert stored.keys() == expected.keys()
    times = {row.original.rpartition("/")[2]: row.at for row in captures}
    for key, article in stored.items():
        assert (article["headline"], article["body"]) == (expected[key].headline, expected[key].body)
        assert article["changed_at"] == times[expected[key].canonical_url.rpartition("/")[2]]
    assert asked == len(archive.fetched()) == SOME + 1, "each capture once, although a page came twice"
    assert again.stderr.splitlines()[-1].startswith(f"{spider}: nothing new: ")
    crawled = re.findall(r"<GET (\S+)>", done.stderr)
    assert {url.split("/")[2] for url in crawled} == {archive.url.split("/")[2]}, "the newspaper is not asked"
    pages = rows(sqlite_url, tables.Page)
    assert len(pages) == SOME
    for kept in pages:
        capture = read_at(tmp_path / "kept" / kept.warc_file, kept.warc_offset)
        assert isinstance(capture, Capture)
        assert capture.url in {row.original for row in captures}, "kept under the spelling that was captured"
        assert (canonical_url(capture.url), capture.fetched_at) == (kept.url, kept.fetched_at)
        assert b"<html" in capture.body
    if kind is Wayback:
        assert {kept.etag for kept in pages} == {'"of-the-paper"'}

    assert missing
    [kept] = rows(sqlite_url, tables.Picture)
    assert (kept.url, kept.tried_at, kept.digest) == (had, BEGIN, digest_of(image.body))
    assert read_at(tmp_path / "kept" / kept.warc_file, kept.warc_offset).body == image.body
    assert "pictures: 1 asked, 1 kept, 0 gone, 0 failed" in done.stderr

    lost = f"sqlite:///{tmp_path}/lost.db"
    reparse(database_url=lost, archive=tmp_path / "kept")
    before, after = reading.content(sqlite_url, times=True), reading.content(lost, times=True)
    for table in ("articles", "images", "related_links", "article_authors", "duplicates"):
        assert after[table] == before[table], table
    spellings = [{dict(row)["url"] for row in found["article_urls"]} for found in (before, after)]
    assert spellings[0] == spellings[1]
    says_what_was_asked_of_whom(archive, captures, tmp_path / "kept" / pages[0].warc_file)


@both
def test_days_are_those_of_the_capture_and_sections_those_of_the_newspaper(
    spider: str,
    kind: type[Archive],
    site: SampleSite,
    captures: list[Captured],
    sqlite_url: str,
    tmp_path: Path,
) -> None:
    # In Vietnam, seven hours ahead, the day begins when it is 17 o'clock in UTC.
    begin = datetime(2024, 5, 1, 17, tzinfo=UTC)
    hours = [BEGIN + timedelta(hours=number) for number in range(SOME)]
    of_day = [
        article
        for article, at in zip(site.expected()[:SOME], hours, strict=True)
        if begin <= at < begin + timedelta(days=1)
    ]
    section = (of_day[0].edition, of_day[0].section_id)
    archive = kind(captures)
    with served(archive):
        arguments = ("since=2024-05-02", "until=2024-05-02", "sections={}/{}".format(*section))
        run(spider, archive, sqlite_url, tmp_path / "kept", *arguments)

    assert reading.articles(sqlite_url).keys() == {
        article.key for article in of_day if (article.edition, article.section_id) == section
    }


def test_gaps_are_filled_and_nothing_else_is_fetched(
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
    archive = Wayback(twice, page_size=7)
    with served(archive):
        done = run("wayback", archive, sqlite_url, tmp_path / "kept", "gaps=true")

    assert done.stderr.splitlines()[-1].startswith("wayback: ok")
    assert reading.articles(sqlite_url).keys() == collected.keys() | {article.key for article in lacking}
    assert len(archive.fetched()) == 2 * len(lacking), "all captures of what is missing"


def test_an_index_makes_known_what_an_archive_could_give(
    captures: list[Captured], database_url: str, tmp_path: Path
) -> None:
    archive = Wayback(captures, page_size=7)
    with served(archive):
        run("wayback", archive, database_url, tmp_path / "kept", "limit=3")
    assert len(archive.fetched()) == 3
    run_of_gaps = scrapy("gaps", "--format", "jsonl", database_url=database_url)

    lines = [json.loads(line) for line in run_of_gaps.stdout.splitlines()]
    missing = [line for line in lines if line["record"] == "article"]
    named = {(row.edition, row.site_article_id) for row in rows(database_url, tables.ArchivedCapture)}
    assert len(named) > 3
    assert {(line["edition"], line["number"]) for line in missing if line["archived"] == 1} == (
        named - reading.articles(database_url).keys()
    )
    assert "scrapy crawl wayback -a gaps=true" in scrapy("gaps", database_url=database_url).stdout


def test_an_empty_archive_is_no_error(sqlite_url: str) -> None:
    for spider, kind in KINDS:
        archive = kind([])
        with served(archive):
            run(spider, archive, sqlite_url, None)


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


def test_half_a_capture_is_no_edit_and_neither_it_nor_one_of_the_future_is_asked_for_again(
    site: SampleSite, sqlite_url: str, tmp_path: Path
) -> None:
    article, other = site.expected()[:2]
    whole = page(site, article.canonical_url)
    later = Captured(article.canonical_url, BEGIN + timedelta(days=1), whole[: len(whole) // 2])
    future = Captured(other.canonical_url, datetime(2099, 1, 1, tzinfo=UTC), b"<html></html>")
    archive = Wayback([Captured(article.canonical_url, BEGIN, whole), later, future])
    with served(archive):
        done = run("wayback", archive, sqlite_url, tmp_path / "kept", expect=3)
        assert len(archive.fetched()) == 2
        run("wayback", archive, sqlite_url, tmp_path / "kept", expect=None)

    [row] = rows(sqlite_url, tables.Article)
    assert (row.revision, row.changed_at) == (1, BEGIN)
    unused = "2 captures could not be used (postdated: 1, truncated: 1)"
    assert done.stderr.splitlines()[-1] == f"wayback: degraded: {unused}"
    assert len(archive.fetched()) == 2


def says_what_was_asked_of_whom(archive: Archive, captures: list[Captured], file: Path) -> None:
    """Of the first copy in a file."""
    with file.open("rb") as stream:
        answer, request = [
            (dict(record.rec_headers.headers), record.http_headers)
            for record in ArchiveIterator(stream)
            if record.rec_type in ("response", "request")
        ][:2]
    asked = archive.url + archive.fetched()[0]
    assert answer[0]["WARC-Target-URI"] in {capture.original for capture in captures}
    assert (answer[0]["WARC-Source-URI"], request[0]["WARC-Target-URI"]) == (asked, asked)
    assert answer[0]["WARC-Creation-Date"] == request[0]["WARC-Date"] > answer[0]["WARC-Date"]
    assert request[1].get_header("Host") == archive.url.removeprefix("http://")
