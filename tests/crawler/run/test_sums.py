"""Nothing that a run was to do is lost without a word: its statistics add up."""

from __future__ import annotations

import pytest

from crawler.run.evidence import SUMS, Evidence
from crawler.run.verdict import judge
from schemas import tables
from tests.crawling import Collection, crawl
from tests.reading import rows
from tests.site import SampleSite
from tests.site.server import SiteServer

CLOSED = {
    "requests/asked": 9,
    "requests/answered": 7,
    "requests/failed": 1,
    "requests/dropped": 1,
    "article/asked": 3,
    "store/new": 2,
    "store/gone": 1,
    "links/found": 6,
    "links/followed": 2,
    "links/known": 3,
    "links/passed_over/over_limit": 1,
}


def test_sums_that_close_are_no_loss() -> None:
    assert str(judge("finished", CLOSED)) == "ok: 2 new, 1 gone"


@pytest.mark.parametrize(
    ("statistic", "lacking"),
    [
        ("requests/answered", "1 request came to no end"),
        ("store/gone", "1 article was asked for and has no outcome"),
        ("links/known", "1 link was neither followed nor passed over"),
        ("links/passed_over/over_limit", "1 link was neither followed nor passed over"),
    ],
)
def test_what_is_missing_and_what_is_too_much_is_named_by_its_number(statistic: str, lacking: str) -> None:
    noun = lacking.split()[1]
    fewer = CLOSED | {statistic: CLOSED[statistic] - 1}
    more = CLOSED | {statistic: CLOSED[statistic] + 2}

    assert str(judge("finished", fewer)) == f"degraded: {lacking}"
    assert str(judge("finished", more)) == f"degraded: 2 {noun}s counted twice"


def test_each_capture_that_was_read_has_an_outcome() -> None:
    captures = {"captures/seen": 4, "captures/read": 2, "captures/unchanged": 1, "captures/no_gap": 1}

    assert (
        str(judge("finished", captures | {"store/new": 2, "store/unchanged": 1})) == "ok: 2 new, 1 unchanged"
    )
    assert judge("finished", captures | {"store/new": 2}).reason.startswith("1 article was asked for and has")


@pytest.mark.slow
@pytest.mark.parametrize("spider", ["latest", "backfill", "day", "url"])
def test_the_sums_of_each_spider_close(
    spider: str, site: SampleSite, server: SiteServer, backfilled: Collection, sqlite_url: str
) -> None:
    articles = [article for article in site.expected("first") if article.published_basis == "page"]
    arguments = {
        "latest": ["limit=7"],
        "day": [f"date={articles[0].published_at:%Y-%m-%d}"],
        "url": [f"url={article.canonical_url}" for article in articles[:2]],
    }
    if spider == "backfill":
        sqlite_url = backfilled.url
    else:
        crawl(spider, *arguments[spider], database_url=sqlite_url, mirror=server.url)

    [run] = rows(sqlite_url, tables.Run)

    assert run.stats["requests/asked"]
    assert run.stats["article/asked"]
    assert spider == "url" or run.stats["links/found"]
    for each in SUMS:
        assert Evidence(run.stats).count(*each.whole) == Evidence(run.stats).count(*each.parts), each
