"""``scrapy reparse``: reads archived pages again, without a request to anybody."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator
from scrapy.exceptions import UsageError

from crawler.arguments import Count, split_commas
from crawler.command_line import CollectionCommand, DaysOptions, add_part, one_of
from crawler.reparse.chosen_pages import Selection
from crawler.reparse.executors import ClusterError, Read, local_processes, usable_processors
from crawler.reparse.reparse_run import ReparseRun
from crawler.run.lock import AlreadyRunningError, claimed
from pipelines.retry import StorageError
from schemas.verdicts import Judgement, Verdict

INSTALL_CLUSTER = ".venv/bin/python -m pip install -e '.[cluster]'"


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

    @property
    def arguments(self) -> dict[str, Any]:
        """Those that are written to ``runs``."""
        left_out = {"processes", "cluster", "format"}
        return self.model_dump(mode="json", exclude_defaults=True, exclude=left_out)


class Command(CollectionCommand):
    """Reads archived pages with the present code, and stores what that changes.

    All archived pages of an article are read together. A text that is read otherwise than before leaves a
    revision with the cause ``parser``. The exit code is that of the run's verdict.
    """

    def short_desc(self) -> str:
        return "Read archived pages again with the present parser"

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
            raise UsageError("ARCHIVE_DIR is empty: no pages are archived", print_help=False)
        folder = Path(self.settings["ARCHIVE_DIR"]).resolve()
        with self.collection() as engine, reader(options, folder) as read:
            run = ReparseRun(
                engine,
                self.settings,
                folder=folder,
                selection=options.selection,
                arguments=options.arguments,
                read=read,
                dry_run=options.dry_run,
                as_json=options.format == "json",
            )
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
        with local_processes(options.processes) as read:
            yield read
        return
    try:
        from crawler.reparse.cluster import connected
    except ModuleNotFoundError as error:
        said = f"--cluster needs {error.name}; run: {INSTALL_CLUSTER}"
        raise UsageError(said, print_help=False) from None
    try:
        with connected(options.cluster, folder) as read:
            yield read
    except ClusterError as error:
        raise UsageError(f"--cluster: {error}", print_help=False) from None
