"""What is left when the writing process was killed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive import ArchiveWriter, Repaired, read_at, repair
from tests.archive.building import archive, exchange, read, warcio, write

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
    """A file with its working name that nobody writes."""
    path = archive(folder, [exchange(number) for number in range(1, count + 1)])
    return path.rename(path.with_name(path.name + ".open"))


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

        assert len(done) <= 1  # none if it was killed between two files
        for line in (line for line in counted if line.endswith("\n")):
            number, file, offset = line.split()
            capture = read_at(folder / file, int(offset))
            assert capture.url == exchange(int(number)).url
            assert capture.body == bytes(range(256)) * 80
        files = list(folder.iterdir())
        assert all(file.name.endswith(".warc.gz") for file in files)
        assert not any(damage for file in files for damage in read(file)[1])
        if kill % 5 == 0:  # the validator is slow to start
            checked = warcio("check", *files)
            assert checked.returncode == 0, checked.stdout
            assert warcio("index", *files).returncode == 0


def test_half_a_record_is_cut(tmp_path: Path) -> None:
    path = abandoned(tmp_path)
    whole = path.read_bytes()
    captures, _ = read(path)
    write(path, whole[: captures[2].offset + 50])

    (done,) = repair(tmp_path)

    final = path.with_suffix("")
    assert done == Repaired(path, final, records=5, cut=50)
    assert final.read_bytes() == whole[: captures[2].offset]
    assert warcio("check", final).returncode == 0


def test_a_whole_file_is_only_renamed(tmp_path: Path) -> None:
    path = abandoned(tmp_path)
    content = path.read_bytes()

    assert repair(tmp_path) == [Repaired(path, path.with_suffix(""), records=7, cut=0)]
    assert path.with_suffix("").read_bytes() == content
    assert repair(tmp_path) == []


def test_records_behind_a_broken_one_are_kept(tmp_path: Path) -> None:
    path = abandoned(tmp_path)
    captures, _ = read(path)
    content = bytearray(path.read_bytes())
    content[captures[1].offset + 100] ^= 0xFF
    write(path, bytes(content))

    (done,) = repair(tmp_path)

    assert (done.records, done.cut) == (6, 0)
    assert done.file is not None
    assert [capture.url for capture in read(done.file)[0]] == [captures[0].url, captures[2].url]


def test_a_file_without_a_record_is_removed(tmp_path: Path) -> None:
    empty, half = tmp_path / "a.warc.gz.open", tmp_path / "b.warc.gz.open"
    write(empty, b"")
    write(half, b"\x1f\x8b\x08 not much")

    assert repair(tmp_path) == [Repaired(empty, None, 0, 0), Repaired(half, None, 0, 12)]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, run="r1") as writer:
        writer.keep(exchange(1))
        assert repair(tmp_path) == []
        kept = writer.keep(exchange(2))

    assert repair(tmp_path) == []
    assert len(read(tmp_path / kept.file)[0]) == 2


def test_a_file_that_exists_is_never_replaced(tmp_path: Path) -> None:
    path = abandoned(tmp_path)
    other = write(path.with_suffix(""), b"other")

    (done,) = repair(tmp_path)

    assert other.read_bytes() == b"other"
    assert done.file is not None
    assert len(read(done.file)[0]) == 3


def test_a_folder_that_does_not_exist_needs_no_repair(tmp_path: Path) -> None:
    assert repair(tmp_path / "none") == []
