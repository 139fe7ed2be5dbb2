"""The catalogue has a line for each article, and the store keeps it as it would be made anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, delete, select

from schemas.catalogue_lines import fill_catalogue
from schemas.database import write_transaction
from schemas.items import Basis, Discovery, Image, Section
from schemas.tables import CatalogueLine
from tests.builders import FETCHED, SENTENCES, article, signed, store

LONG = [*SENTENCES, *SENTENCES]
PICTURE = Image(url="https://ims.baohoabinh.com.vn/NewsImg/4_2024/1.jpg")


def lines_after(engine: Engine, *batches: Sequence[Any]) -> list[Any]:
    """The lines after some batches; they are those that would be made anew."""
    store(engine, *batches)
    query = select(CatalogueLine).order_by(CatalogueLine.article_id)
    with write_transaction(engine) as connection:
        kept = connection.execute(query).all()
        connection.execute(delete(CatalogueLine))
        fill_catalogue(connection)
        assert connection.execute(query).all() == kept
    return list(kept)


def test_a_line_has_what_people_choose_by(engine: Engine) -> None:
    names = ["Bùi Minh", "Hồng Nhung"]
    [line] = lines_after(engine, [article(1, section_name="Chính trị", authors=names, images=[PICTURE] * 2)])

    assert (line.section, line.published, line.year) == ("Chính trị", "2024-04-24 10:00", "2024")
    assert json.loads(line.authors) == names
    assert (line.pictures, line.revision, line.copies, line.estimated) == (2, 1, 1, 0)


def test_an_estimate_is_marked_and_sorts_before_the_days_of_its_month(engine: Engine) -> None:
    month = FETCHED.replace(day=1)
    lines = lines_after(
        engine,
        [
            article(1),
            article(2, published_at=month, published_basis=Basis.PICTURE_FOLDER),
            article(3, published_at=None, published_raw=None, published_basis=None),
        ],
    )

    assert sorted(line.published or "" for line in lines) == ["", "2024-04 ≈", "2024-04-24 10:00"]
    assert [line.year for line in lines] == ["2024", "2024", None]


def test_a_line_follows_edits_names_of_sections_and_pairs(engine: Engine) -> None:
    later = FETCHED + timedelta(hours=1)
    first = [signed(article(1, body=LONG, images=[PICTURE])), signed(article(2, body=LONG))]
    named = Discovery(
        sections=[Section(edition="vi", section_id=11, slug="Chinh-tri", name="Chính trị")],
        entries=[],
        at=later,
    )

    before = lines_after(engine, first)
    assert [(line.section, line.copies, line.pictures) for line in before] == [
        ("vi 11", 2, 1),
        ("vi 11", 2, 0),
    ]

    edited = signed(article(1, body=["Chuyện khác hẳn."], headline="Khác", fetched_at=later))
    after = lines_after(engine, [edited], [named])
    assert [(line.headline, line.section, line.copies, line.pictures) for line in after] == [
        ("Khác", "Chính trị", 1, 0),
        (before[1].headline, "Chính trị", 1, 0),
    ]
