"""Every way in which a server may break an answer, and what becomes of the articles: none is lost.

``docs/operations.md`` shows what of it matters to operators.
"""

from __future__ import annotations

import hashlib
import signal
from typing import Any

import pytest
from attrs import field, frozen

from newspapers import ArticleRef, read_url
from schemas import tables
from tests import faulty, reading
from tests.crawling import crawl, crawling
from tests.faulty import Fault, error, packed, page, redirect
from tests.reading import rows
from tests.site import SampleSite

pytestmark = pytest.mark.slow


@frozen
class Case:
    """A fault, how long it lasts, and what the verdicts say."""

    name: str
    fault: Fault
    count: str = ""
    """The statistic that tells of it."""
    settings: dict[str, str] = field(factory=dict)
    runs: int = 1
    """How many runs it takes to collect all."""


CASES = [
    Case("connection reset before an answer", faulty.reset, "retry/count"),
    Case("connection reset in the middle of a page", faulty.reset_in_the_middle, "retry/count"),
    Case("no answer at all", faulty.hang, "retry/count", {"DOWNLOAD_TIMEOUT": "2"}),
    Case("500", error(500), "retry/count"),
    Case("502", error(502), "retry/count"),
    Case("503 with Retry-After", error(503, "Retry-After: 1"), "backoff/waits"),
    Case("429 with Retry-After", error(429, "Retry-After: 1"), "backoff/waits"),
    Case("429 without", error(429), "backoff/waits", {"BACKOFF_SECONDS": "0.5"}),
    Case("less than its Content-Length", faulty.length_too_great, "retry/count"),
    Case("more than its Content-Length", faulty.length_too_small, "truncated/retried"),
    Case("Content-Length that is no number", faulty.length_not_a_number, "retry/count"),
    Case("half a page, no Content-Length", faulty.cut_off, "truncated/retried"),
    Case("chunks without an end", faulty.chunks_cut_off, "retry/count"),
    Case("empty page, status 200", page(b""), "truncated/retried"),
    Case("gzip cut off", packed(lambda whole: whole[: len(whole) // 2]), "truncated/retried"),
    Case("gzip damaged", packed(faulty.gzip_corrupted), "truncated/retried"),
    Case("gzip that is none", faulty.gzip_that_is_none),
    Case("no HTTP", faulty.not_http, "retry/count"),
    Case("another charset than it says", faulty.other_charset),
    Case(
        "redirect loop", redirect("https://baohoabinh.com.vn{target}"), "downloader/response_status_count/302"
    ),
    Case("redirect off the site", redirect("https://example.org/"), "offsite/refused", runs=2),
    Case(
        "maintenance page, status 200",
        page(b"<html><h1>B\xe1\xba\xa3o tr\xc3\xac</h1></html>"),
        "article/last_tries",
    ),
    Case("gzip bomb, 200 MB", faulty.bomb, "refused/too_large", runs=2),
    Case("page of 50 MB", faulty.fifty_megabytes, "article/last_tries"),
]
LASTING = [case for case in CASES if case.count or case.runs > 1]


@pytest.fixture(scope="module")
def site() -> SampleSite:
    return SampleSite(filler=6)


@pytest.fixture(scope="module")
def some(site: SampleSite) -> list[Any]:
    """Four articles, of which two are to fail."""
    return sorted(site.expected("first"), key=lambda article: article.canonical_url)[:4]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_costs_no_article(case: Case, site: SampleSite, some: list[Any], sqlite_url: str) -> None:
    addresses = [f"url={article.canonical_url}" for article in some]
    troubled = {path_of(article.canonical_url) for article in some[::2]}

    def once(target: str, asked: int) -> Fault | None:
        return case.fault if target in troubled and asked < 1 else None

    with faulty.faulty(site.pages, once) as server:
        codes = [
            run("url", *addresses, url=sqlite_url, mirror=server.url, **case.settings)
            for _ in range(case.runs)
        ]

    assert server.injected.keys() == troubled
    assert codes == [*[3] * (case.runs - 1), 0]
    stored = reading.articles(sqlite_url)
    for article in some:
        kept = stored.pop((str(article.edition), article.article_id))
        assert (kept["headline"], kept["body"], kept["revision"]) == (article.headline, article.body, 1)
    assert not stored
    if case.count:
        assert any(run.stats.get(case.count) for run in rows(sqlite_url, tables.Run))


def test_faults_that_last_leave_their_articles_wanted_and_cost_the_others_nothing(
    site: SampleSite, sqlite_url: str
) -> None:
    articles = sorted(site.expected("first"), key=lambda article: article.canonical_url)[: 2 * len(LASTING)]
    faults = {
        path_of(article.canonical_url): case.fault for article, case in zip(articles, LASTING, strict=False)
    }
    addresses = [f"url={article.canonical_url}" for article in articles]

    with faulty.faulty(site.pages, lambda target, _: faults.get(target)) as server:
        settings = {"BACKOFF_TIMES": "1", "BACKOFF_SECONDS": "0.5", "DOWNLOAD_TIMEOUT": "2"}
        code = run("url", *addresses, url=sqlite_url, mirror=server.url, FAILURES_IN_A_ROW="100", **settings)

    assert code == 3
    assert len(reading.articles(sqlite_url)) == len(articles) - len(LASTING)
    wanted = {path_of(row.url) for row in rows(sqlite_url, tables.Frontier) if row.state == "wanted"}
    assert wanted >= faults.keys()
    assert max(server.injected.values()) <= 6, "a server in trouble is not worn"


def path_of(url: str) -> str:
    return url.removeprefix("https://baohoabinh.com.vn")


def run(spider: str, *arguments: str, url: str, mirror: str, **settings: Any) -> int:
    done = crawl(spider, *arguments, database_url=url, mirror=mirror, archive=None, expect=None, **settings)
    return done.returncode


KINDS = {
    "500": error(500),
    "503": error(503, "Retry-After: 1"),
    "reset": faulty.reset_in_the_middle,
    "truncated": faulty.length_too_great,
    "cut off": faulty.cut_off,
    "empty": page(b""),
}


@pytest.fixture(scope="module")
def undisturbed(site: SampleSite, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What a backfill of the site collects if nothing goes wrong."""
    url = f"sqlite:///{tmp_path_factory.mktemp('undisturbed')}/collection.db"
    with site.serve() as server:
        crawl("backfill", database_url=url, mirror=server.url)
    return reading.content(url)


def test_articles_that_fail_throughout_a_run_are_collected_by_the_next(
    site: SampleSite, undisturbed: dict[str, list[Any]], sqlite_url: str
) -> None:
    trouble = True

    def plan(target: str, _asked: int) -> Fault | None:
        return fault_of(target) if trouble else None

    with faulty.faulty(site.pages, plan) as server:
        first = run("backfill", url=sqlite_url, mirror=server.url, BACKOFF_TIMES="1")
        trouble = False
        second = run("backfill", url=sqlite_url, mirror=server.url)

    assert {fault_of(target) for target in server.injected} == set(KINDS.values())
    assert (first, second) == (3, 0)
    for table, found in reading.content(sqlite_url).items():
        assert found == undisturbed[table], table


def test_with_three_of_ten_articles_failing_at_first_one_run_collects_all(
    site: SampleSite, undisturbed: dict[str, list[Any]], sqlite_url: str
) -> None:
    def plan(target: str, asked: int) -> Fault | None:
        return fault_of(target) if asked < 1 else None

    with faulty.faulty(site.pages, plan) as server:
        code = run("backfill", url=sqlite_url, mirror=server.url)

    assert {fault_of(target) for target in server.injected} == set(KINDS.values())
    assert code == 0
    for table, found in reading.content(sqlite_url).items():
        assert found == undisturbed[table], table


def test_with_the_first_three_tries_of_three_of_ten_articles_failing_one_run_collects_all(
    site: SampleSite, undisturbed: dict[str, list[Any]], sqlite_url: str
) -> None:
    def plan(target: str, asked: int) -> Fault | None:
        return fault_of(target) if asked < 3 else None

    with faulty.faulty(site.pages, plan) as server:
        first = run("backfill", url=sqlite_url, mirror=server.url)
        second = run("backfill", url=sqlite_url, mirror=server.url)

    assert all(count == 3 for count in server.injected.values()), server.injected
    assert (first, second) == (0, 0)
    assert reading.content(sqlite_url) == undisturbed


def test_a_run_that_is_asked_to_stop_commits_what_it_has_and_the_next_goes_on(
    site: SampleSite, undisturbed: dict[str, list[Any]], sqlite_url: str
) -> None:
    with faulty.faulty(site.pages, lambda _target, _asked: None) as server:
        server.gate.shut(after=50)
        with crawling("backfill", database_url=sqlite_url, mirror=server.url) as process:
            process.reaches(lambda: server.asked and rows(sqlite_url, tables.Article))
            process.send(signal.SIGTERM)
            server.gate.open()
            assert process.end() == 6
        [stopped] = rows(sqlite_url, tables.Run)
        stored = len(rows(sqlite_url, tables.Article))
        code = run("backfill", url=sqlite_url, mirror=server.url)

    assert (stopped.verdict, code) == ("interrupted", 0)
    assert stopped.finished_at
    assert 0 < stored == stopped.stats["store/new"] < len(undisturbed["articles"])
    assert stored == sum(stopped.stats[name] for name in stopped.stats if name.startswith("article/parser/"))
    assert reading.content(sqlite_url) == undisturbed


def fault_of(target: str) -> Fault | None:
    """The fault of an address, if it is one of the three articles of ten that have one."""
    share = int(hashlib.sha256(target.encode()).hexdigest(), 16) % 100
    if share >= 30 or not is_article(target):
        return None
    return list(KINDS.values())[share % len(KINDS)]


def is_article(target: str) -> bool:
    return isinstance(read_url(f"https://baohoabinh.com.vn{target}"), ArticleRef)
