"""Half a page never becomes an article or an edit, wherever it comes from; a whole one is never refused."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import ArchiveWriter, Capture, Exchange, read_captures
from newspapers import ArticleRef, read_url
from schemas import tables
from tests import faulty, reading
from tests.crawling import NOBODY, crawl, reparse
from tests.faulty import Fault
from tests.reading import rows
from tests.site import SampleSite

pytestmark = pytest.mark.slow

SITE = "https://baohoabinh.com.vn"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def site() -> SampleSite:
    return SampleSite(filler=6)


def half(body: bytes) -> bytes:
    return body[: body.index(b"</p>") if b"</p>" in body else len(body) // 2]


def without_html(body: bytes) -> bytes:
    return body.replace(b"</html>", b"").replace(b"</body>", b"")


def with_right_length(change: Callable[[bytes], bytes]) -> Fault:
    return lambda at: at.page(change(at.answer.body))


def is_chosen(target: str) -> bool:
    """Whether an address is one of three articles of ten."""
    named = read_url(SITE + target)
    return isinstance(named, ArticleRef) and int(hashlib.sha256(target.encode()).hexdigest(), 16) % 10 < 3


def test_what_the_crawl_refused_is_not_taken_when_the_database_was_lost(
    site: SampleSite, tmp_path: Path
) -> None:
    crawled, lost = f"sqlite:///{tmp_path}/crawled.db", f"sqlite:///{tmp_path}/lost.db"
    folder = tmp_path / "archive"
    bad = with_right_length(half)

    with faulty.faulty(site.pages, lambda at, asked: bad if is_chosen(at) and asked < 1 else None) as server:
        crawl("backfill", database_url=crawled, mirror=server.url, archive=folder)
    done = reparse(database_url=lost, archive=folder)

    assert len(server.injected) > 10
    [file] = folder.glob("*.gz")
    marked = [one for one in read_captures(file) if isinstance(one, Capture) and one.truncated]
    assert len(marked) == len(server.injected)
    assert {one.truncated for one in marked} == {"unspecified"}
    assert reading.content(lost, times=True) == reading.content(crawled, times=True)
    assert done.stderr.splitlines()[-1].startswith("reparse: ok")


def test_halves_that_come_for_ever_are_no_articles_and_no_edits(site: SampleSite, sqlite_url: str) -> None:
    trouble = False
    bad = with_right_length(half)

    def plan(target: str, _asked: int) -> Fault | None:
        return bad if trouble and is_chosen(target) else None

    with faulty.faulty(site.pages, plan) as server:
        crawl("backfill", "editions=en,mu", database_url=sqlite_url, mirror=server.url)
        known = reading.content(sqlite_url)
        trouble = True
        addresses = [f"url={row['canonical_url']}" for row in reading.articles(sqlite_url).values()]
        crawl("url", *addresses, database_url=sqlite_url, mirror=server.url, expect=3)
        assert reading.content(sqlite_url) == known
        for _ in range(2):
            done = crawl("backfill", "sections=11,12", database_url=sqlite_url, mirror=server.url, expect=3)

    assert "(TruncatedError: " in done.stderr.splitlines()[-1]
    expected = {article.key: article for article in site.expected("first")}
    stored = reading.articles(sqlite_url)
    assert len(stored) > len(addresses)
    for key, article in stored.items():
        assert article["body"] == expected[key].body, key


def test_a_page_that_never_has_its_html_end_is_whole_and_marked(site: SampleSite, sqlite_url: str) -> None:
    bad = with_right_length(without_html)
    articles = [one for one in site.expected("first") if is_chosen(one.canonical_url.removeprefix(SITE))][-6:]
    one_by_one: dict[str, Any] = {"CONCURRENT_REQUESTS": "1", "CONCURRENT_REQUESTS_PER_DOMAIN": "1"}
    addresses = [f"url={article.canonical_url}" for article in articles]

    with faulty.faulty(site.pages, lambda at, _: bad if is_chosen(at) else None) as server:
        crawl("url", *addresses, database_url=sqlite_url, mirror=server.url, **one_by_one)
        asked = server.injected.total()
        again = crawl("url", *addresses, database_url=sqlite_url, mirror=server.url)

    stored = reading.articles(sqlite_url)
    assert {key: row["body"] for key, row in stored.items()} == {one.key: one.body for one in articles}
    assert {row["rules"]["ending"] for row in stored.values()} == {"unclosed"}
    assert len(articles) < asked < 2 * len(articles), (
        "what ends as a page that was fetched twice needs no proof of its own"
    )
    assert again.stderr.splitlines()[-1].startswith("url: nothing new")


@pytest.fixture
def captured(site: SampleSite, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Writes captures of an article, a day apart, into an archive of others; its path."""
    article = site.expected("first")[-1]
    with site.serve() as server:
        body = server.page(article.canonical_url)

    def write(*changes: Callable[[bytes], bytes], **more: Any) -> str:
        with ArchiveWriter(tmp_path / "theirs", run="theirs") as writer:
            for day, change in enumerate(changes):
                fields = (("Content-Type", "text/html; charset=utf-8"), *more.get("fields", ()))
                at = NOW - timedelta(days=9 - day)
                writer.keep(Exchange(article.canonical_url, 200, change(body), at, response_headers=fields))
        return str(tmp_path / "theirs")

    yield write
    shutil.rmtree(tmp_path / "theirs")


def whole(body: bytes) -> bytes:
    return body


def test_half_a_capture_is_no_edit(captured: Callable[..., str], sqlite_url: str) -> None:
    path = captured(whole, half, whole)

    done = crawl("warc", f"path={path}", database_url=sqlite_url, mirror=NOBODY, expect=3)

    [row] = rows(sqlite_url, tables.Article)
    assert (row.revision, row.last_seen_at) == (1, NOW - timedelta(days=7))
    assert done.stderr.splitlines()[-1] == "warc: degraded: 1 capture could not be used (truncated: 1)"


def test_a_capture_without_its_html_end_is_whole_and_marked(
    captured: Callable[..., str], sqlite_url: str
) -> None:
    crawl("warc", f"path={captured(without_html)}", database_url=sqlite_url, mirror=NOBODY)

    [row] = rows(sqlite_url, tables.Article)
    assert row.rules["ending"] == "unclosed"


def test_reading_again_says_which_articles_have_only_half_a_page(
    captured: Callable[..., str], sqlite_url: str
) -> None:
    path = Path(captured(half))

    done = reparse(database_url=sqlite_url, archive=path, expect=3)

    assert not rows(sqlite_url, tables.Article)
    assert "1 page could not be had" in done.stderr.splitlines()[-1]
    assert "truncated: it ends within" in done.stdout
