"""Archived pages are read again, and what that changes is known beforehand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archive import ArchiveWriter
from schemas import tables
from schemas.database import open_engine
from tests import reading
from tests.archive.building import exchange
from tests.crawler.reparse.other_versions import OLDER, WORSE, another_version
from tests.crawling import Collection, reparse, scrapy
from tests.reading import rows

pytestmark = pytest.mark.slow


def test_a_database_that_was_deleted_is_had_back_from_the_archive(
    revised: Collection, database_url: str
) -> None:
    processes = "1" if database_url.startswith("postgresql") else "2"
    done = scrapy("reparse", "--processes", processes, database_url=database_url, archive=revised.archive)

    assert done.stderr.splitlines()[-1].startswith("reparse: ok")
    expected = reading.content(revised.url, times=True)
    assert any(row for row in expected["article_revisions"])
    assert {page.status for page in rows(revised.url, tables.Page)} >= {200, 304, 404}
    for table, found in reading.content(database_url, times=True).items():
        assert found == expected[table], table
    assert states(database_url) == states(revised.url)
    [run] = [run for run in rows(database_url, tables.Run) if run.spider == "reparse"]
    assert (run.spider, run.new) == ("reparse", len(expected["articles"]))


def test_reading_again_with_the_same_parser_changes_nothing(revised: Collection, tmp_path: Path) -> None:
    collection = revised.copy(tmp_path / "collection")
    before = unchanging(collection.url)

    done = reparse(database_url=collection.url, archive=collection.archive)

    assert done.stderr.splitlines()[-1].startswith("reparse: nothing new")
    assert unchanging(collection.url) == before


def test_a_better_parser_changes_what_the_dry_run_said_and_leaves_revisions(
    revised: Collection, tmp_path: Path, sqlite_url: str
) -> None:
    where: dict[str, Any] = {"database_url": sqlite_url, "archive": revised.archive}
    reparse(**where, program=another_version(tmp_path / "older", OLDER))
    before, better = reading.articles(sqlite_url), reading.articles(revised.url)
    stood = unchanging(sqlite_url)

    dry = report("--dry-run", **where)

    assert unchanging(sqlite_url) == stood, "a dry run writes nothing"
    for field in ("byline", "authors", "body", "headline", "lead", "images"):
        assert counted(dry, field) == expected_counts(before, better, field), field
    assert dry["statistics"]["reparse/new"] == 0
    for field in ("byline", "body"):
        for example in dry["examples"][field]:
            [key] = [key for key, row in before.items() if row["canonical_url"] == example["url"]]
            shown = "\n\n".join(better[key]["body"]) if field == "body" else better[key]["byline"]
            assert example["after"] == shown

    real = report(**where)

    assert real["statistics"] == dry["statistics"]
    after = reading.articles(sqlite_url)
    for key, article in better.items():
        assert without(article, "id", "page_id", "revision") == without(
            after[key], "id", "page_id", "revision"
        )
    revisions = rows(sqlite_url, tables.ArticleRevision)
    edits = [row for row in revisions if row.cause == "edit"]
    assert len(edits) == len(rows(revised.url, tables.ArticleRevision)), (
        "the newspaper's edits are as they were"
    )
    by_parser = [row for row in revisions if row.cause == "parser"]
    assert len(by_parser) == dry["statistics"]["reparse/past_texts"] > 0
    texts = {(row.article_id, row.headline, row.body) for row in by_parser}
    old = {(row["id"], row["headline"], "\n\n".join(row["body"])) for row in before.values()}
    changed = {row["id"] for key, row in before.items() if row["body"] != better[key]["body"]}
    assert {text for text in old if text[0] in changed} <= texts, "what was read before is kept"


def test_only_what_other_code_read_is_chosen(collection: Collection, tmp_path: Path) -> None:
    where: dict[str, Any] = {"database_url": collection.url, "archive": collection.archive}
    reparse("--edition=mu", **where, program=another_version(tmp_path / "older", OLDER))
    read_by_it = [key for key in reading.articles(collection.url) if key[0] == "mu"]

    first, second = (report("--outdated", **where) for _ in range(2))

    assert first["statistics"]["reparse/pages"] == len(read_by_it)
    assert second["statistics"]["reparse/pages"] == 0


def test_what_a_worse_parser_cannot_read_stays_and_is_named(collection: Collection, tmp_path: Path) -> None:
    before = reading.content(collection.url)

    done = reparse(
        "--edition=mu",
        database_url=collection.url,
        archive=collection.archive,
        expect=3,
        program=another_version(tmp_path / "worse", WORSE),
    )

    assert done.stderr.splitlines()[-1].startswith("reparse: degraded")
    lost = len([key for key in reading.articles(collection.url) if key[0] == "mu"])
    assert f"{lost} articles can no longer be read from their page" in done.stdout
    assert reading.content(collection.url) == before


def test_an_archive_of_which_no_file_is_closed_yet_has_nothing_to_look_through(
    sqlite_url: str, tmp_path: Path
) -> None:
    with ArchiveWriter(tmp_path / "archive", run="crawl") as writer:
        writer.keep(exchange())

        done = reparse(database_url=sqlite_url, archive=tmp_path / "archive")

    assert done.stderr.splitlines()[-1].startswith("reparse: nothing new")


def test_without_an_archive_there_is_nothing_to_read(sqlite_url: str, tmp_path: Path) -> None:
    for command in (["reparse"], ["verify"]):
        done = scrapy(*command, database_url=sqlite_url, archive=tmp_path / "unmounted", expect=2)
        assert f"ARCHIVE_DIR={tmp_path}/unmounted: no such folder" in done.stderr
    done = reparse(database_url=sqlite_url, expect=2)

    assert "ARCHIVE_DIR is empty: no pages are archived" in done.stderr


def report(*options: str, database_url: str, archive: Path) -> dict[str, Any]:
    done = reparse("--format", "json", *options, database_url=database_url, archive=archive)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def counted(found: dict[str, Any], field: str) -> tuple[int, ...]:
    return tuple(
        found["statistics"].get(f"reparse/{field}/{kind}", 0) for kind in ("gained", "lost", "changed")
    )


def expected_counts(
    before: dict[Any, dict[str, Any]], after: dict[Any, dict[str, Any]], field: str
) -> tuple[int, ...]:
    pairs = [(before[key][field], after[key][field]) for key in after]
    return (
        sum(bool(not old and new) for old, new in pairs),
        sum(bool(old and not new) for old, new in pairs),
        sum(bool(old and new and old != new) for old, new in pairs),
    )


def without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def unchanging(database_url: str) -> dict[str, list[Any]]:
    """Every row but those of runs."""
    engine = open_engine(database_url)
    found = reading.everything(engine)
    engine.dispose()
    return without(found, "runs")


def states(database_url: str) -> dict[tuple[str, int], tuple[str, int]]:
    return {
        (row.edition, row.site_article_id): (row.state, row.attempts)
        for row in rows(database_url, tables.Frontier)
    }
