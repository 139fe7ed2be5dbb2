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

from crawler.reparse.job import Reparsing
from crawler.reparse.reading import read_group
from crawler.reparse.selection import (
    archive_files,
    article_copies,
    hours_of_lists,
    index_file,
    list_copies,
    ranges_of_articles,
)
from crawler.reparse.storing import Tally, store_readings
from crawler.run.verdict import Judgement
from pipelines.records.batch import Writer
from pipelines.records.leases import end
from pipelines.worker import Worker
from schemas.database import write_transaction
from schemas.items import KeptCopy, Reading

FILE, LIST, ARTICLE = "file", "list", "article"
"""Kinds of leases: a file of the archive, an hour of lists, a range of articles."""

PAGES_AT_ONCE = 100
"""Stored in one transaction, of which the others wait for the end; and few enough to leave some to them."""

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
        self.worker.share(FILE, [[name] for name in archive_files(self.folder)], index)

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

        waiting: dict[str, list[Reading]] = {}
        ended: set[str] = set()
        for readings in self.read(groups()):
            self.advance(len(readings))
            name, ends = parts.popleft()
            waiting.setdefault(name, []).extend(readings)
            if ends:
                ended.add(name)
            if sum(map(len, waiting.values())) >= PAGES_AT_ONCE:
                self._store_parts(kind, waiting, ended, writer)
                waiting, ended = {}, set()
        self._store_parts(kind, waiting, ended, writer)

    def _copies(self, kind: str, name: str) -> Iterator[list[KeptCopy]]:
        if kind == LIST:
            return list_copies(self.engine, self.patience, self.folder, name)
        return article_copies(self.engine, self.patience, self.selection, self.folder, name)

    def _store_parts(
        self, kind: str, parts: dict[str, list[Reading]], ended: set[str], writer: Writer
    ) -> None:
        """Store pages of some parts; lists when it is their turn."""
        if kind == LIST and parts:
            parts = self._in_turn(parts, ended, writer)
        if parts:
            self._store_now(kind, parts, ended, writer)

    def _in_turn(
        self, parts: dict[str, list[Reading]], ended: set[str], writer: Writer
    ) -> dict[str, list[Reading]]:
        """Wait until the lists of all earlier hours are stored; what of these is then still to be stored.

        What a killed worker has left is read here, by this process alone.
        """
        while earlier := [hour for hour in self.worker.left(LIST) if hour < max(parts) and hour not in parts]:
            if ready := {hour: readings for hour, readings in parts.items() if hour < earlier[0]}:
                self._store_now(LIST, ready, ended, writer)
                parts = {hour: readings for hour, readings in parts.items() if hour not in ready}
            elif self.worker.take(LIST, earlier[:1]):
                self._read_here(earlier[0], writer)
            else:
                self.worker.wait(TURN_EVERY)
        return parts

    def _read_here(self, hour: str, writer: Writer) -> None:
        for group in self._copies(LIST, hour):
            self._store_parts(LIST, {hour: read_group(group)}, set(), writer)
            self.advance(len(group))
        self._store_parts(LIST, {hour: []}, {hour}, writer)

    def _store_now(self, kind: str, parts: dict[str, list[Reading]], ended: set[str], writer: Writer) -> None:
        """Store pages, but for those of parts that are in this worker's hands no more: others read these."""

        def store() -> Tally:
            with write_transaction(self.engine) as connection:
                held = self.worker.held(connection, kind, parts)
                readings = [each for name, those in parts.items() if name in held for each in those]
                tally = store_readings(connection, readings, writer, self.started_at)
                end(connection, writer.run_id, kind, held & ended)
                return tally

        self.tally.add(self.patience.done_now(store))
