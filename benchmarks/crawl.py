"""Pages per second of a full backfill, against a bare Scrapy spider that only follows the same links.

They crawl the sample site, served by a process of its own, with the same concurrency and no delay, in turns;
the median of each counts. The backfill stores into an empty database and keeps every page. PostgreSQL runs on
the same machine: on two cores it shares them with the crawl and the site.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from schemas.database import ROOT, open_engine
from schemas.tables import Run
from tests.conftest import new_database, started_server

ROUNDS = 3
FILLER = 1000
CONCURRENCY = 8

_PAGE = re.compile(r"https?://(?:(?:www|en|mu)\.)?baohoabinh\.com\.vn/(?:(?:en|mu)/)?\d+/.*\.htm$")


class BareSpider(scrapy.Spider):
    """Follows every link to an article or a list, and does nothing else."""

    name = "bare"
    start_urls = [f"https://baohoabinh.com.vn/{edition}" for edition in ("", "en/", "mu/")]  # noqa: RUF012

    def parse(self, response: Response) -> Any:
        for url in response.css("a::attr(href)").getall():
            if _PAGE.match(absolute := response.urljoin(url.partition("?")[0].partition("#")[0])):
                yield scrapy.Request(absolute)


def main() -> None:
    """Print the ratio as a row of a Markdown table."""
    bare: list[float] = []
    full: dict[str, list[float]] = {"SQLite": [], "PostgreSQL": []}
    with sample_site() as mirror, started_server() as server:
        for _ in range(ROUNDS):
            bare.append(pages_per_second(run_bare(mirror)))
            with tempfile.TemporaryDirectory() as folder:
                full["SQLite"].append(pages_per_second(run_backfill(mirror, f"sqlite:///{folder}/new.db")))
            with new_database(server.get_uri()) as url:
                full["PostgreSQL"].append(pages_per_second(run_backfill(mirror, url)))
    fast = statistics.median(bare)
    print("| crawl | pages/s | of bare Scrapy |")
    print("| --- | ---: | ---: |")
    print(f"| bare Scrapy | {fast:.0f} | 1.00 |")
    for database, rates in full.items():
        rate = statistics.median(rates)
        print(f"| backfill into {database}, pages kept | {rate:.0f} | {rate / fast:.2f} |")


@contextmanager
def sample_site() -> Iterator[str]:
    """The address of the sample site, served by another process."""
    command = [sys.executable, "-m", "tests.site", "--port", "0", "--filler", str(FILLER)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        found = re.search(r"http://[\d.]+:\d+", server.stdout.readline())
        assert found, "the sample site did not say where it is"
        try:
            yield found[0]
        finally:
            server.terminate()


def run_bare(mirror: str) -> dict[str, Any]:
    """The statistics of a bare crawl."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crawl", "bare", mirror],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    stats: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return stats


def run_backfill(mirror: str, url: str) -> dict[str, Any]:
    """The statistics of a backfill into an empty database, every page kept."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "scrapy", "crawl", "backfill", "-s", "DOWNLOAD_DELAY=0"]
        command += ["-s", f"CONCURRENT_REQUESTS_PER_DOMAIN={CONCURRENCY}", "-s", "CONCURRENT_REQUESTS=16"]
        command += ["-s", "LOG_LEVEL=ERROR"]
        environment = os.environ | {
            "DATABASE_URL": url,
            "SITE_MIRROR": mirror,
            "ARCHIVE_DIR": f"{folder}/archive",
        }
        subprocess.run(command, cwd=ROOT, check=False, env=environment)
        engine = open_engine(url)
        with engine.connect() as connection:
            stats: dict[str, Any] = connection.execute(Run.__table__.select()).one().stats
        engine.dispose()
    return stats


def pages_per_second(stats: dict[str, Any]) -> float:
    """Answers received in a second of the crawl's own time."""
    pages: float = stats["downloader/response_count"] / stats["elapsed_time_seconds"]
    return pages


def _crawl_bare(mirror: str) -> None:
    process = AsyncCrawlerProcess(
        {
            "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.mirror.MirrorDownloadHandler"),
            "SITE_MIRROR": mirror,
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
            "CONCURRENT_REQUESTS": 16,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
    )
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler)
    process.start()
    stats = crawler.stats.get_stats() if crawler.stats else {}
    print(json.dumps(stats, default=str))


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        _crawl_bare(sys.argv[2])
    else:
        main()
