"""Addresses that fail for ever: they hold nothing up, and are hardly asked for any more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from schemas import tables
from tests.builders import SITE
from tests.clock import let_time_pass
from tests.crawling import crawl
from tests.reading import rows
from tests.small_site import SECTION_11, Answer, SmallSite
from tests.weeks import live_through

pytestmark = pytest.mark.slow

DEAD = set(range(1, 31))
"""Of 90 articles the oldest thirty: they fail one after the other."""


@pytest.fixture(params=[(500, {}), (503, {"Retry-After": "86400"})], ids=["500", "wait for a day"])
def dead(request: pytest.FixtureRequest) -> Answer:
    """What a dead address answers."""
    status, headers = request.param
    return status, headers, ""


@pytest.fixture
def site(small: SmallSite, dead: Answer) -> SmallSite:
    list_articles(small, 90, dead)
    return small


def list_articles(site: SmallSite, number: int, dead: Answer) -> None:
    """Section 11 with so many articles, of which the oldest are dead."""
    site.list_of(list(range(number, 0, -1)), pages=3)
    site.answers |= {f"/11/{number}/Bai-{number}.htm": dead for number in DEAD}


def asked(site: SmallSite) -> dict[int, int]:
    """How often each dead article was asked for since this was last asked."""
    times = {number: site.asked.count(f"/11/{number}/Bai-{number}.htm") for number in DEAD}
    site.asked.clear()
    return times


def test_dead_articles_hold_up_no_living_one_and_are_left_alone(
    site: SmallSite, dead: Answer, sqlite_url: str
) -> None:
    def run(expect: int) -> str:
        return crawl(
            "latest", *SECTION_11, database_url=sqlite_url, mirror=site.url, expect=expect
        ).stderr.splitlines()[-1]

    line = run(3)
    assert line == f"latest: degraded: 30 articles could not be fetched (HTTP {dead[0]}: 30)"
    assert {row.site_article_id for row in rows(sqlite_url, tables.Article)} == set(range(31, 91))
    asked(site)

    line = run(3)
    assert line.endswith(f"(HTTP {dead[0]}: 30), 30 of them not for the first time")
    assert set(asked(site).values()) == {1}, "asked for once, without further tries"

    run(0)
    assert set(asked(site).values()) == {0}, "no more than one further request a day"

    let_time_pass(sqlite_url, timedelta(hours=25))
    list_articles(site, 95, dead)
    run(3)
    assert set(asked(site).values()) == {1}
    assert {row.site_article_id for row in rows(sqlite_url, tables.Article)} == set(range(31, 96))


def test_a_site_of_which_no_article_comes_any_more_is_down(
    site: SmallSite, dead: Answer, sqlite_url: str
) -> None:
    crawl("url", f"url={SITE}/11/80/Bai-80.htm", database_url=sqlite_url, mirror=site.url)
    site.answers |= {f"/11/{number}/Bai-{number}.htm": dead for number in range(1, 91)}
    site.asked.clear()

    code = 6 if dead[1] else 4
    done = crawl(
        "backfill", *SECTION_11, database_url=sqlite_url, mirror=site.url, expect=code, RETRY_ENABLED="0"
    )

    assert "requests in a row have failed: the site is down" in done.stderr
    assert "/11/80/Bai-80.htm" in site.asked, "it was asked for an article that it has given"
    assert len(site.asked) < 80


def test_hourly_runs_find_all_that_lives_among_the_dead_and_let_those_be(tmp_path: Path) -> None:
    """By hand, for a week: ``python -m tests.weeks 168 0.3``."""
    week = live_through(4, 0.3, tmp_path)

    assert week.codes[0] == 3
    assert not week.missing_after_backfill
    assert not week.missing
    assert [max(day.values()) for day in week.further] == [1]
