"""Values of articles are found in archived pages, and again by a program that knows nothing of ours."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from analysis.proof import Proof, comparable, decode, locate, prove, script
from archive import read_at
from archive.fields import field
from schemas import tables
from schemas.database import open_engine
from tests.crawling import Collection, scrapy
from tests.reading import rows

pytestmark = pytest.mark.slow

_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)


def text_of(proof: Proof, archive: Path) -> str:
    capture = read_at(archive / proof.file, proof.offset, proof.skip)
    assert capture.digest == proof.digest
    return decode(capture.body, field(capture.headers, "Content-Type"))


def test_nearly_all_values_are_found_and_none_elsewhere(revised: Collection, tmp_path: Path) -> None:
    found: Counter[bool] = Counter()
    engine = open_engine(revised.url)
    with engine.connect() as connection:
        for number, article in enumerate(rows(revised.url, tables.Article)):
            proof = prove(connection, revised.archive, article.edition, article.site_article_id, None)
            page = text_of(proof, revised.archive)
            for one in proof.located:
                found[one.start is not None] += 1
                if one.start is not None:
                    printed = html.unescape(_TAG.sub("", page[one.start : one.end]))
                    assert comparable(printed) == comparable(one.value)
            if number % 20 == 0:  # to start it takes longer than to find all of ours
                program = tmp_path / "program.py"
                program.write_text(script(proof), encoding="utf-8")
                assert len(program.read_text(encoding="utf-8").splitlines()) <= 60
                run = [sys.executable, "-I", str(program), str(revised.archive)]
                done = subprocess.run(run, capture_output=True, text=True, check=False)
                assert done.returncode == 0, done.stdout + done.stderr
    engine.dispose()

    assert found[True] / found.total() >= 0.99


def test_a_former_version_is_found_in_the_page_of_its_time(revised: Collection) -> None:
    edit = rows(revised.url, tables.ArticleRevision)[0]
    [article] = [row for row in rows(revised.url, tables.Article) if row.id == edit.article_id]
    name = f"{article.edition}/{article.site_article_id}"

    def proved(*options: str) -> str:
        return scrapy("prove", name, *options, database_url=revised.url, archive=revised.archive).stdout

    was, now = proved("--revision", str(edit.revision)), proved()

    assert edit.headline in was
    assert was.splitlines()[3:5] != now.splitlines()[3:5], "another place, another digest"
    assert "cite     Báo Hòa Bình" in now


def test_a_headline_is_found_where_it_is_printed_and_not_in_a_list() -> None:
    page = (
        "<title>Tin mới</title><ul><li>Tin mới</ul><h1>Tin\n <b>m&#7899;i</b></h1><p>Đoạn&nbsp;một.</p>"
        "<p>Đoạn hai.</p><p>Minh</p><ul><li>Tin mới<li>Minh</ul>"
    )
    values = [("headline", "Tin mới"), ("body", "Đoạn một."), ("body", "Đoạn hai."), ("byline", "Minh")]

    headline, first, second, byline = locate(page, values, {"headline": "h1"})

    assert page[headline.start : headline.end] == "Tin\n <b>m&#7899;i"
    assert headline.rule == "h1"
    assert page[first.start : second.end] == "Đoạn&nbsp;một.</p><p>Đoạn hai."
    assert byline.end == page.index("</p><ul>")


def test_what_is_not_in_the_page_is_said_to_be_missing() -> None:
    [lost] = locate("<p>Một</p>", [("lead", "Hai")], {})

    assert (lost.start, lost.end) == (None, None)
