"""Files made to cost time or memory: they cost little, and the page behind the rubbish is found."""

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

MANY = 150_000
FEW = 10_000
"""Calls that any file may cost."""

GOOD = record(http(PAGE), number=9)
FALSE_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
FALSE_MEMBER = FALSE_HEAD + zlib.compress(b"WARC/1.0\r\n" * 3)[2:-7] + b"\xff\xff"


def lying(count: int, length: int) -> bytes:
    """Records that say a length which is not theirs."""
    return b"".join(record(http(PAGE), number=n, Content_Length=str(length)) for n in range(count))


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


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "HTTP head of many lines": lambda n: packed(record(http(PAGE, *["A: b"] * n)), GOOD),
    "folded lines": lambda n: packed(record(http(PAGE, "A: b", *[" c"] * (n // 20))), GOOD),
    "WARC head of many lines": lambda n: b"WARC/1.0\r\n" + b"A: b\r\n" * n + b"\r\n" + GOOD,
    "gzip magic numbers": lambda n: b"\x1f\x8b\x08" * 2 * n + packed(GOOD),
    "heads of gzip members": lambda n: FALSE_HEAD * n + packed(GOOD),
    "gzip members that break": lambda n: FALSE_MEMBER * (n // 15) + packed(GOOD),
    "newlines": lambda n: gzip.compress(b"\n" * 100 * n, 1) + packed(GOOD),
    "record marks": lambda n: b"WARC/1.0\r\n" * n + GOOD,
    "record marks with a field": lambda n: b"WARC/1.0\r\nWARC-A: b\r\n" * (n // 6) + GOOD,
    "record marks with half a field": lambda n: b"WARC/1.0\r\nWARC-" * n + b"\r\n" + GOOD,
    "record marks with half a field and an end": lambda n: b"WARC/1.0\r\nWARC-" * n + b"\r\n\r\n" + GOOD,
    "lines of URLs": lambda n: b"http://a\n" * n + b"x\n" + GOOD,
    "lengths beyond the file": lambda n: lying(n // 50, 10**9) + GOOD,
    "lengths beyond the member": lambda n: zipped(lying(n // 50, 10**9) + GOOD),
    "lengths over the next records": lambda n: zipped(lying(n // 50, 6 * n) + GOOD),
    "one-byte chunks": lambda n: packed(record(http(chunked(*[b"x"] * n))), GOOD),
    "zeros": lambda n: bytes(20 * n) + packed(GOOD),
    "a bomb": lambda n: gzip.compress(bytes(1800 * n), 1) + packed(GOOD),
    "a member of another kind, often": lambda n: packed(b"hello") * (n // 15) + packed(GOOD),
    "many records": lambda n: packed(*(record(http(PAGE), number=one) for one in range(n // 100)), GOOD),
    "many archives": lambda n: wacz(n // 100, archives=True),
    "many members": lambda n: wacz(n // 4, archives=False),
}

READ = """
import sys
from archive import Capture, read_captures
def count(*event):
    global calls
    calls += 1
for path in sys.argv[1:]:
    last, ranges, calls = "", 0, 0
    sys.setprofile(count)
    for found in read_captures(path):
        if isinstance(found, Capture):
            last = found.url
        else:
            ranges += 1
    sys.setprofile(None)
    print(last, ranges, calls)
# Not ru_maxrss: a new process inherits that from the one that started it.
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM:")).split()[1])
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_little_and_hides_nothing(tmp_path: Path, name: str) -> None:
    """Linear time, without a clock: memory bounds the work of a call, and calls are counted."""
    paths = [write(tmp_path / f"{many}.warc", HOSTILE[name](many)) for many in (MANY // 4, MANY)]

    done = subprocess.run([sys.executable, "-c", READ, *paths], capture_output=True, text=True, check=True)

    *read, peak = done.stdout.splitlines()
    calls = [int(one.split()[2]) for one in read]
    assert [one.split()[0] for one in read] == ["https://baohoabinh.com.vn/11/9/Tin.htm"] * 2
    assert all(int(one.split()[1]) <= 2 for one in read)  # a false length may end where a record begins
    assert calls[1] < 4.2 * calls[0] + FEW
    assert int(peak) < 250 * 1024


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
