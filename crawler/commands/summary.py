"""``scrapy summary``: what is in the collection."""

from __future__ import annotations

import argparse

from rich.console import Console

from analysis.summary import Summary, summarise
from crawler.command_line import CollectionCommand, Options, output, table


class Command(CollectionCommand):
    """Prints the collection's figures."""

    def short_desc(self) -> str:
        return "Show what is in the collection"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.read_options(Options, opts, args)
        with self.collection() as engine, engine.connect() as connection:
            show(summarise(connection), output())


def show(summary: Summary, console: Console) -> None:
    """Print a summary for people."""
    articles = table("Articles", ["edition", "kind"], ["articles", "revised"])
    for edition, kind, number, revised in summary.articles:
        articles.add_row(edition, kind, f"{number:,}", f"{revised:,}")
    total = sum(number for _, _, number, _ in summary.articles)
    articles.add_section()
    articles.add_row("all", "", f"{total:,}", f"{sum(line[3] for line in summary.articles):,}")
    console.print(articles)
    console.print(_counts("Rows", summary.rows))
    console.print(_counts("Duplicates, pairs", summary.duplicates))
    console.print(_counts("Articles known to exist", summary.frontier))


def _counts(title: str, counts: dict[str, int]) -> str:
    listed = ", ".join(f"{name} {number:,}" for name, number in counts.items())
    return f"[bold]{title}:[/bold] {listed or 'none'}"
