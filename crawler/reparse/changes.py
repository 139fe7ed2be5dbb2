"""What reading archived pages again came to, or would come to: counted, and judged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import Factory, define
from sqlalchemy import Connection

from crawler.run.evidence import counted
from newspapers import read_article_url
from pipelines.records.articles import Change, Key, sources
from schemas.items import Absence, Article, Reading, Unread
from schemas.verdicts import Judgement, Verdict

EXAMPLES = 3
"""Shown of each field that is read otherwise."""

COUNTS = ("pages", "new", "changed", "unchanged", "past_texts", "damaged")

KINDS = ("gained", "lost", "changed")
"""What becomes of the value of a field."""

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
            if isinstance(reading.result, Unread):
                is_lost = reading.result.lost or (reading.result.is_part and _key(reading) not in whole)
                reasons = self.lost if is_lost else self.unread
                reasons[reading.result.reason] += 1
                if reading.result.fault:
                    self.faults.append((reading.url, reading.result.fault))

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

    def judge(self, expected: int = 0, interruption: str = "") -> Judgement:
        """The verdict on a run, and why.

        :param expected: pages that were to be read, if that is known.
        :param interruption: why it did not come to its end.
        """
        if self.faults:
            return Judgement(Verdict.BROKEN, f"a fault of the program at {counted(len(self.faults), 'page')}")
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
