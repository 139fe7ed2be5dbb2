"""Archived pages in one file, with an index, all headlines, and digests."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sqlite3
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from archive import Capture, read_captures
from archive.wacz_file import INDEX
from schemas import tables
from tests.crawling import Collection, scrapy
from tests.reading import rows

pytestmark = pytest.mark.slow


def packed(collection: Collection, target: Path, *options: str) -> zipfile.ZipFile:
    scrapy("wacz", "-o", str(target), *options, database_url=collection.url, archive=collection.archive)
    return zipfile.ZipFile(target)


def pages(wacz: zipfile.ZipFile) -> list[dict[str, Any]]:
    return [json.loads(line) for line in wacz.read("pages/pages.jsonl").splitlines()[1:]]


def test_all_articles_and_lists_are_named_and_indexed(revised: Collection, tmp_path: Path) -> None:
    with packed(revised, tmp_path / "all.wacz") as wacz:
        shown = pages(wacz)
        index = [line.split(" ", 2) for line in gzip.decompress(wacz.read(INDEX)).decode().splitlines()]
        warc = wacz.read("archive/data.warc.gz")
        package = json.loads(wacz.read("datapackage.json"))
        sealed = json.loads(wacz.read("datapackage-digest.json"))
        raw = wacz.read("datapackage.json")

        articles = rows(revised.url, tables.Article)
        by_url = {page["url"]: page for page in shown}
        for article in articles:
            page = by_url[article.canonical_url]
            assert page["title"] == article.headline
            assert page["text"].endswith(article.body)
        assert len(shown) > len(articles), "lists, too"
        assert [line[0] for line in index] == sorted(line[0] for line in index)
        for _, moment, said in index:
            entry = json.loads(said)
            start = int(entry["offset"])
            (tmp_path / "one.warc.gz").write_bytes(warc[start : start + int(entry["length"])])
            [capture] = read_captures(tmp_path / "one.warc.gz")
            assert isinstance(capture, Capture)
            assert f"{capture.fetched_at:%Y%m%d%H%M%S}" == moment
            assert (capture.digest, capture.revisit_of is not None) == (
                entry["digest"],
                entry["mime"] == "warc/revisit",
            )
        for resource in package["resources"]:
            content = wacz.read(resource["path"])
            assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
            assert resource["bytes"] == len(content)
        assert sealed["hash"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    ours = [read for read in read_captures(tmp_path / "all.wacz") if isinstance(read, Capture)]
    assert len(ours) == len(index)


@pytest.mark.skipif(shutil.which("wacz") is None, reason="py-wacz is not installed")
def test_a_validator_of_another_make_accepts_it(revised: Collection, tmp_path: Path) -> None:
    packed(revised, tmp_path / "all.wacz").close()

    subprocess.run(["wacz", "validate", "-f", tmp_path / "all.wacz"], check=True)


@pytest.mark.parametrize(
    ("options", "condition"),
    [
        (["--section", "vi/11"], "a.edition = 'vi' AND s.site_section_id = 11"),
        (["--search", 'headline:"dân vận"'], "lower(a.headline) LIKE '%dân vận%'"),
    ],
)
def test_a_part_is_packed(revised: Collection, tmp_path: Path, options: list[str], condition: str) -> None:
    query = f"SELECT a.canonical_url FROM articles a JOIN sections s ON s.id = a.section_id WHERE {condition}"
    with sqlite3.connect(revised.folder / "collection.db") as database:
        database.create_function("lower", 1, str.lower)
        expected = {row[0] for row in database.execute(query)}

    with packed(revised, tmp_path / "part.wacz", *options) as wacz:
        found = {page["url"] for page in pages(wacz)}

    known = {article.canonical_url for article in rows(revised.url, tables.Article)}
    assert found & known == expected != set()
    assert bool(found - known) == (options[0] == "--section"), "lists of the section"
