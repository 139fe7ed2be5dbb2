"""``scrapy status``: how complete the collection is and how the spiders are doing."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from attrs import asdict, fields
from rich.console import Console
from rich.markup import escape

from analysis.gaps import State
from analysis.status import EditionStatus, SectionStatus, SpiderStatus, Status, read_status
from crawler.command_line import (
    CollectionCommand,
    Format,
    FormatOptions,
    add_format,
    local,
    output,
    table,
    write_records,
)
from crawler.commands.runs import outcome

NAMES: dict[type, str] = {SectionStatus: "section", EditionStatus: "edition", SpiderStatus: "spider"}
"""What a record of each kind is called in files."""


class Command(CollectionCommand):
    """Prints each section's completeness and last walk, and each spider's last runs."""

    def short_desc(self) -> str:
        return "Show how complete the sections are and how the spiders are doing"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_format(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(FormatOptions, opts, args)
        with self.collection() as engine, engine.connect() as connection:
            status = read_status(connection)
        if options.format == Format.TABLE:
            show(status, output())
        else:
            columns = dict.fromkeys(field.name for kind in NAMES for field in fields(kind))
            write_records(_records(status), ["record", *columns, "share"], options.format)


def show(status: Status, console: Console) -> None:
    """Print the status for people."""
    _show_sections(status, console)
    _show_editions(status, console)
    _show_spiders(status, console)


def _show_sections(status: Status, console: Console) -> None:
    words = ["section", "name", "newest article"]
    made = table("Sections (time of Việt Nam)", words, ["articles", *State])
    made.add_column("list last read")
    made.add_column("list still open")
    for line in status.sections:
        made.add_row(
            f"{line.edition}/{'unknown' if line.section is None else line.section}",
            escape(line.name or ""),
            local(line.newest),
            *(f"{count:,}" for count in (line.articles, line.wanted, line.failing, line.gone)),
            local(line.walked_at) or "not yet",
            _open_walk(line),
        )
    console.print(made)


def _open_walk(line: SectionStatus) -> str:
    if line.open_page is None:
        return ""
    return f"from page {line.open_page}, by " + ("backfill" if line.open_to_end else "the next run")


def _show_editions(status: Status, console: Console) -> None:
    made = table("Editions", ["edition"], ["articles", "numbers expected", "of these collected", "share"])
    for line in status.editions:
        counts = (line.expected, line.expected_collected)
        shown = ("unknown" if count is None else f"{count:,}" for count in counts)
        share = "unknown" if line.share is None else f"{line.share:.1%}"
        made.add_row(line.edition, f"{line.articles:,}", *shown, share)
    console.print(made)


def _show_spiders(status: Status, console: Console) -> None:
    made = table("Spiders", ["spider", "last run", "verdict", "last runs", "new in each, oldest first"])
    for line in status.spiders:
        made.add_row(
            line.spider,
            local(line.started_at),
            escape(outcome(line.verdict, line.reason)),
            ", ".join(f"{number} {verdict}" for verdict, number in line.verdicts.items()),
            " ".join(f"{number:,}" for number in line.new),
        )
    console.print(made)


def _records(status: Status) -> Iterator[dict[str, Any]]:
    lines: tuple[Any, ...] = (*status.sections, *status.editions, *status.spiders)
    for line in lines:
        derived = {"share": line.share} if isinstance(line, EditionStatus) else {}
        yield {"record": NAMES[type(line)]} | asdict(line) | derived
