"""What ``scrapy reparse`` tells people."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.reparse.changes import KINDS, Changes
from pipelines.records.articles import FIELDS

COMMONEST_REASONS = 5
SHOWN = 5
"""Addresses of articles that are no longer read."""
EXCERPT = 60
"""Characters around the first place in which two values differ."""


def show_changes(changes: Changes, *, indexed: int, seconds: float, dry_run: bool, as_json: bool) -> None:
    """Print what reading again came to: sums, then field by field with examples.

    :param indexed: how many pages of the archive were noted in the database first.
    """
    for url, fault in changes.faults[:1]:
        sys.stderr.write(f"A fault of the program, at {url}:\n{fault}")
    if as_json:
        print(json.dumps(_document(changes, dry_run), ensure_ascii=False, indent=2, default=str))  # noqa: T201
        return
    console = Console(soft_wrap=True)
    would = "would be " if dry_run else ""
    if indexed:
        console.print(f"{indexed:,} pages in the archive were not in the database; they are now.")
    counts = changes.counts
    console.print(
        f"[bold]{counts['pages']:,} pages read[/bold] in {seconds:,.1f} s; articles: {counts['new']:,} "
        f"{would}new, {counts['changed']:,} {would}changed, {counts['unchanged']:,} unchanged"
    )
    if texts := counts["past_texts"]:
        console.print(f"{texts:,} texts, former ones among them, {would or 'were '}read otherwise.")
    if changes.fields:
        _show_fields(changes, console)
    _show_reasons("Pages that could not be had", changes.lost, console)
    _show_reasons("Pages that give no article", changes.unread, console)
    if changes.no_longer_read:
        console.print(
            f"[bold red]{len(changes.no_longer_read):,} articles can no longer be read from their page; "
            "they stay as they are:[/bold red]"
        )
        for url, reason in changes.no_longer_read[:SHOWN]:
            console.print(escape(f"  {url}: {reason}"))
    if dry_run:
        console.print("Nothing was changed. Leave out --dry-run to change it.")


def _document(changes: Changes, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "statistics": changes.statistics(),
        "examples": {
            field: [{"url": url, "before": before, "after": after} for url, before, after in found]
            for field, found in changes.examples.items()
        },
        "no_longer_read": [{"url": url, "reason": reason} for url, reason in changes.no_longer_read],
        "unread": dict(changes.unread),
        "lost": dict(changes.lost),
    }


def _show_fields(changes: Changes, console: Console) -> None:
    table = Table("field", title="Read otherwise", title_justify="left")
    for kind in KINDS:
        table.add_column(kind, justify="right")
    named = [name for name in FIELDS if name in changes.fields]
    for name in named:
        table.add_row(name, *(f"{changes.fields[name][kind]:,}" for kind in KINDS))
    console.print(table)
    for name in named:
        console.print(f"[bold]{name}[/bold], for example")
        for url, before, after in changes.examples[name]:
            one, other = excerpts(before, after)
            console.print(escape(f"  {url}\n    was: {one}\n    is:  {other}"))


def _show_reasons(title: str, reasons: Any, console: Console) -> None:
    if not reasons:
        return
    console.print(f"[bold]{title}:[/bold] {reasons.total():,}")
    for reason, count in reasons.most_common(COMMONEST_REASONS):
        console.print(escape(f"  {count:,} × {reason}"))


def excerpts(before: Any, after: Any) -> tuple[str, str]:
    """Two values in one line each, cut to where they begin to differ."""
    one, other = _printed(before), _printed(after)
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    start = start or min(len(one), len(other))
    if max(len(one), len(other)) <= 2 * EXCERPT:
        start = 0
    return _cut(one, start), _cut(other, start)


def _cut(text: str, around: int) -> str:
    start = max(0, around - EXCERPT // 2)
    end = start + 2 * EXCERPT
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def _printed(value: Any) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, list):
        return " | ".join(map(_printed, value))
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part)
    return str(value).replace("\n\n", " ¶ ")
