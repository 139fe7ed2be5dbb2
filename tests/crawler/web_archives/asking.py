"""The spiders that ask web archives under way, and the pages of the sample site as captured."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.web_archives.standins import Archive, CommonCrawl, Wayback
from tests.crawling import crawl
from tests.site import SampleSite
from tests.site.model import State

SOME = 24
BEGIN = datetime(2024, 5, 1, 3, 0, 7, tzinfo=UTC)


def page(site: SampleSite, url: str) -> bytes:
    path = url.removeprefix("https://baohoabinh.com.vn")
    return site.pages.answer("GET", "baohoabinh.com.vn", path, b"", State("first")).body


KINDS = [("wayback", Wayback), ("commoncrawl", CommonCrawl)]
both = pytest.mark.parametrize(("spider", "kind"), KINDS, ids=["wayback", "commoncrawl"])


def addresses(archive: Archive) -> dict[str, str]:
    names = ("WAYBACK_URL", "COMMONCRAWL_INDEX_URL", "COMMONCRAWL_DATA_URL")
    one_at_a_time = {"CONCURRENT_REQUESTS": "1"}  # as these spiders ask archives; tests are less patient
    return dict.fromkeys(names, archive.url) | {"BACKOFF_SECONDS": "0.1"} | one_at_a_time


def run(
    spider: str, archive: Archive, database_url: str, folder: Path | None, *arguments: str, **more: Any
) -> Any:
    return crawl(
        spider, *arguments, database_url=database_url, mirror="", archive=folder, **addresses(archive) | more
    )
