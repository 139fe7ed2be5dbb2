"""Runs that the database does not know, because it was lost: had back from what they left in the archive.

Pages tell what articles say. How far lists were walked, what failed and what a run came to, its notes and the
log tell (:mod:`crawler.archived`, :mod:`archive.log`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from attrs import define, field
from sqlalchemy import Connection, Engine, select

from archive.log import archive_files, read_log
from archive.walk import read_infos, read_notes
from crawler.archived import Noted, from_note
from pipelines.records.batch import Writer, write_batch
from pipelines.records.frontier_rows import mark_tried
from pipelines.records.run_rows import RUN_KEY, restore_run, write_rejects
from pipelines.retry import RetryPolicy
from schemas.database import write_transaction
from schemas.items import Failure
from schemas.tables import Run


@define
class LostRun:
    """A run that is recorded in the archive, and perhaps not in the database."""

    record: dict[str, Any]
    """What is known of it; if it was killed, only how it began."""
    parts: list[tuple[str, int, int]] = field(factory=list)
    """What it wrote: file, from one byte to another."""
    id: int = 0
    was_known: bool = True

    def items(self, folder: Path) -> Iterator[Noted]:
        """What it noted, in the order in which it was stored."""
        notes = chain.from_iterable(read_notes(folder / file, start, end) for file, start, end in self.parts)
        for note in chain(notes, self.record.get("notes", ())):
            if item := from_note(note):
                yield item


def restore_lost_runs(engine: Engine, retry: RetryPolicy, folder: Path, recheck_days: int) -> list[LostRun]:
    """Write the runs that the database does not know, with the walks and indexes that they noted.

    :returns: every run of which the archive tells, with its number in the database.
    """
    runs = _runs(folder)

    def write(run: LostRun) -> None:
        with write_transaction(engine) as connection:
            known = _known(connection, run.record)
            run.was_known = known is not None
            run.id = known or restore_run(connection, run.record)
            if not run.was_known:
                writer = Writer(run.id, run.record["spider"], recheck_days)
                steps = [item for item in run.items(folder) if not isinstance(item, Failure)]
                for step in steps:  # one by one: a batch would take the lists' pages before their order
                    write_batch(connection, [step], writer)

    for run in runs:
        retry.run_now(partial(write, run))
    return runs


def restore_failures(engine: Engine, retry: RetryPolicy, folder: Path, runs: list[LostRun]) -> None:
    """Write what failed in the runs that were lost, where nothing later is known of the article."""

    def write(run: LostRun) -> None:
        failures = [item for item in run.items(folder) if isinstance(item, Failure)]
        with write_transaction(engine) as connection:
            mark_tried(connection, failures, run.record["spider"])
            rejected = [failure for failure in failures if failure.payload is not None]
            write_rejects(connection, rejected, run.id)

    for run in runs:
        if not run.was_known:
            retry.run_now(partial(write, run))


def _runs(folder: Path) -> list[LostRun]:
    """The runs of which the archive tells, in the order in which they began."""
    found: dict[tuple[Any, ...], LostRun] = {}
    for entry in read_log(folder):
        if record := entry.content.get("run"):
            found[_key(record)] = LostRun(record)
    for file, start, end, is_of_one in _parts(folder):
        infos = list(islice(read_infos(folder / file, start, end), 1 if is_of_one else None))
        ends = [offset for offset, _ in infos[1:]] + [end]
        for (offset, info), stop in zip(infos, ends, strict=False):  # somebody else's file may tell nothing
            if begun := info.get("run"):
                record = json.loads(begun)
                found.setdefault(_key(record), LostRun(record)).parts.append((file, offset, stop))
    return sorted(found.values(), key=lambda run: str(run.record["started_at"]))


def _parts(folder: Path) -> Iterator[tuple[str, int, int, bool]]:
    """The parts of the files, each with whether one run has written it: what it logged at its end."""
    left = {file: (0, (folder / file).stat().st_size) for file in archive_files(folder)}
    for entry in read_log(folder):
        for seal in entry.seals:
            if seal.end <= left.get(seal.name, (0, 0))[1]:
                yield seal.name, seal.start, seal.end, bool(entry.content["run"])
                left[seal.name] = seal.end, left[seal.name][1]
    for file, (start, end) in left.items():
        if start < end:
            yield file, start, end, False


def _known(connection: Connection, record: Mapping[str, Any]) -> int | None:
    key = [Run.spider == record["spider"], Run.started_at == datetime.fromisoformat(record["started_at"])]
    key += [Run.host == record["host"], Run.pid == record["pid"]]
    return connection.scalar(select(Run.id).where(*key))


def _key(record: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(record.get(name) for name in RUN_KEY)
