"""Records per second: FastWARC and warcio, each writing and reading, and the project's own way with both.

Each writes 5,000 pages of 30 kB, then reads them back, body by body; they take turns, and the median
of each counts.
"""

from __future__ import annotations

import io
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import ArchiveWriter, Capture, Exchange, read_captures
from schemas.database import ROOT

ROUNDS = 3
RECORDS = 5000
SIZE = 30_000
FIELDS = (("Content-Type", "text/html; charset=utf-8"), ("Server", "nginx"))


def main() -> None:
    """Print the rates as rows of a Markdown table, and the memory that reading takes."""
    pages = sample_pages()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("| writing | records/s | bytes per record |")
        print("| --- | ---: | ---: |")
        for maker, write in WRITERS.items():
            rate = median_rate(lambda write=write: write(folder, pages))  # type: ignore[misc]
            print(f"| {maker} | {rate:,.0f} | {archive_of(folder).stat().st_size / RECORDS:,.0f} |")
        print("\n| reading | records/s |")
        print("| --- | ---: |")
        path = archive_of(folder)
        for reader, read in READERS.items():
            print(f"| {reader} | {median_rate(lambda read=read: read(path)):,.0f} |")  # type: ignore[misc]
        print("\n| archive | peak memory of a reading process, MB |")
        print("| --- | ---: |")
        for copies in (1, 10):
            large = folder / "large.warc.gz"
            with large.open("wb") as file:
                file.writelines(path.read_bytes() for _ in range(copies))
            print(f"| {copies * RECORDS:,} pages | {peak_memory(large):.0f} |")


def sample_pages() -> list[bytes]:
    """Pages of a newspaper's kind: a frame that is the same on all, and an article of frequent words."""
    chance = random.Random(1)  # noqa: S311
    letters = "abcdeghiklmnopqrstuvxyàáảãạêếơưđộ"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 6))) for _ in range(2500)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    frame = "".join(
        f'<li class="menu-{chance.randint(1, 9)}"><a href="/{chance.randint(1, 99)}/'
        f'{"-".join(chance.choices(words, k=3))}.htm">{" ".join(chance.choices(words, k=3))}</a></li>\n'
        for _ in range(180)
    )
    pages = []
    for _ in range(200):
        text = "\n".join(f"<p>{' '.join(chance.choices(words, weights, k=60))}</p>" for _ in range(60))
        pages.append((frame + text).encode()[:SIZE].ljust(SIZE))
    return pages


def median_rate(run: Callable[[], object]) -> float:
    """Records per second, the median of some rounds."""
    rates = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        rates.append(RECORDS / (time.perf_counter() - start))
    return statistics.median(rates)


def archive_of(folder: Path) -> Path:
    """The file that was written last."""
    return max(folder.glob("*.warc.gz"), key=lambda path: path.stat().st_mtime)


def write_fastwarc(folder: Path, pages: list[bytes], level: int) -> None:
    head = b"HTTP/1.1 200 OK\r\n" + b"".join(f"{k}: {v}\r\n".encode() for k, v in FIELDS) + b"\r\n"
    with (folder / f"fastwarc-{level}.warc.gz").open("wb") as file:
        for number in range(RECORDS):
            record = WarcRecord()
            record.init_headers(WarcRecordType.response)
            record.headers["WARC-Target-URI"] = f"https://example.org/{number}"
            record.is_http = True
            record.set_bytes_content(head + pages[number % len(pages)])
            member = GzipWriter(file, compression_level=level)
            record.write(member, checksum_data=True)
            member.finish()


def write_warcio(folder: Path, pages: list[bytes]) -> None:
    with (folder / "warcio.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for number in range(RECORDS):
            head = StatusAndHeaders("200 OK", list(FIELDS), protocol="HTTP/1.1")
            body = io.BytesIO(pages[number % len(pages)])
            url = f"https://example.org/{number}"
            record = writer.create_warc_record(url, "response", payload=body, length=SIZE, http_headers=head)
            writer.write_record(record)


def write_ours(folder: Path, pages: list[bytes]) -> None:
    now = datetime.now(UTC)
    with ArchiveWriter(folder, run="benchmark") as writer:
        for number in range(RECORDS):
            body = pages[number % len(pages)]
            url = f"https://example.org/{number}"
            writer.keep(
                Exchange(url=url, status=200, body=body, fetched_at=now, reason="OK", response_headers=FIELDS)
            )


def read_fastwarc(path: Path) -> None:
    with path.open("rb") as file:
        records = ArchiveIterator(file, WarcRecordType.response)
        check(sum(len(record.reader.read()) for record in records))


def read_warcio(path: Path) -> None:
    with path.open("rb") as file:
        answers = (record for record in WarcioIterator(file) if record.rec_type == "response")
        check(sum(len(record.content_stream().read()) for record in answers))


def read_ours(path: Path) -> None:
    check(sum(len(found.body) for found in read_captures(path) if isinstance(found, Capture)))


def check(size: int) -> None:
    """A reader that leaves something out would be a fast one."""
    assert size == RECORDS * SIZE, size


def peak_memory(path: Path) -> float:
    """Of a process of its own that reads the archive, in MB."""
    command = [sys.executable, "-m", "benchmarks.archive", str(path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout)


WRITERS: dict[str, Callable[[Path, list[bytes]], None]] = {
    "warcio (gzip level 9, its only one)": write_warcio,
    "FastWARC, level 9": lambda folder, pages: write_fastwarc(folder, pages, 9),
    "FastWARC, level 6": lambda folder, pages: write_fastwarc(folder, pages, 6),
    "`ArchiveWriter` (answer and request, three digests more)": write_ours,
}
READERS: dict[str, Callable[[Path], None]] = {
    "warcio": read_warcio,
    "FastWARC": read_fastwarc,
    "`read_captures`": read_ours,
}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        for _ in read_captures(sys.argv[1]):
            pass
        # Not getrusage: what it counts began before this program replaced its parent's.
        found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
        assert found
        print(int(found[1]) / 1024)
    else:
        main()
