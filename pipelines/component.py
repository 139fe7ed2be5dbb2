"""What our components of Scrapy's have in common: they know their crawler, count, and may end the run."""

from __future__ import annotations

import asyncio
from typing import Self

from scrapy.crawler import Crawler

_ending: set[asyncio.Future[None]] = set()
"""Nobody waits for these, and asyncio holds tasks weakly only."""


class InRun:
    """What is in a run: a spider, a middleware, an extension, a pipeline."""

    crawler: Crawler

    def count(self, name: str, by: float = 1) -> None:
        """Add to a statistic of the run; nothing makes none."""
        if self.crawler.stats and by:
            self.crawler.stats.inc_value(name, by)  # type: ignore[arg-type]  # seconds are no whole numbers

    def note(self, name: str, value: object) -> None:
        """Set a statistic of the run."""
        if self.crawler.stats:
            self.crawler.stats.set_value(name, value)

    def end_run(self, reason: str) -> None:
        """Have the run end with a close reason; what is on its way is still finished."""
        if self.crawler.engine:
            ending = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))
            _ending.add(ending)
            ending.add_done_callback(_ended)


def _ended(ending: asyncio.Future[None]) -> None:
    _ending.discard(ending)
    if not ending.cancelled():
        ending.exception()  # one that is ended twice is no fault


class Component(InRun):
    """What Scrapy makes for a crawler."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)
