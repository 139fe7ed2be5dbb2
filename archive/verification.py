"""Whether the files of an archive are what its log says, and where they are not."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from attrs import frozen

from archive.compression import GZIP
from archive.log import Seal, archive_files, read_log
from archive.records import Damage
from archive.sources import is_being_written
from archive.unpacked import Unpacked, open_unpacked
from archive.walk import walk
from archive.writer import is_own, pack
from archive.zip_file import Section

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


def files_to_verify(folder: Path) -> dict[str, list[Seal]]:
    """The files that the log or the folder has -> what the log seals of each."""
    seals: dict[str, list[Seal]] = {name: [] for name in archive_files(folder)}
    for entry in read_log(folder):
        for seal in entry.seals:
            seals.setdefault(seal.name, []).append(seal)
    return seals


def verify_log(folder: Path) -> Iterator[Finding]:
    """The entries of the log that are not as they were written."""
    for entry in read_log(folder):
        if entry.fault:
            yield Finding(None, f"line {entry.number} {entry.fault}")


def verify_file(
    folder: Path, name: str, seals: list[Seal], passed: Callable[[int], object]
) -> Iterator[Finding]:
    """What is wrong with a file: nothing, if it is as the log seals it.

    What no sound entry of the log seals is looked through for damage; half a record at its end is no damage
    but of a killed run, and the next one cuts it.

    :param passed: is told of the bytes that have been read.
    """
    path = folder / name
    try:
        size = path.stat().st_size
        changed = [seal for seal in seals if not _is_as_sealed(path, seal, passed)]
    except FileNotFoundError:
        yield Finding(name, "missing")
        return
    except OSError as error:
        yield Finding(name, f"cannot be read: {error.strerror}")
        return
    unsealed, end = list[tuple[int, int]](), 0
    for seal in seals:
        unsealed.append((end, seal.start))
        end = max(end, seal.end)
    for seal in changed:
        findings = list(_changed_records(path, name, seal.start, seal.end, repack=True))
        yield from findings
        if size < seal.end:
            yield Finding(name, f"is cut off: {end:,} bytes were logged", size)
            return
        if not findings:
            reason = "is not what was logged, but no record can be named"
            yield Finding(name, reason, seal.start, seal.end)
    if not is_being_written(path):
        unsealed.append((end, size))
    for start, stop in unsealed:
        if start < stop:
            for finding in _changed_records(path, name, start, stop, repack=is_own(path)):
                if finding.end != size or not is_own(path):
                    yield finding
            passed(stop - start)


def moved(folder: Path, missing: dict[str, list[Seal]], names: Iterator[str]) -> dict[str, str]:
    """Missing files -> others among the names that hold the same bytes."""
    found: dict[str, str] = {}
    for place in names:
        for name, seals in missing.items():
            if name not in found and seals and all(_is_as_sealed(folder / place, seal) for seal in seals):
                found[name] = place
                break
    return found


def _is_as_sealed(path: Path, seal: Seal, passed: Callable[[int], object] = lambda _: None) -> bool:
    if path.stat().st_size < seal.end:
        return False
    digest, left = hashlib.sha256(), seal.bytes
    with path.open("rb") as file:
        file.seek(seal.start)
        while piece := file.read(min(left, _PIECE)):
            digest.update(piece)
            left -= len(piece)
            passed(len(piece))
    return digest.hexdigest() == seal.sha256


def _changed_records(path: Path, name: str, start: int, end: int, *, repack: bool) -> Iterator[Finding]:
    """The records of a part that are damaged; and, if asked for, those whose packing is not the writer's.

    gzip's check sum does not cover its own head, nor the last bits before it. A writer packs equal records
    in equal bytes, so these changes show, too, unless the library that packs is another one now.
    """
    otherwise, members = [], 0
    with path.open("rb") as raw:
        section = cast("BinaryIO", Section(raw, 0, end))
        stream = Unpacked(section, GZIP, start) if is_own(path) else open_unpacked(section, start)
        for read in walk(stream, name, lambda kind, fields: False, 0):
            if isinstance(read, Damage):
                yield Finding(name, read.reason, read.offset, read.end or end)
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
