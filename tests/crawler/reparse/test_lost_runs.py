"""What a lost database knew beside the articles, had back from the archive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemas import tables
from tests import reading
from tests.crawling import crawl, reparse
from tests.reading import rows
from tests.site.server import SiteServer
from tests.small_site import MAINTENANCE, SmallSite, page

pytestmark = pytest.mark.slow


def had_back(crawled: str, lost: str, archive: Path) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Every row of a database, and of one that is made anew from the archive."""
    reparse(database_url=lost, archive=archive)
    return reading.content(crawled, times=True, memory=True), reading.content(lost, times=True, memory=True)


@pytest.mark.parametrize("killed", [False, True])
def test_every_table_is_had_back(
    small: SmallSite, tmp_path: Path, sqlite_url: str, absent_sqlite_url: str, killed: bool
) -> None:
    small.list_of(list(range(1, 9)), pages=2)
    for path in small.answers:  # or they would be asked for again
        small.answers[path] = page(f"{small.body(path).removesuffix('</html>')}</html>")
    small.answers["/11/3/Bai-3.htm"] = (500, {}, "")
    small.answers["/11/4/Bai-4.htm"] = page(MAINTENANCE)
    del small.answers["/11/5/Bai-5.htm"]
    small.answers["/11/6/Bai-6.htm"] = (302, {"Location": "/11/6/Bai-6.htm"}, "")  # never a page
    where: dict[str, Any] = {"database_url": sqlite_url, "mirror": small.url, "archive": tmp_path / "archive"}
    for _ in range(2):
        crawl("backfill", expect=None, **where, RETRY_ENABLED="0")
    if killed:  # the log tells of no run how it ended
        (tmp_path / "archive/log.jsonl").unlink()

    before, after = had_back(sqlite_url, absent_sqlite_url, tmp_path / "archive")

    reasons = {row["reason"].split(":")[0] for row in map(dict, before["frontier"]) if row["reason"]}
    assert reasons >= {"HTTP 500", "404", "RedirectLoopError"}
    assert before["rejects"]
    assert before["list_walks"]
    reparse = [row for row in after["runs"] if dict(row)["spider"] == "reparse"]
    after["runs"] = [row for row in after["runs"] if row not in reparse]
    # An answer that was asked for again is noted by none but reparse.
    after["pages"] = [row for row in after["pages"] if row in before["pages"]]
    for table in before:
        if table == "frontier":  # who was first to see a link, to the second, is not told
            for content in (before, after):
                kept = [_without(row, "found_at", "found_by") for row in content[table]]
                content[table] = sorted(kept, key=repr)  # they were in order of what is not told
        if table in ("runs", "run_findings") and killed:
            assert {dict(row)["reason"] for row in after["runs"]} == {"killed: no end was recorded"}
        else:
            assert after[table] == before[table], table


def test_a_backfill_that_was_broken_off_goes_on_after_the_database_was_lost(
    server: SiteServer, tmp_path: Path, sqlite_url: str, absent_sqlite_url: str
) -> None:
    where: dict[str, Any] = {"mirror": server.url, "archive": tmp_path / "archive", "expect": None}
    crawl("backfill", "editions=vi", database_url=sqlite_url, **where, CLOSESPIDER_PAGECOUNT="25")
    broken_off = {walk.id for walk in rows(sqlite_url, tables.ListWalk) if not walk.finished_at}

    had_back(sqlite_url, absent_sqlite_url, tmp_path / "archive")
    crawl("backfill", "editions=vi", database_url=absent_sqlite_url, **where)

    assert broken_off
    assert broken_off <= {walk.id for walk in rows(absent_sqlite_url, tables.ListWalk) if walk.finished_at}


def test_a_file_says_of_its_run_how_it_was_made(small: SmallSite, tmp_path: Path, sqlite_url: str) -> None:
    from archive.walk import read_infos

    small.list_of([1])
    crawl("latest", database_url=sqlite_url, mirror=small.url, archive=tmp_path, expect=None)

    [file] = tmp_path.glob("*.warc.gz")
    [(_, info)], [run] = read_infos(file, 0, file.stat().st_size), rows(sqlite_url, tables.Run)
    begun = json.loads(info["run"])
    assert (begun["spider"], begun["pid"], info["robots"]) == ("latest", run.pid, "obeyed")
    assert info["http-header-user-agent"].startswith("newspaper-archive/")
    assert "Scrapy" in info["software"]
    assert "not byte for byte" in info["description"]


def _without(row: Any, *names: str) -> list[Any]:
    return [(name, value) for name, value in row if name not in names]
