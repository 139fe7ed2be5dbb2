"""The log beside the archive: what was written, each entry bound to the one before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.log import LOG, log_run, read_log
from tests.archive.building import archive, exchange


def logged(folder: Path) -> list[bytes]:
    """The lines of a log of four runs, of which the first wrote a file."""
    archive(folder, [exchange()])
    for number in range(4):
        log_run(folder, {"spider": "latest", "pid": number})
    return (folder / LOG).read_bytes().splitlines(keepends=True)


def faults(folder: Path) -> dict[int, str]:
    return {entry.number: entry.fault for entry in read_log(folder) if entry.fault}


def test_each_file_is_logged_once_with_what_it_holds(tmp_path: Path) -> None:
    logged(tmp_path)
    [path] = tmp_path.glob("*.gz")

    first, *others = read_log(tmp_path)

    assert [(seal.name, seal.end) for seal in first.seals] == [(path.name, path.stat().st_size)]
    assert not any(entry.seals for entry in others)
    assert not faults(tmp_path)


def test_what_a_file_grew_by_is_logged_beside_what_it_was(tmp_path: Path) -> None:
    logged(tmp_path)
    [path] = tmp_path.glob("*.gz")
    size = path.stat().st_size

    archive(tmp_path, [exchange(2)])
    log_run(tmp_path, None)

    [seal] = list(read_log(tmp_path))[-1].seals
    assert (seal.name, seal.start, seal.end) == (path.name, size, path.stat().st_size)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda lines: [lines[0], lines[1].replace(b"latest", b"lATEST"), *lines[2:]], {2: "was changed"}),
        (lambda lines: [*lines[:3], lines[3].replace(b"latest", b"lATEST")], {4: "was changed"}),
        (lambda lines: [lines[0], *lines[2:]], {2: "does not follow"}),
        (lambda lines: lines[1:], {1: "does not follow"}),
        (
            lambda lines: [lines[1], lines[0], *lines[2:]],
            {1: "does not follow", 2: "does not", 3: "does not"},
        ),
        (lambda lines: [lines[0], b"x\n", *lines[1:]], {2: "is no entry"}),
    ],
)
def test_a_change_is_named(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], named: dict[int, str]
) -> None:
    lines = logged(tmp_path)

    (tmp_path / LOG).write_bytes(b"".join(change(lines)))

    found = faults(tmp_path)
    assert found.keys() == named.keys()
    assert all(found[number].startswith(start) for number, start in named.items())


def test_half_a_line_of_a_killed_run_spoils_no_other(tmp_path: Path) -> None:
    lines = logged(tmp_path)
    (tmp_path / LOG).write_bytes(b"".join(lines) + lines[-1][:40])

    log_run(tmp_path, {"spider": "backfill"})

    assert list(faults(tmp_path)) == [5]
