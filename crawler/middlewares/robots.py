"""What robots.txt asks for is done: its rules, its pace, and nothing at all while it cannot be had."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

logger = logging.getLogger(__name__)

LONGEST_DELAY = 60.0
"""Seconds; a newspaper that asks for a longer pause would not be collected in years."""


class RobotsUnreachableError(Exception):
    """robots.txt could not be had."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Downloader middleware: Scrapy's, with what RFC 9309 says beyond the rules.

    An answer with 4xx allows all (2.3.1.3). With 5xx or no answer nothing may be asked for (2.3.1.4): the
    run ends with the close reason ``robots_unreachable``. ``Crawl-delay`` is obeyed up to
    :data:`LONGEST_DELAY`. Statistic: ``robotstxt/unreachable``, in words.
    """

    _why: str | None = None

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        await super().process_request(request)
        if self._why and not request.meta.get("dont_obey_robotstxt"):
            raise IgnoreRequest(f"robots.txt cannot be had: {self._why}")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            raise RobotsUnreachableError(f"HTTP {response.status}")
        if response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        self._slow_down(self._parsers[netloc], request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest) and self.crawler.engine and self._why is None:
            self._why = str(exc) if isinstance(exc, RobotsUnreachableError) else type(exc).__name__
            logger.error("robots.txt of %s cannot be had, so nothing is asked for: %s", netloc, exc)
            self._stats.set_value("robotstxt/unreachable", self._why)
            closing = self.crawler.engine.close_spider_async(reason="robots_unreachable")
            self._closing = asyncio.ensure_future(closing)
        super()._robots_error(exc, netloc)

    def _slow_down(self, parser: Any, request: Request) -> None:
        agent = self._robotstxt_useragent or self._default_useragent
        asked = parser.rp.crawl_delay(agent)
        delay = min(asked or 0.0, LONGEST_DELAY)
        if delay <= self.crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        if asked > LONGEST_DELAY:
            logger.warning("robots.txt asks for %g s between requests; kept are %g", asked, delay)
        else:
            logger.info("robots.txt asks for %g s between requests", delay)
        downloader: Any = self.crawler.engine.downloader
        host = downloader.get_slot_key(request)
        downloader.per_slot_settings[host] = {"concurrency": 1, "delay": delay, "randomize_delay": False}
        if slot := downloader.slots.get(host):
            slot.concurrency, slot.delay, slot.randomize_delay = 1, delay, False
