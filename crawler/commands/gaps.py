"""``scrapy gaps``: what the collection lacks."""

from __future__ import annotations

import argparse
import heapq
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from attrs import asdict, fields
from rich.console import Console
from rich.markup import escape
from scrapy.exceptions import UsageError
from sqlalchemy import Connection

from analysis.coverage import Coverage, EditionMonth, SectionMonth, coverage
from analysis.gaps import Missing, Scope, State, UnseenRun, missing, undated, unseen_runs
from crawler.command_line import (
    CollectionCommand,
    Format,
    FormatOptions,
    MonthsOptions,
    add_format,
    add_part,
    output,
    table,
    write_records,
)
from newspapers.baohoabinh.urls import Edition

LONGEST_RUNS = 20
COMMONEST_REASONS = 10


class GapsOptions(MonthsOptions, FormatOptions):
    """What the command understands."""

    @property
    def scope(self) -> Scope:
        """The part of the newspaper that the options name."""
        editions = self.edition or sorted({section.edition for section in self.section}) or list(Edition)
        return Scope(tuple(editions), tuple(self.section), self.since, self.until)


class Command(CollectionCommand):
    """Prints which articles and numbers are not in the collection."""

    def short_desc(self) -> str:
        return "Show what the collection lacks"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_part(parser, "look at", "month")
        add_format(parser)
        parser.add_argument(
            "--list",
            action="store_true",
            help="print only the URLs of the articles wanted, for scrapy crawl url -a file=…",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.list and opts.format is not None:
            message = (
                f"--format: {opts.format!r} does not go with --list, which prints URLs; give one of them"
            )
            raise UsageError(message, print_help=False)
        options = self.read_options(GapsOptions, opts, args)
        with self.collection() as engine, engine.connect() as connection:
            _print(connection, options, opts.list)


def _print(connection: Connection, options: GapsOptions, only_urls: bool) -> None:
    scope = options.scope
    if only_urls:
        for article in missing(connection, scope):
            if article.state is not State.GONE:
                sys.stdout.write(article.url + "\n")
    elif options.format == Format.TABLE:
        _show(connection, scope, output())
    else:
        # One header for records of four kinds: a column that a kind does not have stays empty.
        columns = dict.fromkeys(name for kind in _NAMES for name in _columns(kind))
        write_records(_records(connection, scope), ["record", *columns], options.format)
    if left_out := undated(connection, scope):
        # On standard error: the output may be read by a program.
        sys.stderr.write(
            f"left out: {left_out:,} articles known and not collected, of which nothing tells the month\n"
        )


_NAMES: dict[type, str] = {
    Missing: "article",
    UnseenRun: "unseen",
    SectionMonth: "section",
    EditionMonth: "month",
}
"""What a record of each kind is called in files."""

_DERIVED: dict[type, tuple[str, ...]] = {UnseenRun: ("numbers",), EditionMonth: ("share",)}
"""Columns that are reckoned from the others."""


def _columns(kind: type) -> list[str]:
    return [field.name for field in fields(kind)] + list(_DERIVED.get(kind, ()))


def _records(connection: Connection, scope: Scope) -> Iterator[dict[str, Any]]:
    yield from map(_record, missing(connection, scope))
    yield from map(_record, unseen_runs(connection, scope))
    found = coverage(connection, scope)
    yield from map(_record, found.sections)
    yield from map(_record, found.months)


def _record(line: Any) -> dict[str, Any]:
    kind = type(line)
    derived = {name: getattr(line, name) for name in _DERIVED.get(kind, ())}
    return {"record": _NAMES[kind]} | asdict(line) | derived


def _show(connection: Connection, scope: Scope, console: Console) -> None:
    """Print the gaps for people: sums, and the worst of what is too long to be read."""
    _show_missing(connection, scope, console)
    if not scope.sections:
        _show_unseen(connection, scope, console)
    found = coverage(connection, scope)
    _show_sections(found, console)
    if not scope.sections:
        _show_months(found, console)


def _show_missing(connection: Connection, scope: Scope, console: Console) -> None:
    counts: Counter[tuple[str, str, State]] = Counter()
    archived: Counter[tuple[str, str]] = Counter()
    reasons: Counter[tuple[State, str]] = Counter()
    last: dict[tuple[State, str], datetime] = {}
    for article in missing(connection, scope):
        counts[article.edition, article.seen_in, article.state] += 1
        archived[article.edition, article.seen_in] += article.archived > 0
        if article.reason and article.state is not State.WANTED:
            why: tuple[State, str] = (article.state, article.reason)
            reasons[why] += 1
            if article.tried_at:
                last[why] = max(article.tried_at, last.get(why, article.tried_at))
    made = table("Known and not collected", ["edition", "seen in"], [*State, "in an archive"])
    for edition, seen in sorted({key[:2] for key in counts}):
        of_states = (counts[edition, seen, state] for state in State)
        made.add_row(edition, seen, *(f"{number:,}" for number in (*of_states, archived[edition, seen])))
    made.add_section()
    sums = (sum(number for key, number in counts.items() if key[2] is state) for state in State)
    made.add_row("all", "", *(f"{number:,}" for number in (*sums, archived.total())))
    console.print(made)
    if archived.total():
        console.print("Those in an archive are fetched by: scrapy crawl wayback -a gaps=true")
    if reasons:
        made = table("Commonest reasons", ["state", "reason", "last"], ["articles"])
        for (state, reason), number in reasons.most_common(COMMONEST_REASONS):
            at = last.get((state, reason))
            made.add_row(state, escape(reason), f"{at:%Y-%m-%d %H:%M} UTC" if at else "", f"{number:,}")
        console.print(made)


def _show_unseen(connection: Connection, scope: Scope, console: Console) -> None:
    runs: Counter[str] = Counter()
    numbers: Counter[str] = Counter()

    def counted() -> Iterator[UnseenRun]:
        for run in unseen_runs(connection, scope):
            runs[run.edition] += 1
            numbers[run.edition] += run.numbers
            yield run

    longest = heapq.nlargest(LONGEST_RUNS, counted(), key=lambda run: run.numbers)
    made = table("Unseen numbers", ["edition"], ["runs", "numbers"])
    for edition in sorted(runs):
        made.add_row(edition, f"{runs[edition]:,}", f"{numbers[edition]:,}")
    console.print(made)
    if longest:
        made = table("Longest runs", ["edition", "from", "to", "month"], ["numbers"])
        for run in longest:
            months = dict.fromkeys(month for month in (run.first_month, run.last_month) if month)
            between = " to ".join(months) or "unknown"
            made.add_row(run.edition, str(run.first), str(run.last), between, f"{run.numbers:,}")
        console.print(made)


def _show_sections(found: Coverage, console: Console) -> None:
    made = table(
        "Months with articles known and not collected", ["edition", "section", "month"], ["collected", *State]
    )
    lacking = [line for line in found.sections if line.known]
    for line in lacking:
        counts = (line.collected, line.wanted, line.failing, line.gone)
        section = "unknown" if line.section is None else str(line.section)
        made.add_row(line.edition, section, line.month or "unknown", *(f"{count:,}" for count in counts))
    console.print(made)
    if complete := len(found.sections) - len(lacking):
        console.print(f"Left out: {complete:,} months of sections of which all that is known is collected.")


def _show_months(found: Coverage, console: Console) -> None:
    made = table(
        "Collected and expected",
        ["edition", "month"],
        ["collected", "known, not collected", "numbers expected", "of these collected", "share"],
    )
    for line in found.months:
        counts = (line.collected, line.known, line.expected, line.expected_collected)
        share = "unknown" if line.share is None else f"{line.share:.1%}"
        shown = ("unknown" if count is None else f"{count:,}" for count in counts)
        made.add_row(line.edition, line.month or "unknown", *shown, share)
    console.print(made)
