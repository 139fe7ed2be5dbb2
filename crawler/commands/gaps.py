"""``scrapy gaps``: what the collection lacks."""

from __future__ import annotations

import argparse
import heapq
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any, Self

from attrs import fields
from pydantic import Field, model_validator
from rich.console import Console
from sqlalchemy import Connection

from analysis.coverage import EditionMonth, SectionMonth, coverage
from analysis.missing_articles import (
    Missing,
    Pictures,
    State,
    UnseenRun,
    count_pictures,
    missing,
    undated,
    unseen_runs,
)
from crawler.command_line import (
    UNKNOWN,
    CollectionCommand,
    Format,
    FormatOptions,
    PartOptions,
    as_record,
    output,
    show_table,
    write_records,
)
from schemas.part import Part

LONGEST_RUNS = 20
COMMONEST_REASONS = 10


class GapsOptions(PartOptions, FormatOptions):
    """What the command understands."""

    only_urls: bool = Field(
        default=False,
        alias="list",
        description="print only the URLs of the articles wanted, for scrapy crawl url -a file=…",
    )

    @model_validator(mode="after")
    def _check_list(self) -> Self:
        if self.only_urls and "format" in self.model_fields_set:
            raise ValueError(
                f"format: {self.format!r} does not go with --list, which prints URLs; give one of them"
            )
        return self


class Command(CollectionCommand):
    """Show what the collection lacks."""

    options = GapsOptions

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(GapsOptions, opts, args)
        with self.collection() as engine, engine.connect() as connection:
            _print(connection, options)


def _print(connection: Connection, options: GapsOptions) -> None:
    part = options.part
    if options.only_urls:
        for article in missing(connection, part):
            if article.state is not State.GONE:
                sys.stdout.write(article.url + "\n")
    elif options.format == Format.TABLE:
        _show(connection, part, output())
    else:
        # One header for records of five kinds: a column that a kind does not have stays empty.
        names = dict.fromkeys(field.name for kind in _NAMES for field in fields(kind))
        columns = ["record", *names, "first_month", "last_month", "numbers", "share"]
        write_records(_records(connection, part), columns, options.format)
    if left_out := undated(connection, part):
        # On standard error: the output may be read by a program.
        sys.stderr.write(
            f"left out: {left_out:,} articles known and not collected, of which nothing tells the month\n"
        )


_NAMES: dict[type, str] = {
    Missing: "article",
    UnseenRun: "unseen",
    SectionMonth: "section",
    EditionMonth: "month",
    Pictures: "pictures",
}
"""What a record of each kind is called in files."""


def _records(connection: Connection, part: Part) -> Iterator[dict[str, Any]]:
    found = coverage(connection, part)
    of_articles = chain(missing(connection, part), unseen_runs(connection, part))
    for line in chain(of_articles, found.sections, found.months, count_pictures(connection, part)):
        yield {"record": _NAMES[type(line)]} | as_record(line)


def _show(connection: Connection, part: Part, console: Console) -> None:
    """Print the gaps for people: sums, and the worst of what is too long to be read."""
    _show_missing(connection, part, console)
    if not part.sections:
        _show_unseen(connection, part, console)
    found = coverage(connection, part)
    gaps = [line for line in found.sections if line.known]
    show_table(
        console,
        "Months with articles known and not collected",
        ("edition", "section", "month", "collected", *State),
        (
            (
                *(line.edition, line.section and str(line.section), line.month),
                *(line.collected, line.wanted, line.failing, line.gone),
            )
            for line in gaps
        ),
    )
    if complete := len(found.sections) - len(gaps):
        console.print(f"Left out: {complete:,} months of sections of which all that is known is collected.")
    if not part.sections:
        columns = ("edition", "month", "collected", "known, not collected", "numbers expected")
        months = (
            (
                *(line.edition, line.month, line.collected, line.known),
                *(line.expected, line.expected_collected, line.share),
            )
            for line in found.months
        )
        show_table(console, "Collected and expected", (*columns, "of these collected", "share"), months)
    if pictures := [(it.edition, it.state, it.pictures) for it in count_pictures(connection, part)]:
        show_table(console, "Pictures of collected articles", ("edition", "state", "pictures"), pictures)


def _show_missing(connection: Connection, part: Part, console: Console) -> None:
    states: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    reasons: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], datetime] = {}
    for article in missing(connection, part):
        states[article.edition, article.seen_in].update(
            [article.state, *["archived"] * (article.archived > 0)]
        )
        if article.reason and article.state is not State.WANTED:
            why = (str(article.state), article.reason)
            reasons[why] += 1
            if article.tried_at:
                last[why] = max(article.tried_at, last.get(why, article.tried_at))
    total = sum(states.values(), Counter())
    rows = [
        (*place, *(counts[name] for name in (*State, "archived")))
        for place, counts in [*sorted(states.items()), (("all", ""), total)]
    ]
    columns = ("edition", "seen in", *State, "in an archive")
    show_table(console, "Known and not collected", columns, rows)
    if total["archived"]:
        console.print("Those in an archive are fetched by: scrapy crawl wayback -a gaps=true")
    if commonest := reasons.most_common(COMMONEST_REASONS):
        rows = [(*why, last.get(why, ""), number) for why, number in commonest]
        show_table(console, "Commonest reasons", ("state", "reason", "last", "articles"), rows)


def _show_unseen(connection: Connection, part: Part, console: Console) -> None:
    runs: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    longest: list[UnseenRun] = []
    for run in unseen_runs(connection, part):
        runs[run.edition] += 1
        numbers[run.edition] += run.numbers
        longest = heapq.nlargest(LONGEST_RUNS, [*longest, run], key=lambda run: run.numbers)
    rows = [(edition, runs[edition], numbers[edition]) for edition in sorted(runs)]
    show_table(console, "Unseen numbers", ("edition", "runs", "numbers"), rows)
    if longest:
        columns = ("edition", "from", "to", "month", "numbers")
        show_table(console, "Longest runs", columns, map(_of_run, longest))


def _of_run(run: UnseenRun) -> tuple[str | int, ...]:
    months = dict.fromkeys(filter(None, (run.first_month, run.last_month)))
    return (run.edition, str(run.first), str(run.last), " to ".join(months) or UNKNOWN, run.numbers)
