"""How far a run has come: shown live on a terminal, else said in one line of the log each minute.

Settings: ``PROGRESS_DISPLAY`` switches the display off; ``LOGSTATS_INTERVAL`` is Scrapy's, the seconds
between two lines of the log, 0 for none (and for no display: so say ``scrapy shell`` and others that
are no crawl).
"""

from __future__ import annotations

import atexit
import io
import logging
import sys
import time
from collections import deque
from collections.abc import Iterator
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.extensions.logstats import LogStats
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.log import get_scrapy_root_handler

from crawler.base_spiders.article_spider import ARTICLE_OUTCOMES, ArticlesSpider
from crawler.base_spiders.capture_spider import CapturesSpider
from crawler.base_spiders.walk_spider import ListWalkingSpider
from schemas.items import WalkStep
from schemas.local_time import clock

logger = logging.getLogger(__name__)

REFRESH = 0.5
"""Seconds between two pictures of the display."""

RATE_OVER = 60.0
"""Seconds over which the rate is taken."""


class Progress:
    """What is known of a run under way, in words."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.started = time.monotonic()
        self._pages: deque[tuple[float, int]] = deque([(self.started, 0)])
        self._walks: dict[tuple[str, int], dict[str, bool]] = {}
        crawler.signals.connect(self.item_scraped, signals.item_scraped)

    def item_scraped(self, item: Any) -> None:
        """Note how far a section's list has been walked."""
        if isinstance(item, WalkStep):
            self._walks.setdefault((item.edition, item.section_id), {})[item.walk] = item.finished

    @property
    def head(self) -> str:
        """What the run is doing, and for how long it has run."""
        spider = self.crawler.spider
        if not self.crawler.crawling:
            phase = "stopping: finishing what is under way"
        elif not self._stat("response_received_count"):
            phase = "starting"
        elif isinstance(spider, ListWalkingSpider) and self._lists_read() < spider.sections_begun:
            phase = "reading lists and their articles"
        else:
            phase = "fetching articles"
        return f"{phase}, {clock(time.monotonic() - self.started)}"

    def lines(self) -> Iterator[tuple[str, str]]:
        """What there is to count, each with its figures."""
        spider = self.crawler.spider
        if isinstance(spider, ListWalkingSpider) and (spider.sections_begun or spider.name != "day"):
            failed = self._stat("list/failed")
            read = f"{self._lists_read():,} of {spider.sections_begun:,} lists read"
            yield "sections", read + (f", {failed:,} failed" if failed else "")
        if isinstance(spider, CapturesSpider):
            captures = ("read", "failed", "damaged")
            yield "captures", ", ".join(f"{self._stat(f'captures/{name}'):,} {name}" for name in captures)
        yield "pages", f"{self._stat('response_received_count'):,}, {self._pages_a_minute():.0f} a minute"
        outcomes = [f"{self._stat(name):,} {name.removeprefix('store/')}" for name in ARTICLE_OUTCOMES]
        yield "articles", ", ".join(outcomes)

    def left(self) -> tuple[int, int, str] | None:
        """How much of a bounded job is done, how much it is in all, and both in words."""
        spider = self.crawler.spider
        job = spider.job() if isinstance(spider, ArticlesSpider) else None
        if job is None or not job.total:
            return None
        done = min(job.total, sum(map(self._stat, job.counted_by)))
        said = f"{done:,} of {job.total:,} {job.unit}"
        if done:
            seconds = (time.monotonic() - self.started) / done * (job.total - done)
            said += f", about {clock(seconds)} left"
        return done, job.total, said

    def _lists_read(self) -> int:
        return sum(all(walks.values()) for walks in self._walks.values())

    def _pages_a_minute(self) -> float:
        now, pages = time.monotonic(), self._stat("response_received_count")
        self._pages.append((now, pages))
        while len(self._pages) > 2 and now - self._pages[1][0] > RATE_OVER:
            self._pages.popleft()
        then, before = self._pages[0]
        return (pages - before) * 60 / (now - then) if now > then else 0.0

    def _stat(self, name: str) -> int:
        return int(self.crawler.stats.get_value(name, 0)) if self.crawler.stats else 0


class ProgressDisplay:
    """Extension: a few lines at the bottom of the terminal that follow the run; log lines go above them."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.console = Console(stderr=True)
        self._handler: logging.StreamHandler[Any] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not _is_displayed(crawler):
            raise NotConfigured
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        self.progress = Progress(self.crawler)
        # Drawn by the event loop and not by a thread of Rich's: what it reads changes in the loop.
        self.live = Live(
            get_renderable=self._picture,
            console=self.console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
        )
        handler = get_scrapy_root_handler()
        if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
            self._handler, self._stream = handler, handler.setStream(_Above(self.console))
        atexit.register(self._stop)  # a second Ctrl-C ends the process without closing the spider
        self.live.start()
        self._drawing = create_looping_call(self.live.refresh)
        self._drawing.start(REFRESH)

    def spider_closed(self) -> None:
        if self._drawing.running:
            self._drawing.stop()
        self._stop()

    def _stop(self) -> None:
        atexit.unregister(self._stop)
        self.live.stop()
        if self._handler:
            self._handler.setStream(self._stream)

    def _picture(self) -> RenderableType:
        progress = self.progress
        spider = self.crawler.spider.name if self.crawler.spider else ""
        head = Text.assemble((spider, "bold"), f": {progress.head}")
        figures = Table.grid(padding=(0, 2))
        for name, text in progress.lines():
            figures.add_row(name, text)
        parts: list[RenderableType] = [head, figures]
        if left := progress.left():
            bar = Table.grid(padding=(0, 2))
            done, total, said = left
            bar.add_row(ProgressBar(total=total, completed=done, width=30), said)
            parts.append(bar)
        return Group(*parts)


class ProgressLog(LogStats):
    """Extension: Scrapy's ``LogStats`` with a line that counts articles, where there is no display."""

    progress: Progress

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if _is_displayed(crawler):
            raise NotConfigured
        extension = super().from_crawler(crawler)
        extension.progress = Progress(crawler)
        return extension

    def log(self, spider: Spider) -> None:
        """Say how far the run has come."""
        said = [f"{name}: {text}" for name, text in self.progress.lines()]
        if left := self.progress.left():
            said.append(left[-1])
        logger.info("%s", "; ".join(said), extra={"spider": spider})


class _Above(io.TextIOBase):
    """The stream of the log's handler while the display is on: what it is given is printed above."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> int:
        # A long line is left to the terminal to break: broken here it could not be copied in one piece.
        self._console.print(Text(text.removesuffix("\n")), soft_wrap=True)
        return len(text)


def _is_displayed(crawler: Crawler) -> bool:
    settings = crawler.settings
    wanted = settings.getbool("PROGRESS_DISPLAY") and bool(settings.getfloat("LOGSTATS_INTERVAL"))
    # Not Rich's own idea of a terminal: FORCE_COLOR in the environment makes it take a file for one.
    return wanted and sys.stderr.isatty() and not Console(stderr=True).is_dumb_terminal
