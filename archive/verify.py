"""Whether the files of an archive are what its log says, and where they are not."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from archive.log import archive_files, read_log
from archive.records import Damage
from archive.sources import open_source
from archive.unpacked import open_unpacked
from archive.walk import walk
from archive.writer import pack

_PIECE = 1 << 20
_MEMBERS = (".warc.gz",)


@frozen
class Finding:
    """Something that is not as the log says.

    ``file`` is ``None`` for the log itself. The fault lies between the bytes ``start`` and ``end`` of the
    file; ``end`` is ``None`` where no place can be named, and then the whole file may be affected.
    """

    file: str | None
    reason: str
    start: int = 0
    end: int | None = None


def files_to_verify(folder: Path) -> dict[str, dict[str, Any] | None]:
    """The files that the log or the folder has -> what the log says of each, if it does."""
    logged = {file["name"]: file for entry in read_log(folder) for file in entry.files}
    return dict.fromkeys(archive_files(folder)) | logged


def verify_log(folder: Path) -> Iterator[Finding]:
    """The entries of the log that are not as they were written."""
    for entry in read_log(folder):
        if entry.fault:
            yield Finding(None, f"line {entry.number} {entry.fault}")


def verify_file(
    folder: Path, name: str, said: dict[str, Any] | None, passed: Callable[[int], object]
) -> Iterator[Finding]:
    """What is wrong with a file: nothing, if it is what the log says.

    A file that the log does not tell of is looked through for damage.

    :param passed: is told of the bytes that have been read.
    """
    path = folder / name
    try:
        digest, size = _read(path, passed)
    except FileNotFoundError:
        yield Finding(name, "missing")
        return
    except OSError as error:
        yield Finding(name, f"cannot be read: {error.strerror}")
        return
    if said and (digest, size) == (said["sha256"], said["bytes"]):
        return
    found = False
    for finding in _changed_records(path, name, repack=said is not None):
        found = True
        yield finding
    if said and not found:
        was = f"{said['bytes']:,} bytes were logged" if size != said["bytes"] else "no record can be named"
        yield Finding(name, f"is not what was logged: {was}")


def moved(folder: Path, missing: dict[str, dict[str, Any]], names: Iterator[str]) -> dict[str, str]:
    """Missing files -> others among the names that hold the same bytes."""
    wanted = {said["sha256"]: name for name, said in missing.items()}
    sizes = {said["bytes"] for said in missing.values()}
    found = {}
    for name in names:
        if (folder / name).stat().st_size in sizes:
            digest, _ = _read(folder / name, lambda _: None)
            if digest in wanted:
                found[wanted[digest]] = name
    return found


def _read(path: Path, passed: Callable[[int], object]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            passed(len(piece))
    return digest.hexdigest(), size


def _changed_records(path: Path, name: str, *, repack: bool) -> Iterator[Finding]:
    """The records that are damaged; and, if asked for, those whose packing is not the writer's.

    gzip's check sum does not cover its own head, nor the last bits before it. A writer packs equal records
    in equal bytes, so these changes show, too, unless the library that packs is another one now.
    """
    otherwise, members = [], 0
    with open_source(str(path)) as source, path.open("rb") as raw:
        for read in walk(open_unpacked(source.raw), name, lambda kind, fields: False, 0):
            if isinstance(read, Damage):
                yield Finding(name, read.reason, read.offset, read.end or path.stat().st_size)
            elif repack and read.length is not None and not read.skip and name.endswith(_MEMBERS):
                members += 1
                raw.seek(read.offset)
                packed = raw.read(read.length)
                if pack(zlib.decompress(packed, 31)) != packed:
                    otherwise.append(read)
    if 2 * len(otherwise) < members:
        for record in otherwise:
            assert record.length is not None  # noqa: S101 - tells the type checker
            reason = "its content is as it was, its packing was changed"
            yield Finding(name, reason, record.offset, record.offset + record.length)
