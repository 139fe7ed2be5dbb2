"""Storing what archived pages give when they are read again, and counting what that changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import Factory, define
from sqlalchemy import Connection

from newspapers import read_article_url
from pipelines.records.articles import Change, Key, sources
from pipelines.records.batch import Writer, write_batch
from schemas.items import Reading, Unread
from schemas.verdicts import Judgement, Verdict

EXAMPLES = 3
"""Shown of each kind of difference."""


@define
class Difference:
    """In how many articles a field is read otherwise."""

    gained: int = 0
    """It had no value."""
    lost: int = 0
    """It has none any more."""
    changed: int = 0
    examples: list[tuple[str, Any, Any]] = Factory(list)
    """URL, value before, value after; those that were lost first."""

    def count(self, url: str, before: Any, after: Any) -> None:
        """Count one article."""
        if not after:
            self.lost += 1
        elif not before:
            self.gained += 1
        else:
            self.changed += 1
        self._show([(url, before, after)])

    def add(self, other: Difference) -> None:
        """Take in the articles of another part of the run."""
        self.gained += other.gained
        self.lost += other.lost
        self.changed += other.changed
        self._show(other.examples)

    def _show(self, examples: Iterable[tuple[str, Any, Any]]) -> None:
        self.examples = sorted([*self.examples, *examples], key=lambda example: bool(example[2]))[:EXAMPLES]


@define
class Changes:
    """What reading again came to, or would come to."""

    pages: int = 0
    new: int = 0
    """Articles that were not collected."""
    changed: int = 0
    """Articles in which at least one field is read otherwise, or a past text is."""
    unchanged: int = 0
    past_texts: int = 0
    """Texts that are read otherwise, present and former ones."""
    fields: dict[str, Difference] = Factory(lambda: defaultdict(Difference))
    duplicates: int = 0
    unread: Counter[str] = Factory(Counter)
    """Why pages give nothing -> how many."""
    lost: Counter[str] = Factory(Counter)
    """Why pages could not be had -> how many."""
    no_longer_read: list[tuple[str, str]] = Factory(list)
    """Articles whose present text could be read and no longer can: URL and reason. They stay as they are."""
    faults: list[tuple[str, str]] = Factory(list)
    """URL and traceback, where the program is at fault."""

    def count_unread(self, readings: Iterable[Reading]) -> None:
        """Count pages that give nothing."""
        for reading in readings:
            if isinstance(reading.result, Unread):
                reasons = self.lost if reading.result.lost else self.unread
                reasons[reading.result.reason] += 1
                if reading.result.fault:
                    self.faults.append((reading.url, reading.result.fault))

    def count(self, changes: Iterable[Change]) -> None:
        """Count articles."""
        for change in changes:
            if change.row is None:
                self.new += 1
                continue
            for field, (before, after) in change.fields.items():
                self.fields[field].count(change.row.canonical_url, before, after)
            self.past_texts += change.former_readings
            if change.fields or change.former_readings or change.is_rewritten:
                self.changed += 1
            else:
                self.unchanged += 1

    def add(self, other: Changes) -> None:
        """Take in what another part of the run came to."""
        for name in ("pages", "new", "changed", "unchanged", "past_texts", "duplicates"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for field, difference in other.fields.items():
            self.fields[field].add(difference)
        self.unread += other.unread
        self.lost += other.lost
        self.no_longer_read += other.no_longer_read
        self.faults += other.faults

    def judge(self, interruption: str = "") -> Judgement:
        """The verdict on a run, and why.

        :param interruption: why it did not come to its end.
        """
        if self.faults:
            return Judgement(Verdict.BROKEN, f"a fault of the program at {len(self.faults):,} pages")
        read = f"{self.new:,} new, {self.changed:,} changed of {self.pages:,} pages"
        if interruption:
            return Judgement(Verdict.INTERRUPTED, f"{interruption}; {read}")
        lacking = [
            f"{count:,} {what}"
            for count, what in (
                (self.lost.total(), "pages could not be had"),
                (len(self.no_longer_read), "articles can no longer be read"),
            )
            if count
        ]
        if lacking:
            return Judgement(Verdict.DEGRADED, ", ".join(lacking))
        return Judgement(Verdict.OK if self.new or self.changed else Verdict.NOTHING_NEW, read)

    def statistics(self) -> dict[str, int]:
        """The counts for ``runs.stats``."""
        counts = {
            "pages": self.pages,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "past_texts": self.past_texts,
            "unread": self.unread.total(),
            "lost": self.lost.total(),
            "no_longer_read": len(self.no_longer_read),
            "faults": len(self.faults),
        }
        for field, difference in self.fields.items():
            for kind in ("gained", "lost", "changed"):
                counts[f"{field}/{kind}"] = getattr(difference, kind)
        return {f"reparse/{name}": count for name, count in counts.items()}


def store_readings(
    connection: Connection, readings: Sequence[Reading], writer: Writer | None, now: datetime
) -> Changes:
    """Store what archived pages give, within one transaction; what that came to.

    :param readings: all pages of each article that is among them, in order of time.
    :param writer: ``None`` writes nothing (a dry run).
    """
    changes = Changes(pages=len(readings))
    changes.count_unread(readings)
    items = [item for reading in readings if (item := reading.item)]
    changes.no_longer_read += _no_longer_read(connection, readings)
    written = write_batch(connection, items, writer, again=True, now=now)
    changes.count(written.changes)
    changes.duplicates += written.counts["duplicate"]
    return changes


def _no_longer_read(connection: Connection, readings: Iterable[Reading]) -> list[tuple[str, str]]:
    unread: dict[Key, list[tuple[int, str]]] = defaultdict(list)
    for reading in readings:
        if isinstance(reading.result, Unread) and (reference := read_article_url(reading.url)):
            unread[reference.key].append((reading.page_id, reading.result.reason))
    return [
        (url, reason)
        for key, (page_id, url) in sources(connection, unread).items()
        for unread_id, reason in unread[key]
        if unread_id == page_id
    ]
