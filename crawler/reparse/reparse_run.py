"""One run of ``scrapy reparse``: reads archived pages, stores what they give, says what that came to."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.settings import BaseSettings
from sqlalchemy import Engine

from archive import repair
from crawler.reparse.archive_index import ArchiveIndex
from crawler.reparse.change_report import show_changes
from crawler.reparse.changes import Changes, no_longer_read
from crawler.reparse.chosen_pages import Selection, copies, count_pages
from crawler.reparse.executors import ClusterError, Read
from crawler.reparse.lost_pictures import restore_pictures
from crawler.reparse.lost_runs import LostRun, restore_failures, restore_lost_runs
from crawler.run.interruption import StoppedBySignal, interruptible, signals_wait
from pipelines.records.batch import Writer, Written, write_batch
from pipelines.records.runs import finish_run, start_run
from pipelines.retry import RetryPolicy
from schemas.database import write_transaction
from schemas.items import Reading
from schemas.verdicts import Judgement

PAGES_AT_ONCE = 200
"""Stored in one transaction."""

SPIDER = "reparse"
"""The name of its runs."""


class ReparseRun:
    """Reads with whatever ``read`` is, and stores alone.

    Settings: ``RECHECK_DAYS``, ``DATABASE_RETRY_SECONDS``, ``DATABASE_URL``.

    :param folder: of the archive.
    :param arguments: what the run's record says of the selection.
    :param as_json: whether the report is a JSON document.
    """

    def __init__(
        self,
        engine: Engine,
        settings: BaseSettings,
        *,
        folder: Path,
        selection: Selection,
        arguments: dict[str, Any],
        read: Read,
        dry_run: bool,
        as_json: bool,
    ) -> None:
        self.engine = engine
        self.folder = folder
        self.selection = selection
        self.arguments = arguments
        self.read = read
        self.dry_run = dry_run
        self.as_json = as_json
        self.recheck_days = settings.getint("RECHECK_DAYS")
        self.retry = RetryPolicy.from_settings(settings)
        self.started_at = datetime.now(UTC)
        self.changes = Changes()
        self.indexed = self.duplicates = self.expected = 0
        self.lost: list[LostRun] = []

    def do(self) -> Judgement:
        """Read and store; what is stored before an interruption stays.

        :raises StorageError: if the database did not answer for ``DATABASE_RETRY_SECONDS`` seconds.
        """
        began, interruption = time.monotonic(), ""
        writer = None
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
        show_changes(
            self.changes,
            indexed=self.indexed,
            seconds=time.monotonic() - began,
            dry_run=self.dry_run,
            as_json=self.as_json,
        )
        if writer:
            self._finish(writer, judgement)
        return judgement

    def _begin(self) -> Writer:
        def begin() -> int:
            with write_transaction(self.engine) as connection:
                return start_run(connection, SPIDER, self.arguments, self.started_at)

        return Writer(self.retry.run_now(begin), SPIDER, self.recheck_days)

    def _look_through(self, writer: Writer | None) -> None:
        for repaired in repair(self.folder) if writer else []:
            sys.stderr.write(f"Repaired after a killed run: {repaired}\n")
        run_id, runs = None, dict[str, list[tuple[int, int]]]()
        if writer:
            run_id = writer.run_id
            self.lost = restore_lost_runs(self.engine, self.retry, self.folder, self.recheck_days)
            parts = sorted((file, start, run.id) for run in self.lost for file, start, _ in run.parts)
            for file, start, of_run in parts:
                runs.setdefault(file, []).append((start, of_run))
        index = ArchiveIndex(self.engine, self.retry, self.folder, run_id, runs, self.selection.is_everything)
        self.indexed, self.changes.counts["damaged"] = index.bring_up()

    def _read_all(self, writer: Writer | None) -> None:
        total = self.retry.run_now(lambda: count_pages(self.engine, self.selection))
        self.expected = total if self.selection.is_everything else 0
        waiting: list[Reading] = []
        with _progress() as progress:
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
            with write_transaction(self.engine) as connection:
                finish_run(
                    connection, writer.run_id, judgement, counts, changes.statistics(), datetime.now(UTC)
                )

        self.retry.run_now(finish)


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=console,
        disable=not console.is_terminal,
    )
