"""Each request that a spider makes comes to an end, and the end is counted."""

from __future__ import annotations

import logging
from functools import partial
from itertools import count
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.request_meta import meta_of
from pipelines.component import Component

logger = logging.getLogger(__name__)


class RequestAccountsMiddleware(Component):
    """Spider middleware: follows each request through retries and redirects to what the spider is told of it.

    A middleware that swallows a request, or a scheduler that drops it, would end a list or a run without a
    word: :mod:`crawler.run.evidence` checks that ends add up to requests.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._numbers = count(1)
        self._open: dict[int, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if crawler.settings["JOBDIR"]:
            raise NotConfigured("JOBDIR keeps requests on disk, and some are of an earlier run")
        middleware = cls(crawler)
        crawler.signals.connect(middleware.request_scheduled, signals.request_scheduled)
        crawler.signals.connect(middleware.request_dropped, signals.request_dropped)
        crawler.signals.connect(middleware.spider_idle, signals.spider_idle)
        return middleware

    def request_scheduled(self, request: Request) -> None:
        meta = meta_of(request)
        if "number" in meta:
            return  # asked for again, or led on to
        meta["number"] = next(self._numbers)
        self._open[meta["number"]] = request.url
        self.count("requests/asked")
        if request.errback:
            request.errback = partial(self._failed, request.errback)

    def process_spider_input(self, response: Response) -> None:
        self._end(response, "requests/answered")

    def request_dropped(self, request: Request) -> None:
        self._end(request, "requests/dropped")

    def spider_idle(self) -> None:
        for url in self._open.values():
            logger.error("Asked for, and nothing came of it: %s", url)

    def _failed(self, errback: Any, failure: Failure) -> Any:
        self._end(failure.request, "requests/failed")  # type: ignore[attr-defined]
        return errback(failure)

    def _end(self, request: Request | Response, name: str) -> None:
        if self._open.pop(meta_of(request).get("number", 0), None):
            self.count(name)
