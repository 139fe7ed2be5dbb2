from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from scrapy import Request, signals
from scrapy_spider_metadata import Args

from archive import (
    NOT_WANTED,
    Capture,
    Damage,
    DamagedError,
    FileSummary,
    WaitingRevisits,
    read_at,
    read_captures,
    repeat,
)
from archive.records import Place
from crawler.archived import archived_page
from crawler.arguments import WarcArguments
from crawler.base_spiders.article_spider import Job
from crawler.base_spiders.capture_spider import CapturesSpider
from crawler.page_reader import Answer
from crawler.picture_fetcher import count_picture
from crawler.picture_reader import PictureRef, picture_of
from newspapers import canonical_url, is_picture, read_article_url
from schemas.items import Article, Key, PictureFile

AT_ONCE, BYTES_AT_ONCE = 32, 1 << 24
"""Captures read ahead, and bytes of their bodies: memory stays flat however large files and pages are."""

UNRESOLVED = "revisit"
"""A capture that repeats a payload that is nowhere."""


class WarcSpider(Args[WarcArguments], CapturesSpider):
    """Articles out of archive files that someone made: WARC, compressed or not, and WACZ.

    Captures are read as they stand in the files; no request is made.
    """

    name = "warc"

    args: WarcArguments

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._recent: dict[tuple[Key, str], Place] = {}
        """Where the payloads lie that have been read and not yet stored."""
        self._waiting = WaitingRevisits(lambda url: canonical_url(url) or url)
        self._archives = self._others = 0
        """Files that are archives, and others."""
        self._unstored = 0
        self._stored = asyncio.Event()

    async def start(self) -> AsyncIterator[Any]:
        """What the captures of articles say, file by file; then what those say that repeat a later one."""
        for ended in (signals.item_scraped, signals.item_dropped, signals.item_error):
            self.crawler.signals.connect(self._note_stored, ended)
        async for item in self._items():
            self._unstored += 1
            yield item

    async def _items(self) -> AsyncIterator[Any]:
        for path in self.args.path:
            summary = FileSummary(str(path))
            async for found in self._captures_of(path, self.asks_for, summary):
                for item in await self.items_of(found):
                    yield item
            self._note_file(summary)
        for path in self.args.path:
            if self._waiting:
                async for found in self._captures_of(path, self._waiting.may_need):
                    for item in self.items_of_those_that_repeat(found):
                        yield item
        self.count(f"captures/passed_over/{UNRESOLVED}", len(self._waiting))
        for url, _ in self.collection.lacking_pictures(datetime.now(UTC), None) if self.pictures else ():
            if place := self.pictures.pop(PictureRef(url).key, None):
                picture = await asyncio.to_thread(self._picture_at, url, place)
                self.count("pictures/asked")
                count_picture(self, picture.reason)
                yield picture
        if not self._archives:
            self.count("captures/unread_files", self._others)

    def _picture_at(self, url: str, place: Place) -> PictureFile:
        return picture_of(read_at(*place), url, self.settings.get("ARCHIVE_DIR"))

    def _note_file(self, summary: FileSummary) -> None:
        """Say what a file was. One that may hold archives is a loss; any is, if none was an archive."""
        self.count("captures/files")
        self.count("captures/seen", summary.captures + summary.passed_over[NOT_WANTED])
        self.count("captures/not_asked_for", summary.passed_over[NOT_WANTED])
        if summary.records:
            self._archives += 1
        elif summary.may_hold_archives:
            self.count("captures/unread_files")
        else:
            self._others += 1
        self.logger.info("%s", summary)

    def picture_request(self, url: str) -> Request | None:
        return None

    async def _captures_of(
        self, path: Path, wanted: Callable[[str], bool], summary: FileSummary | None = None
    ) -> AsyncIterator[Capture | Damage]:
        """The captures in a file, read ahead; what they gave is stored before the next are read.

        That bounds the memory, and what repeats a payload finds it in the collection.
        """
        captures = read_captures(path, wanted=wanted, summary=summary)
        while part := await asyncio.to_thread(_read_ahead, captures):
            for found in part:
                yield found
            while self._unstored:
                self._stored.clear()
                await self._stored.wait()
            self._recent.clear()

    def asks_for(self, url: str) -> bool:
        """Whether a URL is one of an article that is asked for, or of a picture."""
        reference = read_article_url(url)
        if reference is None:
            return self.settings.getbool("KEEP_PICTURES") and is_picture(url)
        return self.in_range(reference) and (not self.exhausted or reference.key in self._requested)

    def _note_stored(self) -> None:
        self._unstored -= 1
        self._stored.set()

    def job(self) -> Job | None:
        return Job(len(self.args.path), "files", ("captures/files",))

    async def items_of(self, capture: Capture | Damage) -> Iterable[Any]:
        """A capture as a page and what it says, if it is one of an article that is asked for."""
        if isinstance(capture, Damage):
            self.count("captures/damaged", capture.records)
            self.logger.warning("Damaged: %s", capture)
            return ()
        if read_article_url(capture.url) is None:
            self.count("captures/not_asked_for")  # as a page
            if capture.status == HTTPStatus.OK and not capture.revisit_of:
                self.note_picture(capture.url, capture.place)
            return ()
        if capture.revisit_of and capture.status != HTTPStatus.NOT_MODIFIED:
            resolved = await self._resolved(capture)
            if resolved is None:
                if not self._waiting.add(capture):
                    self.count(f"captures/passed_over/{UNRESOLVED}")
                return ()
            capture = resolved
        return self._read(capture)

    def items_of_those_that_repeat(self, original: Capture | Damage) -> list[Any]:
        """What revisits say that waited for a capture."""
        if isinstance(original, Damage):  # it was counted before
            return []
        places = self._waiting.repeating(original)
        return [item for place in places for item in self._read(repeat(read_at(*place), original))]

    def _read(self, capture: Capture) -> Iterator[Any]:
        reference = read_article_url(capture.url)
        if reference is None:
            return
        if capture.is_postdated or capture.status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            # One of the future would stay the latest for ever.
            unfit = "postdated" if capture.is_postdated else capture.status
            self.count(f"captures/passed_over/{unfit}")
            return
        if self.exhausted and reference.key not in self._requested:
            self.count("captures/not_asked_for")
            return
        if self.args.limit:
            self._requested.add(reference.key)
        if capture.revisit_of is None and capture.digest:
            self._recent[reference.key, capture.digest] = capture.place
        page = archived_page(capture, self.settings.get("ARCHIVE_DIR"))
        yield page
        item = self.read_capture(Answer.of_capture(capture), reference, capture.url)
        if isinstance(item, Article):
            item.page = page.place
        if item:
            yield item

    async def _resolved(self, revisit: Capture) -> Capture | None:
        """A revisit with its payload, if it was read lately or its page is in the collection."""
        url, at = revisit.revisit_of or (revisit.url, None)
        reference = read_article_url(url)
        if reference is None:
            return None
        place = self._recent.get((reference.key, revisit.digest or ""))
        place = place or await self.collection.payload(reference.key, revisit.digest, at)
        if place is None:
            return None
        file, offset, skip = place
        try:
            path = Path(self.settings.get("ARCHIVE_DIR") or "", file)
            return repeat(revisit, await asyncio.to_thread(read_at, path, offset, skip))
        except (DamagedError, OSError) as error:
            self.logger.warning("What %s repeats cannot be read: %s", revisit.url, error)
            return None


def _read_ahead(captures: Iterator[Capture | Damage]) -> list[Capture | Damage]:
    part: list[Capture | Damage] = []
    size = 0
    for found in captures:
        part.append(found)
        size += len(found.body) if isinstance(found, Capture) else 0
        if len(part) == AT_ONCE or size > BYTES_AT_ONCE:
            break
    return part
