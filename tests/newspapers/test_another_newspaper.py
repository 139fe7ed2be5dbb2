"""The program works for a newspaper that it has never seen, by what one folder says of it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from schemas.database import open_engine
from schemas.tables import Article, ArticleRevision, Reject, Run, Section
from tests.crawling import crawl, scrapy
from tests.newspapers.served import FIRST, LATER, Story, serve
from tests.site.server import SiteServer

NEWSPAPER = "tests.newspapers.tin_ven_song"


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site() -> Iterator[SiteServer]:
    with serve() as server:
        yield server


@pytest.fixture(scope="module")
def collected(site: SiteServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the site had at first: ``collection.db`` and ``archive``."""
    folder = tmp_path_factory.mktemp("river")
    collect("backfill", site, folder)
    return folder


@pytest.fixture
def collection(collected: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(collected, tmp_path / "copy"))


def test_a_backfill_collects_every_article_with_all_its_fields(collected: Path) -> None:
    assert articles(collected) == {story.number: expected(story) for story in FIRST}
    assert values(collected, select(func.count()).select_from(Reject)) == [0]
    assert values(collected, select(Run.verdict)) == ["ok"]


def test_articles_whose_address_names_no_section_have_none(collected: Path) -> None:
    assert set(values(collected, select(Article.section_id))) == {None}
    assert sorted(values(collected, select(Section.name))) == ["Thời sự", "Đời sống"]


def test_latest_brings_what_is_new_and_nothing_else(collection: Path) -> None:
    with serve("later") as site:
        collect("latest", site, collection)
        asked = [request.path for request in site.requests if request.status == 200]

    assert LATER[-1].path in asked
    assert articles(collection) == {story.number: expected(story) for story in LATER}


def test_reading_the_archived_pages_again_changes_nothing(collection: Path) -> None:
    before = rows(collection)

    command("reparse", "--processes", "2", folder=collection)

    assert rows(collection) == before
    assert values(collection, select(func.count()).select_from(ArticleRevision)) == [0]


def test_articles_without_a_section_are_found_and_exported(collected: Path, tmp_path: Path) -> None:
    found = command("search", "ghe thứ 7 cập bến", "--format", "jsonl", folder=collected)
    assert [json.loads(line)["site_article_id"] for line in found.splitlines()] == [7]

    command("export", "--output", str(tmp_path / "all.csv"), folder=collected)
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        exported = list(csv.DictReader(file))
    assert {int(row["site_article_id"]) for row in exported} == {story.number for story in FIRST}
    assert {row["site_section_id"] for row in exported} == {""}


@pytest.mark.parametrize("name", ["status", "gaps"])
def test_what_is_lacking_is_told_without_sections(name: str, collected: Path) -> None:
    assert "vi" in command(name, folder=collected)


def test_a_newspaper_that_is_not_known_is_refused(tmp_path: Path) -> None:
    for name in ("crawl", "search"):
        done = scrapy(name, "latest", "-s", "NEWSPAPER=nowhere", database_url=url_of(tmp_path), expect=2)
        assert "NEWSPAPER='nowhere' names no newspaper; accepted: baohoabinh" in done.stderr


def test_a_database_of_another_newspaper_is_refused(collected: Path) -> None:
    done = scrapy("status", database_url=url_of(collected), expect=2)

    assert "holds articles of another newspaper than baohoabinh" in done.stderr
    assert "correct NEWSPAPER, or give DATABASE_URL a database of its own" in done.stderr


def expected(story: Story) -> dict[str, Any]:
    return {
        "canonical_url": f"https://tinvensong.example{story.path}",
        "headline": story.headline,
        "agency": "TVS",
        "lead": story.lead,
        "body": "\n\n".join(story.body),
        "byline": story.byline,
        "published_at": story.published,
        "published_basis": "page",
        "parser": "story/1",
    }


def articles(folder: Path) -> dict[int, dict[str, Any]]:
    return {row["site_article_id"]: {name: row[name] for name in expected(FIRST[0])} for row in rows(folder)}


def rows(folder: Path) -> list[dict[str, Any]]:
    engine = open_engine(url_of(folder))
    with engine.connect() as connection:
        found = [dict(row) for row in connection.execute(select(Article).order_by(Article.id)).mappings()]
    engine.dispose()
    return found


def values(folder: Path, query: Any) -> list[Any]:
    engine = open_engine(url_of(folder))
    with engine.connect() as connection:
        found = list(connection.scalars(query))
    engine.dispose()
    return found


def collect(spider: str, site: SiteServer, folder: Path) -> None:
    archive = folder / "archive"
    crawl(spider, database_url=url_of(folder), mirror=site.url, archive=archive, NEWSPAPER=NEWSPAPER)


def command(*arguments: str, folder: Path) -> str:
    settings = ("-s", f"NEWSPAPER={NEWSPAPER}")
    return scrapy(*arguments, *settings, database_url=url_of(folder), archive=folder / "archive").stdout


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'collection.db'}"
