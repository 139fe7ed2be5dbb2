"""The report: its figures on both databases, its text, and the page in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Browser
from sqlalchemy import Engine, insert, update

from analysis.report.figures import Figures, sum_by, take_figures
from analysis.report.language import Language, Wording
from analysis.report.page import render
from analysis.report.plots import VERDICT_COLOURS
from schemas import tables
from schemas.catalogue_lines import fill_catalogue
from schemas.database import open_engine, prepare_schema
from schemas.verdicts import Verdict
from tests.browsing import chromium, colours, visit
from tests.crawling import scrapy
from tests.years import COLLECTED_AT, fill

HOSTILE = '</text></svg><script>alert("x")</script><img src=//127.0.0.1:9/x onerror=alert(1)>'

PLOTS = 8


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
    figures = figures_of(engine)
    engine.dispose()
    written = {str(language): tmp_path_factory.mktemp("report") / f"{language}.html" for language in Language}
    for language in Language:
        written[language].write_text(render(figures, Wording(language), "years.db"), encoding="utf-8")
    return written


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def figures_of(engine: Engine) -> Figures:
    with engine.connect() as connection:
        return take_figures(connection, COLLECTED_AT)


def test_both_databases_give_the_same_figures(engine: Engine) -> None:
    fill(engine, 300)

    figures = figures_of(engine)

    assert 250 < figures.articles == figures.editions["vi"] + figures.editions["en"] < 400
    assert figures.sections.total() == figures.articles
    assert sum_by(figures.rules, 0)["layout",] == figures.articles
    assert sum_by(figures.filled, 2)["body",] == figures.articles
    assert figures.verdicts.total() == 720
    assert {run.verdict for run in figures.troubled} <= {"degraded", "site unreachable", None}
    assert "no answer to 20 requests in a row" in {run.reason for run in figures.troubled}
    assert len(figures.newest) == 20
    assert all(line.expected for line in figures.coverage)


def test_places_are_counted_where_they_are_named_for_sure(engine: Engine) -> None:
    fill(engine, 20)
    with engine.begin() as connection:
        connection.execute(insert(tables.Place), PLACES)
        rows = [(1, 148, True), (2, 148, True), (3, 148, False), (1, 150, True)]
        names = ("article_id", "place_id", "sure")
        connection.execute(
            insert(tables.ArticlePlace), [dict(zip(names, row, strict=True), mentions=1) for row in rows]
        )

    found = figures_of(engine).places

    assert [(place.name, place.articles, place.latitude) for place in found] == [
        ("Hòa Bình", 2, 20.83),
        ("Đà Bắc", 1, 20.84),
    ]


def test_figures_follow_local_time_and_tell_estimates_apart(engine: Engine) -> None:
    fill(engine, 20)
    with engine.begin() as connection:
        connection.execute(
            update(tables.Article).values(
                published_at=datetime(2023, 12, 31, 17, tzinfo=UTC), published_basis="neighbouring-ids"
            )
        )
        fill_catalogue(connection)

    figures = figures_of(engine)

    assert {month for _, _, month in figures.sections} == {"2024-01"}
    assert all(line.estimated for line in figures.newest)
    assert figures.first is figures.last is None, "an estimate is no date on a page"


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

    figures = figures_of(engine)

    assert figures.copies == {(None, "exact"): 1}
    assert [(pair.method, pair.similarity) for pair in figures.pairs] == [("exact", 1), ("near", 1)]


def test_an_empty_collection_has_a_report_too(engine: Engine) -> None:
    page = render(figures_of(engine), Wording(Language.ENGLISH), "empty.db")

    assert page.count("Nothing yet.") == 8
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
    assert Wording(Language.VIETNAMESE)(verdict) != verdict


def test_numbers_and_dates_are_written_as_the_language_does() -> None:
    english, vietnamese = Wording(Language.ENGLISH), Wording(Language.VIETNAMESE)
    moment = datetime(2024, 4, 30, 17, 5, tzinfo=UTC)

    assert (english.number(12345), vietnamese.number(12345)) == ("12,345", "12.345")
    assert (english.share(1, 8), vietnamese.share(1, 8), vietnamese.share(0, 0)) == ("12.5%", "12,5%", "–")
    assert (english.minute(moment), vietnamese.minute(moment)) == ("2024-05-01 00:05", "01/05/2024 00:05")
    assert (english.month("2024-05"), vietnamese.month("2024-05")) == ("2024-05", "05/2024")


@pytest.mark.parametrize("language", list(Language))
def test_whatever_a_page_held_stays_text(pages: dict[str, Path], language: Language) -> None:
    page = html.parse(str(pages[language])).getroot()

    assert HOSTILE in page.text_content()
    assert not page.xpath("//script | //img | //@onerror | //iframe")
    addresses = page.xpath("//@href | //@src")
    assert {re.sub(r"[:#].*", "", address) for address in addresses} == {"https", "data", ""}


@pytest.mark.slow
@pytest.mark.parametrize(("language", "dark"), [(Language.ENGLISH, False), (Language.VIETNAMESE, True)])
def test_a_browser_shows_the_report_and_asks_nobody(
    pages: dict[str, Path], browser: Browser, language: Language, dark: bool
) -> None:
    with visit(browser, dark=dark) as seen:
        seen.page.goto(pages[language].as_uri())

        assert seen.page.locator("figure svg").count() == PLOTS
        for plot in seen.page.locator("figure").all():
            assert colours(plot.screenshot(), browser) > 10
        seen.page.locator("summary").first.click()
        assert seen.page.locator("details table").first.is_visible()
        assert seen.complaints == []
        assert seen.asked == [pages[language].as_uri()]


def test_a_narrow_screen_does_not_scroll_sideways(pages: dict[str, Path], browser: Browser) -> None:
    with visit(browser, width=390) as seen:
        seen.page.goto(pages["vi"].as_uri())

        assert seen.page.evaluate("document.documentElement.scrollWidth") == 390


def test_on_paper_all_tables_are_shown(pages: dict[str, Path], browser: Browser) -> None:
    with visit(browser) as seen:
        seen.page.goto(pages["en"].as_uri())
        table = seen.page.locator("details table").first
        assert not table.is_visible()
        seen.page.emulate_media(media="print")

        assert table.is_visible()


@pytest.mark.slow
def test_the_command_says_what_it_wrote(years: str, tmp_path: Path) -> None:
    written = tmp_path / "report.html"

    done = scrapy("report", "--output", str(written), database_url=years)

    assert re.fullmatch(rf"{re.escape(str(written))}: [\d,]+ articles\n", done.stdout)
    assert list(tmp_path.iterdir()) == [written], "nothing unfinished is left"


@pytest.mark.slow
@pytest.mark.usefixtures("real_commands")
def test_without_the_packages_for_analysis_the_command_names_what_installs_them(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "altair.py").write_text("raise ModuleNotFoundError(name='altair')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    said = scrapy("report", database_url=sqlite_url, expect=2).stderr

    assert ".venv/bin/python -m pip install -e '.[analysis]'" in said
    assert "Traceback" not in said
