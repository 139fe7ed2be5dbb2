"""What is answered, and to whom."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from analysis.data_dictionary import describe
from analysis.explore.article_page import difference, shown_time
from analysis.explore.metadata import metadata
from analysis.report.language import Language
from schemas import tables
from schemas.database import ROOT, open_engine
from tests import reading
from tests.analysis.explore.exploring import EVIL, GONGS, OPENER, SQUASH, exploring, get, refused, rows, store
from tests.crawling import Collection
from tests.faulty import until

pytestmark = pytest.mark.slow


def test_a_page_is_shown_as_it_was_archived_and_can_do_nothing(revised: Collection) -> None:
    confirmed = next(page for page in reading.rows(revised.url, tables.Page) if page.status == 304)
    [article] = [
        row
        for row in reading.rows(revised.url, tables.Article)
        if (row.edition, row.site_article_id) == (confirmed.edition, confirmed.site_article_id)
    ]

    with exploring(revised.url, revised.archive) as (address, _):
        page = get(address, f"/collection/articles/{article.id}")[1]
        assert f'href="/capture/{confirmed.id}">As it looked on' in page
        with OPENER.open(f"{address}/capture/{confirmed.id}") as answer:
            body, headers = answer.read().decode(), answer.headers
        assert get(address, "/capture/999999")[0] == 404

    assert article.headline in body
    assert headers["Content-Type"].startswith("text/html")
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")


def test_a_difference_is_told_word_by_word() -> None:
    assert difference("Cả xã có 20 ha", "Cả xã có 32 ha su su") == [
        ("kept", "Cả xã có "),
        ("removed", "20"),
        ("added", "32"),
        ("kept", " ha"),
        ("added", " su su"),
    ]


def test_a_moment_is_told_by_the_newspapers_clock() -> None:
    assert shown_time("2024-04-24 18:30:00.000000") == "2024-04-25 01:30 (UTC+0700)"


def test_what_is_shown_is_in_the_language_chosen() -> None:
    english, vietnamese = (metadata(language)["databases"]["collection"] for language in Language)

    for entry in describe():
        one, other = english["tables"][entry.name], vietnamese["tables"][entry.name]
        assert one["columns"].keys() == other["columns"].keys() == {part.name for part in entry.columns}
        assert "" not in other["columns"].values()
        assert one["description"] != other["description"]
    shown = [name for name, table in english["tables"].items() if not table.get("hidden")]
    assert len(shown) > 15
    for part, names in (("tables", shown), ("queries", english["queries"])):
        for name in names:
            for text in ("title", "description"):
                one, other = english[part][name][text], vietnamese[part][name][text]
                assert one != other
                assert " · " not in one + other


def test_every_sentence_of_a_template_is_in_both_languages() -> None:
    for template in (ROOT / "analysis/explore/templates").glob("*.html"):
        said = re.sub(r"say\(.*?\)", "", template.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(r"\w[.…]? · \w", said), template.name


def test_every_question_has_an_answer(address: str) -> None:
    for name, query in metadata()["databases"]["collection"]["queries"].items():
        status, body = get(address, f"/collection/{name}.json", _shape="array", **query.get("example", {}))
        assert status == 200, f"{name}: {body}"

        status, body = get(address, f"/collection/{name}")
        assert status == 200, f"{name}, of which nothing is asked: {body}"

    counted = [line["articles"] for line in rows(address, "word_by_year", phrases="giảm nghèo;nghèo giảm")]
    assert counted == [0, 0, 1, 0]
    assert not rows(address, "word_by_year", phrases="")
    assert [line["article_id"] for line in rows(address, "what_was_edited")] == [1]
    assert len(rows(address, "articles_of_a_day", day="2024-04-24")) == 3


def test_the_catalogue_is_narrowed_by_search_and_facets(address: str) -> None:
    assert [line["headline"] for line in rows(address, "catalogue", _search="giam ngheo")] == [SQUASH]
    assert [line["edition"] for line in rows(address, "catalogue", _search="farmers")] == ["en"]
    assert len(rows(address, "articles", _search="huyen")) == 3
    assert not rows(address, "catalogue", _search="giấm nghèo"), "accents count where they are typed"
    both = rows(address, "catalogue", authors__arraycontains="Bùi Minh")
    assert {line["headline"] for line in both} == {SQUASH, GONGS}


@pytest.mark.parametrize(("path", "name"), [("/search", "q"), ("/collection/catalogue", "_search")])
def test_a_search_that_cannot_be_understood_is_answered_with_the_reason(
    address: str, path: str, name: str
) -> None:
    status, body = get(address, path, **{name: '"giảm'})

    assert status == 400
    assert "a quotation mark is not closed" in body
    assert 'role="search"' in body
    assert 'href="/"' in body


def test_a_browser_in_vietnamese_says_what_columns_mean_and_what_is_wrong(collection: Path) -> None:
    with exploring(f"sqlite:///{collection}", options=("--language", "vi")) as (address, _):
        assert "bài lấy từ đâu" in get(address, "/collection/articles")[1]
        for path, name in ("/search", "q"), ("/collection/catalogue", "_search"):
            assert "thiếu dấu đóng ngoặc kép" in get(address, path, **{name: '"giảm'})[1]


def test_columns_are_explained(address: str) -> None:
    assert "where the piece was taken from" in get(address, "/collection/articles")[1]


def test_only_this_machine_is_answered(address: str) -> None:
    status, body = get(address, "/collection/articles/1", host="evil.example")

    assert status == 421
    assert SQUASH not in body


def test_nothing_can_be_written(address: str, collection: Path) -> None:
    before = collection.read_bytes()
    status, _ = get(address, "/collection.json", sql="DELETE FROM articles")

    assert status == 400
    assert collection.read_bytes() == before


def test_a_command_that_is_killed_leaves_no_server_and_no_file(sqlite_url: str, tmp_path: Path) -> None:
    with exploring(sqlite_url) as (address, process):
        assert rows(address, "catalogue") == []
        engine = open_engine(sqlite_url)
        store(engine)
        engine.dispose()
        assert len(rows(address, "catalogue")) == 4, "what a crawl brings is seen"
        process.kill()
        until(lambda: not is_answered(address))
    assert not [path for path in tmp_path.iterdir() if ".db" not in path.name]


def is_answered(address: str) -> bool:
    try:
        OPENER.open(address, timeout=5).close()
    except OSError:
        return False
    return True


def test_a_csv_holds_no_formula(address: str) -> None:
    _, body = get(address, "/collection.csv", sql="SELECT '=1+1' AS a, 'x;@SUM(1)' AS b, 2 AS c")

    assert body.splitlines() == ["a,b,c", "'=1+1,x;'@SUM(1),2"]


@pytest.fixture
def copies() -> Iterator[set[Path]]:
    """The copies of collections in PostgreSQL that there were before the test; its own are removed."""
    before = set((ROOT / "data").glob("explore-*"))
    yield before
    for copy in set((ROOT / "data").glob("explore-*")) - before:
        copy.unlink()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_collection_in_postgresql_is_copied_once_and_again_when_asked(
    engine: Engine, copies: set[Path]
) -> None:
    url = engine.url.render_as_string(hide_password=False)
    store(engine)
    for renew, edited in ((), SQUASH), ((), SQUASH), (("--renew",), GONGS):
        with exploring(url, options=renew) as (address, process):
            found = [line["headline"] for line in rows(address, "catalogue", _search="giam ngheo")]
            assert found == [edited]
            assert "A copy, as of 20" in get(address)[1]
        assert process.end() == 0
        with engine.begin() as connection:
            changed = {"headline": GONGS, "lead": "Giảm nghèo"}
            connection.execute(
                update(tables.Article).where(tables.Article.headline == SQUASH).values(changed)
            )
    [copy] = set((ROOT / "data").glob("explore-*")) - copies
    assert copy.suffix == ".db"


def test_an_article_forbids_itself_scripts(address: str) -> None:
    with OPENER.open(f"{address}/collection/articles/{EVIL}") as answer:
        policy = answer.headers["Content-Security-Policy"]
        body = answer.read().decode()

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "<script" not in body
    assert "{{ 7 * 7 }}" in body


def test_a_port_that_is_taken_is_refused_before_anything_is_copied(sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        assert f"--port: {port} cannot be used: " in refused(sqlite_url, port)
