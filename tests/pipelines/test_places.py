"""Which places a text names: labelled passages, and what of them is stored."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from newspapers import current
from newspapers.gazetteer import Place
from pipelines.place_names import PlaceFinder
from tests.builders import article, signed, store

PASSAGES = Path(__file__).with_name("places.txt")
"""A passage on each line, of the sample site and made up, with each place it names in
brackets.

After a stroke stands its kind or its district, where the name alone does not say which is meant, and a
question mark where the passage does not.
"""
PLACES = current().places
FINDER = PlaceFinder(PLACES, current().province)


def read(line: str) -> tuple[str, set[tuple[int, int]], int]:
    """A passage, the place of each name with the number of what it means, how many names there are."""
    passage, meant, names = "", set(), 0
    for piece in re.split(r"(\[[^]]*\])", line.strip()):
        name, _, hint = piece.strip("[]").partition("|")
        if piece.startswith("["):
            meant |= {(len(passage), place.id) for place in which(name, hint)}
            names += 1
        passage += name
    return passage, meant, names


def which(name: str, hint: str) -> list[Place]:
    districts = {place.id: place.name for place in PLACES}
    named = [place for place in PLACES if place.name == name]
    if hint == "?":
        return [place for place in named if place.district_id]
    if hint:
        named = [place for place in named if hint in (place.kind, districts.get(place.district_id or 0))]
    else:
        named = [place for place in named if place.district_id is None] or named
    assert len(named) == 1, (name, hint)
    return named


def test_places_are_found_in_labelled_passages() -> None:
    right = found = expected = names = 0
    for line in PASSAGES.read_text(encoding="utf-8").splitlines():
        passage, meant, number = read(line)
        got = {(mention.start, mention.place.id) for mention in FINDER.find(passage)}
        right, found, expected = right + len(got & meant), found + len(got), expected + len(meant)
        names += number
    precision, recall = right / found, right / expected

    assert names >= 200
    assert 2 * precision * recall / (precision + recall) >= 0.95, (precision, recall)


@pytest.mark.parametrize(
    ("passage", "sure"),
    [("Xã Cao Sơn họp.", [False, False]), ("Xã Cao Sơn họp. Huyện Đà Bắc về dự.", [True, True])],
)
def test_of_two_communes_of_one_name_the_only_district_named_tells_which(
    passage: str, sure: list[bool]
) -> None:
    assert [mention.sure for mention in FINDER.find(passage)] == sure


def test_every_commune_has_a_district_and_a_successor() -> None:
    districts = {place.id for place in PLACES if place.district_id is None}
    communes = [place for place in PLACES if place.district_id]

    assert (len(districts), len(communes)) == (11, 151)
    assert {place.district_id for place in communes} <= districts
    assert all(place.successor and place.successor_latitude for place in communes)


def test_the_places_of_an_article_are_stored_and_follow_its_text(engine: Engine) -> None:
    body = ["Xã Hang Kia, huyện Mai Châu có sương. Xã Hang Kia lạnh."]
    store(engine, [signed(article(1, body=body)), signed(article(2, body=["Xã Bo."]))])
    assert stored(engine) == [
        ("Hang Kia", "Mai Châu", "Xã Pà Cò", "2024-04", 1, 2),
        ("Mai Châu", None, None, "2024-04", 1, 1),
    ]

    store(engine, [signed(article(1, body=["Huyện Lạc Sơn."]))])
    assert stored(engine) == [("Lạc Sơn", None, None, "2024-04", 1, 1)]


def stored(engine: Engine) -> list[tuple[object, ...]]:
    query = (
        "SELECT place, district, successor, local_month, articles, mentions FROM place_months"
        " WHERE place <> 'Bo' ORDER BY place"
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]
