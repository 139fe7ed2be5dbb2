"""The spider ``day``: that day's list and nothing beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from schemas import tables
from tests.crawling import crawl, last_line
from tests.reading import rows
from tests.site import SampleSite
from tests.site.server import SiteServer
from tests.small_site import NAVIGATION, SmallSite, page

pytestmark = pytest.mark.slow

SELECTS = (
    f"<select name=d>{''.join(f'<option>{n}</option>' for n in range(1, 32))}</select>"
    f"<select name=m>{''.join(f'<option>{n}</option>' for n in range(1, 13))}</select>"
    f"<select name=y>{''.join(f'<option>{n}</option>' for n in range(2010, 2026))}</select>"
)
FORM = f'<form action="/tim.aspx" method="get">Xem các tin đã đưa ngày: {SELECTS}%s</form>'
ASKED = "/tim.aspx?d=24&m=4&y=2024"


@pytest.fixture
def server(sample_site: SampleSite) -> Iterator[SiteServer]:
    with sample_site.serve() as server:
        yield server


def test_a_day_without_articles_gives_none(server: SiteServer, sqlite_url: str) -> None:
    line = last_line("day", "date=2024-04-24", url=sqlite_url, mirror=server.url, expect=0)

    assert line == "day: nothing new: no links found: no article on 3 days"
    assert not rows(sqlite_url, tables.Article)


@pytest.fixture
def site(small: SmallSite) -> SmallSite:
    """Articles of 24 April 2024: 1 and 2 in the day's list, 3 in a box beside each page; 4 is of 2 May."""
    small.list_of([4, 3, 2, 1])
    small.answers["/11/4/Bai-4.htm"] = page(small.body("/11/4/Bai-4.htm").replace("24/4/2024", "2/5/2024"))
    small.answers["/"] = page(links(3, 4) + FORM % "<input type=submit>")
    return small


def links(*numbers: int) -> str:
    return NAVIGATION + "".join(f'<p><a href="/11/{n}/Bai-{n}.htm">Bài viết số {n}</a></p>' for n in numbers)


def numbers(url: str) -> set[int]:
    return {row.site_article_id for row in rows(url, tables.Article)}


def of_24_april(site: SmallSite, url: str, expect: int) -> str:
    return last_line("day", "date=2024-04-24", "editions=vi", url=url, mirror=site.url, expect=expect)


def test_what_stands_beside_is_taken_if_its_own_page_says_that_day(site: SmallSite, sqlite_url: str) -> None:
    site.answers[ASKED] = page(links(2, 1, 3, 4))

    assert of_24_april(site, sqlite_url, expect=0) == "day: ok: 3 new"
    assert numbers(sqlite_url) == {1, 2, 3}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (links(3, 4), "1 day answered with the page that the form stands on"),
        (links(5, 6), "2 articles listed under a day and of another"),
    ],
)
def test_a_form_that_gives_something_else_than_the_day_is_said(
    answer: str, reason: str, site: SmallSite, sqlite_url: str
) -> None:
    site.answers[ASKED] = page(answer)
    for number in (3, 5, 6):
        site.answers[f"/11/{number}/Bai-{number}.htm"] = site.answers["/11/4/Bai-4.htm"]

    assert reason in of_24_april(site, sqlite_url, expect=3)
    assert not numbers(sqlite_url)


@pytest.mark.parametrize("form", [FORM % "", ""], ids=["no control to send it", "no form"])
def test_without_a_form_that_can_be_sent_the_days_are_taken_from_the_lists(
    form: str, site: SmallSite, sqlite_url: str
) -> None:
    for path in ("/", "/11/CHINH-TRI.htm"):
        site.answers[path] = page(site.body(path).replace(FORM % "<input type=submit>", "") + form)

    done: Any = crawl(
        "day",
        "date=2024-04-24",
        "editions=vi",
        "sections=11",
        database_url=sqlite_url,
        mirror=site.url,
        expect=0,
    )

    assert done.stderr.count("The days are taken from the lists of vi: ") == 1
    assert numbers(sqlite_url) == {1, 2, 3, 4}


def test_the_form_is_looked_for_beyond_the_front_page(site: SmallSite, sqlite_url: str) -> None:
    site.answers["/"] = page(NAVIGATION)
    path = "/11/CHINH-TRI.htm"
    site.answers[ASKED] = page(links(2, 1))
    site.answers[path] = page(site.body(path) + FORM % "<input type=image src=ok.gif>")

    assert of_24_april(site, sqlite_url, expect=0) == "day: ok: 2 new"
