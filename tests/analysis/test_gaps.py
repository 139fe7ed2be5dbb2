"""What the collection lacks, on both databases."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from analysis.coverage import Coverage, SectionMonth, coverage
from analysis.missing_articles import Missing, State, UnseenRun, missing, numbers_of, undated, unseen_runs
from newspapers import SectionRef
from newspapers.baohoabinh.numbering import estimate_month
from schemas.items import Absence, Discovery, Failure
from schemas.part import Part
from tests.builders import FETCHED, SITE, article, entry, related, step
from tests.crawling import ROOT, environment, scrapy
from tests.pipelines.test_records import Store

HOUR = timedelta(hours=1)
ALL = Part()
MAY_2024 = Part(since=date(2024, 5, 3), until=date(2024, 5, 9))
ENGLISH = f"{SITE}/en/2/70/News.htm"


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


def lacking(store: Store, part: Part = ALL) -> list[Missing]:
    with store.engine.connect() as connection:
        return list(missing(connection, part))


def unseen(store: Store, part: Part = ALL) -> list[UnseenRun]:
    with store.engine.connect() as connection:
        return list(unseen_runs(connection, part))


def covered(store: Store, part: Part = ALL) -> Coverage:
    with store.engine.connect() as connection:
        return coverage(connection, part)


def front_page(*entries: Any) -> Discovery:
    return Discovery(entries=list(entries), at=FETCHED)


def english(number: int = 70) -> Any:
    return entry(number, section=2, edition="en", url=ENGLISH.replace("70", str(number)))


def url(number: int) -> str:
    return f"{SITE}/11/{number}/Tin.htm"


def test_what_is_known_and_not_collected_says_where_it_was_seen(store: Store) -> None:
    store.write(
        step("walk", 1, [188942, 188943, 188944]),
        article(188942, related=[related(188944), related(188945)]),
        front_page(entry(188946)),
    )

    assert [(gap.number, gap.seen_in) for gap in lacking(store)] == [
        (188943, "list"),
        (188944, "list"),
        (188945, "related"),
        (188946, "other"),
    ]


def test_a_gap_is_told_once_by_edition_and_number(store: Store) -> None:
    store.write(step("walk", 1, [70]), front_page(english(70)))
    store.write(
        step("a", 1, [188943]), step("b", 1, [], section_id=12, slug="B", entries=[entry(188943, section=12)])
    )

    assert [(gap.edition, gap.number, gap.section, gap.seen_in) for gap in lacking(store)] == [
        ("en", 70, 2, "other"),
        ("vi", 70, 11, "list"),
        ("vi", 188943, 11, "list"),
    ]


def test_gone_and_failing_articles_say_since_when_and_why(store: Store) -> None:
    later = FETCHED + HOUR
    store.write(step("walk", 1, [188943, 188944, 188945]))
    store.write(
        Absence(edition="vi", article_id=188943, url=url(188943), reason="HTTP 404", at=later),
        Failure(edition="vi", article_id=188944, url=url(188944), reason="HTTP 500", at=later),
    )

    gone, failing, wanted = lacking(store)
    assert (gone.state, gone.tried_at, gone.reason) == (State.GONE, later, "HTTP 404")
    assert (failing.state, failing.attempts, failing.reason) == (State.FAILING, 1, "HTTP 500")
    assert (wanted.state, wanted.found_at, wanted.tried_at) == (State.WANTED, FETCHED, None)


def test_an_article_that_has_gone_since_it_was_collected_is_no_gap(store: Store) -> None:
    store.write(article(188942))
    store.write(
        Absence(edition="vi", article_id=188942, url=url(188942), reason="HTTP 404", at=FETCHED + HOUR)
    )

    assert lacking(store) == []


def test_gaps_can_be_asked_for_by_edition_section_and_month(store: Store) -> None:
    numbers = {month: numbers_of("vi", month, month)[0] for month in ("2024-04", "2024-05")}
    store.write(
        step("walk", 1, list(numbers.values())),
        front_page(english(70), entry(numbers["2024-05"] + 1, section=12)),
    )

    assert [gap.edition for gap in lacking(store, Part(editions=("en",)))] == ["en"]
    in_section = Part(sections=(SectionRef("vi", 12), SectionRef("en", 2)))
    assert [gap.url for gap in lacking(store, in_section)] == [
        ENGLISH,
        f"{SITE}/12/{numbers['2024-05'] + 1}/Tin.htm",
    ]
    assert [gap.month for gap in lacking(store, MAY_2024)] == ["2024-05", "2024-05"]
    assert [gap.number for gap in lacking(store, Part(until=date(2024, 4, 30)))] == [numbers["2024-04"]]


def test_gaps_of_no_known_month_are_counted_where_months_leave_them_out(store: Store) -> None:
    store.write(front_page(english(70), entry(188942)))

    with store.engine.connect() as connection:
        assert undated(connection, MAY_2024) == 1
        assert undated(connection, ALL) == 0


def test_numbers_between_known_ones_are_unseen_in_each_edition_by_itself(store: Store) -> None:
    store.write(article(188942), step("walk", 1, [188945, 188946]), front_page(english(70), english(72)))

    runs = unseen(store)
    assert [(run.edition, run.first, run.last, run.numbers) for run in runs] == [
        ("en", 71, 71, 1),
        ("vi", 188943, 188944, 2),
    ]
    assert (runs[0].first_month, runs[1].first_month) == (None, "2024-05")


def test_a_run_of_unseen_numbers_is_cut_to_the_months_asked_for(store: Store) -> None:
    store.write(front_page(english(70), english(72), entry(180000), entry(200000)))

    may = numbers_of("vi", "2024-05", "2024-05")
    [run] = unseen(store, MAY_2024)
    assert (run.first, run.last) == (may[0], may[-1])
    assert run.first_month == run.last_month == "2024-05"


def test_sections_have_no_unseen_numbers_and_no_expected_ones(store: Store) -> None:
    store.write(article(188942), front_page(entry(188950)))
    politics = Part(sections=(SectionRef("vi", 11),))

    assert unseen(store, politics) == []
    assert covered(store, politics).months == []
    assert len(covered(store, politics).sections) > 0


def test_sections_and_months_set_collected_against_known(store: Store) -> None:
    store.write(
        article(188942, published_at=datetime(2024, 4, 30, 17, tzinfo=UTC)),  # May by local time
        step("walk", 1, [188943, 188944, 188945]),
        front_page(english(70)),
    )
    store.write(
        Absence(edition="vi", article_id=188943, url=url(188943), reason="HTTP 404", at=FETCHED),
        Failure(edition="vi", article_id=188944, url=url(188944), reason="HTTP 500", at=FETCHED),
    )

    assert covered(store).sections == [
        SectionMonth("en", 2, None, collected=0, wanted=1, failing=0, gone=0),
        SectionMonth("vi", 11, "2024-05", collected=1, wanted=1, failing=1, gone=1),
    ]


def test_a_month_is_set_against_the_numbers_dated_ones_place_in_it(store: Store) -> None:
    may = numbers_of("vi", "2024-05", "2024-05")
    in_may = datetime(2024, 5, 10, tzinfo=UTC)
    store.write(
        article(may[0], published_at=in_may),
        article(may[1], published_at=in_may),
        article(may[0] - 1, published_at=in_may),
        front_page(entry(may[3]), english(70)),
    )

    [line] = covered(store, MAY_2024).months
    assert (line.edition, line.collected, line.known) == ("vi", 3, 1)
    [undated, *_] = covered(store).months
    assert (undated.edition, undated.known, undated.expected, undated.share) == ("en", 1, None, None)
    assert (line.expected, line.expected_collected) == (len(may), 2)
    assert line.share == pytest.approx(2 / len(may))
    assert 300 < len(may) < 1300


def test_a_month_of_which_nothing_is_known_is_a_gap_too(store: Store) -> None:
    store.write(
        article(numbers_of("vi", "2024-03", "2024-03")[0], published_at=datetime(2024, 3, 5, tzinfo=UTC)),
        article(numbers_of("vi", "2024-05", "2024-05")[0], published_at=datetime(2024, 5, 5, tzinfo=UTC)),
    )

    assert [(line.month, line.share) for line in covered(store).months if not line.collected] == [
        ("2024-04", 0.0)
    ]


def test_every_dated_number_belongs_to_one_month() -> None:
    dated = numbers_of("vi", None, None)
    april, may = (numbers_of("vi", month, month) for month in ("2024-04", "2024-05"))

    assert april[-1] + 1 == may[0]
    assert {estimate_month("vi", number) for number in may} == {estimate_month("vi", may[0])}
    assert numbers_of("vi", "1990-01", "1999-12") == numbers_of("en", None, None) == range(0)
    assert estimate_month("vi", dated[0] - 1) is estimate_month("vi", dated[-1] + 1) is None


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_prints_gaps_for_people_and_programs(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    store.write(article(188942), step("walk", 1, [188945, 188946]), front_page(english(70)))
    store.write(Absence(edition="vi", article_id=188945, url=url(188945), reason="[404]", at=FETCHED))

    shown = scrapy("gaps", database_url=database_url).stdout
    assert all(title in shown for title in ("Known and not collected", "Longest runs", "expected"))
    assert "[404]" in shown

    lines = [
        json.loads(line)
        for line in scrapy("gaps", "--format", "jsonl", database_url=database_url).stdout.splitlines()
    ]
    assert [line["number"] for line in lines if line["record"] == "article"] == [70, 188945, 188946]
    assert {line["record"] for line in lines} == {"article", "unseen", "section", "month"}

    printed = scrapy("gaps", "--format=csv", "--edition=vi", database_url=database_url).stdout
    rows = list(csv.DictReader(io.StringIO(printed)))
    [run] = [row for row in rows if row["record"] == "unseen"]
    assert (run["first"], run["last"], run["numbers"], run["url"]) == ("188943", "188944", "2", "")

    done = scrapy("gaps", "--list", "--since", "2024-05", database_url=database_url)
    assert done.stdout.splitlines() == [url(188946)]
    assert "left out: 1 articles" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_reader_that_has_seen_enough_is_no_error(store: Store, database_url: str) -> None:
    store.write(front_page(*(entry(number) for number in range(188000, 192000))))

    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", "gaps", "--list"],
        cwd=ROOT,
        env=environment(database_url, ""),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().strip() == url(188000)
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
