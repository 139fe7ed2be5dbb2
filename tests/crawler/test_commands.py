"""What operators type and what they are told, by the real command on the sample site."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from web_poet.testing import Fixture

from crawler.pages.article import ArticlePage
from newspapers import read_article_url
from schemas import tables
from schemas.database import open_engine
from tests import reading
from tests.crawling import SCRAPY, Collection, crawl, environment, run, scrapy
from tests.site import SampleSite
from tests.site.server import SiteServer
from tests.small_site import SECTION_11, SmallSite

pytestmark = pytest.mark.slow

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def test_the_schema_of_another_version_stops_the_crawl_before_the_first_request(
    server: SiteServer, sqlite_url: str
) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    done = crawl("latest", database_url=sqlite_url, mirror=server.url, expect=2)

    assert "has schema 9999, which this version does not know: update the program" in done.stderr
    assert not server.requests


def test_single_articles_are_fetched_in_whatever_spelling(
    site: SampleSite, server: SiteServer, sqlite_url: str, tmp_path: Path
) -> None:
    one, other = [article.canonical_url for article in site.expected("first")][:2]
    spelled = one.replace("https://", "http://www.") + "?fbclid=x"
    listed = tmp_path / "urls.txt"
    listed.write_text(f"# two letters asked for these\n{one}\n{other}\n", encoding="utf-8")

    crawl("url", f"url={spelled}", f"url={one}", f"file={listed}", database_url=sqlite_url, mirror=server.url)

    stored = reading.articles(sqlite_url)
    assert {article["canonical_url"] for article in stored.values()} == {one, other}
    spellings = {dict(row)["url"] for row in reading.content(sqlite_url)["article_urls"]}
    assert {spelled, one, other} <= spellings


def test_a_day_is_collected_by_the_form(site: SampleSite, server: SiteServer, sqlite_url: str) -> None:
    dated = [article for article in site.expected("first") if article.published_basis == "page"]
    day = dated[0].published_at.astimezone(HANOI).date()
    wanted = {
        (str(article.edition), article.article_id)
        for article in dated
        if article.published_at.astimezone(HANOI).date() == day
    }

    crawl("day", f"date={day}", database_url=sqlite_url, mirror=server.url)

    assert wanted == reading.articles(sqlite_url).keys()
    forms = [request for request in server.requests if request.method == "POST" or "?" in request.path]
    assert len(forms) == 3, "the form is sent once in each edition"


def test_a_limit_ends_the_run_and_the_next_one_goes_on(small: SmallSite, sqlite_url: str) -> None:
    small.list_of(list(range(12, 0, -1)), pages=3)
    crawl("latest", *SECTION_11, "limit=5", database_url=sqlite_url, mirror=small.url)
    assert len(reading.articles(sqlite_url)) == 5

    crawl("latest", *SECTION_11, database_url=sqlite_url, mirror=small.url)
    assert {number for _, number in reading.articles(sqlite_url)} == set(range(1, 13))


def test_a_section_is_collected_alone(server: SiteServer, sqlite_url: str) -> None:
    crawl("backfill", "sections=en/2", database_url=sqlite_url, mirror=server.url)

    stored = reading.articles(sqlite_url)
    assert stored
    assert {(article["edition"], article["section_id"]) for article in stored.values()} == {("en", 2)}


@pytest.mark.usefixtures("real_commands")
def test_requests_name_us_and_the_site_and_the_status_says_what_is_collected(
    server: SiteServer, sqlite_url: str
) -> None:
    crawl("latest", "limit=3", database_url=sqlite_url, mirror=server.url)
    done = scrapy("status", database_url=sqlite_url)

    assert server.requests[0].path == "/robots.txt"
    assert {request.host for request in server.requests} == {"baohoabinh.com.vn"}
    assert all(request.headers["user-agent"].startswith("newspaper-archive/") for request in server.requests)
    assert "Articles known to exist: collected 3, wanted" in done.stdout


def test_articles_are_asked_for_with_what_the_site_gave(server: SiteServer, collection: Collection) -> None:
    engine = open_engine(collection.url)
    with engine.begin() as connection:
        number = connection.scalar(
            select(tables.Frontier.site_article_id).where(tables.Frontier.next_check_at.is_not(None)).limit(1)
        )
        connection.execute(
            text("UPDATE frontier SET next_check_at = '2020-01-01 00:00:00' WHERE site_article_id = :number"),
            {"number": number},
        )
    engine.dispose()

    done = crawl("latest", "editions=vi", database_url=collection.url, mirror=server.url)

    [again] = [
        request
        for request in server.requests
        if (reference := read_article_url(f"https://{request.host}{request.path}"))
        and reference.article_id == number
    ]
    assert again.status == 304
    assert done.stderr.splitlines()[-1].startswith("latest: nothing new")


@pytest.mark.usefixtures("real_commands")
def test_a_page_can_be_saved_as_a_test(site: SampleSite, server: SiteServer, tmp_path: Path) -> None:
    article = site.expected("first")[-1]
    database = tmp_path / "collection.db"

    command = [*SCRAPY, "savefixture", "crawler.pages.article.ArticlePage"]
    run(
        [*command, article.canonical_url, str(tmp_path)],
        environment(f"sqlite:///{database}", server.url),
        expect=0,
    )

    [saved] = tmp_path.glob("*/*/output.json")
    assert json.loads(saved.read_text(encoding="utf-8"))["headline"] == article.headline
    Fixture(saved.parent).assert_full_item_correct(ArticlePage)
    assert not database.exists(), "a saved page is no part of the collection"
