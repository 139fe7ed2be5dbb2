"""An article's history after its pages were read again: the same times, other texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from pipelines.records.history import Fetch, Revision, changed_fields, read_again, text_of
from tests.builders import FETCHED, article

NOW = FETCHED + timedelta(days=900)


def at(day: int) -> object:
    return FETCHED + timedelta(days=day)


def revision(since: int, until: int, headline: str) -> Revision:
    return Revision(
        FETCHED + timedelta(days=since),
        FETCHED + timedelta(days=until),
        text_of(article(headline=headline)),
    )


def fetch(day: int, headline: str | None) -> Fetch:
    moment = FETCHED + timedelta(days=day)
    return Fetch(moment, article(headline=headline, fetched_at=moment) if headline else None)


Outline = list[tuple[object, object, str, list[str]]]


def outline(history: Sequence[Revision]) -> Outline:
    """Since, until, headline, and the headlines that were read before."""
    return [
        (text.since, text.until, text.text["headline"], [row["headline"] for row in text.former_readings])
        for text in history
    ]


@pytest.mark.parametrize(
    ("stored", "fetches", "expected"),
    [
        pytest.param(
            [revision(0, 4, "A")],
            [fetch(0, "A"), fetch(2, "A"), fetch(4, "A")],
            [(at(0), at(4), "A", [])],
            id="the same reading changes nothing",
        ),
        pytest.param(
            [revision(0, 2, "A"), revision(3, 5, "B")],
            [fetch(0, "A+"), fetch(2, "A+"), fetch(3, "B"), fetch(5, "B")],
            [(at(0), at(2), "A+", ["A"]), (at(3), at(5), "B", [])],
            id="a former text is read better",
        ),
        pytest.param(
            [revision(0, 4, "A")],
            [fetch(0, "A"), fetch(2, "B"), fetch(4, "A")],
            [(at(0), at(0), "A", []), (at(2), at(2), "B", []), (at(4), at(4), "A", [])],
            id="an edit that was overlooked",
        ),
        pytest.param(
            [revision(0, 1, "A"), revision(2, 3, "B")],
            [fetch(0, "C"), fetch(1, "C"), fetch(2, "C"), fetch(3, "C")],
            [(at(0), at(3), "C", ["A", "B"])],
            id="a difference that was the parser's",
        ),
        pytest.param(
            [revision(0, 6, "A")],
            [fetch(3, "B")],
            [(at(0), at(6), "B", ["A"])],
            id="only a later page of a text is kept",
        ),
        pytest.param(
            [revision(0, 1, "A"), revision(2, 3, "B")],
            [fetch(2, "B"), fetch(3, "B")],
            [(at(0), at(1), "A", []), (at(2), at(3), "B", [])],
            id="no page of a text is kept",
        ),
        pytest.param(
            [revision(0, 1, "A")],
            [fetch(0, "A"), fetch(1, "A"), fetch(5, None), fetch(7, "B")],
            [(at(0), at(5), "A", []), (at(7), at(7), "B", [])],
            id="what a killed run had kept and not stored",
        ),
        pytest.param(
            [revision(3, 5, "B")],
            [fetch(1, "A"), fetch(3, "B"), fetch(5, "B")],
            [(at(1), at(1), "A", []), (at(3), at(5), "B", [])],
            id="an earlier page that was found since",
        ),
    ],
)
def test_the_history_keeps_its_times_and_gets_todays_texts(
    stored: list[Revision], fetches: list[Fetch], expected: Outline
) -> None:
    assert outline(read_again(stored, fetches, NOW)) == expected


def test_a_former_reading_says_when_and_why_it_was_replaced() -> None:
    [text] = read_again([revision(0, 4, "A")], [fetch(0, "B"), fetch(4, "B")], NOW)

    [row] = text.former_readings
    assert (row["cause"], row["replaced_at"], row["changed"]) == ("parser", NOW, ["headline"])
    assert (row["seen_at"], row["last_seen_at"]) == (at(0), at(4))


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("3 giờ trước", "4 giờ trước", []),
        ("Hôm nay, 09:56", "Hôm qua, 09:56", []),
        ("4 giờ trước", "2/11/2018 9:56", ["published_at", "published_raw"]),
        ("1/11/2018 9:56", "2/11/2018 9:56", ["published_at", "published_raw"]),
    ],
)
def test_a_date_told_by_the_time_of_the_fetch_is_no_change(
    before: str, after: str, changed: list[str]
) -> None:
    texts = [
        text_of(article(published_raw=raw, published_at=FETCHED - timedelta(hours=hour)))
        for hour, raw in enumerate((before, after))
    ]
    assert changed_fields(*texts) == changed
