"""No request leaves the newspaper's own hosts, whatever a page links to or the site leads on to."""

from __future__ import annotations

import logging
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from newspapers import is_picture, why_refused

logger = logging.getLogger(__name__)


class OffsiteError(IgnoreRequest):
    """A request would leave the hosts that may be asked."""

    kind = "led off the site"


class StrictOffsiteMiddleware:
    """Refuses each request that :func:`newspapers.why_refused` gives a reason against.

    Scrapy's own offsite middleware looks at the domain only: other ports, user info and hosts that serve no
    pages would pass; and what it refuses vanishes without a word to the spider. So it is switched off. A
    spider with ``allowed_hosts`` reads the newspaper's pages elsewhere: it reaches exactly these hosts, given
    with their ports, and not the newspaper's. ``KEEP_PICTURES`` allows the newspaper's pictures, too.
    Statistics: ``offsite/refused``, ``offsite/refused/<reason>``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.pictures = crawler.settings.getbool("KEEP_PICTURES")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        allowed: frozenset[str] | None = getattr(self.crawler.spider, "allowed_hosts", None)
        if allowed is None:
            why = None if self.pictures and is_picture(request.url) else why_refused(request.url)
        else:
            why = None if urlsplit(request.url).netloc in allowed else "host"
        if why is None:
            return
        if self.crawler.stats:
            self.crawler.stats.inc_value("offsite/refused")
            self.crawler.stats.inc_value(f"offsite/refused/{why}")
        hosts = "the newspaper's hosts" if allowed is None else ", ".join(sorted(allowed))
        logger.warning("Refused, not on %s: %s", hosts, request.url)
        raise OffsiteError(f"not on {hosts}: {request.url}")
