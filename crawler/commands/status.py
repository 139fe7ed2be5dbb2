"""``scrapy status``: what is collected, how complete it is, how the last runs went."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from attrs import asdict
from pydantic import Field
from rich.console import Console
from rich.markup import escape
from scrapy.exceptions import UsageError
from sqlalchemy import Connection

from analysis.collection_status import TREND, SectionStatus, Status, last_rejects, read_reject, read_status
from analysis.missing_articles import State
from crawler.arguments import Count
from crawler.command_line import (
    UNKNOWN,
    CollectionCommand,
    PartOptions,
    as_record,
    output,
    show_table,
)
from schemas.local_time import clock
from schemas.shown_text import printable

WIDE = 110
"""A terminal with so many columns has room for all counts of a run."""

COUNTS = ("new", "changed", "unchanged", "failed", "rejected", "requests")
MAIN_COUNTS = ("new", "changed", "failed")


class StatusOptions(PartOptions):
    """What the command understands."""

    spider: str | None = Field(default=None, description="only runs of this spider", examples=["NAME"])
    runs: Count = Field(default=TREND, description=f"the most runs to show; default: {TREND}", examples=["N"])
    reject: Count | None = Field(
        default=None, description="show this reject: the page as it came", examples=["N"]
    )
    as_json: bool = Field(
        default=False, alias="json", description="print one JSON document; its times are UTC"
    )


class Command(CollectionCommand):
    """Show what is collected, how complete it is, and how the last runs went."""

    options = StatusOptions

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(StatusOptions, opts, args)
        with self.collection() as engine, engine.connect() as connection:
            if options.reject:
                _show_reject(connection, options)
                return
            status = read_status(connection, options.part, spider=options.spider, runs=options.runs)
            rejects = last_rejects(connection, options.runs)
            if options.as_json:
                _print_json(
                    {
                        name: [as_record(line) for line in value] if isinstance(value, list) else value
                        for name, value in asdict(status, recurse=False).items()
                    }
                )
                return
            show(status, output())
            if rejects:
                rows = [(str(line.id), *line[1:]) for line in rejects]
                show_table(output(), "Last rejects (--reject N)", ("number", "time", "reason", "url"), rows)


def _show_reject(connection: Connection, options: StatusOptions) -> None:
    found = read_reject(connection, options.reject or 0)
    if found is None:
        raise UsageError(f"--reject: there is no reject {options.reject}; accepted: those of scrapy status")
    found["at"] = found["at"].isoformat()
    if options.as_json:
        _print_json(found)
        return
    for name, value in found.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        sys.stdout.write(f"{name}: {printable(text)}\n")


def _print_json(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def show(status: Status, console: Console) -> None:
    """Print the status for people."""
    kinds = [(kind.edition, kind.kind, kind.articles, kind.revised) for kind in status.articles]
    total = ("all", "", sum(kind[2] for kind in kinds), sum(kind[3] for kind in kinds))
    show_table(console, "Articles", ("edition", "kind", "articles", "revised"), [*kinds, total])
    known = ", ".join(f"{state} {number:,}" for state, number in status.frontier.items())
    console.print(f"[bold]Articles known to exist:[/bold] {known or 'none'}")
    show_table(
        console,
        "Sections (time of Việt Nam)",
        ("section", "name", "newest article", "articles", *State, "list last read", "list still open"),
        (
            (
                f"{line.edition}/{UNKNOWN if line.section is None else line.section}",
                *(line.name or "", line.newest or ""),
                *(line.articles, line.wanted, line.failing, line.gone),
                *(line.walked_at or "not yet", _open_walk(line)),
            )
            for line in status.sections
        ),
    )
    show_table(
        console,
        "Editions",
        ("edition", "articles", "numbers expected", "of these collected", "share"),
        (
            (line.edition, line.articles, line.expected, line.expected_collected, line.share)
            for line in status.editions
        ),
    )
    show_table(
        console,
        "Spiders",
        ("spider", "last run", "verdict", "last runs", "new in each, oldest first"),
        (
            (
                *(line.spider, line.started_at, outcome(line.verdict, line.reason)),
                ", ".join(f"{number} {verdict}" for verdict, number in line.verdicts.items()),
                " ".join(f"{number:,}" for number in line.new),
            )
            for line in status.spiders
        ),
    )
    counts = COUNTS if console.width >= WIDE else MAIN_COUNTS
    show_table(
        console,
        "Last runs (time of Việt Nam)",
        ("run", "spider", "started", "took", *counts, "verdict"),
        (
            (
                str(run.id),
                " ".join([run.spider, *(f"{name}={value}" for name, value in run.arguments.items())]),
                *(run.started_at, "" if run.seconds is None else clock(run.seconds)),
                *("" if (count := getattr(run, name)) is None else count for name in counts),
                outcome(run.verdict, run.reason),
            )
            for run in status.runs
        ),
    )
    for run in status.runs:
        for text in run.findings:
            console.print(f"Unusual in run {run.id}: {escape(text)}")


def _open_walk(line: SectionStatus) -> str:
    if line.open_page is None:
        return ""
    return f"from page {line.open_page}, by " + ("backfill" if line.open_to_end else "the next run")


def outcome(verdict: str | None, reason: str | None) -> str:
    """How a run ended, and why."""
    if verdict is None:
        return "not finished"
    return f"{verdict}: {reason}" if reason else verdict
