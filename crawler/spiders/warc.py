from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from attrs import evolve
from scrapy import signals
from scrapy_spider_metadata import Args

from archive import NOT_WANTED, Capture, Damage, DamagedError, FileSummary, read_at, read_captures
from crawler.archived_page import archived_page
from crawler.arguments import WarcArguments
from crawler.base_spiders.articles import Job
from crawler.base_spiders.captures import CapturesSpider
from crawler.page_reader import Answer
from newspapers import read_article_url
from pipelines.collection import Key
from schemas.items import Article

AT_ONCE, BYTES_AT_ONCE = 32, 1 << 24
"""Captures read ahead, and bytes of their bodies: memory stays flat however large files and pages are."""

Place = tuple[str, int, int]
"""File, offset, skip."""


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
        self._unstored = 0
        self._stored = asyncio.Event()

    async def start(self) -> AsyncIterator[Any]:
        """What the captures of articles say, file by file."""
        for ended in (signals.item_scraped, signals.item_dropped, signals.item_error):
            self.crawler.signals.connect(self._note_stored, ended)
        for path in self.args.path:
            summary = FileSummary(str(path))
            captures = read_captures(path, wanted=self.asks_for, summary=summary)
            while part := await asyncio.to_thread(_read_ahead, captures):
                for capture in part:
                    async for item in self.items_of(capture):
                        self._unstored += 1
                        yield item
                await self.all_stored()
                self._recent.clear()
            self.count("captures/files")
            if others := summary.passed_over[NOT_WANTED]:
                self.count("captures/not_asked_for", others)
            self.logger.info("%s", summary)

    def asks_for(self, url: str) -> bool:
        """Whether a URL is one of an article that is asked for."""
        reference = read_article_url(url)
        return reference is not None and self.in_range(reference)

    async def all_stored(self) -> None:
        """Wait until the items yielded so far are stored.

        It bounds the memory, and what repeats a payload finds it in the collection.
        """
        while self._unstored:
            self._stored.clear()
            await self._stored.wait()

    def _note_stored(self) -> None:
        self._unstored -= 1
        self._stored.set()

    def job(self) -> Job | None:
        return Job(len(self.args.path), "files", ("captures/files",))

    async def items_of(self, capture: Capture | Damage) -> AsyncIterator[Any]:
        """A capture as a page and what it says, if it is one of an article that is asked for."""
        if isinstance(capture, Damage):
            self.count("captures/damaged", capture.records)
            self.logger.warning("Damaged: %s", capture)
            return
        capture = await self.resolve(capture)
        reference = read_article_url(capture.url)
        if reference is None:
            return
        if unfit := why_unfit(capture):
            self.count(f"captures/passed_over/{unfit}")
            return
        if capture.revisit_of is None and capture.digest:
            self._recent[reference.key, capture.digest] = (capture.file, capture.offset, capture.skip)
        page = archived_page(capture, self.settings.get("ARCHIVE_DIR"))
        yield page
        item = self.read_capture(Answer.of_capture(capture), reference, capture.url)
        if isinstance(item, Article):
            item.page = page.place
        if item:
            yield item

    async def resolve(self, capture: Capture) -> Capture:
        """The capture with the payload that it repeats (WARC 1.1, 6.7.2), if that is to be had.

        It is, if it was read lately, or its page is in the collection, whichever file it lies in.
        """
        if capture.revisit_of is None or capture.status == HTTPStatus.NOT_MODIFIED or not capture.digest:
            return capture
        reference = read_article_url(capture.revisit_of[0])
        if reference is None or not self.in_range(reference):
            return capture
        place = self._recent.get((reference.key, capture.digest))
        place = place or await self.collection.payload(reference.key, capture.digest)
        if place is None:
            return capture
        file, offset, skip = place
        try:
            path = Path(self.settings.get("ARCHIVE_DIR") or "", file)
            original = await asyncio.to_thread(read_at, path, offset, skip)
        except (DamagedError, OSError) as error:
            self.logger.warning("What %s repeats cannot be read: %s", capture.url, error)
            return capture
        return evolve(
            capture,
            status=capture.status or original.status,
            headers=original.headers,
            body=original.body,
            truncated=original.truncated,
        )


def _read_ahead(captures: Iterator[Capture | Damage]) -> list[Capture | Damage]:
    part: list[Capture | Damage] = []
    size = 0
    for found in captures:
        part.append(found)
        size += len(found.body) if isinstance(found, Capture) else 0
        if len(part) == AT_ONCE or size > BYTES_AT_ONCE:
            break
    return part


def why_unfit(capture: Capture) -> str | None:
    """Why a capture does not show a page, in a word; ``None`` if it does."""
    if capture.is_postdated():
        return "postdated"  # it would stay the latest for ever
    if capture.status == HTTPStatus.NOT_MODIFIED:
        return None
    if capture.revisit_of is not None and not capture.body:
        return "revisit"
    if capture.truncated is not None:
        return "truncated"  # half a page would look like an edit
    return None if capture.status == HTTPStatus.OK else str(capture.status)
