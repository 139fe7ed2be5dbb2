"""The data dictionary says what the schema says, with examples from the collection."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import Engine, inspect

from analysis.data_dictionary import Entry, describe, look_up, renewed
from schemas.database import ROOT
from schemas.tables import Table
from tests.builders import article
from tests.crawling import scrapy
from tests.pipelines.test_records import Store


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Two articles, of which one has a source."""
    Store(engine).write(article(1, source="TTXVN"), article(2, headline="a | b"))
    return engine


def entry(engine: Engine, name: str) -> Entry:
    with engine.connect() as connection:
        return next(one for one in look_up(connection) if one.name == name)


def test_everything_has_a_meaning() -> None:
    for one in describe():
        assert one.meaning, one.name
        assert all(part.meaning for part in one.columns), one.name


def test_a_column_has_its_type_an_example_and_the_share_that_is_filled(filled: Engine) -> None:
    columns = {part.name: part for part in entry(filled, "articles").columns}

    assert (columns["source"].type, columns["source"].example, columns["source"].filled) == (
        "text",
        "TTXVN",
        0.5,
    )
    assert (columns["published_at"].type, columns["rules"].type) == ("time, UTC", "JSON")
    assert columns["word_count"].type == "whole number"
    assert columns["body"].example is not None
    assert columns["body"].example.endswith("…")
    [copies] = [part for part in entry(filled, "stories").columns if part.name == "copies"]
    assert (copies.type, copies.example) == ("whole number", "1")
    images = entry(filled, "images")
    assert images.rows == 0
    assert {part.filled for part in images.columns} == {None}


def test_postgresql_keeps_the_comments(filled: Engine) -> None:
    if filled.dialect.name == "sqlite":
        return
    for table in Table.metadata.tables.values():
        assert inspect(filled).get_table_comment(table.name)["text"] == table.comment
        for column in inspect(filled).get_columns(table.name):
            assert column["comment"] == table.c[column["name"]].comment
    [first, *_] = inspect(filled).get_columns("stories")
    assert first["comment"] == "number of the story, as in story_members"


def test_the_documentation_shows_tables_and_views_as_they_are() -> None:
    page = (ROOT / "docs/tables.md").read_text(encoding="utf-8")

    assert {entry.name for entry in describe()} == set(re.findall(r"^### (.+)$", page, re.MULTILINE))
    assert renewed(page) == page, "python -m analysis.data_dictionary writes it anew"


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_prints_it(filled: Engine) -> None:
    url = filled.url.render_as_string(hide_password=False)

    assert "TTXVN" in scrapy("dictionary", database_url=url).stdout
    document = json.loads(scrapy("dictionary", "--json", database_url=url).stdout)
    assert {one["name"] for one in document} >= {"articles", "stories"}
