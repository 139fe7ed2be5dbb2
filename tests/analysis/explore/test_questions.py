"""The ready questions, asked of the collected sample site, against what is known of it."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from analysis.explore.edits import kind_of_edit, words_changed
from analysis.explore.metadata import metadata
from analysis.explore.plugins.collection_browser import prepare_connection
from tests.crawling import Collection
from tests.site import SampleSite


@pytest.mark.parametrize(
    ("field", "before", "after", "kind", "words"),
    [
        ("body", "Cả xã có 20 ha.", "Cả xã có 32 ha.", "figure", 1),
        ("body", "Nông dan phấn khởi", "Nông dân phấn khởi", "typing error", 1),
        ("body", "do ông Bùi Văn Nam dẫn đầu", "do ông Đinh Công Sơn dẫn đầu", "name", 3),
        ("body", "Huyện họp.", "Huyện họp. Xã cũng họp.", "addition", 3),
        ("body", "Huyện họp. Xã cũng họp.", "Huyện họp.", "removal", 3),
        ("body", "một hai ba bốn năm sáu bảy", "một hai ba bốn năm chín mười hai", "correction", 3),
        ("body", "một hai ba bốn", "năm sáu bảy tám", "rewriting", 4),
        ("headline", "Xã mở đường", "Đường về xã mới", "headline", 4),
        ("byline", "P.V", "Bùi Minh", "byline", 2),
    ],
)
def test_the_kind_of_an_edit_is_told_by_its_words(
    field: str, before: str, after: str, kind: str, words: int
) -> None:
    assert kind_of_edit(field, before, after) == kind
    assert words_changed(before, after) == words


@pytest.fixture(scope="module")
def asked(backfilled: Collection) -> Iterator[sqlite3.Connection]:
    path = backfilled.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        prepare_connection(connection)
        yield connection


def answer(asked: sqlite3.Connection, question: str, **parameters: str) -> list[dict[str, Any]]:
    sql = metadata()["databases"]["collection"]["queries"][question]["sql"]
    return [dict(row) for row in asked.execute(sql, parameters)]


pytestmark = pytest.mark.slow


def test_a_phrase_is_counted_by_year_beside_others(asked: sqlite3.Connection, site: SampleSite) -> None:
    phrases = ("giảm nghèo", "du lịch")
    truth: Counter[tuple[str, str]] = Counter()
    for article in site.expected():
        text = " ".join(filter(None, (article.headline, article.lead, *article.body))).casefold()
        if article.edition == "vi" and article.published_at:
            year = str(article.published_at.year)
            truth.update((year, one) for one in phrases if re.search(rf"(?<!\w){one}(?!\w)", text))

    lines = answer(asked, "word_by_year", phrases="; ".join(phrases), edition="vi", by="year")

    found = {(line["period"], line["phrase"]): line["articles"] for line in lines if line["articles"]}
    assert found == dict(truth)
    assert sum(line["of_all"] for line in lines) == 2 * sum(a.edition == "vi" for a in site.expected())


def test_credits_that_differ_in_dots_only_are_one(asked: sqlite3.Connection, site: SampleSite) -> None:
    truth = Counter(
        image.credit.replace(".", "").replace(" ", "").upper()
        for article in site.expected()
        for image in article.images
        if image.credit
    )

    lines = answer(asked, "picture_credits")

    assert sorted(line["pictures"] for line in lines) == sorted(truth.values())


def test_republished_stories_are_the_pairs_that_are_known(
    asked: sqlite3.Connection, site: SampleSite
) -> None:
    numbers = {
        row["id"]: (row["edition"], row["site_article_id"])
        for row in asked.execute("SELECT id, edition, site_article_id FROM articles")
    }

    lines = answer(asked, "stories_told_again")

    found = {(numbers[it["article_id"]], numbers[it["of_article_id"]], it["method"]) for it in lines}
    assert found == site.expected_duplicates()
    assert all(line["first_article_id"] == line["of_article_id"] for line in lines)


def test_months_without_articles_are_those_between(asked: sqlite3.Connection) -> None:
    months = {
        (row["edition"], row["section"], row["month"])
        for row in asked.execute("SELECT edition, section, substr(published, 1, 7) AS month FROM catalogue")
    }

    for line in answer(asked, "months_without_articles"):
        lacking = line["which"].split(", ")
        assert len(lacking) == line["months"]
        assert not {(line["edition"], line["section"], month) for month in lacking} & months


def test_reporters_and_places_count_articles(asked: sqlite3.Connection) -> None:
    [(name, place, articles)] = asked.execute(
        "SELECT w.name, p.name, count(*) FROM article_places ap JOIN places p ON p.id = ap.place_id"
        " JOIN article_authors aa USING (article_id) JOIN authors w ON w.id = aa.author_id WHERE ap.sure"
        " GROUP BY w.id, p.id ORDER BY 3 DESC, 1, 2 LIMIT 1"
    ).fetchall()

    [first, *_] = answer(asked, "reporters_and_places", author=name, place=place)

    assert (first["author"], first["articles"]) == (name, articles)
    assert first["place"].endswith(f" {place}")
