"""Leaving a server alone for as long as it asks."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

logger = logging.getLogger(__name__)

BUSY = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""Answers that may be others later."""

_GLANCE = 1.0
"""Seconds between looks whether the run is being stopped."""


class Rest:
    """Holds a request back until its server may be asked again.

    A server that does not say how long is left alone for ``backoff`` seconds, twice as long each time.
    After ``most_tries`` tries the request fails. One that wants to be left alone for longer than
    ``longest`` seconds ends the run with the close reason ``close_reason``; it can be started again later.

    Statistics, after ``prefix``: ``/waits``, ``/seconds_waited``, ``/given_up``.
    """

    def __init__(
        self,
        crawler: Crawler,
        *,
        prefix: str,
        most_tries: int,
        backoff: float,
        longest: float,
        close_reason: str,
    ) -> None:
        self.crawler = crawler
        self.prefix = prefix
        self.most_tries = most_tries
        self.backoff = backoff
        self.longest = longest
        self.close_reason = close_reason
        self._until = 0.0

    async def later(self, request: Request, reason: str, told: float | None) -> Request | None:
        """The request for another try, once its time has come; ``None`` if there is to be none.

        :param told: the seconds that the server asks for, if it does.
        """
        tries = request.meta.get("rest_tries", 0) + 1
        if tries > self.most_tries:
            self._count("given_up")
            return None
        # Not to the second with everybody else who was sent away.
        wait = self.backoff * 2 ** (tries - 1) * random.uniform(1, 1.25) if told is None else told  # noqa: S311
        if told is None:
            wait = min(wait, self.longest)
        if wait > self.longest:
            logger.error("%s asks to be left alone for %.0f s: the run ends", request.url, wait)
            self._count("given_up")
            self._end()
            return None
        logger.warning(
            "Waiting %.1f s, try %d of %d: %s: %s", wait, tries, self.most_tries, request.url, reason
        )
        self._count("waits")
        self._count("seconds_waited", wait)
        self._until = max(self._until, time.monotonic() + wait)
        await self.over()
        again = request.replace(dont_filter=True, priority=request.priority + 1)
        again.meta["rest_tries"] = tries
        return again

    async def over(self) -> None:
        """Wait until the server may be asked again, or the run is stopped."""
        while (left := self._until - time.monotonic()) > 0 and self.crawler.crawling:  # noqa: ASYNC110 - Scrapy has no event for it
            await asyncio.sleep(min(left, _GLANCE))

    def _end(self) -> None:
        engine: Any = self.crawler.engine
        self._ending = asyncio.ensure_future(engine.close_spider_async(reason=self.close_reason))

    def _count(self, name: str, by: float = 1) -> None:
        if self.crawler.stats:
            self.crawler.stats.inc_value(f"{self.prefix}/{name}", by)  # type: ignore[arg-type]  # seconds are no whole numbers


def retry_after(response: Response) -> float | None:
    """The seconds that an answer asks to be left alone, if it does."""
    return read_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))


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
