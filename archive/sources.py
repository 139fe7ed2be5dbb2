"""Which files there are to read, and how each is opened."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast
from zipfile import BadZipFile, ZipFile

OPEN_SUFFIX = ".open"
"""What a file's name ends in as long as a writer works on it."""

INSIDE = "!/"
"""Stands between the name of a WACZ file and the name of a file in it."""

_ENDINGS = (".warc", ".warc.gz", ".wacz")


def expand(paths: Iterable[str | Path]) -> list[Path]:
    """The archives that files, folders and patterns name, each once, in order.

    A file that is named itself is taken whatever its name; in folders the name's ending decides. A
    pattern is one of the shell's; ``**`` stands for any number of folders.
    """
    found: dict[Path, None] = {}
    for given in paths:
        named = [Path(given)] if Path(given).exists() else [Path(name) for name in _glob(str(given))]
        files = [file for path in named for file in ([path] if path.is_file() else _in_folder(path))]
        if not files:
            what = "a folder without archives" if Path(given).is_dir() else "matches no file"
            raise ValueError(f"{str(given)!r}: {what}; archives end in {', '.join(_ENDINGS)}")
        found.update(dict.fromkeys(files))
    return list(found)


def is_zip(path: Path) -> bool:
    """Whether a file is a zip file, as a WACZ is; its first bytes say so."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def archives_inside(path: Path) -> list[str]:
    """The names of the WARC files in a WACZ (WACZ 1.1.1, 5: they lie in ``archive/``)."""
    with ZipFile(path) as container:
        return sorted(
            name
            for name in container.namelist()
            if name.startswith("archive/") and name.endswith((".warc", ".warc.gz"))
        )


@contextmanager
def open_raw(name: str) -> Iterator[BinaryIO]:
    """Open a file for reading, or one inside a WACZ; nothing is unpacked to the disk.

    A file that a writer has not closed yet is found under the name that it will have.
    """
    path = Path(name)
    outer, inside, inner = name.rpartition(INSIDE)
    if inside and not path.exists():
        with ZipFile(outer) as container, open_inside(container, inner) as member:
            yield member
        return
    if not path.exists() and (working := Path(name + OPEN_SUFFIX)).exists():
        path = working
    with path.open("rb") as file:
        yield file


@contextmanager
def open_inside(container: ZipFile, name: str) -> Iterator[BinaryIO]:
    """Open one file of a zip file."""
    try:
        member: IO[bytes] = container.open(name)
    except (KeyError, NotImplementedError, RuntimeError) as error:
        raise BadZipFile(str(error)) from error
    with member:
        yield cast("BinaryIO", member)


def _glob(pattern: str) -> list[str]:
    return sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207  Path.glob takes no absolute pattern


def _in_folder(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.name.endswith(_ENDINGS) and path.is_file())
