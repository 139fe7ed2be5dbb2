"""The newspaper's server is left alone when it says that it is busy."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.response import response_status_message

from crawler.middlewares.rest import BUSY, Rest, retry_after

TOO_MANY = 429


class BusySiteMiddleware:
    """Downloader middleware: honours ``Retry-After``, and waits after "too many requests" without one.

    Meanwhile nothing else is asked of the server either. Other errors are left to Scrapy's own
    retries. Settings: ``SITE_BUSY_TIMES``, ``SITE_BUSY_BACKOFF``, ``SITE_BUSY_LONGEST_WAIT``.
    Statistics: ``site_busy/waits``, ``site_busy/seconds_waited``, ``site_busy/given_up``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.rest = Rest(
            crawler,
            prefix="site_busy",
            most_tries=crawler.settings.getint("SITE_BUSY_TIMES"),
            backoff=crawler.settings.getfloat("SITE_BUSY_BACKOFF"),
            longest=crawler.settings.getfloat("SITE_BUSY_LONGEST_WAIT"),
            close_reason="site_busy",
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        await self.rest.over()

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        if hasattr(self.crawler.spider, "archive_hosts") or "capture" in request.meta:
            return response
        told = retry_after(response) if response.status in BUSY else None
        if told is None and response.status != TOO_MANY:
            return response
        again = await self.rest.later(request, response_status_message(response.status), told)
        if again is None:
            request.meta["dont_retry"] = True  # it has been asked often enough
        return again or response
