"""The table ``pages`` brought up to what lies in our own archive."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

from attrs import frozen
from sqlalchemy import Engine, func, select, update

from archive import (
    Capture,
    Damage,
    FileSummary,
    WaitingRevisits,
    expand,
    read_at,
    read_captures,
    repeat,
)
from archive.log import LOG
from archive.records import Place
from archive.writer import PICTURES, is_own
from crawler.archived import archived_page
from newspapers import canonical_url, is_picture
from pipelines.records.page_rows import write_pages
from pipelines.retry import RetryPolicy
from schemas.database import write_transaction
from schemas.items import ArchivedPage
from schemas.tables import Page, Run

PAGES_AT_ONCE = 500
"""Written in one transaction."""

TELLING = 20
"""So many pages tell whether two files are the same: some are noted by no crawl, as those asked for again."""


@frozen
class ArchiveIndex:
    """Looks through our own archive; what is damaged there, or is no archive, is named on standard error.

    A file that was renamed or moved is known again by what it holds, and a copy of one is passed over.

    :param run_id: of the run that notes pages; ``None`` writes nothing (a dry run).
    :param runs: file -> from which byte on which run wrote it, as far as that is known, in order.
    :param whole: whether damage is looked for in all of each file. Else it is looked through from its last
        known page on, or as a whole if a run that wrote it was killed: that one may have noted a page and not
        the one before.
    """

    engine: Engine
    retry: RetryPolicy
    folder: Path
    run_id: int | None
    runs: Mapping[str, list[tuple[int, int]]]
    whole: bool

    def bring_up(self) -> tuple[int, int]:
        """Note the pages that the table does not know; how many there were, and how many places are damaged.

        :raises StorageError: if the database did not answer for as long as ``retry`` says.
        """
        try:
            found = (file for file in expand([self.folder]) if self.whole or not is_own(file, PICTURES))
            files = [file for file in found if is_own(file, PICTURES) or not self._is_copy(file)]
        except ValueError:  # no file yet, or only one that a crawl is writing
            return 0, 0
        waiting = WaitingRevisits(lambda url: canonical_url(url) or url)
        noted = damaged = 0
        for file in files:
            summary = FileSummary(str(file))
            noted += self._note_all(self._pages_of(file, summary, waiting))
            damaged += summary.damaged
            if not summary.records and file.name != LOG:
                sys.stderr.write(f"Not read: {summary}\n")
        noted += self._note_all(page for file in files if waiting for page in self._repeating(file, waiting))
        return noted + self._note_all(map(self._page_at, waiting.places)), damaged

    def _is_copy(self, file: Path) -> bool:
        """Whether a file of which nothing is noted holds what another one holds that is.

        If that one is this file, or is not there any more, this is it under another name, and is noted so.
        """
        name = str(file.relative_to(self.folder))
        captures = (one for one in read_captures(file, wanted=_is_page) if isinstance(one, Capture))
        place = (Page.url, Page.warc_offset, Page.warc_skip, Page.fetched_at)

        def find() -> bool:
            with write_transaction(self.engine) as connection:
                if connection.scalar(select(Page.id).where(Page.warc_file == name).limit(1)):
                    return False
                first = [archived_page(capture, self.folder) for capture in islice(captures, TELLING)]
                places = {(page.url, page.warc_offset, page.warc_skip, page.fetched_at) for page in first}
                query = select(Page.warc_file, *place).where(Page.url.in_({page.url for page in first}))
                noted = next((row[0] for row in connection.execute(query) if tuple(row[1:]) in places), None)
                if noted is None:
                    return False
                other = self.folder / noted
                if other.exists() and not other.samefile(file):
                    return True
                if self.run_id is not None:
                    connection.execute(update(Page).where(Page.warc_file == noted).values(warc_file=name))
            return False

        return self.retry.run_now(find)

    def _pages_of(self, file: Path, summary: FileSummary, waiting: WaitingRevisits) -> Iterator[ArchivedPage]:
        name = str(file.relative_to(self.folder))
        start = self.retry.run_now(partial(self._first_unknown, name))
        begin = 0 if self.whole else start
        for found in read_captures(file, start=begin, wanted=_is_page, summary=summary):
            if isinstance(found, Damage):
                sys.stderr.write(f"Damaged: {found}\n")
            elif found.offset < start:
                continue
            # A digest finds the original among the pages; without one it must be known before.
            elif not _is_nameless(found) or not waiting.add(found):
                yield archived_page(found, self.folder)

    def _repeating(self, file: Path, waiting: WaitingRevisits) -> Iterator[ArchivedPage]:
        for original in read_captures(file, wanted=waiting.may_need):
            if isinstance(original, Capture):
                for place in waiting.repeating(original):
                    yield archived_page(repeat(read_at(*place), original), self.folder)

    def _page_at(self, place: Place) -> ArchivedPage:
        return archived_page(read_at(*place), self.folder)

    def _first_unknown(self, name: str) -> int:
        # A spider that reads files of others notes only what it uses of them.
        in_part = select(Run.id).where(Run.finished_at.is_(None) | (Run.spider == "warc"))
        query = select(func.max(Page.warc_offset), func.count().filter(Page.run_id.in_(in_part))).where(
            Page.warc_file == name
        )
        with self.engine.connect() as connection:
            last, noted_in_part = connection.execute(query).one()
        return 0 if noted_in_part else last or 0

    def _note_all(self, pages: Iterator[ArchivedPage]) -> int:
        noted = 0
        while batch := list(islice(pages, PAGES_AT_ONCE)):
            noted += self._note(batch)
        return noted

    def _note(self, pages: Sequence[ArchivedPage]) -> int:
        if self.run_id is None:
            return 0
        by_run = [(run_id, list(part)) for run_id, part in groupby(pages, self._run_of)]
        files = {page.warc_file for page in pages}
        count = select(func.count()).select_from(Page).where(Page.warc_file.in_(files))

        def write() -> int:
            with write_transaction(self.engine) as connection:
                before = connection.scalar(count) or 0
                for run_id, part in by_run:
                    write_pages(connection, part, run_id)
                return (connection.scalar(count) or 0) - before

        return self.retry.run_now(write)

    def _run_of(self, page: ArchivedPage) -> int:
        parts = self.runs.get(page.warc_file, [])
        before = bisect_right(parts, page.warc_offset, key=itemgetter(0))
        return parts[before - 1][1] if before else self.run_id or 0


def _is_page(url: str) -> bool:
    """Whether a crawl notes an address: those of pages that its spider reads."""
    return not url.endswith("/robots.txt") and not is_picture(url)


def _is_nameless(capture: Capture) -> bool:
    repeats = capture.revisit_of is not None and capture.status != HTTPStatus.NOT_MODIFIED
    return repeats and not capture.digest
