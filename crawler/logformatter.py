"""Log lines that name an item instead of printing it, and that nothing on a page can forge or colour."""

from __future__ import annotations

import copy
import logging
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.utils.log import get_scrapy_root_handler
from twisted.python.failure import Failure

from schemas.shown_text import printable


class PlainFormatter(logging.Formatter):
    """Formats as another does what was made plain: of several lines all but the first are indented."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self.inner = inner

    def format(self, record: logging.LogRecord) -> str:
        plain = copy.copy(record)
        plain.msg, plain.args = _plain(record.getMessage()), None
        if record.exc_info:
            plain.exc_text = _plain(self.formatException(record.exc_info))
        return self.inner.format(plain)


def _plain(text: str) -> str:
    return printable(text).replace("\n", "\n    ")


def _make_log_plain() -> None:
    handler = get_scrapy_root_handler()
    if handler and handler.formatter and not isinstance(handler.formatter, PlainFormatter):
        handler.setFormatter(PlainFormatter(handler.formatter))


class BriefLogFormatter(LogFormatter):
    """Scrapy's log lines, with items named by kind and address."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        crawler.signals.connect(_make_log_plain, signals.spider_opened)  # Scrapy makes its handler late
        return cls()

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        return _line(logging.DEBUG, "Stored %(item)s", item)

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return _line(logging.WARNING, "Kept out of the articles: %(item)s: %(why)s", item, why=exception)

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return _line(logging.ERROR, "Not stored: %(item)s", item)


def _line(level: int, message: str, item: Any, **more: object) -> LogFormatterResult:
    where = getattr(item, "canonical_url", None) or getattr(item, "url", None)
    name = f"{type(item).__name__} {where}" if where else type(item).__name__
    return {"level": level, "msg": message, "args": {"item": name, **more}}
