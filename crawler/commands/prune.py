"""``scrapy prune``: takes away what is told of old runs."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from pydantic import Field

from crawler.arguments import Day
from crawler.command_line import CollectionCommand, Options
from crawler.run.monitors import RUNS
from newspapers import current
from pipelines.records.runs import prune
from schemas.database import write_transaction


class PruneOptions(Options):
    """What the command understands."""

    before: Day = Field(description="the first day to keep, local time: 2024-04-24", examples=["DATE"])
    dry_run: bool = Field(default=False, description="count, and change nothing")


class Command(CollectionCommand):
    """Deletes old runs, their statistics and findings, and notices; no article, page or reject."""

    options = PruneOptions

    def short_desc(self) -> str:
        return "Delete what is told of old runs; the collection stays"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(PruneOptions, opts, args)
        day = datetime(options.before.year, options.before.month, options.before.day, tzinfo=current().zone)
        with self.collection() as engine, write_transaction(engine) as connection:
            counts = prune(connection, day, RUNS)
            if options.dry_run:
                connection.rollback()
        listed = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        sys.stdout.write(f"prune: {listed}{' (dry run)' if options.dry_run else ''}\n")
