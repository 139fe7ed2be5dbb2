"""``scrapy runs``: how the last runs went."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import datetime, time

from attrs import asdict, fields
from pydantic import Field
from rich.console import Console
from rich.markup import escape

from analysis.runs import RunLine, last_runs
from crawler.arguments import Count, Day
from crawler.command_line import (
    ZONE,
    CollectionCommand,
    Format,
    FormatOptions,
    add_format,
    local,
    output,
    table,
    write_records,
)
from crawler.run.progress import clock

LAST = 20
"""So many runs are shown if nothing is said."""

WIDE = 110
"""A terminal with so many columns has room for all counts."""

COUNTS = ("new", "changed", "unchanged", "failed", "rejected", "requests")
MAIN_COUNTS = ("new", "changed", "failed")


class RunsOptions(FormatOptions):
    """What the command understands."""

    spider: str | None = None
    since: Day | None = None
    limit: Count = Field(default=LAST)


class Command(CollectionCommand):
    """Prints the last runs, the newest first."""

    def short_desc(self) -> str:
        return "Show how the last runs went"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--spider", metavar="NAME", help="only runs of this spider")
        parser.add_argument(
            "--since", metavar="YYYY-MM-DD", help="only runs of this day and later, local time"
        )
        parser.add_argument("--limit", metavar="N", help=f"the most runs; default: {LAST}")
        add_format(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(RunsOptions, opts, args)
        since = datetime.combine(options.since, time(), ZONE) if options.since else None
        with self.collection() as engine, engine.connect() as connection:
            runs = last_runs(connection, spider=options.spider, since=since, limit=options.limit)
            if options.format == Format.TABLE:
                show(runs, output())
            else:
                columns = [field.name for field in fields(RunLine)] + ["seconds"]
                write_records(
                    (asdict(run) | {"seconds": run.seconds} for run in runs), columns, options.format
                )


def show(runs: Iterable[RunLine], console: Console) -> None:
    """Print runs for people."""
    shown = COUNTS if console.width >= WIDE else MAIN_COUNTS
    made = table("Last runs (time of Việt Nam)", ["run", "spider", "started", "took"], shown)
    made.add_column("verdict")
    findings = []
    for run in runs:
        findings += [(run.id, text) for text in run.findings]
        counts = (getattr(run, name) for name in shown)
        arguments = (f"{name}={value}" for name, value in run.arguments.items())
        made.add_row(
            str(run.id),
            escape(" ".join([run.spider, *arguments])),
            local(run.started_at),
            "" if run.seconds is None else clock(run.seconds),
            *("" if count is None else f"{count:,}" for count in counts),
            escape(outcome(run.verdict, run.reason)),
        )
    console.print(made)
    for number, text in findings:
        console.print(f"Not as usual in run {number}: {escape(text)}")


def outcome(verdict: str | None, reason: str | None) -> str:
    """How a run ended, and why."""
    if verdict is None:
        return "not finished"
    return f"{verdict}: {reason}" if reason else verdict
