"""How far a run has come: shown live on a terminal, else said in one line of the log each minute."""

from __future__ import annotations

import atexit
import io
import logging
import sys
import time
from collections.abc import Iterator
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.extensions.logstats import LogStats
from scrapy.utils.log import get_scrapy_root_handler

from crawler.base_spiders.article_spider import ARTICLE_OUTCOMES, ArticlesSpider
from crawler.base_spiders.capture_spider import CapturesSpider
from crawler.base_spiders.walk_spider import ListWalkingSpider
from schemas.local_time import clock

logger = logging.getLogger(__name__)

REFRESH = 0.5  # seconds between two pictures of the display


class RunProgress(LogStats):
    """Extension: Scrapy's ``LogStats`` with lines that count articles.

    On a terminal they stand at its bottom and follow the run, log lines go above them; ``PROGRESS_DISPLAY``
    switches that off. Elsewhere they are a line of the log each ``LOGSTATS_INTERVAL`` seconds. If that is 0
    there is neither: so say ``scrapy shell`` and others that are no crawl.
    """

    crawler: Crawler
    live: Live | None = None
    _handler: logging.StreamHandler[Any] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = super().from_crawler(crawler)
        extension.crawler = crawler
        return extension

    def spider_opened(self, spider: Spider) -> None:
        self.started = time.monotonic()
        # Not Rich's own idea of a terminal: FORCE_COLOR in the environment makes it take a file for one.
        console = Console(stderr=True)
        is_wanted = self.crawler.settings.getbool("PROGRESS_DISPLAY")
        if is_wanted and sys.stderr.isatty() and not console.is_dumb_terminal:
            self._display(console, spider)
        super().spider_opened(spider)

    def _display(self, console: Console, spider: Spider) -> None:
        self.interval = REFRESH
        # Drawn by the event loop and not by a thread of Rich's: what it reads changes in the loop.
        self.live = Live(
            get_renderable=lambda: self._picture(spider),
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
        )
        handler = get_scrapy_root_handler()
        if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
            self._handler, self._stream = handler, handler.setStream(_Above(console))
        atexit.register(self._stop)  # a second Ctrl-C ends the process without closing the spider
        self.live.start()

    def spider_closed(self, spider: Spider, reason: str) -> None:
        super().spider_closed(spider, reason)
        self._stop()

    def _stop(self) -> None:
        atexit.unregister(self._stop)
        if self.live:
            self.live.stop()
        if self._handler:
            self._handler.setStream(self._stream)

    def log(self, spider: Spider) -> None:
        """Say how far the run has come."""
        if self.live:
            self.live.refresh()
            return
        said = [f"{name}: {text}" for name, text in self._lines(spider)]
        if left := self._left(spider):
            said.append(left[-1])
        logger.info("%s", "; ".join(said), extra={"spider": spider})

    def _picture(self, spider: Spider) -> RenderableType:
        doing = "fetching" if self.crawler.crawling else "stopping: finishing what is under way"
        head = Text.assemble((spider.name, "bold"), f": {doing}, {clock(self._seconds)}")
        figures = Table.grid(padding=(0, 2))
        for name, text in self._lines(spider):
            figures.add_row(name, text)
        parts: list[RenderableType] = [head, figures]
        if left := self._left(spider):
            bar = Table.grid(padding=(0, 2))
            done, total, said = left
            bar.add_row(ProgressBar(total=total, completed=done, width=30), said)
            parts.append(bar)
        return Group(*parts)

    def _lines(self, spider: Spider) -> Iterator[tuple[str, str]]:
        """What there is to count, each with its figures."""
        if isinstance(spider, ListWalkingSpider) and (spider.sections_begun or spider.name != "day"):
            lists = f"{spider.sections_begun:,}, {self._stat('list/read'):,} pages of them read"
            failed = self._stat("list/failed")
            yield "lists", lists + (f", {failed:,} failed" if failed else "")
        if isinstance(spider, CapturesSpider):
            captures = ("read", "failed", "damaged")
            yield "captures", ", ".join(f"{self._stat(f'captures/{name}'):,} {name}" for name in captures)
        pages = self._stat("response_received_count")
        yield "pages", f"{pages:,}, {pages * 60 / max(1.0, self._seconds):.0f} a minute"
        outcomes = [f"{self._stat(name):,} {name.removeprefix('store/')}" for name in ARTICLE_OUTCOMES]
        yield "articles", ", ".join(outcomes)

    def _left(self, spider: Spider) -> tuple[int, int, str] | None:
        """How much of a bounded job is done, how much it is in all, and both in words."""
        job = spider.job() if isinstance(spider, ArticlesSpider) else None
        if job is None or not job.total:
            return None
        done = min(job.total, sum(map(self._stat, job.counted_by)))
        said = f"{done:,} of {job.total:,} {job.unit}"
        if done:
            said += f", about {clock(self._seconds / done * (job.total - done))} left"
        return done, job.total, said

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self.started

    def _stat(self, name: str) -> int:
        return int(self.stats.get_value(name, 0))


class _Above(io.TextIOBase):
    """The stream of the log's handler while the display is on: what it is given is printed above."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> int:
        # A long line is left to the terminal to break: broken here it could not be copied in one piece.
        self._console.print(Text(text.removesuffix("\n")), soft_wrap=True)
        return len(text)
