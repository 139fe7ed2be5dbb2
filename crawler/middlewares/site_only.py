"""No request leaves the newspaper's own hosts, whatever a page links to or the site leads on to."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.statscollectors import StatsCollector

from crawler.site import may_request

logger = logging.getLogger(__name__)


class SiteOnlyMiddleware:
    """Refuses every request for an URL that :func:`crawler.site.may_request` does not allow.

    Scrapy's own offsite middleware looks at the domain only: other ports, user info and hosts that
    serve no pages would pass. Statistic: ``site_only/refused``.
    """

    def __init__(self, stats: StatsCollector | None) -> None:
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.stats)

    def process_request(self, request: Request) -> None:
        if may_request(request.url):
            return
        if self.stats:
            self.stats.inc_value("site_only/refused")
        logger.warning("Refused, not on the newspaper's hosts: %s", request.url)
        raise IgnoreRequest(f"not on the newspaper's hosts: {request.url}")
