"""How web archives are asked: patiently, and with their answers turned back into the newspaper's."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.misc import load_object
from scrapy.utils.response import response_status_message

from crawler.base_spiders.cdx import CdxSpider
from crawler.middlewares.rest import BUSY, Rest, retry_after


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
        self.rest = Rest(
            crawler,
            prefix="archive_hosts",
            most_tries=settings.getint("ARCHIVE_RETRY_TIMES"),
            backoff=settings.getfloat("ARCHIVE_BACKOFF"),
            longest=settings.getfloat("ARCHIVE_LONGEST_WAIT"),
            close_reason="archive_busy",
        )
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
            reason, told = response_status_message(response.status), retry_after(response)
            return await self.rest.later(request, reason, told) or response
        if "index_row" in request.meta and response.status in (200, 206):
            restored, captured_at = spider.restore(request, response)
            request.meta["archived"] = request.meta["index_row"].original, captured_at
            request.meta["fetched_at"] = captured_at
            return restored
        return response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        # The Internet Archive refuses connections, too, when it is asked too much.
        if not isinstance(self.crawler.spider, CdxSpider) or not isinstance(exception, self.passing):
            return None
        return await self.rest.later(request, f"{type(exception).__name__}: {exception}", None)
