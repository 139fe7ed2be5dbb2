"""What the views for people say, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from analysis.exports.datasets import datasets
from analysis.report.article_chapters import fields
from pipelines.signatures import sign
from schemas import tables
from schemas.database import write_transaction
from schemas.items import Article, Basis, Image, RelatedLink
from schemas.shown_columns import OF_THE_CRAWL
from schemas.view_dialects import View
from schemas.views import VIEWS
from tests.builders import FETCHED, SENTENCES, article, related
from tests.pipelines.test_records import Store

PICTURE = "https://ims.baohoabinh.com.vn/NewsImg/4_2024/1.jpg"
LATE = datetime(2024, 4, 24, 18, 30, tzinfo=UTC)
"""Half past one on Thursday, 25 April, in Việt Nam."""
LONG = [*SENTENCES, *SENTENCES]


def store(engine: Engine, *articles: Article) -> None:
    for one in articles:
        sign(one)
    Store(engine).write(*articles)


def rows(engine: Engine, query: str) -> Sequence[Any]:
    with engine.connect() as connection:
        return connection.execute(text(query)).all()


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_columns_are_those_described(engine: Engine, view: View) -> None:
    columns = [column["name"] for column in inspect(engine).get_columns(view.name)]

    assert columns == list(view.columns)
    assert all(view.columns.values())


def test_an_article_is_shown_with_names_and_local_time(engine: Engine) -> None:
    pictures = [Image(url=PICTURE), Image(url=PICTURE, caption="Lễ hội Khai Hạ")]
    authors = ["Đức Phượng", "Bùi Minh"]
    store(engine, article(1, section_name="Chính trị", published_at=LATE, images=pictures, authors=authors))

    [row] = rows(engine, "SELECT * FROM article_overview")

    assert (row.section, row.site_section_id) == ("Chính trị", 11)
    assert row.authors == "Đức Phượng, Bùi Minh"
    assert (row.pictures, row.first_caption) == (2, "Lễ hội Khai Hạ")
    assert str(row.local_time) == "2024-04-25 01:30:00"
    assert (str(row.local_date), row.local_month, row.weekday) == ("2024-04-25", "2024-04", 4)
    assert row.estimated == 0


def test_an_estimate_has_no_weekday(engine: Engine) -> None:
    month = datetime(2024, 3, 31, 17, tzinfo=UTC)
    store(engine, article(1, published_at=month, published_basis=Basis.NEIGHBOURING_IDS))

    [row] = rows(
        engine, "SELECT local_month, weekday, estimated, authors, first_caption FROM article_overview"
    )

    assert tuple(row) == ("2024-04", None, 1, None, None)


def test_articles_that_tell_one_story_are_one_row(engine: Engine) -> None:
    store(
        engine,
        article(3, body=LONG),
        article(1, body=LONG, published_at=FETCHED - timedelta(days=3)),
        article(2, body=[*LONG, "Thêm một câu."], published_at=FETCHED - timedelta(days=2)),
        article(4, body=["Chuyện khác."]),
    )

    stories = rows(engine, "SELECT site_article_id, copies FROM stories ORDER BY site_article_id")
    members = rows(
        engine,
        "SELECT a.site_article_id, m.copy FROM story_members m JOIN articles a ON a.id = m.article_id"
        " ORDER BY 1",
    )

    assert [tuple(row) for row in stories] == [(1, 3), (4, 1)]
    assert [tuple(row) for row in members] == [(1, 1), (2, 2), (3, 3), (4, 1)]


def test_a_story_is_one_whose_articles_are_alike_by_way_of_others(engine: Engine) -> None:
    store(engine, *(article(number, body=[f"Bài số {number}."]) for number in (1, 2, 3, 4)))
    with write_transaction(engine) as connection:
        connection.execute(text("DELETE FROM duplicates"))
        pairs = "SELECT a.id, b.id, 'near', 0.8, 0.9, 'test' FROM articles a JOIN articles b"
        which = "ON a.site_article_id = 3 AND b.site_article_id IN (1, 2)"
        connection.execute(text(f"INSERT INTO duplicates {pairs} {which}"))

    copies = rows(engine, "SELECT copies FROM stories ORDER BY site_article_id")

    assert [row.copies for row in copies] == [3, 1]


def test_of_two_that_tell_a_story_it_is_told_who_was_first_who_has_more_and_whence(engine: Engine) -> None:
    words = [f"{word}{number}" for number in range(4) for word in " ".join(SENTENCES[1:]).split()]
    whole, cut = " ".join(words), " ".join(words[:150])
    store(
        engine,
        article(1, lead=None, body=[cut], agency=None, published_at=FETCHED - timedelta(days=1)),
        article(2, lead=None, body=[whole], source="TTXVN", published_at=FETCHED - timedelta(days=2)),
    )
    ids = {row.site_article_id: row.id for row in rows(engine, "SELECT id, site_article_id FROM articles")}

    [row] = rows(engine, "SELECT * FROM republished")

    assert (row.article_id, row.of_article_id, row.method) == (ids[2], ids[1], "part")
    assert (row.first_article_id, row.fuller_article_id, row.agency) == (ids[2], ids[2], "TTXVN")
    assert row.similarity < 0.5 < row.containment == 1


def test_related_links_show_both_headlines(engine: Engine) -> None:
    links: list[RelatedLink] = [related(2, headline="Tin cũ"), related(9, headline="Chưa thu thập")]
    store(engine, article(1, headline="Đây", related=links), article(2, headline="Kia"))

    found = rows(
        engine, "SELECT headline, target_headline, target_article_id FROM related_headlines ORDER BY position"
    )

    assert [tuple(row)[:2] for row in found] == [("Đây", "Kia"), ("Đây", "Chưa thu thập")]
    assert [row.target_article_id is None for row in found] == [False, True]


def test_months_are_counted_in_local_time(engine: Engine) -> None:
    last_hour = datetime(2024, 3, 31, 17, 30, tzinfo=UTC)
    store(
        engine,
        article(1, body=LONG, published_at=last_hour),
        article(2, body=LONG, published_at=FETCHED),
        article(3, body=[], published_at=last_hour, published_basis=Basis.PICTURE_FOLDER),
    )

    [row] = rows(engine, "SELECT * FROM monthly_coverage")

    assert (row.edition, row.site_section_id, row.local_month) == ("vi", 11, "2024-04")
    assert (row.articles, row.estimated, row.repeated) == (3, 1, 1)
    assert (str(row.first_date), str(row.last_date)) == ("2024-04-01", "2024-04-25")


def test_authors_are_counted_with_what_they_share(engine: Engine) -> None:
    store(engine, article(1, authors=["Bùi Minh"]), article(2, authors=["Bùi Minh", "Đức Phượng"]))

    found = rows(
        engine, "SELECT author, articles, shared, sections FROM author_output ORDER BY articles DESC"
    )

    assert [tuple(row) for row in found] == [("Bùi Minh", 2, 1, 1), ("Đức Phượng", 1, 1, 1)]


@pytest.fixture
def edited_twice(engine: Engine) -> Engine:
    """An article with three texts: the headline changes, then headline and pictures."""
    for hour, headline in enumerate(("Một", "Hai", "Ba")):
        images = [Image(url=PICTURE)] if headline == "Ba" else []
        store(
            engine, article(1, headline=headline, images=images, fetched_at=FETCHED + timedelta(hours=hour))
        )
    return engine


def test_a_revision_is_shown_field_by_field(edited_twice: Engine) -> None:
    changes = rows(
        edited_twice,
        "SELECT revision, field, before, after, headline FROM revision_changes ORDER BY revision, field",
    )

    assert [tuple(row)[:4] for row in changes[:2]] == [
        (1, "headline", "Một", "Hai"),
        (2, "headline", "Hai", "Ba"),
    ]
    assert {row.headline for row in changes} == {"Ba"}
    pictures = changes[2]
    assert (pictures.field, pictures.before) == ("images", "[]")
    assert PICTURE in pictures.after


def test_a_column_of_articles_is_shown_wherever_articles_are() -> None:
    said = {column.name for column in tables.Article.__table__.c} - OF_THE_CRAWL
    exported = {column.name for column in datasets()["articles"].columns}
    of_date = {"published_at", "published_raw", "published_basis"}

    assert said <= exported
    assert said - of_date <= set(VIEWS[0].columns)
    assert {"lead", "byline", "source"} <= set(fields()) & said
