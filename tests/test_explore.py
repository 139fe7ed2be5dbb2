"""The browser: what the snapshot holds, what is answered to whom, and its pages in a real Chromium."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine, create_engine, insert, text, update
from sqlalchemy.engine import URL

from analysis.explore.article import Piece, difference
from analysis.explore.metadata import metadata
from analysis.explore.snapshot import take_snapshot
from pipelines.dictionary import describe
from pipelines.duplicates import DuplicatesPipeline
from pipelines.records.batch import Writer, write_batch
from pipelines.records.runs import start_run
from schemas import tables
from schemas.database import open_engine, prepare_schema, write_transaction
from schemas.items import Article, Basis, Image, RelatedLink
from tests.browsing import Visit, chromium, colours, visit
from tests.builders import FETCHED, SENTENCES, SITE, article
from tests.crawling import ROOT, environment

PICTURE = "https://ims.baohoabinh.com.vn/NewsImg/4_2024/1_su su.jpg"
HOSTILE = '</script><script>alert("x")</script><img src=//example.org/x onerror=alert(1)>{{ 7 * 7 }}'
LATER = FETCHED + timedelta(hours=1)

SQUASH = "Su su giúp xã Quyết Chiến giảm nghèo"
GONGS = "Khai mạc ngày hội chiêng Mường"
EVIL = 3
"""The row number of the article with hostile texts."""

OPENER = build_opener(ProxyHandler({}))


def link(number: int, headline: str) -> RelatedLink:
    url = f"{SITE}/11/{number}/Tin.htm"
    return RelatedLink(edition="vi", article_id=number, url=url, found_as=url, headline=headline)


def store(engine: Engine) -> None:
    """Four articles: one that was edited and links to the next, one in English, one of ill will."""
    first = {
        "headline": SQUASH,
        "section_name": "Chính trị",
        "authors": ["Bùi Minh", "Hồng Nhung"],
        "byline": "Bùi Minh - Hồng Nhung",
        "images": [Image(url=PICTURE, caption="Vườn su su ở xóm Biệt. Ảnh: B.M", credit="B.M")],
        "related": [link(188941, GONGS), link(188000, "Chưa ai đọc bài này")],
    }
    batches: list[list[Article]] = [
        [
            article(188942, **first, body=["Năm ngoái cả xã có 20 ha.", *SENTENCES[2:], *SENTENCES]),
            article(188941, headline=GONGS, authors=["Bùi Minh"], body=list(SENTENCES[1:3])),
            article(188940, headline="Tin khác", authors=["Ai đó"], lead="Một", body=["Hai"], agency=None),
            article(
                70,
                edition="en",
                section_id=2,
                section_name="Local news",
                headline="Squash brings incomes",
                canonical_url=f"{SITE}/en/2/70/Squash.htm",
                lead="Farmers earn more.",
                published_at=None,
                published_raw=None,
                published_basis=None,
            ),
        ],
        [
            article(
                188942,
                **first,
                body=["Năm nay cả xã có 32 ha.", *SENTENCES[2:], *SENTENCES],
                fetched_at=LATER,
            )
        ],
    ]
    for batch in batches:
        for one in batch:
            DuplicatesPipeline().process_item(one)
        with write_transaction(engine) as connection:
            write_batch(connection, batch, Writer(start_run(connection, "test", {}, FETCHED), "test", 7))
    with engine.begin() as connection:
        evil = {"headline": HOSTILE, "lead": HOSTILE, "body": HOSTILE, "byline": HOSTILE}
        connection.execute(update(tables.Article).where(tables.Article.id == EVIL).values(**evil))
        connection.execute(update(tables.Author).where(tables.Author.name == "Ai đó").values(name=HOSTILE))
        connection.execute(
            insert(tables.Image),
            {"article_id": EVIL, "position": 1, "url": "javascript:alert(2)", "caption": HOSTILE},
        )


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with a small collection."""
    path = tmp_path_factory.mktemp("explore") / "collection.db"
    engine = open_engine(f"sqlite:///{path}")
    prepare_schema(engine)
    store(engine)
    engine.dispose()
    return path


@contextmanager
def exploring(database_url: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The command under way: its address and its process, stopped at the end as a service would be."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "explore", "--port", str(port)],
        cwd=ROOT,
        env=environment(database_url, ""),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if "Uvicorn running on" in line:
                break
        else:
            pytest.fail(said)
        yield f"http://127.0.0.1:{port}", process
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def address(collection: Path) -> Iterator[str]:
    with exploring(f"sqlite:///{collection}") as (address, _):
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def seen(browser: Browser) -> Iterator[Visit]:
    """A window that must have complained of nothing and asked nobody else in the end."""
    with visit(browser) as seen:
        yield seen
        assert seen.complaints == []
        assert seen.elsewhere == []


def get(address: str, path: str = "/", host: str | None = None, **parameters: str) -> tuple[int, str]:
    """Status and body of an answer."""
    url = f"{address}{path}?{urlencode(parameters)}"
    request = Request(url, headers={"Host": host} if host else {})  # noqa: S310 - loopback
    try:
        with OPENER.open(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def rows(address: str, path: str, **parameters: str) -> list[dict[str, Any]]:
    status, body = get(address, f"/collection/{path}.json", _shape="array", **parameters)
    assert status == 200, body
    found: list[dict[str, Any]] = json.loads(body)
    return found


def test_the_snapshot_holds_what_the_collection_holds(engine: Engine, tmp_path: Path) -> None:
    store(engine)
    take_snapshot(engine, tmp_path / "copy.db")

    copy = create_engine(URL.create("sqlite", database=str(tmp_path / "copy.db")))
    with engine.connect() as source, copy.connect() as taken:
        for name in ("articles", "images", "related_links", "article_revisions", "frontier", "runs"):
            count = text(f"SELECT count(*) FROM {name}")
            assert taken.scalar(count) == source.scalar(count), name
        found = text("SELECT count(*) FROM article_search WHERE article_search MATCH 'quyet'")
        assert taken.scalar(found) == 1
        [line] = taken.execute(text("SELECT * FROM catalogue WHERE article_id = 1"))
    copy.dispose()
    assert (line.headline, line.section, line.year, line.revision) == (SQUASH, "Chính trị", "2024", 2)
    assert json.loads(line.authors) == ["Bùi Minh", "Hồng Nhung"]
    assert line.published == "2024-04-24 10:00"


def test_an_estimate_is_marked_and_sorts_before_the_days_of_its_month(
    sqlite_url: str, tmp_path: Path
) -> None:
    engine = open_engine(sqlite_url)
    prepare_schema(engine)
    store(engine)
    with engine.begin() as connection:
        connection.execute(
            update(tables.Article)
            .where(tables.Article.id == 1)
            .values(published_basis=Basis.PICTURE_FOLDER, published_at=FETCHED.replace(day=1))
        )
    take_snapshot(engine, tmp_path / "copy.db")
    engine.dispose()

    copy = create_engine(URL.create("sqlite", database=str(tmp_path / "copy.db")))
    with copy.connect() as connection:
        published = list(connection.scalars(text("SELECT published FROM catalogue ORDER BY published")))
    copy.dispose()
    assert published == [None, "2024-04 ≈", "2024-04-24 10:00", "2024-04-24 10:00"]


def test_a_difference_is_told_word_by_word() -> None:
    assert difference("Cả xã có 20 ha", "Cả xã có 32 ha su su") == [
        Piece("kept", "Cả xã có "),
        Piece("removed", "20"),
        Piece("added", "32"),
        Piece("kept", " ha"),
        Piece("added", " su su"),
    ]


def test_all_that_is_shown_has_a_title_in_both_languages() -> None:
    told = metadata("2024-04-25 10:00", describe())["databases"]["collection"]

    shown = [table for table in told["tables"].values() if not table.get("hidden")]
    assert len(shown) > 15
    for one in [*shown, *told["queries"].values()]:
        assert " · " in one["title"]
        assert " · " in one["description"]


def test_every_question_has_an_answer(address: str) -> None:
    for name, query in metadata("", describe())["databases"]["collection"]["queries"].items():
        status, body = get(address, f"/collection/{name}.json", _shape="array", **query.get("example", {}))
        assert status == 200, f"{name}: {body}"

    assert [line["with_the_words"] for line in rows(address, "word_by_year", words="giam ngheo")] == [0, 1]
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


def test_only_this_machine_is_answered(address: str) -> None:
    status, body = get(address, "/collection/articles/1", host="evil.example")

    assert status == 421
    assert SQUASH not in body


def test_nothing_can_be_written(address: str, collection: Path) -> None:
    before = collection.read_bytes()
    status, _ = get(address, "/collection.json", sql="DELETE FROM articles")

    assert status == 400
    assert collection.read_bytes() == before


def test_the_snapshot_is_deleted_when_the_command_is_stopped(collection: Path, tmp_path: Path) -> None:
    copy = tmp_path / "collection.db"
    copy.write_bytes(collection.read_bytes())

    with exploring(f"sqlite:///{copy}") as (_, process):
        assert list(tmp_path.glob("explore-*/collection.db"))
    assert process.returncode == 0
    assert not list(tmp_path.glob("explore-*"))


def test_a_reader_searches_without_accents_and_follows_a_link(address: str, seen: Visit) -> None:
    page = seen.page
    page.goto(address)
    page.get_by_role("searchbox").fill("giam ngheo quyet chien")
    page.keyboard.press("Enter")
    expect(page.locator(".hits")).to_contain_text("2024-04-24 · vi · Chính trị")
    page.get_by_role("link", name=SQUASH).click()

    expect(page.locator("article h1")).to_have_text(SQUASH)
    expect(page.locator("article .lead")).to_contain_text(SENTENCES[0])
    expect(page.locator("article")).to_contain_text("Năm nay cả xã có 32 ha.")
    expect(page.locator(".pictures a")).to_have_text("Vườn su su ở xóm Biệt. Ảnh: B.M")
    expect(page.locator(".related")).to_contain_text("Chưa ai đọc bài này chưa có · not collected")
    assert page.locator("img").count() == 0

    page.get_by_role("link", name=GONGS).click()
    expect(page.locator("article h1")).to_have_text(GONGS)


def test_a_reader_sees_what_was_found_and_chooses_among_it(address: str, seen: Visit) -> None:
    page = seen.page
    page.goto(f"{address}/search?q=nam+nay")
    expect(page.locator(".hits mark")).to_have_text("Năm nay")
    page.get_by_role("link", name="Choose by section").click()

    expect(page.get_by_label("Search")).to_have_value("nam nay")
    expect(page.locator("td.col-headline")).to_have_text([SQUASH])


def test_a_reader_sees_what_an_edit_changed(address: str, seen: Visit) -> None:
    seen.page.goto(f"{address}/collection/articles/1")

    expect(seen.page.locator(".change del").first).to_have_text("ngoái")
    expect(seen.page.locator(".change ins").first).to_have_text("nay")
    assert "20" in seen.page.locator(".change del").all_text_contents()


def test_columns_are_explained_with_how_often_they_are_filled(address: str) -> None:
    _, body = get(address, "/collection/articles")

    assert "where the piece was taken from" in body
    assert "(filled: 75%)" in body, "one of the four articles has no date"


def test_a_reader_chooses_by_facets(address: str, seen: Visit) -> None:
    page = seen.page
    page.goto(f"{address}/collection/catalogue")
    for facet in ("edition", "section", "kind", "year", "authors"):
        expect(page.locator(f'.facet-info[data-column="{facet}"]')).to_be_visible()
    page.locator('.facet-info[data-column="section"]').get_by_role("link", name="Local news").click()

    expect(page.locator("td.col-headline")).to_have_text(["Squash brings incomes"])


def test_a_reader_asks_a_question_that_is_ready(address: str, seen: Visit) -> None:
    page = seen.page
    page.goto(address)
    page.get_by_role("link", name="A word by section").click()
    page.get_by_label("words").fill("giam ngheo")
    page.get_by_role("button", name="Run SQL").click()

    expect(page.locator("td.col-section")).to_have_text("Chính trị")
    expect(page.locator("td.col-articles")).to_have_text("1")


def test_a_reader_looks_at_charts(address: str, seen: Visit, browser: Browser) -> None:
    page = seen.page
    page.goto(address)
    page.get_by_role("link", name="Charts").first.click()

    for chart in page.locator(".dashboard-card").all():
        expect(chart.locator("canvas, svg.marks")).to_be_visible()
        assert colours(chart.screenshot(), browser) > 10


@pytest.mark.parametrize(
    "path",
    [
        f"/collection/articles/{EVIL}",
        "/search?q=script",
        "/collection/catalogue",
        "/collection/authors",
        "/collection/images",
        "/collection/authors_by_output",
        "/-/dashboards/overview",
        "/collection",
    ],
)
def test_whatever_a_page_held_stays_text(address: str, seen: Visit, path: str) -> None:
    dialogs: list[str] = []
    seen.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    seen.page.goto(address + path, wait_until="networkidle")

    assert dialogs == []
    assert seen.page.locator("img, a[href^='javascript:']").count() == 0


def test_an_article_forbids_itself_scripts(address: str) -> None:
    with OPENER.open(f"{address}/collection/articles/{EVIL}") as answer:
        policy = answer.headers["Content-Security-Policy"]
        body = answer.read().decode()

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "<script" not in body
    assert "{{ 7 * 7 }}" in body


@pytest.mark.parametrize("port", ["0", "http", "70000"])
def test_a_wrong_port_is_named_with_what_is_accepted(sqlite_url: str, port: str) -> None:
    assert f"--port: '{port}' is no port; accepted: a whole number from 1 to 65535" in refused(
        sqlite_url, port
    )


def test_a_port_that_is_taken_is_refused_before_the_snapshot(sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        assert f"--port: {port} cannot be used: " in refused(sqlite_url, port)


def refused(database_url: str, port: str) -> str:
    """What the command says that does not start."""
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "explore", "--port", port],
        cwd=ROOT,
        env=environment(database_url, ""),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    return done.stderr
