"""``scrapy reparse`` as one of several workers: each takes parts in hand, and stores what they give.

Parts are the archive's files, the hours in which lists were fetched, and ranges of articles;
``docs/workers.md`` tells how they are divided. All pages of an article are in one part, so two workers never
meet at one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from scrapy.settings import BaseSettings
from sqlalchemy import Engine

from crawler.reparsing import PAGES_AT_ONCE, Reparsing
from crawler.rereading import read_group
from crawler.verdict import Judgement
from pipelines.records.batch import Writer
from pipelines.records.leases import end
from pipelines.reparse import Tally, store_readings
from pipelines.selection import (
    archive_files,
    article_copies,
    hours_of_lists,
    index_file,
    list_copies,
    ranges_of_articles,
)
from pipelines.worker import Worker
from schemas.database import write_transaction
from schemas.items import KeptCopy, Reading

FILE, LIST, ARTICLE = "file", "list", "article"
"""Kinds of leases: a file of the archive, an hour of lists, a range of articles."""

TURN_EVERY = 0.05
"""Seconds between two looks of a worker that has read lists and waits for its turn to store them."""

WHOLE_FOLDER = "."
"""Names the archive's folder among its files."""


class SharedReparsing(Reparsing):
    """Lists come before articles and are stored in the order of their fetches, as one worker does.

    What a later page says of a section, its slug and name, replaces what an earlier one said.

    Settings: also ``LEASE_SECONDS``.
    """

    def __init__(self, engine: Engine, settings: BaseSettings, **options: Any) -> None:
        super().__init__(engine, settings, **options)
        lease = timedelta(seconds=settings.getfloat("LEASE_SECONDS"))
        self.worker = Worker(engine, self.patience, self.spider, lease)

    def do(self) -> Judgement:
        try:
            return super().do()
        finally:
            self.worker.leave()

    def begin(self) -> Writer:
        return Writer(self.worker.join(self.start_run), self.spider, self.recheck_days, shares=True)

    def index(self, writer: Writer) -> None:
        def index(names: Iterator[str]) -> None:
            for name in names:
                if (self.folder / name).exists():
                    self.indexed += index_file(self.engine, self.patience, self.folder, name, writer.run_id)
                self.worker.end(FILE, name)

        self.worker.once(FILE, WHOLE_FOLDER, self.mend)
        self.worker.share(FILE, archive_files(self.folder), index)

    def count(self) -> int | None:
        return None  # others do a part, and nobody knows how much

    def read_all(self, writer: Writer | None) -> None:
        assert writer  # noqa: S101 - tells the type checker
        if self.selection.is_everything:
            hours = hours_of_lists(self.engine, self.patience)
            self.worker.share(LIST, hours, lambda names: self._read_parts(LIST, names, writer))
        ranges = ranges_of_articles(self.engine, self.patience, self.selection)
        self.worker.share(ARTICLE, ranges, lambda names: self._read_parts(ARTICLE, names, writer))

    def _read_parts(self, kind: str, names: Iterator[str], writer: Writer) -> None:
        """Read parts one after the other, the next ones while the first is being stored."""
        parts: deque[tuple[str, bool]] = deque()
        """Of each group that is being read: its part, and whether it is the part's end."""

        def groups() -> Iterator[list[KeptCopy]]:
            for name in names:
                for group in self._copies(kind, name):
                    parts.append((name, False))
                    yield group
                parts.append((name, True))
                yield []

        waiting: list[Reading] = []
        for readings in self.read(groups()):
            self.advance(len(readings))
            waiting += readings
            name, ends = parts.popleft()
            if ends or len(waiting) >= PAGES_AT_ONCE:
                self._store_part(kind, name, waiting, writer, ends=ends)
                waiting = []

    def _copies(self, kind: str, name: str) -> Iterator[list[KeptCopy]]:
        if kind == LIST:
            return list_copies(self.engine, self.patience, self.folder, name)
        return article_copies(self.engine, self.patience, self.selection, self.folder, name)

    def _store_part(
        self, kind: str, name: str, readings: list[Reading], writer: Writer, *, ends: bool
    ) -> None:
        """Store pages of a part, unless it is in this worker's hands no more: then others read it."""
        if kind == LIST:
            self._wait_for_earlier_lists(name, writer)

        def store() -> Tally:
            with write_transaction(self.engine) as connection:
                if not self.worker.holds(connection, kind, name):
                    return Tally()
                tally = store_readings(connection, readings, writer, self.started_at)
                if ends:
                    end(connection, writer.run_id, kind, [name])
                return tally

        self.tally.add(self.patience.done_now(store))

    def _wait_for_earlier_lists(self, name: str, writer: Writer) -> None:
        """Wait until the lists of all earlier hours are stored.

        What a killed worker has left of them is read here, by this process alone.
        """
        while earlier := [hour for hour in self.worker.left(LIST) if hour < name]:
            if not self.worker.take(LIST, earlier[0]):
                self.worker.wait(TURN_EVERY)
                continue
            for group in self._copies(LIST, earlier[0]):
                self._store_part(LIST, earlier[0], read_group(group), writer, ends=False)
                self.advance(len(group))
            self._store_part(LIST, earlier[0], [], writer, ends=True)
