"""A copy of the collection has all of it, of one moment, in one file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from pipelines.records.batch import Writer, write_batch
from pipelines.records.run_rows import start_run
from schemas.database import open_engine, write_transaction
from tests.builders import FETCHED, article, signed
from tests.crawling import scrapy
from tests.reading import everything

pytestmark = pytest.mark.slow


def copied(engine: Engine, target: Path, expect: int = 0) -> str:
    url = engine.url.render_as_string(hide_password=False)
    done = scrapy("copy", str(target), database_url=url, expect=expect)
    return done.stdout + done.stderr


def test_a_copy_holds_what_a_crawl_has_written_and_not_what_it_is_writing(
    engine: Engine, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    with write_transaction(engine) as connection:
        writer = Writer(start_run(connection, "test", {}, FETCHED), "test", 7)
        write_batch(connection, [signed(article(1, headline="Giảm nghèo")), article(2)], writer)
    held = everything(engine)
    with write_transaction(engine) as crawl:
        write_batch(crawl, [article(3)], writer)
        said = copied(engine, target)
        crawl.rollback()

    assert said.startswith(f"{target}: ")
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("copy")] == ["copy.db"]
    copy = open_engine(f"sqlite:///{target}")
    assert everything(copy) == held
    copy.dispose()
    with closing(sqlite3.connect(f"{target.as_uri()}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT count(*) FROM article_search WHERE article_search MATCH 'ngheo'")
        assert found.fetchone() == (1,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_that_exists_is_not_replaced(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")

    assert "copy.db exists" in copied(engine, tmp_path / "copy.db", expect=2)
    assert (tmp_path / "copy.db").read_text() == "mine"
