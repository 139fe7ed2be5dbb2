"""What a lost database knew beside the articles, had back from the archive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archive.walk import read_infos
from schemas import tables
from tests import reading
from tests.crawling import crawl, reparse
from tests.reading import rows
from tests.site.server import SiteServer
from tests.small_site import MAINTENANCE, SmallSite, page

pytestmark = pytest.mark.slow


def test_every_table_is_had_back(small: SmallSite, tmp_path: Path, sqlite_url: str) -> None:
    small.list_of(list(range(1, 9)), pages=2)
    for path in small.answers:  # or they would be asked for again
        small.answers[path] = page(f"{small.body(path).removesuffix('</html>')}</html>")
    small.answers["/11/3/Bai-3.htm"] = (500, {}, "")
    small.answers["/11/4/Bai-4.htm"] = page(MAINTENANCE)
    del small.answers["/11/5/Bai-5.htm"]
    small.answers["/11/6/Bai-6.htm"] = (302, {"Location": "/11/6/Bai-6.htm"}, "")  # never a page
    archive = tmp_path / "archive"
    where: dict[str, Any] = {"database_url": sqlite_url, "mirror": small.url, "archive": archive}
    for _ in range(2):
        crawl("backfill", expect=None, **where, RETRY_ENABLED="0")
    before = reading.content(sqlite_url, times=True, memory=True)

    reasons = {row["reason"].split(":")[0] for row in map(dict, before["frontier"]) if row["reason"]}
    assert reasons >= {"HTTP 500", "404", "RedirectLoopError"}
    assert before["rejects"]
    assert before["list_walks"]
    is_same_but_for_what_no_archive_tells(archive, before, f"sqlite:///{tmp_path}/lost.db", killed=False)
    (archive / "log.jsonl").unlink()  # as if no run had come to its end
    is_same_but_for_what_no_archive_tells(archive, before, f"sqlite:///{tmp_path}/killed.db", killed=True)
    says_how_it_was_made(archive, sqlite_url)


def is_same_but_for_what_no_archive_tells(
    archive: Path, crawled: dict[str, list[Any]], lost: str, *, killed: bool
) -> None:
    """Every row of the database that was crawled, and of one that is made anew from the archive."""
    reparse(database_url=lost, archive=archive)
    before, after = dict(crawled), reading.content(lost, times=True, memory=True)
    after["runs"] = [row for row in after["runs"] if dict(row)["spider"] != "reparse"]
    # An answer that was asked for again is noted by none but reparse.
    after["pages"] = [row for row in after["pages"] if row in before["pages"]]
    for content in (before, after):  # who was first to see a link, to the second, is not told
        kept = [_without(row, "found_at", "found_by") for row in content["frontier"]]
        content["frontier"] = sorted(kept, key=repr)  # they were in order of what is not told
    for table in before:
        if table in ("runs", "run_findings") and killed:
            assert {dict(row)["reason"] for row in after["runs"]} == {"killed: no end was recorded"}
        else:
            assert after[table] == before[table], table


def says_how_it_was_made(archive: Path, url: str) -> None:
    [file] = archive.glob("*.warc.gz")
    infos, runs = list(read_infos(file, 0, file.stat().st_size)), rows(url, tables.Run)
    for (_, info), run in zip(infos, runs, strict=True):
        begun = json.loads(info["run"])
        assert (begun["spider"], begun["pid"], info["robots"]) == ("backfill", run.pid, "obeyed")
        assert info["http-header-user-agent"].startswith("newspaper-archive/")
        assert "Scrapy" in info["software"]
        assert "not byte for byte" in info["description"]


def test_a_backfill_that_was_broken_off_goes_on_after_the_database_was_lost(
    server: SiteServer, tmp_path: Path, sqlite_url: str, absent_sqlite_url: str
) -> None:
    where: dict[str, Any] = {"mirror": server.url, "archive": tmp_path / "archive", "expect": None}
    crawl("backfill", "editions=vi", database_url=sqlite_url, **where, CLOSESPIDER_PAGECOUNT="25")
    broken_off = {walk.id for walk in rows(sqlite_url, tables.ListWalk) if not walk.finished_at}

    reparse(database_url=absent_sqlite_url, archive=tmp_path / "archive")
    crawl("backfill", "editions=vi", database_url=absent_sqlite_url, **where)

    assert broken_off
    assert broken_off <= {walk.id for walk in rows(absent_sqlite_url, tables.ListWalk) if walk.finished_at}


def _without(row: Any, *names: str) -> list[Any]:
    return [(name, value) for name, value in row if name not in names]
