"""What robots.txt asks for is done: its rules, its pace, and nothing at all while it cannot be had."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newspapers import why_refused

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

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreachable: dict[str, str] = {}
        """Host -> why its robots.txt could not be had."""

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        await super().process_request(request)
        why = self._unreachable.get(urlsplit(request.url).netloc)
        if why and not request.meta.get("dont_obey_robotstxt"):
            raise IgnoreRequest(f"robots.txt cannot be had: {why}")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            raise RobotsUnreachableError(f"HTTP {response.status}")
        if response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        self._slow_down(self._parsers[netloc], request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest) and self.crawler.engine and netloc not in self._unreachable:
            why = str(exc) if isinstance(exc, RobotsUnreachableError) else type(exc).__name__
            self._unreachable[netloc] = why
            logger.error("robots.txt of %s cannot be had, so nothing is asked for: %s", netloc, exc)
            if why_refused(f"https://{netloc}/"):  # a host of pictures only
                super()._robots_error(exc, netloc)
                return
            self._stats.set_value("robotstxt/unreachable", why)
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
