"""pandas, polars and DuckDB read what is exported, and agree; the documented snippets run."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from attrs import evolve
from sqlalchemy import Engine

from analysis.exports.datasets import datasets
from analysis.exports.exporting import Request, export, sidecar_of
from analysis.exports.formats import Compression, Format
from analysis.exports.text_forms import with_forms
from analysis.whole_copy import copy_collection
from schemas.spreadsheet import unescape
from tests.analysis.exports.conftest import LATE_EVENING
from tests.analysis.exports.reading import jsonl_rows, run_export
from tests.analysis.exports.test_export import Bystander
from tests.crawling import ROOT

pytestmark = pytest.mark.slow

SNIPPETS = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs/reading.md").read_text(encoding="utf-8"), re.DOTALL
)


@pytest.fixture(scope="module")
def files(sqlite_collection: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the collection in every format, and a copy of it."""
    folder = tmp_path_factory.mktemp("files") / "data"
    folder.mkdir()
    articles = datasets()["articles"]
    for request in (
        Request(articles, folder / "articles.parquet", Format.PARQUET),
        Request(articles, folder / "articles.jsonl", Format.JSONL),
        Request(articles, folder / "articles.csv", Format.CSV),
        Request(articles, folder / "articles.csv.zst", Format.CSV, compression=Compression.ZSTANDARD),
        Request(articles, folder / "by-year", Format.PARQUET, by_year=True),
    ):
        export(sqlite_collection, request, Bystander())
    copy_collection(sqlite_collection, folder / "copy.db")
    return folder


def duckdb_rows(query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


def texts_in_json_lines(folder: Path) -> list[tuple[Any, ...]]:
    rows = jsonl_rows((folder / "articles.jsonl").read_text(encoding="utf-8"))
    return [(row["edition"], row["site_article_id"], row["headline"], row["body"]) for row in rows]


def texts_in_parquet(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    path, names = folder / "articles.parquet", ["edition", "site_article_id", "headline", "body"]
    return {
        "pandas": list(pd.read_parquet(path)[names].itertuples(index=False, name=None)),
        "polars": pl.read_parquet(path).select(names).rows(),
        "DuckDB": duckdb_rows(f"SELECT {', '.join(names)} FROM '{path}'"),
    }


def texts_in_csv(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    names = ["edition", "site_article_id", "headline", "body"]
    # pandas and DuckDB cannot be told that "" is a text and nothing is null.
    query = f"SELECT edition, site_article_id, headline, coalesce(body, '') FROM read_csv('{path}')"
    return {
        "pandas": list(pd.read_csv(path, keep_default_na=False)[names].itertuples(index=False, name=None)),
        "polars": pl.read_csv(path, infer_schema_length=None).select(names).rows(),
        "DuckDB": duckdb_rows(query),
    }


def test_readers_of_parquet_and_csv_find_every_text(files: Path) -> None:
    expected = texts_in_json_lines(files)

    for reader, found in texts_in_parquet(files).items():
        assert found == expected, reader
    for reader, escaped in texts_in_csv(files / "articles.csv").items():
        texts = [(*key, unescape(headline), unescape(body)) for *key, headline, body in escaped]
        assert texts == expected, reader
    assert pl.read_csv(files / "articles.csv.zst").height == 7


def test_parquet_has_types_and_explains_its_columns(files: Path) -> None:
    schema = pq.read_schema(files / "articles.parquet")
    types = {field.name: str(field.type) for field in schema}
    row = pl.read_parquet(files / "articles.parquet").row(1, named=True)

    assert types["published_at"] == "timestamp[us, tz=UTC]"
    assert types["local_date"] == "date32[day]"
    assert types["authors"] == "list<element: string>"
    assert types["images"].startswith("list<element: struct<url: string, caption: string, credit: string, ")
    assert types["word_count"] == "int64"
    assert (row["published_at"], row["local_date"]) == (LATE_EVENING, date(2024, 1, 1))
    assert schema.field("authors").metadata[b"description"].startswith(b"the persons that the byline names")


def test_years_are_local_and_the_undated_are_not_lost(files: Path) -> None:
    pattern = str(files / "by-year" / "*" / "*.parquet")
    source = f"read_parquet('{pattern}', hive_partitioning = true)"
    years = duckdb_rows(f"SELECT year, count(*) FROM {source} GROUP BY year ORDER BY year")

    assert years == [(0, 1), (2012, 1), (2024, 5)]
    assert len(pd.read_parquet(files / "by-year")) == 7
    assert pl.read_parquet(files / "by-year").height == 7
    described = json.loads(sidecar_of(files / "by-year").read_text(encoding="utf-8"))
    [resource] = described["resources"]
    assert resource["path"][0] == "by-year/year=2012/part-0.parquet"
    assert resource["path"][-1] == "by-year/year=0/part-0.parquet"
    assert [file["rows"] for file in resource["files"]] == [1, 5, 1]


def test_a_folder_is_replaced_on_request(sqlite_collection: Engine, tmp_path: Path) -> None:
    request = Request(datasets()["articles"], tmp_path / "years", Format.PARQUET, by_year=True)
    export(sqlite_collection, request, Bystander())
    export(sqlite_collection, evolve(request, replace=True), Bystander())

    assert len(pd.read_parquet(tmp_path / "years")) == 7
    assert sorted(path.name for path in tmp_path.iterdir()) == ["years", "years.datapackage.json"]


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.split()[1])
def test_documented_snippets_run(
    files: Path, snippet: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(files.parent)

    exec(compile(snippet, "docs/reading.md", "exec"), {})  # noqa: S102 - what the documentation says

    assert capsys.readouterr().out


def test_normalised_text_stands_beside_the_printed_one(collection: Engine, tmp_path: Path) -> None:
    dataset = with_forms(datasets()["articles"], normalised=True, segmented=True)
    request = Request(dataset, tmp_path / "a.jsonl", Format.JSONL)
    export(collection, request, Bystander())

    english, vietnamese, *_, photo, _ = jsonl_rows(request.output.read_text(encoding="utf-8"))
    assert english["headline_normalised"] == "mai châu’s “valley”"
    assert english["headline_segmented"] is None
    assert vietnamese["headline"] == "Dân vận khéo ở huyện, kỳ 188940"
    assert vietnamese["headline_normalised"] == "dân vận khéo ở huyện, kỳ 188940"
    assert "tổ_chức hội_nghị" in vietnamese["lead_segmented"]
    assert photo["lead_segmented"] is None


def test_the_command_says_what_it_wrote(sqlite_collection: Engine, tmp_path: Path) -> None:
    url = sqlite_collection.url.render_as_string()
    output = tmp_path / "articles.parquet"
    options = ("--columns", "headline", "--normalised", "--since", "2024-01-01")

    said = run_export("-o", output, *options, database_url=url)

    assert f"export: 5 rows of articles in {output}" in said
    assert "left out: 1 rows whose article has no date" in said
    assert pq.read_schema(output).names == ["headline", "headline_normalised"]
    assert "monthly_coverage" in run_export("--list", database_url=url)
    assert "caption" in run_export("images", "--list", database_url=url)


@pytest.mark.parametrize(
    ("missing", "option", "extra"),
    [("pyarrow", "--output=a.csv.zst", "analysis"), ("underthesea", "--segmented", "segmentation")],
)
@pytest.mark.usefixtures("real_commands")
def test_what_is_not_installed_is_named_with_its_remedy(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, option: str, extra: str
) -> None:
    stand_in = tmp_path / "path" / f"{missing}.py"
    stand_in.parent.mkdir()
    stand_in.write_text(f"raise ModuleNotFoundError(name={missing!r})", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(stand_in.parent))

    said = run_export(option, database_url=sqlite_url, expect=2)

    assert f"run: .venv/bin/python -m pip install -e '.[{extra}]'" in said
    assert missing in said
