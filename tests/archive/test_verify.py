"""What is not as the log says is named, and nothing else."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest

from archive import ArchiveWriter, KeptRecord
from archive.log import LOG, log_run, read_log
from archive.verification import Finding, files_to_verify, moved, verify_file, verify_log
from tests.archive.building import exchange


@pytest.fixture
def kept(tmp_path: Path) -> list[KeptRecord]:
    """An archive of several files, written and logged by four runs."""
    records = []
    for run in range(4):
        with ArchiveWriter(tmp_path, run="r1", max_bytes=20_000) as writer:
            for number in range(15 * run, 15 * run + 15):
                body = hashlib.sha512(bytes([number])).digest() * 14
                records.append(writer.keep(exchange(number, body=body)))
        log_run(tmp_path, {"spider": "latest"})
    assert len({record.file for record in records}) > 2
    assert any(seal.start for entry in read_log(tmp_path) for seal in entry.seals)
    return records


def verify(folder: Path) -> list[Finding]:
    findings = list(verify_log(folder))
    for name, seals in files_to_verify(folder).items():
        findings += verify_file(folder, name, seals, lambda count: None)
    return findings


def flip(path: Path, at: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


def test_an_archive_as_it_was_written_has_no_fault(tmp_path: Path, kept: list[KeptRecord]) -> None:
    assert verify(tmp_path) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_flipped_bit_in_each_of_ten_records_and_an_edited_log_are_named_and_only_these(
    tmp_path: Path, kept: list[KeptRecord], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    flipped = chance.sample(kept, 10)
    for record in flipped:
        flip(tmp_path / record.file, record.offset + chance.randrange(record.length), chance.randrange(8))
    lines = (tmp_path / LOG).read_text().splitlines(keepends=True)
    edited = seed % len(lines)
    lines[edited] = lines[edited].replace("latest", "LATEST")
    (tmp_path / LOG).write_text("".join(lines))

    about_log, *findings = verify(tmp_path)

    assert about_log == Finding(None, f"line {edited + 1} was changed")

    for record in kept:
        named = [
            one
            for one in findings
            if one.file == record.file and one.end and one.start <= record.offset < one.end
        ]
        assert bool(named) == (record in flipped), (record, findings)


@pytest.mark.parametrize("at", [3, 8, -1, -6])
def test_a_change_that_no_check_sum_covers_is_named(tmp_path: Path, kept: list[KeptRecord], at: int) -> None:
    record = kept[7]
    flip(tmp_path / record.file, record.offset + at % record.length)

    [finding] = verify(tmp_path)

    assert (finding.file, finding.start) == (record.file, record.offset)


def test_a_missing_file_is_named_and_a_renamed_one_found(tmp_path: Path, kept: list[KeptRecord]) -> None:
    gone, renamed = sorted({record.file for record in kept})[:2]
    (tmp_path / gone).unlink()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / renamed).rename(tmp_path / "elsewhere/x.warc.gz")

    files = files_to_verify(tmp_path)
    missing = {name: files[name] for name in (gone, renamed)}

    assert {one.file: one.reason for one in verify(tmp_path)} == {gone: "missing", renamed: "missing"}
    assert moved(tmp_path, missing, iter(["elsewhere/x.warc.gz"])) == {renamed: "elsewhere/x.warc.gz"}


def test_what_was_cut_off_is_named(tmp_path: Path, kept: list[KeptRecord]) -> None:
    path = tmp_path / kept[0].file
    path.write_bytes(path.read_bytes()[: kept[3].offset])

    [finding] = verify(tmp_path)

    assert (finding.file, finding.start, finding.end) == (kept[0].file, kept[3].offset, None)
    assert "were logged" in finding.reason


def test_what_a_killed_run_left_is_no_fault_and_what_is_broken_in_it_is(
    tmp_path: Path, kept: list[KeptRecord]
) -> None:
    with ArchiveWriter(tmp_path, run="killed") as writer:
        record, last = writer.keep(exchange(70)), writer.keep(exchange(71))
    path = tmp_path / last.file
    path.write_bytes(path.read_bytes()[:-30])

    assert verify(tmp_path) == []
    flip(path, record.offset + record.length // 2)
    assert [(one.file, one.start) for one in verify(tmp_path)] == [(record.file, record.offset)]
