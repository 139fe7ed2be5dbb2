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
        if options.reject:
            self._show_reject(options.reject, options.as_json)
            return
        with self.collection() as engine, engine.connect() as connection:
            status = read_status(connection, options.part, spider=options.spider, runs=options.runs)
            rejects = last_rejects(connection, options.runs)
        if options.as_json:
            document = {
                name: [as_record(line) for line in value] if isinstance(value, list) else value
                for name, value in asdict(status, recurse=False).items()
            }
            json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
            sys.stdout.write("\n")
        else:
            show(status, output())
            if rejects:
                rows = [(str(line.id), line.at, line.reason, line.url) for line in rejects]
                show_table(output(), "Last rejects (--reject N)", ("number", "time", "reason", "url"), rows)

    def _show_reject(self, number: int, as_json: bool) -> None:
        with self.collection() as engine, engine.connect() as connection:
            found = read_reject(connection, number)
        if found is None:
            raise UsageError(f"--reject: there is no reject {number}; accepted: those of scrapy status")
        line, payload = found
        if as_json:
            sys.stdout.write(json.dumps(as_record(line) | payload, ensure_ascii=False, indent=1) + "\n")
            return
        for name, value in (as_record(line) | payload).items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            sys.stdout.write(f"{name}: {printable(text)}\n")


def show(status: Status, console: Console) -> None:
    """Print the status for people."""
    kinds = [(kind.edition, kind.kind, kind.articles, kind.revised) for kind in status.articles]
    total = ("all", "", sum(kind[2] for kind in kinds), sum(kind[3] for kind in kinds))
    show_table(console, "Articles", ("edition", "kind", "articles", "revised"), [*kinds, total])
    sums = {
        "Rows": status.rows,
        "Duplicates, pairs": status.duplicates,
        "Articles known to exist": status.frontier,
    }
    for title, counts in sums.items():
        listed = ", ".join(f"{name} {number:,}" for name, number in counts.items())
        console.print(f"[bold]{title}:[/bold] {listed or 'none'}")
    columns: tuple[str, ...] = ("section", "name", "newest article", "articles", *State)
    columns += ("list last read", "list still open")
    rows: list[tuple[Any, ...]] = [
        (
            f"{line.edition}/{UNKNOWN if line.section is None else line.section}",
            *(line.name or "", line.newest or ""),
            *(line.articles, line.wanted, line.failing, line.gone),
            *(line.walked_at or "not yet", _open_walk(line)),
        )
        for line in status.sections
    ]
    show_table(console, "Sections (time of Việt Nam)", columns, rows)
    columns = ("edition", "articles", "numbers expected", "of these collected", "share")
    rows = [
        (line.edition, line.articles, line.expected, line.expected_collected, line.share)
        for line in status.editions
    ]
    show_table(console, "Editions", columns, rows)
    columns = ("spider", "last run", "verdict", "last runs", "new in each, oldest first")
    rows = [
        (
            *(line.spider, line.started_at, outcome(line.verdict, line.reason)),
            ", ".join(f"{number} {verdict}" for verdict, number in line.verdicts.items()),
            " ".join(f"{number:,}" for number in line.new),
        )
        for line in status.spiders
    ]
    show_table(console, "Spiders", columns, rows)
    counts_shown = COUNTS if console.width >= WIDE else MAIN_COUNTS
    rows = [
        (
            str(run.id),
            " ".join([run.spider, *(f"{name}={value}" for name, value in run.arguments.items())]),
            *(run.started_at, "" if run.seconds is None else clock(run.seconds)),
            *("" if (count := getattr(run, name)) is None else count for name in counts_shown),
            outcome(run.verdict, run.reason),
        )
        for run in status.runs
    ]
    columns = ("run", "spider", "started", "took", *counts_shown, "verdict")
    show_table(console, "Last runs (time of Việt Nam)", columns, rows)
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
