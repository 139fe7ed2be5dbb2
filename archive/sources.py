"""Which files there are to read, and how each is opened."""

from __future__ import annotations

import fcntl
import glob
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from attrs import field, frozen

from archive.compression import SeekableStream, access_index, compression_at
from archive.zip_file import Member, ZipError, members, open_member

INSIDE = "!/"
"""Stands between the name of a WACZ file and the name of a file in it."""

ENDINGS = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".wacz")

_MOST_MEMBERS = 50_000
"""Members of a zip file whose places are remembered; others are looked up each time."""


@frozen
class Source:
    """A file that is open for reading. ``key`` names it and its state."""

    raw: BinaryIO = field(eq=False)
    key: Hashable


def expand(paths: Iterable[str | Path]) -> list[Path]:
    """The files that paths, folders and patterns name, each once, in order.

    A folder stands for all files below it that no writer has open, whatever their names: what each is,
    a :class:`~archive.summary.FileSummary` says after reading. A pattern is one of the shell's; ``**``
    stands for any number of folders.

    :raises ValueError: if a path names no file.
    """
    found: dict[Path, None] = {}
    for given in map(str, paths):
        named = [given] if Path(given).exists() else sorted(glob.glob(given, recursive=True))  # noqa: PTH207
        files = [file for name in named for file in _files(Path(name))]
        if not files:
            what = "a folder without files" if Path(given).is_dir() else "matches no file"
            raise ValueError(f"{given!r}: {what}; archives end in {', '.join(ENDINGS)}")
        found.update(dict.fromkeys(files))
    return list(found)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and not is_being_written(file))


def is_archive_name(name: str) -> bool:
    """Whether a name has an archive's ending, in capital letters or not; ``.open`` is Heritrix's."""
    return name.lower().removesuffix(".open").endswith(ENDINGS)


@contextmanager
def open_source(name: str) -> Iterator[Source]:
    """Open a file for reading, or one inside a WACZ; nothing is unpacked to the disk.

    :raises OSError: if there is none.
    """
    path, inside = name, list[str]()
    while INSIDE in path and not Path(path).exists():
        path, _, inner = path.rpartition(INSIDE)
        inside.insert(0, inner)
    with Path(path).open("rb") as file:
        state = Path(path).stat()
        source = Source(file, (path, state.st_ino, state.st_size, state.st_mtime_ns))
        for inner in inside:
            source = _open_inside(source, inner)
        yield source


def open_inside(source: Source, member: Member) -> Source:
    """A member of a zip file.

    :raises ZipError: if it cannot be read.
    """
    key = (source.key, member.name)
    return Source(open_member(source.raw, member, key), key)


@contextmanager
def open_member_at(source: Source, offset: int | None) -> Iterator[BinaryIO]:
    """A file in which one can seek: what a large gzip member or zstd frame holds, else the source itself."""
    compression = None if offset is None else compression_at(source.raw, offset)
    if compression is None or offset is None:
        yield source.raw
        return
    stream = SeekableStream(source.raw, offset, compression.new, access_index((source.key, offset)))
    yield cast("BinaryIO", stream)
    stream.close()


def _open_inside(source: Source, name: str) -> Source:
    known = _directory(source)
    member = known.get(name)
    if member is None and len(known) == _MOST_MEMBERS:
        member = next((one for one in members(source.raw) if one.name == name), None)
    if member is None:
        raise ZipError(f"the zip file has no member {name!r}")
    return open_inside(source, member)


@lru_cache(maxsize=4)
def _directory(source: Source) -> dict[str, Member]:
    return {member.name: member for member in islice(members(source.raw), _MOST_MEMBERS)}


def is_being_written(path: Path) -> bool:
    """Whether a writer has the file open: then its last record may not be complete."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # whoever reads it will say why it cannot be read
        return False
    return False
