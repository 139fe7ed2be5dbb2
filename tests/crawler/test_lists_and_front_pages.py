"""Lists and front pages as servers really give them: nothing that was asked for is lost in silence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from schemas import tables
from schemas.database import open_engine
from tests.builders import SITE
from tests.clock import let_time_pass
from tests.crawling import last_line
from tests.reading import rows
from tests.small_site import NAVIGATION, SECTION_11, Answer, SmallSite, article, page

pytestmark = pytest.mark.slow


@pytest.fixture
def site(small: SmallSite) -> SmallSite:
    """Section 11 with twelve articles on three pages."""
    small.list_of(list(range(12, 0, -1)), pages=3)
    return small


def numbers(url: str) -> set[int]:
    return {row.site_article_id for row in rows(url, tables.Article)}


def unfinished(url: str) -> int:
    return sum(walk.finished_at is None for walk in rows(url, tables.ListWalk))


def until_cookie(body: str) -> Any:
    """Leads on to itself until its cookie comes back."""

    def answer(headers: Mapping[str, str]) -> Answer:
        if "visit=1" in headers.get("cookie", ""):
            return page(body)
        return 302, {"Location": "", "Set-Cookie": "visit=1; path=/"}, ""

    return answer


# --- redirects -------------------------------------------------------------------------------------


def test_pages_that_lead_to_themselves_until_their_cookie_comes_are_read(
    site: SmallSite, sqlite_url: str
) -> None:
    for path in list(site.answers):
        if path != "/robots.txt":
            site.answers[path] = until_cookie(site.body(path))

    assert last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=0) == "latest: ok: 12 new"


@pytest.mark.parametrize(
    ("spider", "target", "reason"),
    [("latest", "/", "redirect loop"), ("backfill", "https://example.org/", "led off the site")],
)
def test_front_pages_that_lead_away_are_named(
    spider: str, target: str, reason: str, site: SmallSite, sqlite_url: str
) -> None:
    site.answers = {"/robots.txt": site.answers["/robots.txt"], "/": (302, {"Location": target}, "")}
    site.answers["/11/CHINH-TRI.htm"] = (302, {"Location": target}, "")

    line = last_line(spider, *SECTION_11, url=sqlite_url, mirror=site.url, expect=3)

    for what in ("list", "front page"):
        assert f"1 {what} could not be read ({reason}: 1)" in line
    assert line.endswith(": open it in a browser")


def test_a_site_that_leads_elsewhere_throughout_is_a_block(site: SmallSite, sqlite_url: str) -> None:
    elsewhere = (301, {"Location": "https://example.org/"}, "")
    site.answers = {"/": elsewhere, "/en/": elsewhere, "/mu/": elsewhere, "/robots.txt": elsewhere}
    for path in ("/11/CHINH-TRI.htm", "/en/2/LOCAL-NEWS.htm", "/mu/4/Xa-hoi.htm"):
        site.answers[path] = elsewhere

    line = last_line("latest", url=sqlite_url, mirror=site.url, expect=8)

    assert "blocked: 6 of 6 answers withheld what was asked for (led off the site: 6)" in line
    assert "not on the newspaper's hosts: https://example.org/: open it in a browser" in line


def test_a_page_that_reloads_itself_is_read(site: SmallSite, sqlite_url: str) -> None:
    for path in list(site.answers):
        if path.startswith("/11/"):
            reload = f'<meta http-equiv="refresh" content="{{}}; url={SITE}{path}">'
            body = site.body(path).replace("<html>", "<html><head>" + reload.format(1) + "</head>")
            site.answers[path] = page(body if "<html>" in body else reload.format(60) + body)

    assert last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=0) == "latest: ok: 12 new"


# --- pagers ----------------------------------------------------------------------------------------


def test_a_server_that_ignores_the_page_number_finishes_no_walk(site: SmallSite, sqlite_url: str) -> None:
    for number in (2, 3, 4):
        site.answers[f"/11/page/{number}/CHINH-TRI.htm"] = site.answers["/11/CHINH-TRI.htm"]

    line = last_line("backfill", *SECTION_11, url=sqlite_url, mirror=site.url, expect=3)

    assert line == "backfill: degraded: 1 list could not be read (repeated: 1)"
    assert len(numbers(sqlite_url)) == 4
    assert unfinished(sqlite_url) == 1


@pytest.mark.parametrize("spider", ["latest", "backfill"])
def test_a_page_that_a_cache_repeats_leaves_the_walk_open_and_the_next_run_completes_it(
    spider: str, site: SmallSite, sqlite_url: str
) -> None:
    third = site.answers["/11/page/3/CHINH-TRI.htm"]
    site.answers["/11/page/3/CHINH-TRI.htm"] = site.answers["/11/page/2/CHINH-TRI.htm"]
    last_line(spider, *SECTION_11, url=sqlite_url, mirror=site.url, expect=3)
    site.answers["/11/page/3/CHINH-TRI.htm"] = third

    last_line(spider, *SECTION_11, url=sqlite_url, mirror=site.url, expect=0)

    assert numbers(sqlite_url) == set(range(1, 13))


def test_a_page_that_leads_to_another_page_of_the_list_is_not_taken_for_it(
    site: SmallSite, sqlite_url: str
) -> None:
    site.answers["/11/page/2/CHINH-TRI.htm"] = (302, {"Location": "/11/page/3/CHINH-TRI.htm"}, "")

    line = last_line("backfill", *SECTION_11, url=sqlite_url, mirror=site.url, expect=3)

    assert line == "backfill: degraded: 1 list could not be read (repeated: 1)"
    assert unfinished(sqlite_url) == 1


# --- sections that end -----------------------------------------------------------------------------

GONE: dict[str, tuple[Answer, str]] = {
    "no list any more": ((404, {}, ""), "HTTP 404"),
    "merged into another": ((301, {"Location": "/11/CHINH-TRI.htm"}, ""), "elsewhere"),
    "emptied": (page(NAVIGATION), "emptied"),
    "another section's list": (
        page(NAVIGATION + '<p><a href="/11/12/Bai-12.htm">Bài viết số 12</a></p>'),
        "emptied",
    ),
}


@pytest.mark.parametrize("how", GONE)
def test_a_section_that_is_gone_is_a_loss_for_a_week_and_then_usual(
    how: str, site: SmallSite, sqlite_url: str
) -> None:
    site.answers["/12/KINH-TE.htm"] = page(NAVIGATION + '<p><a href="/12/21/Bai-21.htm">Bài viết</a></p>')
    site.answers["/12/21/Bai-21.htm"] = page(article(21))
    last_line("backfill", "editions=vi", url=sqlite_url, mirror=site.url, expect=0)
    site.answers["/12/KINH-TE.htm"], kind = GONE[how]

    line = last_line("latest", "editions=vi", url=sqlite_url, mirror=site.url, expect=3)
    assert line == f"latest: degraded: 1 list could not be read ({kind}: 1)"

    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        was_read = update(tables.ListWalk).where(tables.Section.id == tables.ListWalk.section_id)
        week_ago = {"confirmed_at": datetime.now(UTC) - timedelta(days=8)}
        connection.execute(was_read.where(tables.Section.site_section_id == 12).values(week_ago))
    engine.dispose()
    last_line("latest", "editions=vi", url=sqlite_url, mirror=site.url, expect=0)
    code = 7 if how == "emptied" else 3
    last_line("latest", "editions=vi", "sections=12", url=sqlite_url, mirror=site.url, expect=code)


# --- "not modified" --------------------------------------------------------------------------------


def always_the_same(body: str) -> Any:
    """Gives one ETag whatever the page, and says "not modified" to whoever sends it."""

    def answer(headers: Mapping[str, str]) -> Answer:
        if headers.get("if-none-match"):
            return 304, {"ETag": '"1"'}, ""
        return 200, {"ETag": '"1"'}, body

    return answer


def test_news_that_a_304_hid_is_found_within_a_day_and_told(site: SmallSite, sqlite_url: str) -> None:
    site.answers["/11/CHINH-TRI.htm"] = always_the_same(site.body("/11/CHINH-TRI.htm"))
    last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=0)
    site.list_of(list(range(14, 0, -1)), pages=3)
    site.answers["/11/CHINH-TRI.htm"] = always_the_same(site.body("/11/CHINH-TRI.htm"))
    for _ in range(2):  # what is confirmed in between has not come anew
        line = last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=0)
        assert line == "latest: nothing new: 1 list not modified"
        let_time_pass(sqlite_url, timedelta(hours=13))

    line = last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=3)

    assert line == "latest: degraded: 1 list had new articles though it was said not to be modified"
    assert numbers(sqlite_url) == set(range(1, 15))

    site.list_of(list(range(15, 0, -1)), pages=3)
    site.answers["/11/CHINH-TRI.htm"] = always_the_same(site.body("/11/CHINH-TRI.htm"))
    last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=3)
    assert 15 in numbers(sqlite_url), "its validators are not sent any more"


# --- nothing for nothing ---------------------------------------------------------------------------


def test_a_section_that_is_not_there_is_named(site: SmallSite, sqlite_url: str) -> None:
    for sections in ("sections=11,999", "sections=999"):
        line = last_line("latest", "editions=vi", sections, url=sqlite_url, mirror=site.url, expect=3)
        assert line == "latest: degraded: there is no section vi/999"


@pytest.mark.parametrize(
    ("spider", "argument", "line"),
    [
        ("day", "date=2099-01-01", "date=2099-01-01 is in the future; accepted: days up to "),
        ("latest", "since=2099-01-01", "since=2099-01-01 is in the future; accepted: days up to "),
        ("warc", "path=", "path: '' names nothing; accepted: archive files, folders or patterns"),
    ],
)
def test_arguments_that_name_nothing_are_refused(
    spider: str, argument: str, line: str, site: SmallSite, sqlite_url: str
) -> None:
    assert line in last_line(spider, argument, url=sqlite_url, mirror=site.url, expect=2)
    assert not site.asked


def test_articles_that_the_arguments_exclude_are_no_run_that_went_well(
    site: SmallSite, sqlite_url: str
) -> None:
    arguments = (f"url={SITE}/11/5/Bai-5.htm", "editions=en")

    line = last_line("url", *arguments, url=sqlite_url, mirror=site.url, expect=3)

    assert line == "url: degraded: nothing was asked for: 1 out of the arguments' range"
