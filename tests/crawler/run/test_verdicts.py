"""Every way a run can end: the exit code and the line of text, by the real command."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from sqlalchemy import select

from crawler.run.verdict import ADVICE, judge
from crawler.spiders.latest import LatestSpider
from schemas import tables
from schemas.database import open_engine
from schemas.verdicts import Verdict
from tests import reading
from tests.builders import SENTENCES
from tests.crawling import NOBODY, ROOT, crawl
from tests.small_site import MAINTENANCE, NAVIGATION, SECTION_11, Answer, SmallSite, article, page

pytestmark = pytest.mark.slow


class FailingSpider(LatestSpider):
    """A spider with a fault in its start."""

    async def start(self) -> AsyncIterator[Any]:
        lists: dict[str, Request] = {}
        yield lists["of section 11"]


@pytest.fixture
def site(small: SmallSite) -> SmallSite:
    """Section 11 with twelve articles on two pages."""
    small.list_of(list(range(12, 0, -1)), pages=2)
    return small


def last_line(spider: str, *arguments: str, url: str, mirror: str, expect: Verdict, **settings: Any) -> str:
    """The run's last line, which must be the one in the table ``runs``."""
    done = crawl(
        spider,
        *arguments,
        database_url=url,
        mirror=mirror,
        archive=None,
        expect=expect.exit_code,
        **settings,
    )
    line = done.stderr.splitlines()[-1]
    verdict, reason = run_of(url)
    assert line == f"{spider}: {verdict}: {reason}"
    assert verdict == expect
    return line


def run_of(url: str) -> tuple[str, str]:
    """Verdict and reason of the last run."""
    engine = open_engine(url)
    with engine.connect() as connection:
        runs = select(tables.Run.verdict, tables.Run.reason).order_by(tables.Run.id.desc())
        verdict, reason = connection.execute(runs).first() or ("", "")
    engine.dispose()
    return verdict or "", reason or ""


# --- nothing is amiss ------------------------------------------------------------------------------


def test_new_articles_are_ok_and_links_that_are_all_known_nothing_new(
    site: SmallSite, database_url: str
) -> None:
    line = last_line("latest", *SECTION_11, url=database_url, mirror=site.url, expect=Verdict.OK)
    again = last_line("latest", *SECTION_11, url=database_url, mirror=site.url, expect=Verdict.NOTHING_NEW)

    assert line == "latest: ok: 12 new"
    assert again == "latest: nothing new: 6 links to articles found, all known"


# --- the site is not what it was -------------------------------------------------------------------


def test_lists_without_any_link_are_a_changed_layout(site: SmallSite, sqlite_url: str) -> None:
    site.answers["/11/CHINH-TRI.htm"] = page(NAVIGATION)

    line = last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=Verdict.LAYOUT_CHANGED)

    assert line == "latest: layout changed: no links found: 1 list read, no article in any"


def test_pages_in_which_nothing_is_recognised_are_a_changed_layout(site: SmallSite, sqlite_url: str) -> None:
    for number in range(1, 13):
        site.answers[f"/11/{number}/Bai-{number}.htm"] = page(NAVIGATION + f"<p>{SENTENCES[1]}</p>" * 9)

    line = last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=Verdict.LAYOUT_CHANGED)

    assert line == (
        "latest: layout changed: pages fetched, nothing parsed: no article was recognised on 12 of 12 pages"
    )


def test_pages_that_are_kept_back_are_a_block(site: SmallSite, sqlite_url: str) -> None:
    for number in range(1, 13):
        withheld: list[Answer] = [(403, {}, "Forbidden"), page(MAINTENANCE), page("")]
        site.answers[f"/11/{number}/Bai-{number}.htm"] = withheld[number % 3]

    line = last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=Verdict.BLOCKED)

    assert line.startswith("latest: blocked: 12 of ")
    for why in ("HTTP 403: 4", "pages that are not the newspaper's: 4", "empty pages: 4"):
        assert why in line.partition(" answers withheld what was asked for (")[2]


def test_a_robots_txt_that_forbids_everything_is_a_block(site: SmallSite, sqlite_url: str) -> None:
    site.answers["/robots.txt"] = page("User-agent: *\nDisallow: /\n")

    line = last_line("latest", url=sqlite_url, mirror=site.url, expect=Verdict.BLOCKED)

    assert "robots.txt forbids it" in line


def test_articles_of_an_unknown_layout_are_stored_and_saved_ones_say_nothing_of_the_site(
    site: SmallSite, sqlite_url: str, tmp_path: Path
) -> None:
    for number in range(1, 13):
        site.answers[f"/11/{number}/Bai-{number}.htm"] = page(
            article(number).replace("post clearfix", "story")
        )
    url = f"sqlite:///{tmp_path}/live.db"
    live = crawl(
        "latest", *SECTION_11, database_url=url, mirror=site.url, archive=tmp_path / "kept", expect=7
    )

    saved = last_line("warc", f"path={tmp_path}/kept", url=sqlite_url, mirror=NOBODY, expect=Verdict.OK)

    assert live.stderr.splitlines()[-2:] == [
        f"next: {ADVICE[Verdict.LAYOUT_CHANGED]}",
        "latest: layout changed: 12 of 12 articles fit no known layout and were read without one",
    ]
    assert saved.startswith("warc: ok: 12 new")


@pytest.mark.parametrize(
    ("captures", "judgement"),
    [
        ({"seen": 5, "read": 2, "kept_before": 1, "not_asked_for": 2}, "ok: 2 new"),
        (
            {"seen": 4, "read": 2, "passed_over/404": 1, "passed_over/soft-404": 1},
            "ok: 2 new, 2 captures of other answers (404: 1, soft-404: 1)",
        ),
        (
            {"seen": 5, "read": 2, "passed_over/truncated": 2, "passed_over/revisit": 1},
            "degraded: 3 captures could not be used (truncated: 2, revisit: 1)",
        ),
        ({"seen": 3, "read": 2, "unreadable_rows": 1}, "degraded: 1 line of an index could not be read"),
        (
            {"seen": 4, "read": 2, "failed": 1},
            "degraded: 1 capture could not be had, 1 capture unaccounted for",
        ),
    ],
)
def test_what_became_of_captures_adds_up_or_is_told(captures: dict[str, int], judgement: str) -> None:
    stats = {f"captures/{name}": number for name, number in captures.items()} | {"store/new": 2}

    assert str(judge("finished", stats)) == judgement


def test_addresses_that_are_known_to_be_dead_are_no_block_of_the_site() -> None:
    stats = {"article/none/empty": 9, "store/rejected": 9, "list/read": 1, "list/links": 20}

    assert judge("finished", stats).verdict is Verdict.BLOCKED
    assert str(judge("finished", stats | {"article/failed_again": 9})) == (
        "degraded: 9 pages could not be read as an article (empty: 9), 9 of them not for the first time"
    )
    assert judge("finished", stats | {"article/none/empty": 20, "article/failed_again": 9}).verdict is (
        Verdict.BLOCKED
    )


@pytest.mark.parametrize(
    ("stats", "judgement"),
    [
        ({"article/parser/post/1": 11, "article/parser/generic/1": 1, "store/new": 12}, "ok: 12 new"),
        (
            {"article/failed/HTTP 403": 1, "store/failed": 1},
            "degraded: 1 article could not be fetched (HTTP 403: 1)",
        ),
    ],
)
def test_a_single_page_is_no_ground_to_judge_the_site(stats: dict[str, int], judgement: str) -> None:
    assert str(judge("finished", stats)) == judgement


# --- something was lost, or the run did not come to its end ----------------------------------------


def test_losses_are_named_and_counted(site: SmallSite, sqlite_url: str) -> None:
    site.answers["/11/3/Bai-3.htm"] = (500, {}, "")
    site.answers["/11/4/Bai-4.htm"] = (500, {}, "")
    site.answers["/11/5/Bai-5.htm"] = page(MAINTENANCE)
    site.answers["/11/page/2/CHINH-TRI.htm"] = page(MAINTENANCE)
    site.answers["/11/CHINH-TRI.htm"] = page(
        site.body("/11/CHINH-TRI.htm")
        + "".join(f'<p><a href="/11/{n}/Bai-{n}.htm">Bài {n}</a></p>' for n in range(1, 7))
    )

    line = last_line(
        "latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=Verdict.DEGRADED, RETRY_TIMES="0"
    )

    assert line == (
        "latest: degraded: 2 articles could not be fetched (HTTP 500: 2), 1 page could not be read as an"
        " article (foreign: 1), 1 list could not be read (foreign: 1)"
    )


def test_a_site_that_does_not_answer_is_unreachable(sqlite_url: str) -> None:
    line = last_line(
        "latest", url=sqlite_url, mirror=NOBODY, expect=Verdict.UNREACHABLE, RETRY_ENABLED="false"
    )

    assert line.startswith("latest: site unreachable: the site gave no answer (")


def test_a_name_that_is_not_known_is_unreachable(sqlite_url: str) -> None:
    mirror = "http://mirror.invalid"  # a name that never is (RFC 6761)

    line = last_line("latest", url=sqlite_url, mirror=mirror, expect=Verdict.UNREACHABLE, RETRY_TIMES="0")

    assert line.startswith("latest: site unreachable: the site gave no answer (CannotResolveHostError: ")
    assert line.endswith("its name is not known: check this machine's name server, and SITE_MIRROR")


@pytest.mark.parametrize("tls", ["none", "with a certificate that nobody vouches for"])
def test_a_site_whose_tls_fails_is_unreachable(tls: str, site: SmallSite, sqlite_url: str) -> None:
    if tls != "none":
        site.speak_tls()
    line = last_line(
        "latest",
        url=sqlite_url,
        mirror=site.url.replace("http:", "https:"),
        expect=Verdict.UNREACHABLE,
        RETRY_TIMES="0",
        DOWNLOAD_VERIFY_CERTIFICATES="True",
    )

    assert line.startswith("latest: site unreachable: the site gave no answer (DownloadFailedError: ")
    assert "connected, but HTTP or TLS did not work" in line
    assert not site.asked


@pytest.mark.parametrize(
    ("spider", "arguments", "line"),
    [
        (
            "latest",
            ("limit=0", "since=2024"),
            "since: '2024' is no date; accepted: year-month-day as in 2024-04-24;"
            " limit: '0' is no count; accepted: a whole number above 0, at most 2147483647",
        ),
        ("day", ("day=2024-04-24",), "day='2024-04-24': there is no such argument"),
        ("newest", (), "there is no spider 'newest'; there are: backfill, "),
    ],
)
def test_a_wrong_argument_is_said_in_the_same_line(
    spider: str, arguments: tuple[str, ...], line: str, site: SmallSite, sqlite_url: str
) -> None:
    done = crawl(spider, *arguments, database_url=sqlite_url, mirror=site.url, expect=2)

    assert done.stderr.splitlines()[-1].startswith(f"{spider}: bad arguments: {line}")
    assert not site.asked


def test_a_limit_of_scrapy_interrupts_and_the_next_run_goes_on(site: SmallSite, sqlite_url: str) -> None:
    line = last_line(
        "latest",
        *SECTION_11,
        url=sqlite_url,
        mirror=site.url,
        expect=Verdict.INTERRUPTED,
        CLOSESPIDER_PAGECOUNT="3",
    )

    assert line.startswith("latest: interrupted: stopped by the limit CLOSESPIDER_PAGECOUNT; so far ")
    last_line("latest", *SECTION_11, url=sqlite_url, mirror=site.url, expect=Verdict.OK)
    assert len(reading.articles(sqlite_url)) == 12


def test_a_start_that_fails_is_broken(site: SmallSite, sqlite_url: str) -> None:
    line = last_line(
        "latest",
        url=sqlite_url,
        mirror=site.url,
        expect=Verdict.BROKEN,
        SPIDER_MODULES="tests.crawler.run.test_verdicts",
        SPIDER_LOADER_CLASS="scrapy.spiderloader.SpiderLoader",
    )

    assert line == "latest: broken: the start failed (KeyError: 1); see the log"


def test_a_spider_that_cannot_be_opened_is_broken(site: SmallSite, sqlite_url: str) -> None:
    done = crawl(
        "latest",
        database_url=sqlite_url,
        mirror=site.url,
        expect=1,
        SCHEDULER="tests.crawler.run.test_verdicts.FailingSpider",
    )

    assert done.stderr.splitlines()[-1] == "latest: broken: the spider could not be opened; see the log"
    assert not site.asked


def test_every_verdict_is_documented() -> None:
    table = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    for verdict in Verdict:
        assert f"| {verdict.exit_code} | `{verdict}` |" in table
