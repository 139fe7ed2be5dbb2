"""No request leaves the newspaper's own hosts, whatever a page links to or the site leads on to."""

from __future__ import annotations

import logging
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from crawler.site import may_request

logger = logging.getLogger(__name__)


class SiteOnlyMiddleware:
    """Refuses every request for an URL that :func:`crawler.site.may_request` does not allow.

    Scrapy's own offsite middleware looks at the domain only: other ports, user info and hosts that
    serve no pages would pass. A spider with ``archive_hosts`` reads the newspaper's pages elsewhere: it
    reaches exactly these hosts, and not the newspaper's. Statistic: ``site_only/refused``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        archives = getattr(self.crawler.spider, "archive_hosts", None)
        if may_request(request.url) if archives is None else urlsplit(request.url).netloc in archives:
            return
        if self.crawler.stats:
            self.crawler.stats.inc_value("site_only/refused")
        hosts = "the newspaper's hosts" if archives is None else ", ".join(sorted(archives))
        logger.warning("Refused, not on %s: %s", hosts, request.url)
        raise IgnoreRequest(f"not on {hosts}: {request.url}")
