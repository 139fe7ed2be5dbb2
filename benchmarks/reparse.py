"""Reading kept pages again: articles per second and core, how busy the cores are, memory at two sizes.

An archive of made-up pages is written, then the real command reads it into an empty database, and once
more, with one process and with one for each processor. CPU seconds are those of all processes together;
the peak is that of the largest process.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive import ArchiveWriter, Exchange
from crawler.reparse.readers import usable_processors
from schemas.database import ROOT
from tests.site import SampleSite
from tests.site.model import State

SIZES = (2_000, 20_000)
TEMPLATES = 400
"""Articles of the sample site; the others are these with other words."""

_WORD = re.compile(r"(?<=[ >])([a-zà-ỹđ]{3,})(?=[ ,.;<])")
_SITE = "https://baohoabinh.com.vn"


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print a row of a Markdown table for each size and number of processes."""
    print("| pages | into | processes | pages/s | pages/CPU s | cores busy | peak MB | archive MB |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            archive = Path(name, f"archive-{size}")
            write_archive(archive, size)
            kept = sum(file.stat().st_size for file in archive.iterdir()) / 1e6
            for processes in sorted({1, usable_processors()}):
                for what in ("an empty database", "the same again"):
                    wall, cpu, memory = measure(archive, Path(name, f"{size}-{processes}.db"), processes)
                    print(
                        f"| {size:,} | {what} | {processes} | {size / wall:,.0f} | {size / cpu:,.0f} "
                        f"| {cpu / wall:.2f} | {memory:,.0f} | {kept:,.1f} |",
                        flush=True,
                    )


def write_archive(folder: Path, size: int) -> None:
    """Keep that many pages, each an article of its own."""
    at = datetime(2024, 4, 1, tzinfo=UTC)
    fields = (("Content-Type", "text/html; charset=utf-8"), ("Server", "nginx"))
    with ArchiveWriter(folder, run="benchmark") as writer:
        for number, (url, body) in enumerate(pages(size)):
            writer.keep(
                Exchange(
                    url=url,
                    status=200,
                    body=body,
                    fetched_at=at + timedelta(seconds=number),
                    response_headers=fields,
                )
            )


def pages(size: int) -> Iterator[tuple[str, bytes]]:
    """URLs and pages: those of the sample site, then the same with other numbers and other words."""
    site = SampleSite(filler=TEMPLATES)
    templates = []
    for article in site.expected():
        path = article.canonical_url.removeprefix(_SITE)
        answer = site.pages.answer("GET", "baohoabinh.com.vn", path, b"", State("first"))
        templates.append((article, answer.body.decode()))
    for count in range(size):
        turn, (article, page) = divmod(count, len(templates))[0], templates[count % len(templates)]
        number = article.article_id + turn * 1_000_000
        url = article.canonical_url.replace(f"/{article.article_id}/", f"/{number}/")
        suffix = "".join(chr(ord("a") + int(digit)) for digit in str(turn))
        other = _WORD.sub(rf"\1{suffix}", page).replace(str(article.article_id), str(number))
        yield url, other.encode()


def measure(archive: Path, database: Path, processes: int) -> tuple[float, float, float]:
    """Wall and CPU seconds of the command, and the greatest memory of one of its processes in MB."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=2);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    command = [sys.executable, "-m", "scrapy", "reparse", "--processes", str(processes)]
    where = {"DATABASE_URL": f"sqlite:///{database}", "ARCHIVE_DIR": str(archive)}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        env=os.environ | where,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    wall = time.perf_counter() - start
    cpu, kilobytes = done.stdout.split()
    return wall, float(cpu), int(kilobytes) / 1024


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
