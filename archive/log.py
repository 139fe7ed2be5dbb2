"""The log beside the archive: what each run wrote, each entry sealed by a hash and bound to the one before.

A line is a JSON object. ``hash`` is the SHA-256 of the rest of the line, in which ``before`` is the ``hash``
of the line above it. So a file that is changed later no longer is what an entry says, and an entry that is
changed no longer is what it and the next one say.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from attrs import frozen

from archive.sources import OPEN_SUFFIX, is_archive_name

LOG = "log.jsonl"


@frozen
class Entry:
    """A line of the log. ``fault`` says what is wrong with it, if it is not as it was written."""

    number: int
    content: Mapping[str, Any]
    fault: str | None = None

    @property
    def files(self) -> list[dict[str, Any]]:
        """``name``, ``bytes`` and ``sha256`` of each file that it tells of."""
        return list(self.content.get("files", ()))


def log_run(folder: Path, run: Mapping[str, Any]) -> None:
    """Add an entry about a run, and the closed files of the folder that no entry tells of yet.

    :param run: what is recorded of it, as JSON has it.
    :raises OSError: if it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOG).open("a+b") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        log.seek(0)
        entries = list(_entries(log))
        known = {file["name"] for entry in entries for file in entry.files}
        new = [name for name in archive_files(folder) if name not in known]
        content = {
            "at": datetime.now(UTC).isoformat(),
            "run": dict(run),
            "files": [describe(folder, name) for name in new],
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


def archive_files(folder: Path) -> list[str]:
    """The closed archive files below a folder, by their names from there on."""
    paths = (path for path in folder.rglob("*") if is_archive_name(path.name) and path.is_file())
    return sorted(str(path.relative_to(folder)) for path in paths if not path.name.endswith(OPEN_SUFFIX))


def describe(folder: Path, name: str) -> dict[str, Any]:
    """What an entry says of a file."""
    with (folder / name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"name": name, "bytes": file.tell(), "sha256": digest}


def _entries(log: BinaryIO) -> Iterator[Entry]:
    before = ""
    for number, line in enumerate(log, start=1):
        try:
            content = json.loads(line)
            said = content["hash"], content["before"]
        except (ValueError, TypeError, KeyError):
            yield Entry(number, {}, "is no entry: half of one, or changed")
            continue
        fault = None
        if said[0] != _hash(content):
            fault = "was changed"
        elif said[1] != before:
            fault = "does not follow the entry before it: one is missing, or was changed"
        yield Entry(number, content, fault)
        before = said[0]


def _hash(content: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in content.items() if name != "hash"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _ends_line(log: BinaryIO) -> bool:
    log.seek(-1, 2)
    return log.read(1) == b"\n"
