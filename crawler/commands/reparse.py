"""``scrapy reparse``: reads archived pages again, without a request to anybody."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any

from attrs import asdict
from pydantic import BeforeValidator, Field, model_validator
from scrapy.exceptions import UsageError

from crawler.arguments import Count, split_commas
from crawler.command_line import CollectionCommand, PartOptions, one_of
from crawler.newspaper_choice import wrong_usage
from crawler.reparse.chosen_pages import Selection
from crawler.reparse.readers import ClusterError, Read, cluster, local_processes, usable_processors
from crawler.reparse.reparse_run import SPIDER, ReparseRun
from crawler.run.notify import report_run
from crawler.run.start import AlreadyRunningError, claimed
from pipelines.retry import StorageError
from schemas.verdicts import Judgement, Verdict

INSTALL_CLUSTER = ".venv/bin/python -m pip install -e '.[cluster]'"


class ReparseOptions(PartOptions):
    """What the command understands."""

    parser: Annotated[list[str], BeforeValidator(split_commas)] = Field(
        default=[],
        description="only what these layouts read, with or without version",
        examples=["post/1,generic"],
    )
    outdated: bool = Field(default=False, description="only what other code than the present read")
    missing: bool = Field(default=False, description="only articles whose pages have given none so far")
    dry_run: bool = Field(default=False, description="show what would change, and change nothing")
    format: Annotated[str, one_of("table", "json")] = Field(
        default="table", description="of the report; default: table", examples=["table|json"]
    )
    processes: Count = Field(
        default_factory=usable_processors,
        description="processes that read; default: one for each processor",
        examples=["N"],
    )
    cluster: str | None = Field(
        default=None,
        description="let the workers of a Dask cluster read",
        examples=["tcp://HOST:8786"],
    )

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
            **asdict(self.part, recurse=False),
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
    """Read archived pages again with the present parser.

    All archived pages of an article are read together. A text that is read otherwise than before leaves a
    revision with the cause ``parser``. The exit code is that of the run's verdict.
    """

    options = ReparseOptions
    makes_database = True

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            judgement = self._reparse(self.read_options(ReparseOptions, opts, args))
        except UsageError as error:
            self._tell(Judgement(Verdict.BAD_ARGUMENTS, str(error)), opts)
            raise
        self._tell(judgement, opts)
        self.exitcode = judgement.verdict.exit_code
        sys.stderr.write(f"reparse: {judgement}{' (dry run)' if opts.dry_run else ''}\n")

    def _tell(self, judgement: Judgement, opts: argparse.Namespace) -> None:
        if not opts.dry_run:
            report_run(SPIDER, judgement, self.settings, os.environ)

    def _reparse(self, options: ReparseOptions) -> Judgement:
        settings = self.settings
        folder = self.archive_folder()
        with self.collection() as engine, reader(options, folder) as read:
            run = ReparseRun(
                engine,
                settings,
                folder=folder,
                selection=options.selection,
                arguments=options.arguments,
                read=read,
                dry_run=options.dry_run,
                as_json=options.format == "json",
            )
            try:
                with nullcontext() if options.dry_run else claimed(settings, SPIDER):
                    return run.do()
            except AlreadyRunningError as error:
                return Judgement(Verdict.ALREADY_RUNNING, str(error))
            except StorageError as error:
                return Judgement(Verdict.STORAGE_FAILED, str(error))


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
        with cluster(options.cluster, folder) as read:
            yield read
    except ModuleNotFoundError as error:
        said = f"--cluster needs {error.name}; run: {INSTALL_CLUSTER}"
        raise wrong_usage(said) from None
    except ClusterError as error:
        raise wrong_usage(f"--cluster: {error}") from None
