"""How runs, sections and spiders are doing, on both databases and by the real commands."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from analysis.collection_status import (
    EditionStatus,
    RunLine,
    SectionStatus,
    SpiderStatus,
    Status,
    last_runs,
    read_status,
)
from newspapers import SectionRef
from pipelines.records.run_rows import finish_run, start_run, write_findings
from schemas.database import open_engine, write_transaction
from schemas.items import Absence, Failure
from schemas.part import Part
from schemas.verdicts import Finding, Judgement, Verdict
from tests.builders import FETCHED, SITE, article, step
from tests.crawling import scrapy
from tests.pipelines.test_records import Store

HOUR = timedelta(hours=1)


@pytest.fixture
def store(engine: Engine) -> Store:
    """A collection with one run of ``latest`` that is not finished."""
    return Store(engine)


def add_run(engine: Engine, spider: str, hour: int, verdict: Verdict, **counts: int) -> int:
    """A run that began so many hours after the sample's fetch and took a minute."""
    at = FETCHED + hour * HOUR
    with write_transaction(engine) as connection:
        run = start_run(connection, spider, {"limit": 5}, at)
        stats = {"downloader/request_count": 7}
        finish_run(connection, run, Judgement(verdict, "as tested"), counts, stats, at + timedelta(minutes=1))
    return run


def runs_of(engine: Engine, **scope: Any) -> list[RunLine]:
    with engine.connect() as connection:
        return list(last_runs(connection, **scope))


def status_of(store: Store, part: Part | None = None) -> Status:
    with store.engine.connect() as connection:
        return read_status(connection, part)


def section(store: Store, number: int = 11) -> SectionStatus:
    [line] = [line for line in status_of(store).sections if line.section == number]
    return line


class TestRuns:
    def test_the_newest_comes_first_with_its_counts(self, store: Store) -> None:
        add_run(store.engine, "backfill", 1, Verdict.OK, new=3, failed=1)

        newest, oldest = runs_of(store.engine)

        assert (newest.verdict, newest.new, newest.failed, newest.requests) == ("ok", 3, 1, 7)
        assert newest.seconds == 60
        assert newest.arguments == {"limit": 5}
        assert (oldest.verdict, oldest.finished_at, oldest.seconds, oldest.requests) == (None,) * 4

    def test_only_those_of_a_spider_since_a_time_are_given(self, store: Store) -> None:
        add_run(store.engine, "backfill", 1, Verdict.OK)
        add_run(store.engine, "backfill", 3, Verdict.DEGRADED)
        add_run(store.engine, "day", 4, Verdict.OK)

        [run] = runs_of(store.engine, spider="backfill", since=FETCHED + 2 * HOUR)

        assert (run.verdict, run.reason) == ("degraded", "as tested")
        assert len(runs_of(store.engine, limit=2)) == 2

    def test_what_was_not_as_usual_stands_with_its_run(self, store: Store) -> None:
        usual = add_run(store.engine, "latest", 1, Verdict.OK)
        odd = add_run(store.engine, "latest", 2, Verdict.DEGRADED)
        with write_transaction(store.engine) as connection:
            texts = ("no lead on 90% of the articles", "texts are short")
            write_findings(connection, odd, [Finding("fields", "lead", 0.1, 1.0, text) for text in texts])

        found = {run.id: run.findings for run in runs_of(store.engine)}

        assert (found[usual], found[odd]) == ([], ["no lead on 90% of the articles", "texts are short"])


class TestSections:
    def test_articles_are_counted_by_what_is_still_to_be_done(self, store: Store) -> None:
        ref: dict[str, Any] = {"edition": "vi", "at": FETCHED}
        store.write(
            step("a", 1, [188940, 188941, 188942, 188943, 188944]),
            article(188940, published_at=FETCHED - 2 * HOUR),
            article(188941, published_at=FETCHED - HOUR),
            Failure(article_id=188942, url=f"{SITE}/11/188942/Tin.htm", reason="HTTP 500", **ref),
            Absence(article_id=188943, url=f"{SITE}/11/188943/Tin.htm", reason="404", **ref),
        )

        line = section(store)

        assert (line.articles, line.wanted, line.failing, line.gone) == (2, 1, 1, 1)
        assert line.newest == FETCHED - HOUR

    def test_a_section_that_only_links_name_is_shown(self, store: Store) -> None:
        store.write(step("a", 1, [188940], section_id=12))  # its entry's URL is one of section 11

        assert section(store, 11).wanted == 1
        assert section(store, 12).articles == 0

    def test_a_finished_walk_says_when_the_list_was_read(self, store: Store) -> None:
        store.write(step("a", 1, [188940]), step("a", 2, [], finished=True, at=FETCHED + HOUR))
        store.write(step("b", 1, [188940], finished=True, at=FETCHED + 2 * HOUR))

        line = section(store)

        assert (line.walked_at, line.open_page) == (FETCHED + 2 * HOUR, None)

    def test_a_walk_to_the_end_that_was_broken_off_waits_for_backfill(self, store: Store) -> None:
        store.write(step("a", 1, [188941], to_end=True), step("a", 2, [188940], to_end=True))
        store.write(step("b", 1, [188942, 188941], finished=True, at=FETCHED + HOUR))

        line = section(store)

        assert (line.open_page, line.open_to_end) == (3, True)

    def test_a_walk_that_was_broken_off_is_open_until_the_next_one(self, store: Store) -> None:
        store.write(step("a", 1, [188941]))
        assert (section(store).open_page, section(store).open_to_end) == (2, False)

        store.write(step("b", 1, [188942, 188941], at=FETCHED + HOUR, finished=True))
        assert section(store).open_page is None


def test_the_share_is_that_of_the_numbers_of_known_date(store: Store) -> None:
    store.write(article(188940), article(999_999, published_at=None, published_basis=None))

    by_edition = {line.edition: line for line in status_of(store).editions}

    vietnamese = by_edition["vi"]
    assert (vietnamese.articles, vietnamese.expected_collected) == (2, 1)
    assert vietnamese.expected is not None
    assert vietnamese.share == 1 / vietnamese.expected
    assert by_edition["mu"] == EditionStatus(None, None, "mu", 0)


def test_a_part_of_the_collection_has_a_status_of_its_own(store: Store) -> None:
    store.write(
        step("a", 1, [188942]), article(188940), article(188941, section_id=12), article(70, edition="en")
    )

    status = status_of(store, Part(sections=(SectionRef("vi", 11),)))

    assert [(kind.edition, kind.articles) for kind in status.articles] == [("vi", 1)]
    assert [(line.section, line.articles, line.wanted) for line in status.sections] == [(11, 1, 1)]


def test_a_spiders_trend_is_that_of_its_last_ten_runs(store: Store) -> None:
    for hour in range(12):
        last = add_run(store.engine, "day", hour, Verdict.DEGRADED if hour == 9 else Verdict.OK, new=hour)

    [day] = [line for line in status_of(store).spiders if line.spider == "day"]

    assert day == SpiderStatus(
        spider="day",
        last_run=last,
        started_at=FETCHED + 11 * HOUR,
        verdict="ok",
        reason="as tested",
        verdicts={"ok": 9, "degraded": 1},
        new=list(range(2, 12)),
    )


@pytest.mark.slow
def test_the_command_is_for_people_and_for_programs(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    store, page = Store(engine), "<h1>Tin\x1b[2J</h1>\n<p>của tỉnh</p>"
    url, reason = f"{SITE}/11/188942/Tin.htm", "unreadable: no headline"
    refused: dict[str, Any] = {"article_id": 188942, "url": url, "reason": reason, "payload": {"html": page}}
    store.write(step("a", 1, [188940]), article(188940), Failure(edition="vi", at=FETCHED, **refused))
    add_run(engine, "backfill", 1, Verdict.OK, new=1)
    engine.dispose()

    def said(*options: str, expect: int = 0) -> str:
        done = scrapy("status", *options, database_url=sqlite_url, expect=expect)
        return done.stderr if expect else done.stdout

    printed = said()
    for part in ("vi/11", "backfill limit=5", "ok: as tested", "not finished", reason):
        assert part in printed
    assert "2024-04-25 11:00" in printed, "the newspaper's own time"

    status = json.loads(said("--json", "--runs=1", "--section=11"))
    assert status["articles"] == [{"edition": "vi", "kind": "text", "articles": 1, "revised": 0}]
    assert [(line["section"], line["articles"]) for line in status["sections"]] == [(11, 1)]
    assert {line["spider"] for line in status["spiders"]} == {"backfill", "latest"}
    [line] = status["runs"]
    assert (line["verdict"], line["new"], line["seconds"]) == ("ok", 1, 60)
    assert (line["started_at"], line["arguments"]) == ("2024-04-25T04:00:00+00:00", {"limit": 5})

    record = {"id": 1, "at": "2024-04-25T03:00:00+00:00", "run_id": 1, "url": url, "reason": reason}
    assert json.loads(said("--reject=1", "--json")) == record | {"html": page}
    lines = said("--reject=1").splitlines()
    assert sorted(lines[:5]) == sorted(f"{name}: {value}" for name, value in record.items())
    assert lines[5:] == ["html: <h1>Tin\\x1b[2J</h1>", "<p>của tỉnh</p>"]
    assert "--reject: there is no reject 7" in said("--reject=7", expect=2)
