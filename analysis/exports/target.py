"""Files that are either complete or not there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class TargetError(ValueError):
    """A file or folder cannot be written to or must not be; the message says why."""


def check_target(path: Path, replace: bool) -> None:
    """See to it that something may be written under this name.

    :param replace: whether what is there may be replaced.
    :raises TargetError: if not.
    """
    if not path.parent.is_dir():
        raise TargetError(f"{path.parent} is no folder; accepted: a name in a folder that exists")
    if not path.exists():
        return
    if not replace:
        raise TargetError(f"{path} exists; give another name, or --force to replace it")
    if path.is_dir() and not _is_partitioned(path):
        raise TargetError(f"{path} is a folder that holds other things than an export; give another name")


def _is_partitioned(folder: Path) -> bool:
    """Whether a folder holds nothing but Parquet files in folders named ``year=…``."""
    return all(
        part.parent.name.startswith("year=") and part.suffix == ".parquet"
        for part in folder.rglob("*")
        if not part.is_dir()
    )


@contextmanager
def complete_or_absent(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """A place to write to, beside ``path``, which gets that name at the end of the block.

    If the block fails, what it wrote is removed. If the process is killed, it is left under a name
    that begins with a dot and ends with ``.part``. What had the name before is replaced.
    """
    place = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    made = place / path.name
    if folder:
        made.mkdir()
    try:
        yield made
        for file in made.rglob("*") if folder else [made]:
            if file.is_file():
                _flush(file)
        if path.is_dir():
            path.rename(place / "replaced")
        made.rename(path)
    finally:
        shutil.rmtree(place)


def _flush(file: Path) -> None:
    """Have the file's content on the disk before its name tells that it is complete."""
    with file.open("rb") as content:
        os.fsync(content.fileno())
