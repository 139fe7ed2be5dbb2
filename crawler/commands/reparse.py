"""``scrapy reparse``: reads kept pages again, without a request to anybody."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

from pydantic import BeforeValidator, Field, model_validator
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from sqlalchemy import Engine

from crawler import reparse_report
from crawler.archive import repair
from crawler.arguments import Count, split_commas
from crawler.collection import AlreadyRunningError, StorageError
from crawler.command_line import CollectionCommand, DaysOptions, add_part, one_of
from crawler.rereading import ClusterError, read_copies, usable_processors
from crawler.verdict import Judgement, Verdict
from pipelines.lock import claimed
from pipelines.patience import Patience
from pipelines.records.batch import Writer
from pipelines.records.runs import finish_run, start_run
from pipelines.reparse import Tally, store_readings
from pipelines.selection import Selection, copies, count_pages, index_archive
from schemas.database import write_transaction
from schemas.items import KeptCopy, Reading

PAGES_AT_ONCE = 200
"""Stored in one transaction."""

INSTALL_CLUSTER = ".venv/bin/python -m pip install -e '.[cluster]'"

Read = Callable[[Iterable[Sequence[KeptCopy]]], Iterator[list[Reading]]]
"""Reads groups of pages, in their order."""


class ReparseOptions(DaysOptions):
    """What the command understands."""

    parser: Annotated[list[str], BeforeValidator(split_commas)] = Field(default=[])
    outdated: bool = False
    missing: bool = False
    dry_run: bool = False
    format: Annotated[str, one_of("table", "json")] = "table"
    processes: Count = Field(default_factory=usable_processors)
    cluster: str | None = None

    @model_validator(mode="after")
    def _check_together(self) -> ReparseOptions:
        if self.cluster and "processes" in self.model_fields_set:
            raise ValueError("cluster: its workers read; accepted: cluster or processes, not both")
        if self.missing and (self.since or self.until or self.parser or self.outdated):
            raise ValueError(
                "missing: what could not be read has neither a date nor a parser; "
                "accepted beside it: edition, section, dry-run, processes"
            )
        return self

    @property
    def selection(self) -> Selection:
        """The articles that the options choose."""
        return Selection(
            editions=tuple(self.edition),
            sections=tuple(self.section),
            since=self.since,
            until=self.until,
            parsers=tuple(self.parser),
            outdated=self.outdated,
            missing=self.missing,
        )


class Command(CollectionCommand):
    """Reads kept pages with the present page objects and pipelines, and stores what that changes.

    All kept pages of an article are read together. A text that is read otherwise than before leaves a
    revision with the cause ``parser``. The exit code is that of the run's verdict.
    """

    def short_desc(self) -> str:
        return "Read kept pages again with the present parser"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add = parser.add_argument
        add_part(parser, "read")
        add(
            "--parser", metavar="post/1,generic", help="only what these layouts read, with or without version"
        )
        add("--outdated", action="store_true", help="only what other code than the present read")
        add("--missing", action="store_true", help="only articles whose pages have given none so far")
        add("--dry-run", action="store_true", help="show what would change, and change nothing")
        add("--format", metavar="table|json", help="of the report; default: table")
        add("--processes", metavar="N", help="processes that read; default: one for each processor")
        add("--cluster", metavar="tcp://HOST:8786", help="let the workers of a Dask cluster read")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(ReparseOptions, opts, args)
        if self.settings is None or not self.settings.get("ARCHIVE_DIR"):
            raise UsageError("ARCHIVE_DIR is empty: no pages are kept", print_help=False)
        folder = Path(self.settings["ARCHIVE_DIR"]).resolve()
        with self.collection() as engine, reader(options, folder) as read:
            run = _Run(engine, folder, options, self.settings, read)
            try:
                with nullcontext() if options.dry_run else claimed(self.settings, "reparse"):
                    judgement = run.do()
            except AlreadyRunningError as error:
                judgement = Judgement(Verdict.ALREADY_RUNNING, str(error))
            except StorageError as error:
                judgement = Judgement(Verdict.STORAGE_FAILED, str(error))
        self.exitcode = judgement.verdict.exit_code
        sys.stderr.write(f"reparse: {judgement}{' (dry run)' if options.dry_run else ''}\n")


@contextmanager
def reader(options: ReparseOptions, folder: Path) -> Iterator[Read]:
    """Who reads the pages below a folder: processes of this machine, or the workers of a cluster.

    :raises UsageError: if the cluster cannot be used; the message names the remedy.
    """
    if not options.cluster:
        yield partial(read_copies, processes=options.processes)
        return
    try:
        from crawler.cluster import connected
    except ModuleNotFoundError as error:
        said = f"--cluster needs {error.name}; run: {INSTALL_CLUSTER}"
        raise UsageError(said, print_help=False) from None
    try:
        with connected(options.cluster, folder) as cluster:
            yield cluster.read_copies
    except ClusterError as error:
        raise UsageError(f"--cluster: {error}", print_help=False) from None


class _Run:
    """One start of the command."""

    def __init__(
        self, engine: Engine, folder: Path, options: ReparseOptions, settings: BaseSettings, read: Read
    ) -> None:
        self.engine = engine
        self.read = read
        self.folder = folder
        self.options = options
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
            with _interruptible():
                if not self.options.dry_run:
                    with _signals_wait():  # or a run that is recorded would never be finished
                        writer = self._begin()
                    self._index(writer)
                self._read(writer)
        except _StoppedBySignal:
            interruption = "stopped by a signal"
        except ClusterError as error:
            interruption = str(error)
        judgement = self.tally.judge(interruption)
        reparse_report.show(
            self.tally,
            indexed=self.indexed,
            seconds=time.monotonic() - began,
            dry_run=self.options.dry_run,
            as_json=self.options.format == "json",
        )
        if writer:
            self._finish(writer, judgement)
        return judgement

    def _begin(self) -> Writer:
        arguments = self.options.model_dump(
            mode="json", exclude_defaults=True, exclude={"processes", "cluster", "format"}
        )

        def begin() -> int:
            with write_transaction(self.engine) as connection:
                return start_run(connection, "reparse", arguments, self.started_at)

        return Writer(self.patience.done_now(begin), "reparse", self.recheck_days)

    def _index(self, writer: Writer) -> None:
        # Pages of other makers' files are named with a full path, so we may have no archive of our own.
        if self.folder.exists():
            for repaired in repair(self.folder):
                sys.stderr.write(f"Repaired after a killed run: {repaired}\n")
            self.indexed = index_archive(self.engine, self.patience, self.folder, writer.run_id)

    def _read(self, writer: Writer | None) -> None:
        selection = self.options.selection
        groups = copies(self.engine, self.patience, selection, self.folder)
        total = self.patience.done_now(lambda: count_pages(self.engine, selection))
        waiting: list[Reading] = []
        with _progress() as progress:
            task = progress.add_task("pages", total=total)
            for readings in self.read(groups):
                waiting += readings
                progress.advance(task, len(readings))
                if len(waiting) >= PAGES_AT_ONCE:
                    self._store(waiting, writer)
                    waiting = []
            self._store(waiting, writer)

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


_STOPPING = (signal.SIGINT, signal.SIGTERM)


class _StoppedBySignal(BaseException):
    """Somebody asks the run to end.

    No `KeyboardInterrupt`: where one leaves an `exec` of text, as libraries use it, Python notes it and in
    the end dies of SIGINT, whatever exit code is asked for and whoever has caught it.
    """


@contextmanager
def _signals_wait() -> Iterator[None]:
    """What would interrupt the block comes at its end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does, and SIGINT also where a shell had it ignored (`&`).

    :raises _StoppedBySignal: when one of them comes.
    """

    def interrupt(*_: object) -> NoReturn:
        raise _StoppedBySignal

    before = {sent: signal.signal(sent, interrupt) for sent in _STOPPING}
    try:
        yield
    finally:
        for sent, handler in before.items():
            signal.signal(sent, handler)
