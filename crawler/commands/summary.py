"""``scrapy summary``: what is in the collection."""

from __future__ import annotations

import argparse
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from crawler.command_line import CollectionCommand, Options
from pipelines.summary import Summary, summarise

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Command(CollectionCommand):
    """Prints the collection's figures and its last runs."""

    def short_desc(self) -> str:
        return "Show what is in the collection"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.read_options(Options, opts, args)
        with self.collection() as engine, engine.connect() as connection:
            show(summarise(connection), Console())


def show(summary: Summary, console: Console) -> None:
    """Print a summary for people."""
    articles = Table("edition", "kind", title="Articles", title_justify="left")
    articles.add_column("articles", justify="right")
    articles.add_column("revised", justify="right")
    for edition, kind, number, revised in summary.articles:
        articles.add_row(edition, kind, f"{number:,}", f"{revised:,}")
    total = sum(number for _, _, number, _ in summary.articles)
    articles.add_section()
    articles.add_row("all", "", f"{total:,}", f"{sum(line[3] for line in summary.articles):,}")
    console.print(articles)
    console.print(_counts("Rows", summary.rows))
    console.print(_counts("Duplicates, pairs", summary.duplicates))
    console.print(_counts("Articles known to exist", summary.frontier))
    runs = Table("spider", "started", "verdict", title="Last runs", title_justify="left")
    for name in ("new", "changed", "unchanged", "failed", "rejected"):
        runs.add_column(name, justify="right")
    for run in summary.runs:
        started = run.started_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
        counts = (run.new, run.changed, run.unchanged, run.failed, run.rejected)
        runs.add_row(run.spider, started, run.verdict or "not finished", *(f"{count:,}" for count in counts))
    console.print(runs)


def _counts(title: str, counts: dict[str, int]) -> str:
    listed = ", ".join(f"{name} {number:,}" for name, number in counts.items())
    return f"[bold]{title}:[/bold] {listed or 'none'}"
