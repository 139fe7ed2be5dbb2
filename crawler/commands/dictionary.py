"""``scrapy dictionary``: what each table, view and column means, and what this collection has in it."""

from __future__ import annotations

import argparse
import json
import sys

from attrs import asdict
from pydantic import Field

from analysis.data_dictionary import look_up
from crawler.command_line import CollectionCommand, Options, output, show_table


class DictionaryOptions(Options):
    """What the command understands."""

    as_json: bool = Field(default=False, alias="json", description="print one JSON document")


class Command(CollectionCommand):
    """Show what each table and column means."""

    options = DictionaryOptions

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(DictionaryOptions, opts, args)
        with self.collection() as engine, engine.connect() as connection:
            entries = look_up(connection)
        if options.as_json:
            json.dump([asdict(entry) for entry in entries], sys.stdout, ensure_ascii=False, indent=1)
            sys.stdout.write("\n")
            return
        console = output()
        for entry in entries:
            rows = [
                (it.name, it.type, it.meaning, it.example or "", "" if it.filled is None else it.filled)
                for it in entry.columns
            ]
            kind = entry.kind if entry.rows is None else f"{entry.kind}, {entry.rows:,} rows"
            title = f"{entry.name} ({kind}): {entry.meaning}"
            show_table(console, title, ("column", "type", "meaning", "example", "filled"), rows)
