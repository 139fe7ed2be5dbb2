"""The log beside the archive: what each run wrote, each entry sealed by a hash and bound to the one before.

A line is a JSON object. ``hash`` is the SHA-256 of the rest of the line, in which ``before`` is the ``hash``
of the line above it; ``files`` seals what archive files hold that no line above seals. So a file that is
changed later no longer is what an entry says, and an entry that is changed no longer is what it and the next
one say. A file may grow: another entry seals what was added.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from attrs import asdict, frozen

from archive.sources import is_archive_name, is_being_written

LOG = "log.jsonl"


@frozen
class Seal:
    """So many bytes of a file, and their SHA-256: what one run added to it, or all of another maker's."""

    name: str
    start: int
    bytes: int
    sha256: str

    @property
    def end(self) -> int:
        return self.start + self.bytes


@frozen
class Entry:
    """A line of the log. ``fault`` says what is wrong with it, if it is not as it was written."""

    number: int
    content: Mapping[str, Any]
    seals: tuple[Seal, ...] = ()
    fault: str | None = None


def log_run(folder: Path, run: Mapping[str, Any] | None) -> None:
    """Add an entry about a run, and what the folder's archive files hold that no entry seals yet.

    A file that is being written is left to its writer.

    :param run: what is recorded of it, as JSON has it.
    :raises OSError: if it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOG).open("a+b") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        log.seek(0)
        entries = list(_entries(log))
        content = {
            "at": datetime.now(UTC).isoformat(),
            "run": run and dict(run),
            "files": [asdict(seal) for seal in _unsealed(folder, sealed_ends(entries))],
            "before": next((entry.content["hash"] for entry in reversed(entries) if entry.content), ""),
        }
        sealed = json.dumps(content | {"hash": _hash(content)}, ensure_ascii=False)
        log.seek(0, 2)
        if log.tell() and not _ends_line(log):  # a killed process left half a line
            log.write(b"\n")
        log.write(sealed.encode() + b"\n")
        log.flush()


def read_log(folder: Path) -> Iterator[Entry]:
    """The entries, from the first on."""
    if (folder / LOG).exists():
        with (folder / LOG).open("rb") as log:
            yield from _entries(log)


def sealed_ends(entries: Iterable[Entry]) -> dict[str, int]:
    """File -> up to which byte it is sealed."""
    return {seal.name: seal.end for entry in entries for seal in entry.seals}


def archive_files(folder: Path) -> list[str]:
    """The archive files below a folder, by their names from there on."""
    paths = (path for path in folder.rglob("*") if is_archive_name(path.name) and path.is_file())
    return sorted(str(path.relative_to(folder)) for path in paths)


def _unsealed(folder: Path, ends: Mapping[str, int]) -> Iterator[Seal]:
    for name in archive_files(folder):
        start, path = ends.get(name, 0), folder / name
        if path.stat().st_size > start and not is_being_written(path):
            with path.open("rb") as file:
                file.seek(start)
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                yield Seal(name, start, file.tell() - start, digest)


def _entries(log: BinaryIO) -> Iterator[Entry]:
    before = ""
    for number, line in enumerate(log, start=1):
        try:
            content = json.loads(line)
            said = content["hash"], content["before"]
        except (ValueError, TypeError, KeyError):
            yield Entry(number, {}, fault="is no entry: half of one, or changed")
            continue
        if said[0] != _hash(content):
            yield Entry(number, content, fault="was changed")
        else:
            follows = said[1] == before
            fault = "does not follow the entry before it: one is missing, or was changed"
            seals = tuple(Seal(**seal) for seal in content["files"])
            yield Entry(number, content, seals, None if follows else fault)
        before = said[0]


def _hash(content: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in content.items() if name != "hash"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _ends_line(log: BinaryIO) -> bool:
    log.seek(-1, 2)
    return log.read(1) == b"\n"
