"""Pages per second of one ``backfill`` shared by several workers on PostgreSQL, without delay.

The sample site, PostgreSQL and all workers run on this machine: what more workers bring ends where its
cores are busy. Time is from the first worker's start to the end of the last.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from sqlalchemy import func, select

from benchmarks.crawl import CONCURRENCY, sample_site
from schemas.database import ROOT, open_engine
from schemas.tables import Article, Run
from tests.conftest import new_database, started_server

WORKERS = (1, 2, 4)


def main() -> None:
    """Print a row of a Markdown table for each number of workers."""
    print("| workers | answers | articles stored | s | answers/s | of one worker |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    first = 0.0
    with sample_site() as mirror, started_server() as server:
        for count in WORKERS:
            with new_database(server.get_uri()) as url:
                answers, articles, seconds = share(count, mirror, url)
            rate = answers / seconds
            first = first or rate
            print(
                f"| {count} | {answers:,} | {articles:,} | {seconds:.0f} | {rate:.0f} | {rate / first:.2f} |",
                flush=True,
            )


def share(workers: int, mirror: str, url: str) -> tuple[int, int, float]:
    """Answers to all workers, articles that are stored in the end, and seconds."""
    command = [sys.executable, "-m", "scrapy", "crawl", "backfill", "-s", "SHARED_JOB=1"]
    command += ["-s", "DOWNLOAD_DELAY=0", "-s", f"CONCURRENT_REQUESTS_PER_DOMAIN={CONCURRENCY}"]
    command += ["-s", "CONCURRENT_REQUESTS=16", "-s", "LOG_LEVEL=ERROR"]
    with tempfile.TemporaryDirectory() as folder:
        started = [
            subprocess.Popen(
                command,
                cwd=ROOT,
                stderr=subprocess.DEVNULL,
                env=os.environ
                | {"DATABASE_URL": url, "SITE_MIRROR": mirror, "ARCHIVE_DIR": f"{folder}/archive-{number}"},
            )
            for number in range(workers)
        ]
        for process in started:
            process.wait()
    engine = open_engine(url)
    with engine.connect() as connection:
        runs = connection.execute(select(Run)).all()
        articles = connection.scalar(select(func.count()).select_from(Article)) or 0
    engine.dispose()
    assert len(runs) == workers
    seconds = (max(run.finished_at for run in runs) - min(run.started_at for run in runs)).total_seconds()
    return sum(run.stats["downloader/response_count"] for run in runs), articles, seconds


if __name__ == "__main__":
    main()
