"""``scrapy prune``: takes away what is told of old runs."""

from __future__ import annotations

import argparse
import sys

from pydantic import Field

from crawler.arguments import Day
from crawler.command_line import CollectionCommand, Options
from crawler.run.monitors import RUNS
from pipelines.records.run_rows import prune
from schemas.database import write_transaction
from schemas.local_time import midnight


class PruneOptions(Options):
    """What the command understands."""

    before: Day = Field(description="the first day to keep, local time: 2024-04-24", examples=["DATE"])
    dry_run: bool = Field(default=False, description="count, and change nothing")


class Command(CollectionCommand):
    """Delete what is told of old runs; the collection stays.

    Runs, their statistics and findings, and notices; no article, page or reject.
    """

    options = PruneOptions

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(PruneOptions, opts, args)
        day = midnight(options.before)
        with self.collection() as engine, write_transaction(engine) as connection:
            counts = prune(connection, day, RUNS)
            if options.dry_run:
                connection.rollback()
        listed = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        sys.stdout.write(f"prune: {listed}{' (dry run)' if options.dry_run else ''}\n")
