"""One run of ``scrapy reparse``: reads archived pages, stores what they give, says what that came to."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from attrs import Factory, define
from scrapy.settings import BaseSettings
from sqlalchemy import Engine

from archive import repair
from crawler.command_line import progress_bar
from crawler.reparse.archive_index import ArchiveIndex
from crawler.reparse.changes import Changes, no_longer_read, show_changes
from crawler.reparse.chosen_pages import Selection, copies, count_pages
from crawler.reparse.lost_pictures import restore_pictures
from crawler.reparse.lost_runs import LostRun, restore_failures, restore_lost_runs
from crawler.reparse.readers import ClusterError, Read
from crawler.run.interruption import StoppedBySignal, interruptible, signals_wait
from pipelines.records.batch import Writer, Written, write_batch
from pipelines.records.run_rows import finish_run, start_run
from pipelines.retry import RetryPolicy
from schemas.database import write_transaction
from schemas.items import Reading
from schemas.verdicts import Judgement

PAGES_AT_ONCE = 200
"""Stored in one transaction."""

SPIDER = "reparse"
"""The name of its runs."""


@define
class ReparseRun:
    """Reads with whatever ``read`` is, and stores alone.

    Settings: ``RECHECK_DAYS``, ``DATABASE_RETRY_SECONDS``, ``DATABASE_URL``.
    """

    engine: Engine
    settings: BaseSettings
    folder: Path
    """Of the archive."""
    selection: Selection
    arguments: dict[str, Any]
    """What the run's record says of the selection."""
    read: Read
    dry_run: bool
    as_json: bool
    """Whether the report is a JSON document."""
    retry: RetryPolicy = Factory(lambda self: RetryPolicy.from_settings(self.settings), takes_self=True)
    started_at: datetime = Factory(lambda: datetime.now(UTC))
    changes: Changes = Factory(Changes)
    indexed: int = 0
    duplicates: int = 0
    expected: int = 0
    lost: list[LostRun] = Factory(list)

    def do(self) -> Judgement:
        """Read and store; what is stored before an interruption stays.

        :raises StorageError: if the database did not answer for ``DATABASE_RETRY_SECONDS`` seconds.
        """
        began, interruption, writer = time.monotonic(), "", None
        try:
            with interruptible():
                if not self.dry_run:
                    with signals_wait():  # or a run that is recorded would never be finished
                        writer = self._begin()
                if self.folder.exists():  # what is read may all lie in other makers' files
                    self._look_through(writer)
                self._read_all(writer)
                if writer and self.folder.exists() and find_spec("imagehash"):
                    restore_pictures(self.engine, self.retry, self.folder)
                restore_failures(self.engine, self.retry, self.folder, self.lost)
        except StoppedBySignal:
            interruption = "stopped by a signal"
        except ClusterError as error:
            interruption = str(error)
        judgement = self.changes.judge(self.expected, interruption)
        how: Any = {"indexed": self.indexed, "dry_run": self.dry_run, "as_json": self.as_json}
        show_changes(self.changes, seconds=time.monotonic() - began, **how)
        if writer:
            self._finish(writer, judgement)
        return judgement

    def _begin(self) -> Writer:
        def begin() -> int:
            with write_transaction(self.engine) as connection:
                return start_run(connection, SPIDER, self.arguments, self.started_at)

        return Writer(self.retry.run_now(begin), SPIDER, self._recheck_days)

    @property
    def _recheck_days(self) -> int:
        return self.settings.getint("RECHECK_DAYS")

    def _look_through(self, writer: Writer | None) -> None:
        for repaired in repair(self.folder) if writer else []:
            sys.stderr.write(f"Repaired after a killed run: {repaired}\n")
        run_id, runs = None, dict[str, list[tuple[int, int]]]()
        if writer:
            run_id = writer.run_id
            self.lost = restore_lost_runs(self.engine, self.retry, self.folder, self._recheck_days)
            parts = sorted((file, start, run.id) for run in self.lost for file, start, _ in run.parts)
            for file, start, of_run in parts:
                runs.setdefault(file, []).append((start, of_run))
        index = ArchiveIndex(self.engine, self.retry, self.folder, run_id, runs, self.selection.is_everything)
        self.indexed, self.changes.counts["damaged"] = index.bring_up()

    def _read_all(self, writer: Writer | None) -> None:
        total = self.retry.run_now(lambda: count_pages(self.engine, self.selection))
        self.expected = total if self.selection.is_everything else 0
        waiting: list[Reading] = []
        with progress_bar() as progress:
            task = progress.add_task("pages", total=total)
            for readings in self.read(copies(self.engine, self.retry, self.selection, self.folder)):
                progress.advance(task, len(readings))
                waiting += readings
                if len(waiting) >= PAGES_AT_ONCE:
                    self._store(waiting, writer)
                    waiting = []
            self._store(waiting, writer)

    def _store(self, readings: list[Reading], writer: Writer | None) -> None:
        items = [item for reading in readings if (item := reading.item)]

        def store() -> tuple[Written, list[tuple[str, str]]]:
            transaction = write_transaction(self.engine) if writer else self.engine.connect()
            with transaction as connection:
                lost = no_longer_read(connection, readings)
                return write_batch(connection, items, writer, again=True, now=self.started_at), lost

        written, lost = self.retry.run_now(store)
        self.changes.take_readings(readings)
        self.changes.take_articles(written.changes)
        self.changes.no_longer_read += lost
        self.duplicates += written.counts["duplicate"]

    def _finish(self, writer: Writer, judgement: Judgement) -> None:
        changes = self.changes
        counts = {
            **{name: changes.counts[name] for name in ("new", "changed", "unchanged")},
            "duplicate": self.duplicates,
            "rejected": changes.unread.total() + changes.lost.total(),
        }

        def finish() -> None:
            now, stats = datetime.now(UTC), changes.statistics()
            with write_transaction(self.engine) as connection:
                finish_run(connection, writer.run_id, judgement, counts, stats, now)

        self.retry.run_now(finish)
