"""Collections that are moved, copied and restored go on as if nothing had been."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.log import LOG
from schemas import tables
from tests import reading
from tests.crawling import Collection, crawl, crawling, reparse, scrapy
from tests.reading import rows
from tests.site import SampleSite
from tests.site.server import SiteServer
from tests.small_site import SmallSite

pytestmark = pytest.mark.slow


def test_renamed_files_are_found_by_what_they_hold(collection: Collection) -> None:
    before = rows(collection.url, tables.Page)
    (collection.archive / "2024").mkdir()
    for number, file in enumerate(sorted(collection.archive.glob("*.warc.gz"))):
        file.rename(collection.archive / f"2024/{number}.warc.gz")

    scrapy("verify", database_url=collection.url, archive=collection.archive)
    done = reparse(database_url=collection.url, archive=collection.archive)

    assert done.stderr.splitlines()[-1].startswith("reparse: nothing new")
    after = rows(collection.url, tables.Page)
    assert [(page.id, page.url) for page in after] == [(page.id, page.url) for page in before]
    assert {page.warc_file for page in after} == {"2024/0.warc.gz"}


def test_a_copy_of_an_archive_file_adds_nothing(collection: Collection) -> None:
    shutil.copytree(collection.archive, collection.archive / "copy")
    before = rows(collection.url, tables.Page)

    done = reparse(database_url=collection.url, archive=collection.archive)

    assert done.stderr.splitlines()[-1].startswith("reparse: nothing new")
    assert rows(collection.url, tables.Page) == before


def test_what_is_not_as_it_was_written_is_named_with_what_it_affects(
    pictured: Collection, tmp_path: Path
) -> None:
    """A byte was flipped, a file is gone, and the log edited that would have told both."""
    collection = pictured.copy(tmp_path / "collection")
    [pictures] = collection.archive.glob("pictures-*")
    pictures.unlink()
    log = collection.archive / LOG
    log.write_text(log.read_text().replace("backfill", "BACKFILL", 1))
    page = rows(collection.url, tables.Page)[20]
    file = collection.archive / page.warc_file
    content = bytearray(file.read_bytes())
    content[page.warc_offset + page.warc_length // 2] ^= 1
    file.write_bytes(content)

    done = scrapy("verify", database_url=collection.url, archive=collection.archive, expect=3)

    flipped, affected, gone = done.stdout.splitlines()[1:4]
    assert done.stdout.startswith("log.jsonl: line 1 was changed\n")
    assert flipped.startswith(f"{page.warc_file}, bytes {page.warc_offset:,} to ")
    assert affected.strip() == f"affects {page.url}"
    assert gone == f"{pictures.name}: missing"
    assert done.stderr.splitlines()[-1].endswith("; 3 faults")


def test_a_backup_made_while_a_crawl_runs_goes_on_elsewhere(
    site: SampleSite, server: SiteServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, restored = Collection(tmp_path / "original"), Collection(tmp_path / "restored")
    original.folder.mkdir()
    restored.folder.mkdir()
    server.gate.shut(after=60)  # of 125
    with crawling("backfill", database_url=original.url, mirror=server.url, archive=original.archive) as run:
        run.reaches(lambda: server.requests and rows(original.url, tables.Article))
        with closing(sqlite3.connect(original.folder / "collection.db")) as database:
            database.execute("VACUUM INTO ?", [str(restored.folder / "collection.db")])
        shutil.copytree(original.archive, restored.archive)
        run.kill()
    server.gate.open()
    known = len(rows(restored.url, tables.Article))

    monkeypatch.setenv("TZ", "America/Lima")
    scrapy("verify", database_url=restored.url, archive=restored.archive)
    reparse(database_url=restored.url, archive=restored.archive)
    crawl("backfill", database_url=restored.url, mirror=server.url, archive=restored.archive)
    again = reparse(database_url=restored.url, archive=restored.archive)

    assert 0 < known < len(site.expected("first"))
    assert reading.articles(restored.url).keys() == {
        (article.edition, article.article_id) for article in site.expected("first")
    }
    assert "could not be had" not in again.stdout
    scrapy("verify", database_url=restored.url, archive=restored.archive)


def test_runs_go_on_in_one_file(small: SmallSite, tmp_path: Path, sqlite_url: str) -> None:
    where: dict[str, Any] = {"database_url": sqlite_url, "archive": tmp_path / "archive"}
    for run in range(1, 4):
        small.list_of(list(range(1, run + 1)))
        crawl("latest", mirror=small.url, expect=None, **where)

    assert len(list(where["archive"].glob("*.warc.gz"))) == 1
    assert "1 files in the log" in scrapy("verify", **where).stderr
    assert len({page.run_id for page in rows(sqlite_url, tables.Page)}) == 3
