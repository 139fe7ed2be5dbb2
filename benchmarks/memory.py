"""Peak memory of a full backfill of 20,000 articles, on the way and at its end.

The sample site is served by a process of its own. The peak is the kernel's (``VmHWM``), so nothing
that was used for a moment is missed. Needs Linux; takes some minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError

from benchmarks.crawl import CONCURRENCY, sample_site
from schemas.database import ROOT, open_engine
from schemas.tables import Article

ARTICLES = 20_000
MARKS = (2_000, 5_000, 10_000, ARTICLES)
"""Articles stored at which the peak so far is read."""


def main() -> None:
    """Print the peaks as rows of a Markdown table."""
    with sample_site(ARTICLES, "--cold") as mirror, tempfile.TemporaryDirectory() as folder:
        peaks = run_backfill(mirror, folder)
    least = peaks[MARKS[0]]
    print("| articles | peak memory, MiB | of that at 2,000 |")
    print("| ---: | ---: | ---: |")
    for mark, peak in peaks.items():
        print(f"| {mark:,} | {peak / 1024:.0f} | {peak / least:.2f} |")


def run_backfill(mirror: str, folder: str) -> dict[int, int]:
    """The peaks in KiB by the number of articles that were stored."""
    url = f"sqlite:///{folder}/collection.db"
    command = [sys.executable, "-m", "scrapy", "crawl", "backfill", "-s", "DOWNLOAD_DELAY=0"]
    command += ["-s", f"CONCURRENT_REQUESTS_PER_DOMAIN={CONCURRENCY}", "-s", "CONCURRENT_REQUESTS=16"]
    command += ["-s", "LOG_LEVEL=ERROR"]
    environment = os.environ | {
        "DATABASE_URL": url,
        "SITE_MIRROR": mirror,
        "ARCHIVE_DIR": f"{folder}/archive",
    }
    peaks: dict[int, int] = {}
    engine = open_engine(url)
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        while process.poll() is None:
            peak = _peak(process.pid)  # first: it must not be later than the count
            stored = _stored(engine)
            for mark in MARKS:
                if peak and stored >= mark:
                    peaks.setdefault(mark, peak)
            time.sleep(0.2)
    engine.dispose()
    return peaks


def _peak(pid: int) -> int | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), None)


def _stored(engine: Engine) -> int:
    try:
        with engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(Article)) or 0
    except OperationalError:  # the tables are not there yet
        return 0


if __name__ == "__main__":
    main()
