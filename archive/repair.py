"""Finishes the files that a killed process left behind."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from attrs import frozen

from archive.records import Damage
from archive.sources import OPEN_SUFFIX, is_being_written
from archive.unpacked import open_unpacked
from archive.walk import walk


@frozen
class Repaired:
    """A file that was repaired. ``file`` is ``None`` if nothing was in it and it was removed."""

    found: Path
    file: Path | None
    records: int
    cut: int


def repair(folder: Path) -> list[Repaired]:
    """Cut each abandoned file behind its last complete record and give it its name.

    A file that a process is writing is locked, and left alone. Damage before the last complete record
    stays where it is: readers pass over it, and cutting there would lose what follows.
    """
    done = (_repair_file(path) for path in sorted(folder.glob(f"*.warc.gz{OPEN_SUFFIX}")))
    return [repaired for repaired in done if repaired is not None]


def abandoned(folder: Path) -> list[Path]:
    """The files that :func:`repair` would mend: left open, and no process writes them."""
    return [path for path in sorted(folder.glob(f"*.warc.gz{OPEN_SUFFIX}")) if not is_being_written(path)]


def _repair_file(path: Path) -> Repaired | None:
    try:
        file = path.open("r+b")
    except FileNotFoundError:  # its writer closed it meanwhile
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        if not _is_still(path, file.fileno()):
            return None
        size = os.fstat(file.fileno()).st_size
        records = end = 0
        for read in walk(open_unpacked(file), str(path), lambda kind, fields: False, 0):
            # A record without a length is one whose member does not end: it is not complete.
            if not isinstance(read, Damage) and read.length is not None:
                records += 1
                end = read.offset + read.length
        if not records:
            path.unlink()
            return Repaired(path, None, 0, size)
        file.truncate(end)
        os.fsync(file.fileno())
        final = _free_name(path.with_name(path.name.removesuffix(OPEN_SUFFIX)))
        path.rename(final)
        return Repaired(path, final, records, size - end)


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the name still means the open file: its writer may have renamed it before it was locked."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _free_name(path: Path) -> Path:
    """The name, or one beside it: a file that exists is never replaced."""
    name, number = path, 1
    while name.exists():
        number += 1
        name = path.with_name(f"{path.name.removesuffix('.warc.gz')}-{number}.warc.gz")
    return name
