"""An article's history after its pages were read again: the same times, other texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from pipelines.records.history import Stretch, version
from pipelines.records.rereading import Sighting, reread
from tests.builders import FETCHED, article

NOW = FETCHED + timedelta(days=900)


def at(day: int) -> object:
    return FETCHED + timedelta(days=day)


def stretch(since: int, until: int, headline: str) -> Stretch:
    return Stretch(
        FETCHED + timedelta(days=since),
        FETCHED + timedelta(days=until),
        version(article(headline=headline)),
    )


def sighting(day: int, headline: str | None) -> Sighting:
    moment = FETCHED + timedelta(days=day)
    return Sighting(moment, article(headline=headline, fetched_at=moment) if headline else None)


Outline = list[tuple[object, object, str, list[str]]]


def outline(history: Sequence[Stretch]) -> Outline:
    """Since, until, headline, and the headlines that were read before."""
    return [
        (text.since, text.until, text.said["headline"], [row["headline"] for row in text.readings])
        for text in history
    ]


@pytest.mark.parametrize(
    ("stored", "sightings", "expected"),
    [
        pytest.param(
            [stretch(0, 4, "A")],
            [sighting(0, "A"), sighting(2, "A"), sighting(4, "A")],
            [(at(0), at(4), "A", [])],
            id="the same reading changes nothing",
        ),
        pytest.param(
            [stretch(0, 2, "A"), stretch(3, 5, "B")],
            [sighting(0, "A+"), sighting(2, "A+"), sighting(3, "B"), sighting(5, "B")],
            [(at(0), at(2), "A+", ["A"]), (at(3), at(5), "B", [])],
            id="a former text is read better",
        ),
        pytest.param(
            [stretch(0, 4, "A")],
            [sighting(0, "A"), sighting(2, "B"), sighting(4, "A")],
            [(at(0), at(0), "A", []), (at(2), at(2), "B", []), (at(4), at(4), "A", [])],
            id="an edit that was overlooked",
        ),
        pytest.param(
            [stretch(0, 1, "A"), stretch(2, 3, "B")],
            [sighting(0, "C"), sighting(1, "C"), sighting(2, "C"), sighting(3, "C")],
            [(at(0), at(3), "C", ["A", "B"])],
            id="a difference that was the parser's",
        ),
        pytest.param(
            [stretch(0, 6, "A")],
            [sighting(3, "B")],
            [(at(0), at(6), "B", ["A"])],
            id="only a later page of a text is kept",
        ),
        pytest.param(
            [stretch(0, 1, "A"), stretch(2, 3, "B")],
            [sighting(2, "B"), sighting(3, "B")],
            [(at(0), at(1), "A", []), (at(2), at(3), "B", [])],
            id="no page of a text is kept",
        ),
        pytest.param(
            [stretch(0, 1, "A")],
            [sighting(0, "A"), sighting(1, "A"), sighting(5, None), sighting(7, "B")],
            [(at(0), at(5), "A", []), (at(7), at(7), "B", [])],
            id="what a killed run had kept and not stored",
        ),
        pytest.param(
            [stretch(3, 5, "B")],
            [sighting(1, "A"), sighting(3, "B"), sighting(5, "B")],
            [(at(1), at(1), "A", []), (at(3), at(5), "B", [])],
            id="an earlier page that was found since",
        ),
    ],
)
def test_the_history_keeps_its_times_and_gets_todays_texts(
    stored: list[Stretch], sightings: list[Sighting], expected: Outline
) -> None:
    assert outline(reread(stored, sightings, NOW)) == expected


def test_a_former_reading_says_when_and_why_it_was_replaced() -> None:
    [text] = reread([stretch(0, 4, "A")], [sighting(0, "B"), sighting(4, "B")], NOW)

    [row] = text.readings
    assert (row["cause"], row["replaced_at"], row["changed"]) == ("parser", NOW, ["headline"])
    assert (row["seen_at"], row["last_seen_at"]) == (at(0), at(4))
