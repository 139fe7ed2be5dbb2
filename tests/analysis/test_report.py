"""The report: its chapters on both databases, its text, and the page in a real browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from lxml import html
from PIL import Image
from playwright.sync_api import Browser
from sqlalchemy import Engine, insert, update

from analysis.report.article_chapters import articles_chapter, newest_chapter, places_chapter
from analysis.report.chapter import Chapter
from analysis.report.crawl_chapters import VERDICT_COLOURS, duplicates_chapter
from analysis.report.language import Language, Wording
from analysis.report.page import CHAPTERS, render
from schemas import tables
from schemas.catalogue_lines import fill_catalogue
from schemas.database import open_engine, prepare_schema
from schemas.verdicts import Verdict
from tests.browsing import visit
from tests.crawling import scrapy
from tests.years import COLLECTED_AT, fill

HOSTILE = '</text></svg><script>alert("x")</script><img src=//127.0.0.1:9/x onerror=alert(1)>'
ENGLISH, VIETNAMESE = map(Wording, Language)

PLACES = [
    {"id": 148, "kind": "thành phố", "name": "Hòa Bình", "latitude": 20.83, "longitude": 105.34},
    {"id": 150, "kind": "huyện", "name": "Đà Bắc", "latitude": 20.84, "longitude": 105.17},
]


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a collection of fifteen years in which texts try to break out of the page."""
    url = f"sqlite:///{tmp_path_factory.mktemp('years')}/years.db"
    engine = open_engine(url)
    prepare_schema(engine)
    fill(engine, 600)
    with engine.begin() as connection:
        connection.execute(insert(tables.Place), PLACES)
        named = {"place_id": 148, "mentions": 2, "sure": True}
        connection.execute(insert(tables.ArticlePlace), [named | {"article_id": at} for at in (1, 2)])
        connection.execute(update(tables.Section).where(tables.Section.id == 1).values(name=HOSTILE))
        connection.execute(update(tables.Article).values(headline=HOSTILE, byline=HOSTILE, parser=HOSTILE))
        fill_catalogue(connection)
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def pages(years: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of that collection, in each language."""
    engine = open_engine(years)
    written = {}
    for say in (ENGLISH, VIETNAMESE):
        written[str(say.language)] = path = tmp_path_factory.mktemp("report") / f"{say.language}.html"
        with engine.connect() as connection:
            path.write_text(render(connection, say, "years.db", COLLECTED_AT), encoding="utf-8")
    engine.dispose()
    return written


def chapters(engine: Engine) -> dict[str, Chapter]:
    with engine.connect() as connection:
        found = [chapter(connection, ENGLISH, COLLECTED_AT) for chapter in CHAPTERS]
    return {chapter.name: chapter for chapter in found}


def test_both_databases_give_the_same_figures(engine: Engine) -> None:
    fill(engine, 300)

    found = chapters(engine)

    [sections] = found["articles"].tables
    number = sum(int(row[-1]) for row in sections.rows)
    assert 250 < number < 400
    assert {row[0] for row in sections.rows} == {"vi", "en"}
    for chapter in found.values():
        assert all(plot["data"]["values"] for plot in chapter.plots.values()) == (chapter.name != "places")
    [rules] = found["rules"].tables
    assert sum(int(row[2]) for row in rules.rows if row[0] == "layout") == number
    [fields] = found["completeness"].tables
    assert fields.columns == ["field", "Vietnamese", "English"]
    assert ["body", "100.0%", "100.0%"] in fields.rows
    verdicts, troubled, last = found["runs"].tables
    assert sum(int(row[1]) for row in verdicts.rows) == 720
    assert {row[2] for row in troubled.rows} <= {"degraded", "site unreachable", "not finished"}
    assert "no answer to 20 requests in a row" in {row[3] for row in troubled.rows}
    assert (len(troubled.rows), len(last.rows), len(found["newest"].tables[0].rows)) == (15, 15, 20)
    assert all(share.endswith("%") for *_, share, _ in found["coverage"].tables[0].rows)


def test_places_are_counted_where_they_are_named_for_sure(engine: Engine) -> None:
    fill(engine, 20)
    with engine.begin() as connection:
        connection.execute(insert(tables.Place), PLACES)
        rows = [(1, 148, True), (2, 148, True), (3, 148, False), (1, 150, True)]
        names = ("article_id", "place_id", "sure")
        connection.execute(
            insert(tables.ArticlePlace), [dict(zip(names, row, strict=True), mentions=1) for row in rows]
        )
        chapter = places_chapter(connection, ENGLISH, COLLECTED_AT)

    assert chapter.tables[0].rows == [["thành phố Hòa Bình", "", "2"], ["huyện Đà Bắc", "", "1"]]
    [plot] = chapter.plots.values()
    assert [value["latitude"] for value in plot["data"]["values"]] == [20.83, 20.84]


def test_months_follow_local_time_and_estimates_are_told_apart(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.report.page.CHAPTERS", ())
    fill(engine, 20)
    with engine.begin() as connection:
        estimate = {
            "published_at": datetime(2023, 12, 31, 17, tzinfo=UTC),
            "published_basis": "neighbouring-ids",
        }
        connection.execute(update(tables.Article).values(estimate))
        fill_catalogue(connection)
        by_edition, _ = articles_chapter(connection, ENGLISH, COLLECTED_AT).plots.values()
        [newest] = newest_chapter(connection, ENGLISH, COLLECTED_AT).tables
        head = render(connection, ENGLISH, "", COLLECTED_AT)

    assert {value["month"] for value in by_edition["data"]["values"]} == {"2024-01"}
    assert {row[0] for row in newest.rows} == {"≈ 2024-01"}
    assert "first and last date on a page" not in head, "an estimate is none"


def test_an_exact_copy_is_not_counted_as_alike_too(engine: Engine) -> None:
    fill(engine, 20)
    with engine.begin() as connection:
        connection.execute(update(tables.Article).values(published_at=None, published_basis=None))
        fill_catalogue(connection)
        pair = {"article_id": 3, "similarity": 1.0, "containment": 1.0, "algorithm": "test"}
        connection.execute(
            insert(tables.Duplicate),
            [pair | {"of_article_id": 1, "method": "exact"}, pair | {"of_article_id": 2, "method": "near"}],
        )
        years, pairs = duplicates_chapter(connection, ENGLISH, COLLECTED_AT).tables

    assert [row[:3] for row in years.rows] == [["undated", "1", "0"]]
    assert [row[2:] for row in pairs.rows] == [["word for word", "1.00"], ["nearly", "1.00"]]


def test_an_empty_collection_has_a_report_too(engine: Engine) -> None:
    with engine.connect() as connection:
        page = render(connection, ENGLISH, "empty.db", COLLECTED_AT, Path())

    assert page.count("Nothing yet.") == len(CHAPTERS)
    assert "<svg" not in page


def test_every_sentence_has_a_translation(pages: dict[str, Path]) -> None:
    english, vietnamese = (html.parse(str(pages[language])).getroot() for language in Language)

    for path in ("//h1", "//h2", "//p", "//figcaption", "//summary", "//th", "//dt"):
        said = [element.text_content() for element in english.iterfind(f".{path}")]
        translated = [element.text_content() for element in vietnamese.iterfind(f".{path}")]
        assert len(said) == len(translated)
        same = {one for one, other in zip(said, translated, strict=True) if one == other}
        assert {text for text in same if not re.search(r"\d", text)} <= {"spider"}
    assert "tiếng Việt" in pages["vi"].read_text("utf-8")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_colour_and_a_translation(verdict: Verdict) -> None:
    assert VERDICT_COLOURS[verdict].startswith("var(--")
    assert VIETNAMESE(verdict) != verdict


def test_numbers_and_dates_are_written_as_the_language_does() -> None:
    moment = datetime(2024, 4, 30, 17, 5, tzinfo=UTC)

    assert (ENGLISH.number(12345), VIETNAMESE.number(12345)) == ("12,345", "12.345")
    assert (ENGLISH.share(1, 8), VIETNAMESE.share(1, 8), VIETNAMESE.share(0, 0)) == ("12.5%", "12,5%", "–")
    assert (ENGLISH.minute(moment), VIETNAMESE.minute(moment)) == ("2024-05-01 00:05", "01/05/2024 00:05")
    assert (ENGLISH.date("2024-05"), VIETNAMESE.date("2024-05")) == ("2024-05", "05/2024")


@pytest.mark.parametrize("language", list(Language))
def test_whatever_a_page_held_stays_text(pages: dict[str, Path], language: Language) -> None:
    page = html.parse(str(pages[language])).getroot()

    assert HOSTILE in page.text_content()
    assert not page.xpath("//script | //img | //@onerror | //iframe")
    addresses = page.xpath("//@href | //@src")
    assert {re.sub(r"[:#].*", "", address) for address in addresses} == {"https", "data", ""}


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width", "dark"), [("en", 1100, False), ("vi", 390, True)])
def test_a_browser_shows_the_report_and_asks_nobody(
    pages: dict[str, Path], browser: Browser, language: str, width: int, dark: bool
) -> None:
    with visit(browser, width=width, dark=dark) as seen:
        page, table = seen.page, seen.page.locator("details table").first
        page.goto(pages[language].as_uri())

        assert page.locator("figure svg").count() == 8
        whole = Image.open(BytesIO(page.screenshot(full_page=True)))
        for plot in page.locator("figure").all():
            place = plot.bounding_box()
            assert place
            left, top = int(place["x"]), int(place["y"])
            drawn = whole.crop((left, top, left + int(place["width"]), top + int(place["height"])))
            assert len(drawn.getcolors(1 << 24) or ()) > 10, "an empty page has one colour"
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert not table.is_visible()
        page.locator("summary").first.click()
        assert table.is_visible()
        page.locator("summary").first.click()
        page.emulate_media(media="print")
        assert table.is_visible(), "paper cannot be opened"
        assert seen.complaints == []
        assert seen.asked == [pages[language].as_uri()]


@pytest.mark.slow
def test_the_command_says_what_it_wrote(years: str, tmp_path: Path) -> None:
    written = tmp_path / "report.html"

    done = scrapy("report", "--output", str(written), database_url=years)

    assert done.stdout == f"{written}\n"
    assert list(tmp_path.iterdir()) == [written], "nothing unfinished is left"


@pytest.mark.slow
@pytest.mark.usefixtures("real_commands")
def test_without_the_packages_for_analysis_the_command_names_what_installs_them(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vl_convert.py").write_text("raise ModuleNotFoundError(name='vl_convert')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    said = scrapy("report", database_url=sqlite_url, expect=2).stderr

    assert ".venv/bin/python -m pip install -e '.[analysis]'" in said
    assert "Traceback" not in said
