"""Every page is kept as it came, and the database knows where."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archive import read_at
from archive.records import Capture
from schemas import tables
from tests.clock import let_time_pass
from tests.crawling import Collection, crawl
from tests.reading import rows
from tests.site.server import SiteServer

pytestmark = pytest.mark.slow


def test_every_answer_is_kept_and_every_article_names_its_page(backfilled: Collection) -> None:
    pages, articles = rows(backfilled.url, tables.Page), rows(backfilled.url, tables.Article)
    assert len(pages) == len([request for request in backfilled.requests if request.path != "/robots.txt"])
    for page in pages:
        capture = read_at(backfilled.archive / page.warc_file, page.warc_offset)
        assert isinstance(capture, Capture)
        assert (capture.url, capture.status, capture.fetched_at) == (page.url, page.status, page.fetched_at)
    by_id = {page.id: page for page in pages}
    for article in articles:
        page = by_id[article.page_id]
        assert (page.edition, page.site_article_id) == (article.edition, article.site_article_id)
        assert page.fetched_at == article.changed_at


def test_an_unchanged_page_is_kept_once(server: SiteServer, collection: Collection) -> None:
    collection.crawl("backfill", server, "editions=mu")

    seen: set[tuple[str, str]] = set()
    for page in rows(collection.url, tables.Page):
        assert page.revisit == ((page.url, page.digest) in seen)
        seen.add((page.url, page.digest))
    assert any(page.revisit for page in rows(collection.url, tables.Page))


def test_keeping_can_be_switched_off(server: SiteServer, sqlite_url: str) -> None:
    crawl("latest", "limit=2", database_url=sqlite_url, mirror=server.url, archive=None)

    assert not rows(sqlite_url, tables.Page)
    assert [article.page_id for article in rows(sqlite_url, tables.Article)] == [None, None]


def test_an_article_that_has_not_changed_is_kept_as_a_revisit(
    server: SiteServer, collection: Collection
) -> None:
    let_time_pass(collection.url, timedelta(hours=23))  # after a day it would be read in full
    collection.crawl("latest", server)

    pages = rows(collection.url, tables.Page)
    confirmed = [page for page in pages if page.status == 304]
    assert confirmed
    assert all(page.site_article_id and page.revisit for page in confirmed)
    for page in confirmed:
        capture = read_at(collection.archive / page.warc_file, page.warc_offset)
        first = next(p for p in pages if p.url == page.url and p.status == 200)
        assert capture.revisit_of == (page.url, first.fetched_at)
