"""``scrapy dictionary``: what each table, view and column means, and what this collection has in it."""

from __future__ import annotations

import argparse
import json
import sys
from enum import StrEnum
from typing import Annotated

from attrs import asdict
from rich.markup import escape

from analysis.dictionary import cells, look_up, markdown
from crawler.command_line import CollectionCommand, Options, one_of, output, table


class Form(StrEnum):
    """How the dictionary is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


class DictionaryOptions(Options):
    """What the command understands."""

    format: Annotated[str, one_of(*Form)] = Form.TABLE


class Command(CollectionCommand):
    """Prints the data dictionary."""

    def short_desc(self) -> str:
        return "Show what each table and column means"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--format", metavar="|".join(Form), help="default: table")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(DictionaryOptions, opts, args)
        with self.collection() as engine, engine.connect() as connection:
            entries = look_up(connection)
            if options.format == Form.MARKDOWN:
                sys.stdout.write(markdown(entries))
            elif options.format == Form.JSON:
                json.dump([asdict(entry) for entry in entries], sys.stdout, ensure_ascii=False, indent=1)
                sys.stdout.write("\n")
            else:
                console = output()
                for entry in entries:
                    made = table(
                        f"{entry.name} ({entry.kind}, {entry.rows:,} rows): {entry.meaning}",
                        ["column", "type", "meaning", "example"],
                        ["filled"],
                    )
                    for part in entry.columns:
                        made.add_row(*map(escape, cells(part)))
                    console.print(made)
