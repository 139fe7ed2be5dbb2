"""Spellings, robots.txt, clocks and headers as servers really send them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from schemas import tables
from tests import faulty
from tests.builders import SITE
from tests.crawling import crawl, last_line
from tests.faulty import Fault
from tests.reading import rows
from tests.site import SampleSite
from tests.small_site import SECTION_11, SmallSite, article, page

pytestmark = pytest.mark.slow


@pytest.fixture
def site(small: SmallSite) -> SmallSite:
    """Section 11 with four articles."""
    small.list_of([4, 3, 2, 1])
    return small


def test_sessions_in_the_path_capital_endings_and_doubled_slashes_are_one_article(
    site: SmallSite, sqlite_url: str
) -> None:
    session = "/(S(x1y2z3))"
    site.answers["/11/3/Bai-3.htm"] = (302, {"Location": f"{session}/11/3/Bai-3.htm"}, "")
    site.answers[f"{session}/11/3/Bai-3.htm"] = page(article(3))
    body = site.body("/11/CHINH-TRI.htm")
    for link in (f"{session}/11/3/Bai-3.htm", "/11/3/Bai-3.HTM", "/11//3/Bai-3.htm"):
        body += f'<p><a href="{link}?AspxAutoDetectCookieSupport=1">Bài viết số 3</a></p>'
    site.answers["/11/CHINH-TRI.htm"] = page(body)

    assert last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=0) == "latest: ok: 4 new"
    assert {row.canonical_url for row in rows(sqlite_url, tables.Article)} == {
        f"{SITE}/11/{number}/Bai-{number}.htm" for number in range(1, 5)
    }


# --- robots.txt ------------------------------------------------------------------------------------


def test_the_pace_that_robots_txt_asks_for_is_kept(sqlite_url: str) -> None:
    site = SampleSite(filler=6)
    robots = "User-agent: *\nAllow: /\nCrawl-delay: 1\n"
    urls = [f"url={it.canonical_url}" for it in site.expected("first")[:4]]

    def plan(target: str, _asked: int) -> Fault | None:
        return faulty.page(robots.encode()) if target == "/robots.txt" else None

    with faulty.faulty(site.pages, plan, robots=True) as server:
        crawl("url", *urls, database_url=sqlite_url, mirror=server.url)

    assert server.times[-1] - server.times[1] > 2, "four articles, a second from each to the next"


def test_a_robots_txt_that_fails_stops_the_run(site: SmallSite, sqlite_url: str) -> None:
    site.answers["/robots.txt"] = (503, {}, "")

    line = last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=4)

    assert line.startswith("latest: site unreachable: robots.txt cannot be had (HTTP 503), so nothing may")
    assert set(site.asked) == {"/robots.txt"}


@pytest.mark.parametrize("status", [403, 404])
def test_a_robots_txt_that_is_refused_allows_all(status: int, site: SmallSite, sqlite_url: str) -> None:
    site.answers["/robots.txt"] = (status, {}, "User-agent: *\nDisallow: /\n")

    assert last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=0) == "latest: ok: 4 new"


# --- clocks ----------------------------------------------------------------------------------------


def test_a_clock_that_is_days_wrong_stops_the_run_before_anything_is_stored(
    site: SmallSite, sqlite_url: str
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(days=40), usegmt=True)
    for path, answer in site.answers.items():
        assert not callable(answer)
        site.answers[path] = (answer[0], {"Date": date}, answer[2])

    line = last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=6)
    assert line.startswith("latest: interrupted: nothing is stored: the site's clock says ")
    assert not rows(sqlite_url, tables.Article)
    assert not rows(sqlite_url, tables.Frontier)

    last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=0, CLOCK_TOLERANCE="4000000")


def test_a_cache_of_answers_is_refused(site: SmallSite, sqlite_url: str) -> None:
    line = last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=2, HTTPCACHE_ENABLED="1")

    assert line == "latest: bad arguments: HTTPCACHE_ENABLED='1': accepted: 0, false"
    assert not site.asked


# --- charsets --------------------------------------------------------------------------------------

LABELS = ("undefined", "hex", "base64", "idna", "punycode", "utf8mb4", "tcvn", "rot13", "unicode_escape")


def test_charsets_that_are_none_are_ignored(site: SmallSite, sqlite_url: str) -> None:
    site.list_of(list(range(len(LABELS), 0, -1)))
    for number, label in enumerate(LABELS, 1):
        path = f"/11/{number}/Bai-{number}.htm"
        site.answers[path] = (200, {"Content-Type": f"text/html; charset={label}"}, site.body(path))

    line = last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=0)

    assert line == f"latest: ok: {len(LABELS)} new"
    for row in rows(sqlite_url, tables.Article):
        assert row.headline == f"Bài viết số {row.site_article_id}"
