"""The setting ``NEWSPAPER``: taken up before anything asks what the newspaper is like."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import AsyncIterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import scrapy
from scrapy import Request
from scrapy.commands import ScrapyCommand
from scrapy.crawler import CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.settings import BaseSettings, Settings
from twisted.python.failure import Failure

from newspapers import UnknownNewspaperError, choose


class NewspaperAddon:
    """Chooses the newspaper, and what feeds take, for Scrapy's own commands and for scripts."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        choose(settings["NEWSPAPER"])

    def update_settings(self, settings: BaseSettings) -> None:
        if settings.getdict("FEEDS"):
            from crawler.feeds import keep_articles  # late: few runs have feeds

            keep_articles(settings)


def wrong_usage(said: object) -> UsageError:
    """What ends a command with exit code 2 and these words."""
    return UsageError(str(said), print_help=False)


class NewspaperCommand(ScrapyCommand):
    """A command of ours: a newspaper that is not known ends it with exit code 2.

    It can say what it has to say wherever that goes: to nobody, or in an encoding without Vietnamese letters.
    """

    settings: Settings  # Scrapy sets both before it asks for anything
    crawler_process: CrawlerProcessBase

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
            elif stream is None:  # closed, as by `>&-`
                setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end
        super().process_options(args, opts)
        try:
            choose(self.settings["NEWSPAPER"])
        except UnknownNewspaperError as error:
            raise wrong_usage(error) from None


class PageSpider(scrapy.Spider):
    """Asks for one page."""

    name = "page"
    url: str
    page: Response | None = None

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self.url, self.parse, errback=self.failed)

    async def parse(self, response: Response) -> None:
        self.page = response

    def failed(self, failure: Failure) -> None:
        """Say why there is no page."""
        sys.stderr.write(f"{self.url}: {failure.getErrorMessage()}\n")


class PageCommand(NewspaperCommand):
    """A command that looks at a page."""

    requires_project = True

    def page(self, url: str) -> Response | None:
        """The page of an address, as a crawl gets it; why there is none stands on standard error."""
        crawler = self.crawler_process.create_crawler(PageSpider)
        self.crawler_process.crawl(crawler, url=url)
        self.crawler_process.start()
        return crawler.spider.page if isinstance(crawler.spider, PageSpider) else None
