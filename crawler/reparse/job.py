"""One start of ``scrapy reparse``: reads kept pages, stores what they give, says what that came to."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.settings import BaseSettings
from sqlalchemy import Connection, Engine

from archive import repair
from crawler.reparse import report as reparse_report
from crawler.reparse.reading import ClusterError, Read
from crawler.reparse.selection import Selection, copies, count_pages, index_archive
from crawler.reparse.storing import Tally, store_readings
from crawler.run.interruption import StoppedBySignal, interruptible, signals_wait
from pipelines.records.batch import Writer
from pipelines.records.runs import finish_run, start_run
from pipelines.retry import Patience
from schemas.database import write_transaction
from schemas.items import Reading
from schemas.verdicts import Judgement

PAGES_AT_ONCE = 200
"""Stored in one transaction."""


class Reparsing:
    """Reads with whatever ``read`` is, and stores alone.

    Settings: ``RECHECK_DAYS``, ``STORE_PATIENCE``, ``DATABASE_URL``.

    :param folder: where pages are kept.
    :param arguments: what the run's record says of the selection.
    :param as_json: whether the report is a JSON document.
    """

    spider = "reparse"
    """The name of its runs."""

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
        self.patience = Patience.from_settings(settings)
        self.started_at = datetime.now(UTC)
        self.tally = Tally()
        self.indexed = 0

    def do(self) -> Judgement:
        """Read and store; what is stored before an interruption stays.

        :raises StorageError: if the database did not answer for ``STORE_PATIENCE`` seconds.
        """
        began, interruption = time.monotonic(), ""
        writer = None
        try:
            with interruptible():
                if not self.dry_run:
                    with signals_wait():  # or a run that is recorded would never be finished
                        writer = self.begin()
                    if self.folder.exists():  # what is read may all lie in other makers' files
                        self.index(writer)
                with _progress() as progress:
                    self._task = progress.add_task("pages", total=self.count())
                    self._progress = progress
                    self.read_all(writer)
        except StoppedBySignal:
            interruption = "stopped by a signal"
        except ClusterError as error:
            interruption = str(error)
        judgement = self.tally.judge(interruption)
        reparse_report.show(
            self.tally,
            indexed=self.indexed,
            seconds=time.monotonic() - began,
            dry_run=self.dry_run,
            as_json=self.as_json,
        )
        if writer:
            self._finish(writer, judgement)
        return judgement

    def begin(self) -> Writer:
        """Make the run's record."""

        def begin() -> int:
            with write_transaction(self.engine) as connection:
                return self.start_run(connection)

        return Writer(self.patience.done_now(begin), self.spider, self.recheck_days)

    def start_run(self, connection: Connection) -> int:
        """The id of the run, within a transaction."""
        return start_run(connection, self.spider, self.arguments, self.started_at)

    def index(self, writer: Writer) -> None:
        """Note what lies in the archive."""
        self.mend()
        self.indexed = index_archive(self.engine, self.patience, self.folder, writer.run_id)

    def mend(self) -> None:
        """Close the files that killed runs left open."""
        for repaired in repair(self.folder):
            sys.stderr.write(f"Repaired after a killed run: {repaired}\n")

    def count(self) -> int | None:
        """How many pages there are to be read, if that can be known."""
        return self.patience.done_now(lambda: count_pages(self.engine, self.selection))

    def read_all(self, writer: Writer | None) -> None:
        """Read all pages that are chosen, and store what they give."""
        waiting: list[Reading] = []
        for readings in self.read(copies(self.engine, self.patience, self.selection, self.folder)):
            self.advance(len(readings))
            waiting += readings
            if len(waiting) >= PAGES_AT_ONCE:
                self._store(waiting, writer)
                waiting = []
        self._store(waiting, writer)

    def advance(self, pages: int) -> None:
        """Show that so many more have been read."""
        self._progress.advance(self._task, pages)

    def _store(self, readings: list[Reading], writer: Writer | None) -> None:
        def store() -> Tally:
            transaction = write_transaction(self.engine) if writer else self.engine.connect()
            with transaction as connection:
                return store_readings(connection, readings, writer, self.started_at)

        self.tally.add(self.patience.done_now(store))

    def _finish(self, writer: Writer, judgement: Judgement) -> None:
        tally = self.tally
        counts = {
            "new": tally.new,
            "changed": tally.changed,
            "unchanged": tally.unchanged,
            "duplicate": tally.duplicates,
            "rejected": tally.unread.total() + tally.lost.total(),
        }

        def finish() -> None:
            with write_transaction(self.engine) as connection:
                finish_run(
                    connection, writer.run_id, judgement, counts, tally.statistics(), datetime.now(UTC)
                )

        self.patience.done_now(finish)


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
