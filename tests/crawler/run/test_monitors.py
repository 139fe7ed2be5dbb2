"""What is not as usual is found, and what is usual is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from crawler.run.monitors import find_unusual
from crawler.run.verdict import judge
from schemas import tables
from schemas.database import open_engine
from schemas.verdicts import Finding, Verdict
from tests.crawling import crawl
from tests.small_site import SECTION_11, SmallSite, article, page

NOW = datetime(2025, 3, 1, 5, tzinfo=UTC)


def run(articles: int = 40, *, at: datetime = NOW, **stats: float) -> dict[str, Any]:
    """The statistics of a run that read so many articles, each with a headline, every other with a byline."""
    usual: dict[str, Any] = {
        "start_time": at.isoformat(),
        "article/parser/post/1": articles,
        "article/headline/h2.title": articles,
        "article/byline/closing": articles // 2,
        "article/characters": articles * 2000,
        "downloader/request_count": articles + 10,
        "downloader/response_status_count/200": articles + 10,
        "store/new": articles,
    }
    return usual | {name.replace("__", "/"): value for name, value in stats.items()}


def findings(now: dict[str, Any], *earlier: dict[str, Any], spider: str = "latest") -> list[Finding]:
    return find_unusual(spider, now, earlier or days(10))


def days(number: int, **stats: Any) -> list[dict[str, Any]]:
    """Earlier runs, one a day."""
    return [run(at=NOW - timedelta(days=day), **stats) for day in range(1, number + 1)]


def found(now: dict[str, Any], *earlier: dict[str, Any]) -> set[tuple[str, str]]:
    return {(finding.monitor, finding.subject) for finding in findings(now, *earlier)}


def test_a_usual_run_has_no_findings() -> None:
    assert not found(run())
    assert not found(run(35, article__byline__closing=14)), "chance"
    assert not found(run(0), *[run(5)] * 100), "a quiet hour has no pages to judge"
    some = days(10, downloader__exception_count=2)
    assert not found(run(downloader__exception_count=9), *some), "of 59 requests 9 failed, where 2 are usual"
    assert found(run(downloader__exception_count=12), *some) == {("HTTP errors", "")}


def test_a_rule_that_takes_over_is_found_with_its_figures() -> None:
    changed = run(article__headline__first_heading=40) | {"article/headline/h2.title": 0}

    assert found(changed) == {("rule share", "headline/first_heading"), ("rule share", "headline/h2.title")}
    lost = next(finding for finding in findings(changed) if finding.subject == "headline/h2.title")
    assert (lost.value, lost.usual) == (0.0, 1.0)
    assert lost.text == "headline/h2.title was used on 0% of the articles, usually 100%"


def test_a_field_that_is_no_longer_filled_is_found() -> None:
    assert ("field filled", "byline") in found(run(article__byline__closing=0))


def test_a_layout_that_is_met_less_is_found() -> None:
    assert ("rule share", "parser/post/1") in found(
        run(article__parser__generic__1=0)
        | {
            "article/parser/post/1": 25,
            "article/parser/generic/1": 15,
        }
    )


@pytest.mark.parametrize(
    ("stats", "monitor"),
    [
        ({"article__characters": 40 * 500}, "body length"),
        ({"downloader__response_status_count__500": 10}, "HTTP errors"),
        ({"downloader__exception_count": 10}, "HTTP errors"),
        ({"downloader__request_count": 400}, "requests per new article"),
        ({"store__new": 5}, "new articles"),
        ({"collection__newest_days": 4.0}, "new articles"),
    ],
)
def test_each_monitor_finds_its_own(stats: dict[str, Any], monitor: str) -> None:
    earlier = days(10, collection__newest_days=0.5)

    now: dict[str, Any] = {"collection__newest_days": 0.5, **stats}
    assert found(run(**now), *earlier) == {(monitor, "")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("every", "new", "silent_after", "days", "told_within"),
    [
        (1, 1 / 3, 7, 16, (3, 4)),
        (1, 2, 7, 16, (0, 1)),
        (8, 4, 7, 42, (0, 1.4)),
        (8, 1, 7, 42, (3, 4)),
        (24, 12, 14, 42, (0, 2)),
    ],
    ids=["few, hourly", "many, hourly", "many, three runs a day", "few, three runs a day", "many, daily"],
)
def test_a_paper_that_falls_silent_for_good_is_told_of_once(
    every: int, new: float, silent_after: int, days: int, told_within: tuple[float, float]
) -> None:
    """Runs at so many hours, with so many articles each until it falls silent."""
    told: list[float] = []
    earlier: list[dict[str, Any]] = []
    for hour in range(0, days * 24, every):
        silent = hour / 24 - silent_after
        is_new = silent < 0 and (new >= 1 or hour % round(1 / new) == 0)
        now = run(
            round(max(1, new)) if is_new else 0,
            at=NOW + timedelta(hours=hour),
            collection__newest_days=max(0.02, silent),
        )
        told += [silent for _ in findings(now, *earlier[:300] or [now])]
        earlier.insert(0, now)

    [day] = told
    assert told_within[0] <= day <= told_within[1]


def test_a_paper_that_is_now_quiet_and_now_busy_is_told_of_once() -> None:
    """Every other day hardly anything, after two weeks of twelve a day."""
    told = []
    earlier: list[dict[str, Any]] = []
    for day in range(30):
        now = run(2 if day > 14 and day % 2 else 12, at=NOW + timedelta(days=day))
        told += [day for _ in findings(now, *earlier or [now])]
        earlier.insert(0, now)

    assert told == [15]


def test_small_runs_are_put_together() -> None:
    odd = run(3, article__headline__first_heading=3) | {"article/headline/h2.title": 0}
    usual = [run(3)] * 200

    assert not found(odd, *usual), "three odd pages are no change"
    assert ("rule share", "headline/h2.title") in found(odd, *[odd] * 9, *usual)


def test_few_earlier_runs_tell_nothing() -> None:
    assert not found(run(article__byline__closing=0), *[run()] * 4)


def test_what_lasts_becomes_usual() -> None:
    changed = run(article__byline__closing=0)

    assert ("field filled", "byline") in found(changed, *[changed] * 4, *[run()] * 6)
    assert not found(changed, *[changed] * 6, *[run()] * 4)


def test_numbers_of_a_spider_for_single_jobs_are_not_compared() -> None:
    assert not findings(run(store__new=0), spider="backfill")


def test_saved_pages_are_not_compared() -> None:
    assert not found(run(article__byline__closing=0, captures__read=40))


def test_a_layout_is_judged_over_several_small_runs() -> None:
    odd = {"article/parser/generic/1": 2, "store/new": 2, "downloader/response_count": 5}

    assert judge("finished", odd).verdict is Verdict.OK
    judgement = judge("finished", odd, earlier=[odd, odd, run()])
    assert judgement.verdict is Verdict.LAYOUT_CHANGED
    assert judgement.reason.endswith(
        "6 of 6 articles fit no known layout and were read without one in the last 3 runs"
    )


@pytest.fixture
def site(small: SmallSite) -> SmallSite:
    small.list_of(list(range(40, 0, -1)))
    return small


@pytest.mark.slow
def test_a_run_that_is_not_as_usual_is_degraded_and_its_findings_are_kept(
    site: SmallSite, database_url: str
) -> None:
    crawl("latest", *SECTION_11, database_url=database_url, mirror=site.url)
    engine = open_engine(database_url)
    with engine.begin() as connection:
        first = dict(connection.execute(select(tables.Run)).mappings().one())
        del first["id"]
        connection.execute(insert(tables.Run), [first] * 5)
    site.list_of([*range(80, 40, -1), 40])
    for number in range(41, 81):
        site.answers[f"/11/{number}/Bai-{number}.htm"] = page(
            article(number).replace("class='summary'", "class='sapo'")
        )

    done = crawl("latest", *SECTION_11, database_url=database_url, mirror=site.url, expect=3)

    line = done.stderr.splitlines()[-1]
    assert line.startswith("latest: degraded: 40 new; not as usual: ")
    with engine.connect() as connection:
        kept = connection.execute(select(tables.RunFinding)).all()
        verdict = connection.scalars(select(tables.Run.verdict).order_by(tables.Run.id.desc())).first()
    engine.dispose()
    assert verdict == "degraded"
    assert {finding.run_id for finding in kept} == {7}
    assert any(finding.subject.startswith("lead/") for finding in kept)
    assert kept[0].text in line
    assert f"Not as usual: {kept[0].monitor}: {kept[0].text}" in done.stderr
