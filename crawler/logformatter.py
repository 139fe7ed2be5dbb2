"""Log lines that name an item instead of printing it: an item here is an article with all its text."""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class BriefLogFormatter(LogFormatter):
    """Scrapy's log lines, with items named by kind and address."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        return {"level": logging.DEBUG, "msg": "Stored %(item)s", "args": {"item": _name(item)}}

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return {
            "level": logging.WARNING,
            "msg": "Kept out of the articles: %(item)s: %(exception)s",
            "args": {"item": _name(item), "exception": exception},
        }

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return {
            "level": logging.ERROR,
            "msg": "Not stored: %(item)s",
            "args": {"item": _name(item)},
        }


def _name(item: Any) -> str:
    where = getattr(item, "canonical_url", None) or getattr(item, "url", None)
    return f"{type(item).__name__} {where}" if where else type(item).__name__
