"""Several workers of one job: any number of processes, on any number of machines, on one database.

Switched on by the setting ``SHARED_JOB``; ``docs/workers.md`` tells how it works.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, NotConfigured
from scrapy.settings import BaseSettings

from crawler.base_spiders.articles import ArticlesSpider

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks of an idle worker at what the others left."""


class SharedJobAddon:
    """Puts in place what makes a run one of several workers."""

    def update_settings(self, settings: BaseSettings) -> None:
        if not settings.getbool("SHARED_JOB"):
            raise NotConfigured
        settings.set("TURN_DELAY", settings.getfloat("DOWNLOAD_DELAY"), "addon")
        # The workers take turns. A request that then waited for a pause of Scrapy's own, or behind another
        # one of its host, would be sent out of turn.
        at_once = min(map(settings.getint, ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN")))
        replaced = {
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS": at_once,
            "CONCURRENT_REQUESTS_PER_DOMAIN": at_once,
        }
        for name, value in replaced.items():
            settings.set(name, value, settings.getpriority(name) or "addon")
        settings["DOWNLOADER_MIDDLEWARES"]["crawler.sharing.TurnsMiddleware"] = 940  # just before it is sent
        settings["EXTENSIONS"]["crawler.sharing.LeftOvers"] = 0


class TurnsMiddleware:
    """Downloader middleware: holds each request back until it is this worker's turn to ask its host.

    So the pause of ``DOWNLOAD_DELAY`` lies between any two requests of all workers. A turn is never taken
    in advance: what a site asks for by Retry-After holds for all from then on. Statistic:
    ``turns/seconds_waited``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.delay = crawler.settings.getfloat("TURN_DELAY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        spider = self.crawler.spider
        host = urlsplit(request.url).hostname
        if self.delay <= 0 or not host or not isinstance(spider, ArticlesSpider):
            return
        while (wait := await spider.collection.turn(host, self.delay)) > 0:
            if wait > max(self.delay, LOOK_EVERY) and not self.crawler.crawling:
                return  # a run that is being stopped does not sit out the rest that a site asks for
            wait = min(wait, LOOK_EVERY)
            if self.crawler.stats:
                self.crawler.stats.inc_value("turns/seconds_waited", wait)  # type: ignore[arg-type]
            await asyncio.sleep(wait)


class LeftOvers:
    """Extension: an idle worker takes over what others left, and ends when no one has anything in hand."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._looking: asyncio.Future[None] | None = None
        self._over = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_idle, signals.spider_idle)
        return extension

    def spider_idle(self, spider: Spider) -> None:
        if self._over or not isinstance(spider, ArticlesSpider):
            return
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._look(spider))
        raise DontCloseSpider

    async def _look(self, spider: ArticlesSpider) -> None:
        try:
            if spider.exhausted:  # what it has not done of what it took is for the others
                self._over = True
                return
            await spider.collection.end_all()
            while self.crawler.crawling:
                # Asked before: who works now may leave something, who does not has left it already.
                others = await spider.collection.others_at_work()
                if await self._take_over(spider):
                    return
                if not others and not await spider.collection.others_at_work():  # they may have just begun
                    break
                await asyncio.sleep(LOOK_EVERY)
        except Exception:
            logger.exception("What other workers left could not be looked for")
        self._over = True

    async def _take_over(self, spider: ArticlesSpider) -> int:
        found = 0
        async for request in spider.start():
            engine: Any = self.crawler.engine
            engine.crawl(request)
            found += 1
        return found
