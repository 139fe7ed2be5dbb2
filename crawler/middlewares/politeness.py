"""What the newspaper asks for is done: the rules and pace of its robots.txt, pauses when it is busy."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares import robotstxt
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.misc import load_object
from scrapy.utils.response import response_status_message

from crawler.request_meta import meta_of
from newspapers import why_refused
from pipelines.component import Component, InRun

logger = logging.getLogger(__name__)

ROBOTS_READ = 512 * 1024  # bytes of robots.txt; at least 500 KiB are to be read (RFC 9309, 2.5)
LONGEST_DELAY = 60.0  # seconds; a newspaper that asks for a longer pause would not be collected in years


class RobotsUnreachableError(Exception):
    """robots.txt could not be had."""


class RobotsMiddleware(RobotsTxtMiddleware, InRun):
    """Downloader middleware: Scrapy's, with what RFC 9309 says beyond the rules.

    An answer with 4xx allows all (2.3.1.3). With 5xx or no answer nothing may be asked for (2.3.1.4): the
    run ends with the close reason ``robots_unreachable``. ``Crawl-delay`` is obeyed up to
    :data:`LONGEST_DELAY`.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreachable: dict[str, str] = {}
        """Host -> why its robots.txt could not be had."""
        # Scrapy logs a traceback for a site that is down, which _robots_error says in a line
        robotstxt.logger.addFilter(lambda record: not record.exc_info)

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        await super().process_request(request)
        why = self._unreachable.get(urlsplit(request.url).netloc)
        if why and not request.meta.get("dont_obey_robotstxt"):
            raise IgnoreRequest(f"robots.txt cannot be had: {why}")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            raise RobotsUnreachableError(f"HTTP {response.status}")
        body = b"" if response.status >= 400 else response.body[:ROBOTS_READ]
        response = response.replace(body=body)
        await super()._parse_robots(response, netloc, request)
        self._slow_down(self._parsers[netloc], request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest) and netloc not in self._unreachable:
            why = str(exc) if isinstance(exc, RobotsUnreachableError) else type(exc).__name__
            self._unreachable[netloc] = why
            logger.error("robots.txt of %s cannot be had, so nothing is asked for: %s", netloc, exc)
            if not why_refused(f"https://{netloc}/"):  # else a host of pictures only
                self.note("robotstxt/unreachable", why)
                self.end_run("robots_unreachable")
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


BUSY = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524})  # answers whose Retry-After counts
LOOK_EVERY = 1.0  # seconds between looks whether the run is being stopped


class BackoffMiddleware(Component):
    """Downloader middleware: honours ``Retry-After``, and backs off from a busy server that names no time.

    Meanwhile nothing else is asked of the server either. A pause that the server does not name is
    ``BACKOFF_SECONDS`` long, twice as long each time. After ``BACKOFF_TIMES`` tries the request fails, and
    at once if the server asks for a longer pause than ``BACKOFF_LONGEST_WAIT`` seconds: the spider looks
    whether that is meant of one address, or ends the run; a web archive always means it. Without a time,
    only the statuses of ``BACKOFF_HTTP_CODES`` and errors of the kinds of ``BACKOFF_EXCEPTIONS`` count as
    busy; all others are left to Scrapy's retries, which do not wait.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self.most_times = settings.getint("BACKOFF_TIMES")
        self.seconds = settings.getfloat("BACKOFF_SECONDS")
        self.longest = settings.getfloat("BACKOFF_LONGEST_WAIT")
        self.statuses = frozenset(map(int, settings.getlist("BACKOFF_HTTP_CODES")))
        self.exceptions = tuple(
            load_object(error) if isinstance(error, str) else error
            for error in settings.getlist("BACKOFF_EXCEPTIONS")
        )
        self._until = 0.0

    async def process_request(self, request: Request) -> None:
        await self._wait()

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        if response.status not in self.statuses | BUSY:
            return response
        told = read_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        if told is None and response.status not in self.statuses:
            return response
        again = await self._later(request, response_status_message(response.status), told)
        if again is None:
            request.meta["dont_retry"] = True  # it has been asked often enough
        return again or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        if not isinstance(exception, self.exceptions):
            return None
        return await self._later(request, f"{type(exception).__name__}: {exception}", None)

    async def _later(self, request: Request, reason: str, told: float | None) -> Request | None:
        """The request for another try, once its time has come; ``None`` if there is to be none.

        :param told: the seconds that the server asks for, if it does.
        """
        times = meta_of(request).get("backoff_times", 0) + 1
        if times > self.most_times:
            self.count("backoff/given_up")
            return None
        # Not to the second with everybody else who was sent away.
        pause = self.seconds * 2 ** (times - 1) * random.uniform(1, 1.25)  # noqa: S311
        wait = min(pause, self.longest) if told is None else told
        if wait > self.longest:
            logger.error("%s asks for a pause of %.0f s: given up", request.url, wait)
            self.count("backoff/given_up")
            meta_of(request)["too_busy"] = True
            # Of a web archive, whatever is asked is one service.
            if hasattr(self.crawler.spider, "allowed_hosts"):
                self.end_run("server_busy")
            return None
        logger.warning(
            "Waiting %.1f s, try %d of %d: %s: %s", wait, times, self.most_times, request.url, reason
        )
        self.count("backoff/waits")
        self.count("backoff/seconds_waited", wait)
        self._until = max(self._until, time.monotonic() + wait)
        await self._wait()
        again = request.replace(priority=request.priority + 1)
        meta_of(again)["backoff_times"] = times
        return again

    async def _wait(self) -> None:
        """Wait until the server may be asked again, or the run is being stopped."""
        while (left := self._until - time.monotonic()) > 0 and self.crawler.crawling:  # noqa: ASYNC110 - Scrapy has no event for it
            await asyncio.sleep(min(left, LOOK_EVERY))


def read_retry_after(value: bytes | None, now: datetime) -> float | None:
    """The seconds that a Retry-After names as a number or as a date to come (RFC 9110, 10.2.3)."""
    text = (value or b"").decode("latin-1").strip()
    if text.isdecimal():
        return float(text) or None
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    seconds = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return seconds if seconds > 0 else None
