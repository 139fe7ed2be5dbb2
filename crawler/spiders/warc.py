from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import islice
from typing import Any

from scrapy import Request, signals
from scrapy_spider_metadata import Args

from archive import Capture, Damage, read_captures
from crawler.arguments import WarcArguments
from crawler.base_spiders.articles import Job
from crawler.base_spiders.captures import CapturesSpider

AT_ONCE = 32
"""Captures read ahead: memory stays flat however large the files are."""


class WarcSpider(Args[WarcArguments], CapturesSpider):
    """Articles out of archive files that someone made: WARC, compressed or not, and WACZ."""

    name = "warc"

    args: WarcArguments

    async def start(self) -> AsyncIterator[Any]:
        """One request for each capture of an article, answered by the capture itself."""
        for path in self.args.path:
            captures = read_captures(path)
            while part := await asyncio.to_thread(lambda: list(islice(captures, AT_ONCE))):  # noqa: B023
                requests = [request for capture in part if (request := await self.request_for(capture))]
                for request in requests:
                    yield request
                if requests:
                    await self.crawler.signals.wait_for(signals.scheduler_empty)
            self.count("captures/files")

    def job(self) -> Job | None:
        return Job(len(self.args.path), "files", ("captures/files",))

    async def request_for(self, capture: Capture | Damage) -> Request | None:
        """The request that a capture answers; damage is counted and named."""
        if isinstance(capture, Damage):
            self.count("captures/damaged")
            self.logger.warning("Damaged: %s", capture)
            return None
        return self.capture_request(await self.resolve(capture))
