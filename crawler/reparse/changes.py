"""What reading archived pages again came to, or would come to: counted, judged and shown."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import Factory, define
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection

from crawler.run.evidence import counted
from newspapers import read_article_url
from pipelines.records.article_rows import FIELDS, Change, sources
from schemas.items import Absence, Article, Key, Reading, Unread
from schemas.verdicts import Judgement, Verdict

EXAMPLES = 3
"""Shown of each field that is read otherwise."""

COUNTS = ("pages", "new", "changed", "unchanged", "past_texts", "damaged")

KINDS = ("gained", "lost", "changed")
"""What becomes of the value of a field."""

SHOWN = 5
"""Reasons, and articles that are no longer read, in a report for people."""

EXCERPT = 60
"""Characters around the first place in which two values differ."""

Example = tuple[str, Any, Any]
"""URL, value before, value after."""


@define
class Changes:
    """The counts of a run.

    ``counts``: pages that were read; articles that are ``new``, ``changed`` (a field or a past text is read
    otherwise) and ``unchanged``; ``past_texts``, former and present ones, that are read otherwise;
    ``damaged`` places in the archive's files. ``unread`` and ``lost`` say why pages give nothing, or could
    not be had.
    """

    counts: Counter[str] = Factory(Counter)
    fields: dict[str, Counter[str]] = Factory(lambda: defaultdict(Counter))
    """Field -> in how many articles its value is gained, lost or changed."""
    examples: dict[str, list[Example]] = Factory(lambda: defaultdict(list))
    """Of each field; values that were lost first."""
    unread: Counter[str] = Factory(Counter)
    lost: Counter[str] = Factory(Counter)
    no_longer_read: list[tuple[str, str]] = Factory(list)
    """Articles whose present text could be read and no longer can: URL and reason. They stay as they are."""
    faults: list[tuple[str, str]] = Factory(list)
    """URL and traceback, where the program is at fault."""

    def take_readings(self, readings: Sequence[Reading]) -> None:
        """Count pages; all those of an article are given."""
        self.counts["pages"] += len(readings)
        whole: set[Key | None] = {None}  # what a list lacks, the next one shows
        whole |= {_key(reading) for reading in readings if isinstance(reading.result, Article | Absence)}
        for reading in readings:
            if isinstance(unread := reading.result, Unread):
                is_lost = unread.lost or (unread.is_part and _key(reading) not in whole)
                (self.lost if is_lost else self.unread)[unread.reason] += 1
                if unread.fault:
                    self.faults.append((reading.url, unread.fault))

    def take_articles(self, changes: Iterable[Change]) -> None:
        """Count articles."""
        for change in changes:
            if change.row is None:
                self.counts["new"] += 1
                continue
            for field, (before, after) in change.fields.items():
                self.fields[field]["lost" if not after else "changed" if before else "gained"] += 1
                shown = [*self.examples[field], (change.row.canonical_url, before, after)]
                self.examples[field] = sorted(shown, key=lambda example: bool(example[2]))[:EXAMPLES]
            self.counts["past_texts"] += change.former_readings
            is_changed = change.fields or change.former_readings or change.is_rewritten
            self.counts["changed" if is_changed else "unchanged"] += 1

    def judge(self, expected: int, interruption: str = "") -> Judgement:
        """The verdict on the run.

        :param expected: so many pages were to be read at least.
        :param interruption: why the run ended before its end, if it did.
        """
        if self.faults:
            pages = counted(len(self.faults), "page")
            return Judgement(Verdict.BROKEN, f"a fault of the program at {pages}")
        counts = self.counts
        read = f"{counts['new']:,} new, {counts['changed']:,} changed of {counts['pages']:,} pages"
        if interruption:
            return Judgement(Verdict.INTERRUPTED, f"{interruption}; {read}")
        losses = (
            (max(0, expected - counts["pages"]), "page", "not read"),
            (counts["damaged"], "place", "in the files could not be read"),
            (self.lost.total(), "page", "could not be had"),
            (len(self.no_longer_read), "article", "can no longer be read"),
        )
        if said := [f"{counted(number, noun)} {what}" for number, noun, what in losses if number]:
            return Judgement(Verdict.DEGRADED, f"{', '.join(said)}; {read}")
        return Judgement(Verdict.OK if counts["new"] or counts["changed"] else Verdict.NOTHING_NEW, read)

    def statistics(self) -> dict[str, int]:
        """The counts for ``runs.stats``."""
        found = {name: self.counts[name] for name in COUNTS}
        found |= {"unread": self.unread.total(), "lost": self.lost.total()}
        found |= {"no_longer_read": len(self.no_longer_read), "faults": len(self.faults)}
        found |= {f"{field}/{kind}": of[kind] for field, of in self.fields.items() for kind in KINDS}
        return {f"reparse/{name}": number for name, number in found.items()}


def no_longer_read(connection: Connection, readings: Iterable[Reading]) -> list[tuple[str, str]]:
    """Articles whose present text was read from a page that now gives nothing: URL and reason."""
    unread: dict[Key, list[tuple[int, str]]] = defaultdict(list)
    for reading in readings:
        if isinstance(reading.result, Unread) and (key := _key(reading)):
            unread[key].append((reading.page_id, reading.result.reason))
    return [
        (url, reason)
        for key, (page_id, url) in sources(connection, unread).items()
        for unread_id, reason in unread[key]
        if unread_id == page_id
    ]


def _key(reading: Reading) -> Key | None:
    reference = read_article_url(reading.url)
    return reference.key if reference else None


def show_changes(changes: Changes, *, indexed: int, seconds: float, dry_run: bool, as_json: bool) -> None:
    """Print sums, then field by field with examples.

    :param indexed: how many pages of the archive were noted in the database first.
    """
    for url, fault in changes.faults[:1]:
        sys.stderr.write(f"A fault of the program, at {url}:\n{fault}")
    if as_json:
        json.dump(_document(changes, dry_run), sys.stdout, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write("\n")
        return
    console, counts = Console(soft_wrap=True), changes.counts
    would = "would be " if dry_run else ""
    if indexed:
        console.print(f"{indexed:,} pages in the archive were not in the database; they are now.")
    console.print(
        f"[bold]{counts['pages']:,} pages read[/bold] in {seconds:,.1f} s; articles: {counts['new']:,} "
        f"{would}new, {counts['changed']:,} {would}changed, {counts['unchanged']:,} unchanged"
    )
    if texts := counts["past_texts"]:
        console.print(f"{texts:,} texts, former ones among them, {would or 'were '}read otherwise.")
    _show_fields(changes, console)
    reasons_of = {"Pages that could not be had": changes.lost, "Pages that give no article": changes.unread}
    for title, reasons in reasons_of.items():
        if reasons:
            console.print(f"[bold]{title}:[/bold] {reasons.total():,}")
        for reason, count in reasons.most_common(SHOWN):
            console.print(escape(f"  {count:,} × {reason}"))
    if lost := changes.no_longer_read:
        said = f"{len(lost):,} articles can no longer be read from their page; they stay as they are:"
        console.print(f"[bold red]{said}[/bold red]")
        for url, reason in lost[:SHOWN]:
            console.print(escape(f"  {url}: {reason}"))
    if dry_run:
        console.print("Nothing was changed. Leave out --dry-run to change it.")


def _show_fields(changes: Changes, console: Console) -> None:
    table = Table("field", *KINDS, title="Read otherwise", title_justify="left")
    named = [name for name in FIELDS if name in changes.fields]
    for name in named:
        table.add_row(name, *(f"{changes.fields[name][kind]:,}" for kind in KINDS))
    if named:
        console.print(table)
    for name in named:
        console.print(f"[bold]{name}[/bold], for example")
        for url, before, after in changes.examples[name]:
            one, other = _excerpts(_printed(before), _printed(after))
            console.print(escape(f"  {url}\n    was: {one}\n    is:  {other}"))


def _document(changes: Changes, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "statistics": changes.statistics(),
        "examples": {
            field: [dict(zip(("url", "before", "after"), example, strict=True)) for example in found]
            for field, found in changes.examples.items()
        },
        "no_longer_read": [{"url": url, "reason": reason} for url, reason in changes.no_longer_read],
        "unread": dict(changes.unread),
        "lost": dict(changes.lost),
    }


def _excerpts(one: str, other: str) -> tuple[str, str]:
    """Two values cut to where they begin to differ."""
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
