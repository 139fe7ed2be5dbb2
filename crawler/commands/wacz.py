"""``scrapy wacz``: archived pages in one file that replays anywhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pydantic import Field
from rich.progress import MofNCompleteColumn, SpinnerColumn
from scrapy.exceptions import UsageError

from analysis.exports.replayable import pack
from analysis.search.keys import Search
from analysis.search.query import QueryError, parse
from crawler.command_line import CollectionCommand, PartOptions, progress_bar
from schemas.verdicts import Verdict


class WaczOptions(PartOptions):
    """What the command understands."""

    output: Path = Field(default=Path("archive.wacz"), description="default: archive.wacz", examples=["FILE"])
    search: str | None = Field(default=None, description="only articles that this finds", examples=["QUERY"])


class Command(CollectionCommand):
    """Packs the captures of articles, and of the lists of their sections, with an index and all headlines."""

    options = WaczOptions

    def short_desc(self) -> str:
        return "Pack archived pages into a WACZ file for replay"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(WaczOptions, opts, args)
        folder, target = self.archive_folder(), options.output
        progress = progress_bar(SpinnerColumn(), MofNCompleteColumn())
        try:
            search = Search(parse(options.search)) if options.search else None
            with self.collection() as engine, engine.connect() as connection, progress:
                task = progress.add_task("", total=None)
                done = pack(
                    connection, folder, target, options.part, search, lambda n: progress.advance(task, n)
                )
        except QueryError as error:
            raise UsageError(f"--search: {error}", print_help=False) from None
        except OSError as error:
            raise UsageError(f"--output: {target}: {error.strerror}", print_help=False) from None
        for lost in done.lost[:10]:
            sys.stderr.write(f"not had: {lost}\n")
        sys.stderr.write(
            f"wacz: {done.articles:,} articles and {done.lists:,} lists in {done.records:,} captures, "
            f"{len(done.lost):,} not had: {target} ({target.stat().st_size / 1e6:,.1f} MB)\n"
        )
        self.exitcode = (Verdict.DEGRADED if done.lost else Verdict.OK).exit_code
