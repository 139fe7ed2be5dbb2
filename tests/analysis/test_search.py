"""What a search finds: the same on both databases."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from analysis.search import keys
from analysis.search.find import find
from analysis.search.keys import Search, Sort, count
from analysis.search.nearest_words import unknown_words
from analysis.search.query import LONGEST, QueryError, parse
from newspapers import SectionRef
from schemas.database import open_engine, prepare_schema
from schemas.items import Article, Basis, Image, Kind
from schemas.part import Part
from tests.builders import article
from tests.conftest import new_database
from tests.crawling import scrapy
from tests.pipelines.test_records import Store

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PICTURE = Image(url="https://ims.baohoabinh.com.vn/1.jpg", caption="Lễ hội Khai Hạ")
MUONG = "Nge chế tắc kăl luô̒ mư̒ơ̭ng"
"""A headline with the Mường marks that have no composed letter."""


def day(number: int) -> datetime:
    """Noon of a day in January 2024."""
    return datetime(2024, 1, number, 12, tzinfo=HANOI)


def told(number: int, headline: str, lead: str, *body: str, **values: Any) -> Article:
    """An article of the day with its number."""
    dated: dict[str, Any] = {"published_at": day(number)}
    return article(number, headline=headline, lead=lead, body=list(body), **dated | values)


CORPUS = [
    told(1, "Giảm nghèo bền vững ở Đà Bắc", "Huyện có nhiều xã khó khăn.", "Đường mới."),
    told(2, "Hội nghị tỉnh", "Công tác giảm nghèo được bàn.", "Nghèo thì giảm."),
    told(3, "Nghèo khó đã giảm", "Ở Hoà Bình.", "Bà con thoát nghèo."),
    told(4, "Hòa Bình đón khách", "Hồ HÒA BÌNH rộng.", "Thuỷ điện Hoà Bình."),
    told(5, "Đảng bộ tỉnh họp", "ĐẢNG viên đến dự.", "Đầu năm, đang vào vụ."),
    told(6, "Khám bệnh", "Người đau được chăm.", "Đau đầu, đau lưng."),
    told(7, "Công an bắt trộm", "Vụ án ở xã.", "Công an điều tra."),
    told(8, "Công ăn việc làm", "Lao động có công ăn.", "Ăn chắc."),
    told(9, "Đường về bản", "Con đường dài 19/5 km.", "Dương lịch. Bồi dưỡng."),
    told(10, "Ðà Giang", "Sông Ðà mùa cạn.", "Chữ Ð gõ nhầm."),
    told(11, "Covid-19 ở trường", "P.V hỏi bác sĩ.", "Vắc-xin, 2.000 liều."),
    told(12, "Nam giới", "Tổ nam, tổ nữ.", "Hướng nam.", images=[evolve(PICTURE, caption="Chè ở Khai Hạ")]),
    told(13, "Quý I", "Quý này, thu 5%.", "Bà Thuý và ông Thúy khoẻ."),
    told(14, "Poverty reduction", "Farmers develop.", edition="en", section_id=6),
    told(15, "Muong gongs", "Developing the café of Mr. Müller.", edition="en", section_id=6),
    told(16, MUONG, "Da kăl Lâm Xôn.", edition="mu", section_id=2),
    told(17, "Mùa xuân", "Ảnh của P.V.", section_id=256, kind=Kind.PHOTO, images=[PICTURE]),
    told(18, "Không ngày", "Không rõ.", published_at=None, published_basis=None),
    told(19, "Ước chừng", "Khoảng.", published_basis=Basis.NEIGHBOURING_IDS),
    told(20, "Dân vận khéo", "Drop table, AND so on. Near the lake.", "select"),
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The articles above, once in each database."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('search')}/collection.db"
        else:
            url = stack.enter_context(new_database(request.getfixturevalue("postgres_server")))
        engine = open_engine(url)
        prepare_schema(engine)
        Store(engine).write(*CORPUS)
        yield engine
        engine.dispose()


def numbers(engine: Engine, query: str, **values: Any) -> list[int]:
    with engine.connect() as connection:
        return [hit.site_article_id for hit in find(connection, evolve(Search(parse(query)), **values))]


QUERIES: list[tuple[str, set[int]]] = [
    # without accents: all spellings
    ("ngheo", {1, 2, 3}),
    ("giam ngheo", {1, 2, 3}),
    ("duong", {1, 9}),
    ("hoa binh", {3, 4}),
    ("dau", {5, 6}),
    ("nam", {5, 12}),
    ("quy", {13}),
    ("d", {10}),
    # with accents: that spelling
    ("nghèo", {1, 2, 3}),
    ("đầu", {5, 6}),
    ("đau", {6}),
    ("đường", {1, 9}),
    ("án", {7}),
    ("ăn", {8}),
    ("nghẹo", set()),
    ("café", {15}),
    # capitals, forms of Unicode, letters that look alike, places of the tone mark
    ("đẢNG", {5}),
    (unicodedata.normalize("NFD", "Hoà Bình"), {3, 4}),
    ("hoà bình", {3, 4}),
    ("hòa bình", {3, 4}),
    ("thủy điện", {4}),
    ("thúy", {13}),
    ("khỏe", {13}),
    ("quý", {13}),
    ("Ðà", {1, 10}),
    # phrases
    ('"giảm nghèo"', {1, 2}),
    ('"giam ngheo"', {1, 2}),
    ('"công an"', {7}),
    ('"công ăn"', {8}),
    ('"cong an"', {7, 8}),
    ("“hoà bình”", {3, 4}),
    ('"nghèo bền vững"', {1}),
    ('"bắc huyện"', set()),
    ("19/5", {9}),
    ("P.V", {11, 17}),
    ("5%", {9, 13}),
    # operators
    ("nghèo AND tỉnh", {2}),
    ("đảng OR đau", {5, 6}),
    ("nghèo NOT tỉnh", {1, 3}),
    ("NOT tỉnh nghèo", {1, 3}),
    ('nghèo -"giảm nghèo"', {3}),
    ("nghèo (tỉnh OR bản)", {2}),
    ("(nghèo NOT tỉnh) OR công", {1, 2, 3, 7, 8}),
    ("and", {20}),
    # beginnings
    ("develop", {14}),
    ("develop*", {14, 15}),
    ("ngh*", {1, 2, 3}),
    ('"giảm ngh*"', {1, 2}),
    # as spelled, without marks
    ("=nam", {12}),
    ('="cong an"', set()),
    # headlines only
    ("headline:nghèo", {1, 3}),
    ('headline:"giảm nghèo"', {1}),
    ("headline:(giảm nghèo) -bền", {3}),
    ("headline:=nam", {12}),
    # English and Mường
    ("poverty", {14}),
    ("luô̒", {16}),
    ("mư̒ơ̭ng", {16}),
    ("Muong", {15, 16}),
    # captions
    ("khai hạ", {12, 17}),
    ("che nam", {12}),
    # hostile
    ("'; drop table; --", {20}),
    ("a:b", set()),
    ("nghèo*:A & tỉnh", set()),
    ("{headline} : nghèo", set()),
    ("^nghèo", {1, 2, 3}),
    ("editionen", set()),
    ("section*", set()),
    ("ng\0heo", set()),
    ("😀 nghèo", {1, 2, 3}),
    ("x" * 900, set()),
]


@pytest.mark.parametrize(("query", "expected"), QUERIES, ids=[repr(query)[:40] for query, _ in QUERIES])
def test_a_search_finds(corpus: Engine, query: str, expected: set[int]) -> None:
    found = numbers(corpus, query)

    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("", "names no word"),
        ("*", "names no word"),
        ("\0", "names no word"),
        ("😀 — ?", "names no word"),
        ('"', "a quotation mark is not closed"),
        ('giảm "nghèo', 'a quotation mark is not closed: "nghèo'),
        ("(nghèo", "a bracket is not closed"),
        ("nghèo)", "a bracket is closed that was not opened"),
        ("AND nghèo", "AND stands between two words"),
        ("OR nghèo", "OR stands between two words"),
        ("nghèo OR", "after OR a word is missing"),
        ("nghèo AND AND giảm", "after AND a word is missing"),
        ("nghèo NOT", "after NOT a word is missing"),
        ("NOT nghèo", "NOT needs a word before it"),
        ("giảm OR NOT nghèo", "NOT needs a word before it"),
        ("n*", "'n*' is too short; accepted: 2 letters"),
        ("headline:*", "names no word"),
        ("headline:NOT nghèo", "after headline: a word is missing"),
        ("author:Minh", "author: cannot be searched by itself; accepted: headline:"),
        ("body:nghèo", "body: cannot be searched by itself"),
        ("(" * 30 + "a" + ")" * 30, "too many brackets"),
        ("x" * (LONGEST + 1), "too long; accepted: up to 1,000"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_the_reason(query: str, complaint: str) -> None:
    with pytest.raises(QueryError, match=re.escape(complaint)):
        parse(query)


@given(st.text(st.characters(codec="utf-8"), max_size=80) | st.text('"()*=-: ANDORT ảdđ', max_size=40))
def test_whatever_is_typed_gives_an_answer_or_a_reason(corpus: Engine, query: str) -> None:
    try:
        node = parse(query)
    except QueryError:
        return
    with corpus.connect() as connection:
        find(connection, Search(node))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"part": Part(editions=("en", "mu"))}, {14, 15, 16}),
        ({"part": Part(sections=(SectionRef("vi", 256), SectionRef("mu", 2)))}, {16, 17}),
        ({"part": Part(since=date(2024, 1, 15))}, {15, 16, 17, 19, 20}),
        ({"part": Part(until=date(2024, 1, 2))}, {1, 2}),
        ({"part": Part(("en",), (), date(2024, 1, 14), date(2024, 1, 15))}, {14, 15}),
        ({"limit": 3, "sort": Sort.NEWEST}, {20, 19, 17}),
        ({"limit": 3, "sort": Sort.OLDEST}, {1, 2, 3}),
    ],
)
def test_a_search_keeps_to_its_range(corpus: Engine, values: dict[str, Any], expected: set[int]) -> None:
    everything = " OR ".join(f'"{one.headline}"' for one in CORPUS)

    assert set(numbers(corpus, everything, **values)) == expected


def test_what_has_no_date_comes_last_in_either_order(corpus: Engine) -> None:
    query = "không OR ước OR nghèo"

    assert numbers(corpus, query, sort=Sort.NEWEST) == [19, 3, 2, 1, 18]
    assert numbers(corpus, query, sort=Sort.OLDEST) == [1, 2, 3, 19, 18]


def test_what_only_distant_articles_have_is_found_as_well(corpus: Engine) -> None:
    """PostgreSQL looks through sixteen articles for a page of one; there are twenty."""
    assert numbers(corpus, "ngheo", sort=Sort.NEWEST, limit=1) == [3]
    assert numbers(corpus, '"drop table"', sort=Sort.OLDEST, limit=1) == [20]


def test_a_beginning_of_very_many_words_finds_the_same(
    corpus: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = numbers(corpus, "th* NOT đư*")
    monkeypatch.setattr(keys, "BEGINNINGS", 1)

    assert numbers(corpus, "th* NOT đư*") == few
    assert len(few) > 1


def test_headlines_and_words_side_by_side_weigh_more(corpus: Engine) -> None:
    assert numbers(corpus, "ngheo") == [3, 1, 2]
    assert numbers(corpus, "giam ngheo")[0] == 1
    assert numbers(corpus, "hoa OR khai")[-2:] == [17, 12], "captions least"


def test_hits_are_counted_up_to_a_number(corpus: Engine) -> None:
    with corpus.connect() as connection:
        assert count(connection, Search(parse("nghèo")), at_most=100) == 3
        assert count(connection, Search(parse("nghèo")), at_most=2) == 2


def search(engine: Engine, *arguments: str) -> str:
    """What the command prints."""
    return scrapy("search", *arguments, database_url=engine.url.render_as_string(hide_password=False)).stdout


@pytest.mark.parametrize("sort", Sort)
def test_pages_follow_each_other_and_have_every_hit_once(
    corpus: Engine, sort: Sort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.search.find.CANDIDATES", 2)
    query = "nghèo OR hoà OR không OR đường OR đau"
    all_hits = set(numbers(corpus, query, limit=20))
    pages = [numbers(corpus, query, sort=sort, limit=2, page=page) for page in range(1, 6)]

    assert all_hits == {1, 3, 4, 6, 9, 18, 2}
    assert [len(page) for page in pages] == [2, 2, 2, 1, 0]
    assert {number for page in pages for number in page} == all_hits


@pytest.mark.parametrize(
    ("query", "unknown"),
    [
        ("ngheoo", {"ngheoo": "ngheo"}),
        ("nghẹo", {"nghẹo": "nghèo"}),
        ('"giảm nghoè"', {"nghòe": "nghèo"}),
        ("headline:devlop OR qwxz", {"devlop": "develop", "qwxz": None}),
        ("quỵ", {"quỵ": "quý"}),
        ("nghèo NOT zzz", {}),
        ('"nghèo bắc"', {}),
        ("qwx*", {}),
        ("20250", {"20250": None}),
    ],
)
def test_words_that_stand_nowhere_are_named_with_the_nearest(
    corpus: Engine, query: str, unknown: dict[str, str | None]
) -> None:
    with corpus.connect() as connection:
        assert unknown_words(connection, parse(query)) == unknown


@pytest.mark.slow
@pytest.mark.parametrize("corpus", ["sqlite"], indirect=True)
def test_the_command_is_for_people_and_for_programs(corpus: Engine) -> None:
    people = search(corpus, "giam ngheo", "--limit=1")
    assert "Giảm nghèo bền vững ở Đà Bắc" in people
    assert "1 of 3 articles" in people
    assert "3–3 of 3 articles" in search(corpus, "nghèo", "--limit=2", "--page=2")
    assert "Nothing on page 9: 3 articles are found." in search(corpus, "nghèo", "--page=9")

    options = ("--sort=oldest", "--limit=1", "--page=4", "--full", "--format=jsonl")
    record = json.loads(search(corpus, "khai OR hoà", *options))
    assert (record["site_article_id"], record["local_date"]) == (17, "2024-01-17")
    assert (record["lead"], record["captions"]) == ("Ảnh của P.V.", ["Lễ hội Khai Hạ"])

    url = corpus.url.render_as_string(hide_password=False)
    nothing = scrapy("search", "giam", "ngheoo", "--format=csv", "--full", database_url=url)
    assert nothing.stdout.strip().endswith("lead,body,captions")
    assert nothing.stderr == "search: stands nowhere: ngheoo (did you mean ngheo?)\n"
    assert "jsonl or csv" in scrapy("search", "nghèo", "--full", database_url=url, expect=2).stderr

    assert search(corpus, "--rebuild") == "20 articles indexed\n"
    assert numbers(corpus, "ngheo") == [3, 1, 2]


@pytest.mark.slow
def test_no_cell_of_the_csv_is_a_formula(sqlite_url: str) -> None:
    headline, lead = "=cmd|' /C calc'!A0", "@SUM(1+1) bẫy"
    engine = open_engine(sqlite_url)
    images = [evolve(PICTURE, caption=caption) for caption in (f";{headline}", "Khai Hạ")]
    Store(engine).write(told(1, headline, lead, images=images))
    engine.dispose()

    [row] = csv.DictReader(search(engine, "bẫy", "--full", "--format=csv").splitlines())

    assert row["headline"] == f"'{headline}"
    assert row["excerpt"].startswith("'@SUM")
    assert row["captions"] == f";'{headline}; Khai Hạ", "a cell may begin at a semicolon"
