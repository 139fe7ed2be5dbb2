"""How web archives are asked: patiently, and with their answers turned back into the newspaper's."""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.misc import load_object
from scrapy.utils.response import response_status_message

from crawler.base_spiders.cdx import CdxSpider

logger = logging.getLogger(__name__)

BUSY = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""Answers that may be others later."""


class ArchiveHostsMiddleware:
    """Downloader middleware for :class:`CdxSpider`; it stands between the network and all others.

    A capture's answer becomes the one that the newspaper gave, with its URL: what comes after keeps and
    reads it like a page that was fetched live, but with the capture's time.

    An archive that is busy is left alone: for as long as it says in Retry-After, else for
    ``ARCHIVE_BACKOFF`` seconds, twice as long each time. These spiders have one request on its way at
    most, and it stays on its way while it waits: so nothing else is asked meanwhile. After
    ``ARCHIVE_RETRY_TIMES`` tries the request fails. An archive that wants to be left alone for longer
    than ``ARCHIVE_LONGEST_WAIT`` seconds ends the run, which can be started again later.

    Statistics: ``archive_hosts/waits``, ``archive_hosts/seconds_waited``, ``archive_hosts/given_up``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        settings = crawler.settings
        self.most_tries = settings.getint("ARCHIVE_RETRY_TIMES")
        self.backoff = settings.getfloat("ARCHIVE_BACKOFF")
        self.longest_wait = settings.getfloat("ARCHIVE_LONGEST_WAIT")
        self.passing = tuple(
            load_object(error) if isinstance(error, str) else error
            for error in settings.getlist("RETRY_EXCEPTIONS")
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        spider = self.crawler.spider
        if not isinstance(spider, CdxSpider):
            return response
        if response.status in BUSY:
            told = read_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            return await self._later(request, response_status_message(response.status), told) or response
        if "index_row" in request.meta and response.status in (200, 206):
            restored, captured_at = spider.restore(request, response)
            request.meta["archived"] = restored.url, captured_at
            request.meta["fetched_at"] = captured_at
            return restored
        return response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        # The Internet Archive refuses connections, too, when it is asked too much.
        if not isinstance(self.crawler.spider, CdxSpider) or not isinstance(exception, self.passing):
            return None
        return await self._later(request, f"{type(exception).__name__}: {exception}", None)

    async def _later(self, request: Request, reason: str, told: float | None) -> Request | None:
        """The request for another try, once its time has come; ``None`` if there is to be none."""
        tries = request.meta.get("archive_tries", 0) + 1
        if tries > self.most_tries:
            self._count("archive_hosts/given_up")
            return None
        # Not to the second with everybody else whom the archive has sent away.
        wait = self.backoff * 2 ** (tries - 1) * random.uniform(1, 1.25) if told is None else told  # noqa: S311
        if told is None:
            wait = min(wait, self.longest_wait)
        if wait > self.longest_wait:
            logger.error("%s asks to be left alone for %.0f s: the run ends", request.url, wait)
            self._count("archive_hosts/given_up")
            self._end()
            return None
        logger.warning(
            "Waiting %.1f s, try %d of %d: %s: %s", wait, tries, self.most_tries, request.url, reason
        )
        self._count("archive_hosts/waits")
        self._count("archive_hosts/seconds_waited", wait)
        await asyncio.sleep(wait)
        again = request.replace(dont_filter=True, priority=request.priority + 1)
        again.meta["archive_tries"] = tries
        return again

    def _end(self) -> None:
        engine: Any = self.crawler.engine
        self._ending = asyncio.ensure_future(engine.close_spider_async(reason="archive_busy"))

    def _count(self, name: str, by: float = 1) -> None:
        if self.crawler.stats:
            self.crawler.stats.inc_value(name, by)  # type: ignore[arg-type]  # seconds are no whole numbers


def read_retry_after(value: bytes | None, now: datetime) -> float | None:
    """The seconds that a Retry-After names as a number or as a date (RFC 9110, 10.2.3)."""
    text = (value or b"").decode("latin-1").strip()
    if text.isdecimal():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())
