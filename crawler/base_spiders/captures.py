"""Reading articles out of web archives: captures in, history out."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from attrs import evolve
from scrapy import Request
from scrapy.http import Response

from archive import Capture, DamagedError, read_at
from crawler.base_spiders.articles import ArticlesSpider
from crawler.kept_pages import kept_page
from crawler.pages.article import ArticlePage
from newspapers import ArticleRef, read_article_url
from pipelines.collection import Key
from schemas.items import NotAnArticle, Unchanged

REMEMBERED = 10_000
"""Payloads of which the place is remembered until the collection surely knows it; memory stays flat."""

Place = tuple[str, int, int]
"""File, offset, skip."""


class CapturesSpider(ArticlesSpider):
    """Turns captures of article pages into items, each with the time of its capture.

    A capture says what a page was, not what it is: a missing page in an archive makes no article
    gone, and nothing on the page is followed.
    """

    source = "the archive"
    follow_related = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._recent: OrderedDict[tuple[Key, str], Place] = OrderedDict()

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

    def capture_request(self, capture: Capture) -> Request | None:
        """The request that a capture answers, or ``None`` for what is no article that is asked for."""
        reference = read_article_url(capture.url)
        if reference is None or not self.in_range(reference):
            self.count("captures/not_asked_for")
            return None
        if unfit := why_unfit(capture):
            self.count(f"captures/passed_over/{unfit}")
            return None
        if capture.revisit_of is None and capture.digest:
            self._recent[reference.key, capture.digest] = (capture.file, capture.offset, capture.skip)
            if len(self._recent) > REMEMBERED:
                self._recent.popitem(last=False)
        return Request(
            reference.url,
            self.parse_capture,
            meta={
                "capture": capture,
                "fetched_at": capture.fetched_at,
                "kept": kept_page(capture, self.settings.get("ARCHIVE_DIR")),
            },
            dont_filter=True,  # one article may have many captures
            cb_kwargs={"reference": reference, "found_as": capture.url},
        )

    async def parse_capture(
        self, response: Response, page: ArticlePage, reference: ArticleRef, found_as: str
    ) -> AsyncIterator[Any]:
        """One capture of an article."""
        if response.status == HTTPStatus.NOT_MODIFIED:
            yield Unchanged(edition=reference.edition, article_id=reference.article_id, at=page.fetched.value)
            return
        item = page.to_item()
        if isinstance(item, NotAnArticle):
            self.count(f"article/none/{item.found}")
            if item.found != "soft-404":
                self.logger.warning("Not read: %s: %s: %s", found_as, item.found, item.reason)
            return
        item.found_as = [found_as]
        self.count_rules(item)
        self.count("captures/read")
        yield item


def why_unfit(capture: Capture) -> str | None:
    """Why a capture does not show a page, in a word; ``None`` if it does."""
    if capture.status == HTTPStatus.NOT_MODIFIED:
        return None
    if capture.revisit_of is not None and not capture.body:
        return "revisit"
    if capture.truncated is not None:
        return "truncated"  # half a page would look like an edit
    return None if capture.status == HTTPStatus.OK else str(capture.status)
