"""What is left when the writing process was killed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive import ArchiveWriter, Repaired, read_at, repair
from archive.log import log_run
from tests.archive.building import archive, exchange, read, urls, warcio, write

_KEEP_FOR_EVER = """
import sys
from pathlib import Path
from archive import ArchiveWriter
from tests.archive.building import exchange
writer = ArchiveWriter(Path(sys.argv[1]), run="killed", max_bytes=200_000)
number = 0
while True:
    number += 1
    kept = writer.keep(exchange(number, body=bytes(range(256)) * 80))
    print(number, kept.file, kept.offset, flush=True)
"""


def abandoned(folder: Path, count: int = 3) -> Path:
    """A file that nobody writes, and that no run has logged."""
    return archive(folder, [exchange(number) for number in range(1, count + 1)])


@pytest.mark.slow
def test_a_killed_writer_loses_nothing_it_counted_as_kept(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311
    for kill in range(10):
        folder = tmp_path / str(kill)
        command = [sys.executable, "-c", _KEEP_FOR_EVER, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            counted = [process.stdout.readline()]
            time.sleep(chance.uniform(0, 0.15))
            process.kill()
            counted += process.stdout.readlines()
        done = repair(folder)

        assert sum(repaired.cut > 0 for repaired in done) <= 1, "only in the last file can half a record lie"
        for line in (line for line in counted if line.endswith("\n")):
            number, file, offset = line.split()
            capture = read_at(folder / file, int(offset))
            assert capture.url == exchange(int(number)).url
            assert capture.body == bytes(range(256)) * 80
        files = list(folder.glob("*.warc.gz"))
        assert not any(damage for file in files for damage in read(file)[1])
        if kill == 0:  # the validator is slow to start
            checked = warcio("check", *files)
            assert checked.returncode == 0, checked.stdout


def test_half_a_record_is_cut(tmp_path: Path) -> None:
    path = abandoned(tmp_path)
    whole = path.read_bytes()
    captures, _ = read(path)
    write(path, whole[: captures[2].offset + 50])

    (done,) = repair(tmp_path)

    assert done == Repaired(path, records=5, cut=50)
    assert path.read_bytes() == whole[: captures[2].offset]
    assert warcio("check", path).returncode == 0


def test_only_what_a_killed_run_added_is_cut_and_what_comes_next_goes_on_there(tmp_path: Path) -> None:
    path = abandoned(tmp_path)
    log_run(tmp_path, {"spider": "latest"})
    logged = path.stat().st_size
    archive(tmp_path, [exchange(4), exchange(5)])
    whole = path.read_bytes()
    write(path, whole[:-20])

    (done,) = repair(tmp_path)
    archive(tmp_path, [exchange(6)])

    assert done.records == 4  # 5's answer is whole, its request is not
    assert path.read_bytes().startswith(whole[:logged])
    captures, damages = read(path)
    assert (urls(captures), damages) == ([1, 2, 3, 4, 5, 6], [])
    assert list(tmp_path.glob("*.warc.gz")) == [path]


def test_records_behind_a_broken_one_are_kept(tmp_path: Path) -> None:
    path = abandoned(tmp_path)
    captures, _ = read(path)
    content = bytearray(path.read_bytes())
    content[captures[1].offset + 100] ^= 0xFF
    write(path, bytes(content))

    (done,) = repair(tmp_path)

    assert (done.records, done.cut) == (6, 0)
    assert [capture.url for capture in read(path)[0]] == [captures[0].url, captures[2].url]


def test_a_file_without_a_record_is_removed(tmp_path: Path) -> None:
    empty, half = (tmp_path / f"pages-20240425030000-{run}-00001.warc.gz" for run in "ab")
    write(empty, b"")
    write(half, b"\x1f\x8b\x08 not much")

    assert repair(tmp_path) == [Repaired(empty, 0, 0), Repaired(half, 0, 12)]
    assert not list(tmp_path.glob("*.warc.gz"))


def test_a_file_of_another_maker_is_left_alone(tmp_path: Path) -> None:
    theirs = write(tmp_path / "their.warc.gz", abandoned(tmp_path / "ours").read_bytes()[:-9])
    content = theirs.read_bytes()

    assert repair(tmp_path) == []
    assert theirs.read_bytes() == content


def test_a_file_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, run="r1") as writer:
        writer.keep(exchange(1))
        assert repair(tmp_path) == []
        kept = writer.keep(exchange(2))

    assert repair(tmp_path) == [Repaired(tmp_path / kept.file, records=5, cut=0)]
    assert len(read(tmp_path / kept.file)[0]) == 2
    assert repair(tmp_path) == repair(tmp_path / "none") == [], "it is logged"
