"""Storing what kept pages give when they are read again, and counting what that changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import attrs
from attrs import Factory, define
from sqlalchemy import Connection

from newspapers import read_article_url
from pipelines.records.articles import rows_before, write_articles
from pipelines.records.batch import Writer
from pipelines.records.duplicates import find_duplicates
from pipelines.records.frontier import frontier_rows, mark_collected, mark_gone, write_spellings
from pipelines.records.rereading import (
    Rereading,
    Sighting,
    apply_rereadings,
    plan_rereadings,
    write_found,
)
from pipelines.records.walks import write_discovery
from schemas.items import Absence, Article, Discovery, Reading, Unchanged, Unread
from schemas.verdicts import Judgement, Verdict

EXAMPLES = 3
"""Shown of each kind of difference."""

Key = tuple[str, int]


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
class Tally:
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

    def add(self, other: Tally) -> None:
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
) -> Tally:
    """Store what kept pages give, within one transaction; what that came to.

    :param readings: all pages of each article that is among them, in order of time.
    :param writer: ``None`` writes nothing (a dry run).
    """
    tally = Tally(pages=len(readings))
    groups: dict[Key, list[Reading]] = defaultdict(list)
    discoveries = []
    for reading in readings:
        _count_unread(reading, tally)
        if isinstance(reading.said, Discovery):
            discoveries.append(reading.said)
        elif reference := read_article_url(reading.url):
            groups[str(reference.edition), reference.article_id].append(reading)
    if writer and discoveries:
        _write_lists(connection, discoveries, writer)
    seen = {key: _sightings(group) for key, group in groups.items()}
    known = rows_before(connection, list(groups))
    fresh = {
        key: found for key, sightings in seen.items() if key not in known and (found := _articles(sightings))
    }
    tally.new += len(fresh)
    if writer and fresh:
        write_articles(connection, [articles[0] for articles in fresh.values()])
    plans = plan_rereadings(connection, [(key, found) for key, found in seen.items() if found], now)
    _count_changes([plan for plan in plans if plan.key in known], tally)
    for key, row in known.items():
        for reading in groups[key]:
            if reading.page_id == row.page_id and isinstance(reading.said, Unread):
                tally.no_longer_read.append((row.canonical_url, reading.said.reason))
    if not writer:
        return tally
    apply_rereadings(connection, plans)
    write_found(connection, plans, writer.spider)
    new = [plan for plan in plans if plan.key in fresh]
    _mark_collected(connection, new, writer)
    _tell_absences(connection, groups, writer)
    write_spellings(
        connection,
        (
            (reading.spelling, *key, reading.at)
            for key, group in groups.items()
            for reading in group
            if reading.spelling
        ),
    )
    retold = [plan.row.id for plan in plans if plan.is_retold]
    told = {plan.row.id for plan in new} | set(retold)
    tally.duplicates += find_duplicates(connection, sorted(told), retold)
    return tally


def _write_lists(connection: Connection, discoveries: Iterable[Discovery], writer: Writer) -> None:
    for discovery in discoveries:
        write_discovery(connection, discovery, writer.spider)


def _sightings(group: Iterable[Reading]) -> list[Sighting]:
    return [
        Sighting(reading.at, reading.said if isinstance(reading.said, Article) else None)
        for reading in group
        if isinstance(reading.said, Article | Unchanged)
    ]


def _articles(sightings: Iterable[Sighting]) -> list[Article]:
    return [sighting.article for sighting in sightings if sighting.article]


def _count_unread(reading: Reading, tally: Tally) -> None:
    if not isinstance(reading.said, Unread):
        return
    reasons = tally.lost if reading.said.lost else tally.unread
    reasons[reading.said.reason] += 1
    if reading.said.fault:
        tally.faults.append((reading.url, reading.said.fault))


def _count_changes(plans: Iterable[Rereading], tally: Tally) -> None:
    for plan in plans:
        for field, (before, after) in plan.changes.items():
            tally.fields[field].count(plan.row.canonical_url, before, after)
        tally.past_texts += plan.past_texts
        if plan.changes or plan.past_texts or plan.rewritten:
            tally.changed += 1
        else:
            tally.unchanged += 1


def _mark_collected(connection: Connection, plans: Sequence[Rereading], writer: Writer) -> None:
    """What a crawl does for articles that it stores for the first time."""
    collected = []
    for plan in plans:
        last = _articles(plan.sightings)[-1]
        changed_at = plan.history[-1].since if len(plan.history) > 1 else None
        collected.append((attrs.evolve(last, fetched_at=plan.sightings[-1].at), changed_at))
    mark_collected(connection, collected, writer.spider, writer.recheck_days)


def _tell_absences(connection: Connection, groups: dict[Key, list[Reading]], writer: Writer) -> None:
    """Note what the site said to be gone, unless the frontier has heard it, or something later."""
    absences = {
        key: [reading.said for reading in group if isinstance(reading.said, Absence)]
        for key, group in groups.items()
    }
    heard = frontier_rows(connection, [key for key, said in absences.items() if said])
    while left := {key: said for key, said in absences.items() if said}:
        first = [(key, said.pop(0)) for key, said in left.items()]
        mark_gone(
            connection,
            [
                absence
                for key, absence in first
                if key not in heard or heard[key].tried_at is None or heard[key].tried_at < absence.at
            ],
            writer.spider,
        )
