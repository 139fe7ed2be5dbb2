"""Files made to cost time or memory: each is read in seconds, and the page behind the rubbish is found."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import Capture, read_at, read_captures
from archive.compression import SPACING, access_index
from archive.sources import open_source
from tests.archive.building import PAGE, chunked, http, packed, record, write, zipped

MANY = 300_000
GOOD = record(http(PAGE), number=9)
FALSE_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
FALSE_MEMBER = FALSE_HEAD + zlib.compress(b"WARC/1.0\r\n" * 3)[2:-7] + b"\xff\xff"


def lying(length: int) -> bytes:
    """Records that say a length which is not theirs."""
    return b"".join(record(http(PAGE), number=n, Content_Length=str(length)) for n in range(6_000))


def wacz(count: int, *, archives: bool) -> bytes:
    """A zip file of many members: archives with a page each, or empty files before one archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as container:
        for number in range(count):
            if archives:
                container.writestr(f"archive/{number}.warc.gz", packed(record(http(PAGE), number=number)))
            else:
                container.writestr(f"x/{number}", b"")
        container.writestr("archive/last.warc.gz", packed(GOOD))
    return content.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "HTTP head of many lines": lambda: packed(record(http(PAGE, *["A: b"] * MANY)), GOOD),
    "folded lines": lambda: packed(record(http(PAGE, "A: b", *[" c"] * 15_000)), GOOD),
    "WARC head of many lines": lambda: b"WARC/1.0\r\n" + b"A: b\r\n" * MANY + b"\r\n" + GOOD,
    "gzip magic numbers": lambda: b"\x1f\x8b\x08" * 2 * MANY + packed(GOOD),
    "heads of gzip members": lambda: FALSE_HEAD * MANY + packed(GOOD),
    "gzip members that break": lambda: FALSE_MEMBER * 20_000 + packed(GOOD),
    "newlines": lambda: gzip.compress(b"\n" * 100 * MANY, 1) + packed(GOOD),
    "record marks": lambda: b"WARC/1.0\r\n" * MANY + GOOD,
    "record marks with a field": lambda: b"WARC/1.0\r\nWARC-A: b\r\n" * 50_000 + GOOD,
    "record marks with half a field": lambda: b"WARC/1.0\r\nWARC-" * MANY + b"\r\n" + GOOD,
    "record marks with half a field and an end": lambda: b"WARC/1.0\r\nWARC-" * MANY + b"\r\n\r\n" + GOOD,
    "lines of URLs": lambda: b"http://a\n" * MANY + b"x\n" + GOOD,
    "lengths beyond the file": lambda: lying(10**9) + GOOD,
    "lengths beyond the member": lambda: zipped(lying(10**9) + GOOD),
    "lengths over the next records": lambda: zipped(lying(6 * MANY) + GOOD),
    "one-byte chunks": lambda: packed(record(http(chunked(*[b"x"] * MANY))), GOOD),
    "zeros": lambda: bytes(20 * MANY) + packed(GOOD),
    "a bomb": lambda: gzip.compress(bytes(900 * MANY), 1) + packed(GOOD),
    "a member of another kind, often": lambda: packed(b"hello") * 20_000 + packed(GOOD),
    "many archives": lambda: wacz(3_000, archives=True),
    "many members": lambda: wacz(70_000, archives=False),
}  # fmt: skip

READ = """
import resource, sys
from archive import Capture, read_captures
last, ranges = "", 0
for found in read_captures(sys.argv[1]):
    if isinstance(found, Capture):
        last = found.url
    else:
        ranges += 1
used = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss: a new process inherits that from the one that started it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:")).split()[1]
print(last, ranges, used.ru_utime + used.ru_stime, int(peak) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_little_and_hides_nothing(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.warc", HOSTILE[name]())

    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)

    last, ranges, seconds, megabytes = done.stdout.split()
    assert last == "https://baohoabinh.com.vn/11/9/Tin.htm"
    assert int(ranges) <= 1
    assert float(seconds) < 5
    assert int(megabytes) < 250


def test_reading_pages_again_costs_a_part_of_a_large_member(tmp_path: Path) -> None:
    """Counted in bytes that are unpacked: what a page costs does not grow with the pages before it."""
    body = PAGE * 500
    path = write(tmp_path / "a.warc.gz", zipped(b"".join(record(http(body), number=n) for n in range(300))))
    captures = [one for one in read_captures(path) if isinstance(one, Capture)]
    read_at(path, captures[-1].offset, captures[-1].skip)
    with open_source(str(path)) as source:
        index = access_index((source.key, captures[-1].offset))

    assert len(index.points) >= captures[-1].skip // (2 * SPACING)
    assert read_at(path, captures[5].offset, captures[5].skip) == captures[5]
    begun = index.begin_near(captures[250].skip)
    assert begun
    assert captures[250].skip - begun.unpacked <= 2 * SPACING
