"""Finishes the files that a killed process left behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from attrs import frozen

from archive.compression import GZIP
from archive.log import log_run, read_log, sealed_ends
from archive.records import Damage
from archive.sources import is_being_written
from archive.unpacked import Unpacked
from archive.walk import walk
from archive.writer import is_own


@frozen
class Repaired:
    """A file that was repaired: complete records behind what was sealed, and bytes that were cut.

    A file in which no record was left was removed.
    """

    file: Path
    records: int
    cut: int


def repair(folder: Path) -> list[Repaired]:
    """Cut each abandoned file behind its last complete record, and log what it holds.

    A file that a process is writing is locked, and left alone. Damage before the last complete record
    stays where it is: readers pass over it, and cutting there would lose what follows.
    """
    done = [repaired for path, end in _unsealed(folder) if (repaired := _repair_file(path, end))]
    if done:
        log_run(folder, None)
    return done


def abandoned(folder: Path) -> list[Path]:
    """The files that :func:`repair` would mend: not logged to their end, and no process writes them."""
    return [path for path, _ in _unsealed(folder) if not is_being_written(path)]


def _unsealed(folder: Path) -> Iterator[tuple[Path, int]]:
    ends = sealed_ends(read_log(folder))
    for path in sorted(folder.glob("*.warc.gz")):
        end = ends.get(path.name, 0)
        if is_own(path) and (path.stat().st_size > end or not end):
            yield path, end


def _repair_file(path: Path, sealed: int) -> Repaired | None:
    with path.open("r+b") as file, suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        size = os.fstat(file.fileno()).st_size
        records, end = 0, sealed
        for read in walk(Unpacked(file, GZIP, sealed), str(path), lambda kind, fields: False, 0):
            # A record without a length is one whose member does not end: it is not complete.
            if not isinstance(read, Damage) and read.length is not None:
                records += 1
                end = read.offset + read.length
        if end:
            file.truncate(end)
            os.fsync(file.fileno())
        else:
            path.unlink()
        return Repaired(path, records, size - end)
    return None
