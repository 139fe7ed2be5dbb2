"""A run does not begin with a clock that is days wrong: it would write history with wrong times."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.request_meta import meta_of

logger = logging.getLogger(__name__)


class ClockMiddleware:
    """Downloader middleware: compares this machine's clock with the date of the first answer that has one.

    If they are more than ``CLOCK_TOLERANCE`` seconds apart, nothing is stored or archived and the run ends
    with the close reason ``wrong_clock``. Statistic: ``clock/difference``, in words.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.tolerance = timedelta(seconds=crawler.settings.getfloat("CLOCK_TOLERANCE"))
        self._right: bool | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if self._right is None and "captured" not in meta_of(request) and (theirs := told_by(response)):
            ours = datetime.now(UTC)
            self._right = abs(ours - theirs) <= self.tolerance
            if not self._right and self.crawler.stats and self.crawler.engine:
                said = (
                    f"the site's clock says {theirs:%Y-%m-%d %H:%M}, this machine's {ours:%Y-%m-%d %H:%M} UTC"
                )
                logger.error("Nothing is stored: %s", said)
                self.crawler.stats.set_value("clock/difference", said)
                closing = self.crawler.engine.close_spider_async(reason="wrong_clock")
                self._closing = asyncio.ensure_future(closing)
        if self._right is False:
            raise IgnoreRequest("this machine's clock is not that of the site")
        return response


def told_by(response: Response) -> datetime | None:
    """The time at which an answer is given by the server's clock; a cache says how old its copy is."""
    try:
        date = parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
        age = timedelta(seconds=int(response.headers.get("Age") or 0))
        return date.replace(tzinfo=date.tzinfo or UTC) + age
    except (ValueError, OverflowError):
        return None
