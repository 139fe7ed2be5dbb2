"""Every way in which a server may break an answer, and what becomes of the articles: none is lost.

``docs/operations.md`` shows what of it matters to operators.
"""

from __future__ import annotations

import hashlib
import signal
from typing import Any

import pytest
from attrs import frozen

from newspapers import ArticleRef, read_url
from schemas import tables
from tests import faulty, reading
from tests.builders import SITE
from tests.crawling import crawl, crawling
from tests.faulty import Fault, error, packed, page, redirect
from tests.reading import rows
from tests.site import SampleSite

pytestmark = pytest.mark.slow


@frozen
class Case:
    """A fault, and what the statistics say of it."""

    name: str
    fault: Fault
    count: str = ""
    runs: int = 1
    """How many runs it takes to collect all."""


SETTINGS = {"BACKOFF_SECONDS": "0.5", "FAILURES_IN_A_ROW": "100"}
IMPATIENT = {"DOWNLOAD_TIMEOUT": "2"}
"""For who does not answer at all."""

CASES = [
    Case("connection reset before an answer", faulty.reset, "retry/count"),
    Case("connection reset in the middle of a page", faulty.reset_in_the_middle, "retry/count"),
    Case("no answer at all", faulty.hang, "retry/count"),
    Case("500", error(500), "retry/count"),
    Case("502", error(502), "retry/count"),
    Case("503 with Retry-After", error(503, "Retry-After: 1"), "backoff/waits"),
    Case("429 with Retry-After", error(429, "Retry-After: 1"), "backoff/waits"),
    Case("429 without", error(429), "backoff/waits"),
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
    Case("redirect loop", redirect(SITE + "{target}"), "downloader/response_status_count/302"),
    Case("redirect off the site", redirect("https://example.org/"), "offsite/refused", runs=2),
    Case(
        "maintenance page, status 200",
        page(b"<html><h1>B\xe1\xba\xa3o tr\xc3\xac</h1></html>"),
        "article/last_tries",
    ),
    Case("gzip bomb, 200 MB", faulty.bomb, "refused/too_large", runs=2),
    Case("half a page, 206", faulty.half(206), "article/failed/HTTP 206", runs=2),
    Case("half a page, 203", faulty.half(203), "article/failed/HTTP 203", runs=2),
    Case("304, though nothing was known", error(304), "article/failed/HTTP 304", runs=2),
    Case("page of 50 MB", faulty.fifty_megabytes, "article/last_tries"),
]
LASTING = [case for case in CASES if case.count or case.runs > 1]


@pytest.fixture(scope="module")
def site() -> SampleSite:
    return SampleSite(filler=6)


def faulty_articles(site: SampleSite, cases: list[Case]) -> tuple[dict[str, Case], list[Any]]:
    """Twice as many articles as cases: the faults of every other one by its path, and all of them."""
    articles = sorted(site.expected("first"), key=lambda article: article.canonical_url)[: 2 * len(cases)]
    return dict(zip((path_of(it.canonical_url) for it in articles[::2]), cases, strict=True)), articles


@pytest.mark.parametrize("hangs", [False, True])
def test_a_fault_costs_no_article(hangs: bool, site: SampleSite, sqlite_url: str) -> None:
    cases = [case for case in CASES if (case.fault is faulty.hang) == hangs]
    faults, articles = faulty_articles(site, cases)
    settings = SETTINGS | (IMPATIENT if hangs else {})
    addresses = [f"url={article.canonical_url}" for article in articles]

    def once(target: str, asked: int) -> Fault | None:
        return faults[target].fault if target in faults and asked < 1 else None

    with faulty.faulty(site.pages, once) as server:
        codes = [run("url", *addresses, url=sqlite_url, mirror=server.url, **settings)]
        left = faults.keys() - {path_of(it.canonical_url) for it in rows(sqlite_url, tables.Article)}
        if left:
            again = [f"url={SITE}{path}" for path in left]
            codes.append(run("url", *again, url=sqlite_url, mirror=server.url))

    assert server.injected.keys() == faults.keys()
    assert {faults[path].name for path in left} == {case.name for case in cases if case.runs == 2}
    assert codes == ([0] if hangs else [3, 0])
    stored = reading.articles(sqlite_url)
    for article in articles:
        kept = stored.pop((str(article.edition), article.article_id))
        assert (kept["headline"], kept["body"], kept["revision"]) == (article.headline, article.body, 1)
    assert not stored
    stats = rows(sqlite_url, tables.Run)[0].stats
    assert all(stats.get(case.count) for case in cases if case.count)


def test_faults_that_last_leave_their_articles_wanted_and_cost_the_others_nothing(
    site: SampleSite, sqlite_url: str
) -> None:
    faults, articles = faulty_articles(site, LASTING)
    addresses = [f"url={article.canonical_url}" for article in articles]

    def always(target: str, _asked: int) -> Fault | None:
        return faults[target].fault if target in faults else None

    with faulty.faulty(site.pages, always) as server:
        settings = SETTINGS | IMPATIENT | {"BACKOFF_TIMES": "1"}
        code = run("url", *addresses, url=sqlite_url, mirror=server.url, **settings)

    assert code == 3
    assert len(reading.articles(sqlite_url)) == len(articles) - len(LASTING)
    wanted = {path_of(row.url) for row in rows(sqlite_url, tables.Frontier) if row.state == "wanted"}
    assert wanted >= faults.keys()
    assert max(server.injected.values()) <= 6, "a server in trouble is not worn"


def path_of(url: str) -> str:
    return url.removeprefix(SITE)


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


def test_with_the_first_three_tries_of_three_of_ten_articles_failing_one_run_collects_all(
    site: SampleSite, undisturbed: dict[str, list[Any]], sqlite_url: str
) -> None:
    def plan(target: str, asked: int) -> Fault | None:
        return fault_of(target) if asked < 3 else None

    with faulty.faulty(site.pages, plan) as server:
        code = run("backfill", url=sqlite_url, mirror=server.url)

    assert {fault_of(target) for target in server.injected} == set(KINDS.values())
    assert all(count == 3 for count in server.injected.values()), server.injected
    assert code == 0
    assert reading.content(sqlite_url) == undisturbed


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_asked_to_stop_commits_what_it_has_and_the_next_goes_on(
    sent: signal.Signals, site: SampleSite, undisturbed: dict[str, list[Any]], sqlite_url: str
) -> None:
    with faulty.faulty(site.pages, lambda _target, _asked: None) as server:
        server.gate.shut(after=50)
        with crawling("backfill", database_url=sqlite_url, mirror=server.url) as process:
            process.reaches(lambda: server.asked and rows(sqlite_url, tables.Article))
            process.send(sent)
            server.gate.open()
            assert process.end() == 6
            line = process.stderr.splitlines()[-1]
        [stopped] = rows(sqlite_url, tables.Run)
        stored = len(rows(sqlite_url, tables.Article))
        code = run("backfill", url=sqlite_url, mirror=server.url)

    assert line.startswith("backfill: interrupted: stopped by a signal; so far ")
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
    return isinstance(read_url(SITE + target), ArticleRef)
