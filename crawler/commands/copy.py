"""``scrapy copy``: the whole collection as one SQLite file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from analysis.exports.exporting import TargetError, check_target, complete_or_absent
from analysis.whole_copy import copy_collection
from crawler.command_line import CollectionCommand, Options
from crawler.newspaper_choice import wrong_usage


class Command(CollectionCommand):
    """Copy the whole collection to one SQLite file.

    It is whole also while a crawl runs: copying the file alone would lose its log.
    """

    def syntax(self) -> str:
        return "FILE"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        name, *rest = args or [""]
        self.read_options(Options, opts, rest)
        if not name:
            raise wrong_usage("FILE is missing; accepted: a name that does not exist yet")
        target = Path(name)
        try:
            check_target(target, replace=False)
        except TargetError as error:
            raise wrong_usage(error) from None
        with self.collection() as engine, complete_or_absent(target) as unfinished:
            copy_collection(engine, unfinished)
        sys.stdout.write(f"{target}: {target.stat().st_size / 1e6:,.1f} MB\n")
