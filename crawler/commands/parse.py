"""``scrapy parse``: what a page of the newspaper is read as; it leaves nothing behind."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from itemadapter import ItemAdapter
from scrapy import Request
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.utils.serialize import ScrapyJSONEncoder
from twisted.python.failure import Failure as TwistedFailure

from crawler.feeds import WORKING
from crawler.newspaper_choice import LookingCommand
from crawler.page_reader import Answer, read_article, read_list
from newspapers import canonical_url, current, read_article_url


class ParseSpider(scrapy.Spider):
    """Reads one page."""

    name = "parse"

    def __init__(self, url: str, read: list[Any], **kwargs: Any) -> None:
        """``read`` gets the item."""
        super().__init__(**kwargs)
        self.url = url
        self.read = read

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self.url, self.parse, errback=self.failed)

    async def parse(self, response: Response) -> None:
        reference = read_article_url(self.url)
        answer = Answer.of(response)
        self.read.append(read_article(answer, reference) if reference else read_list(answer))

    def failed(self, failure: TwistedFailure) -> None:
        """Say why there is no page."""
        sys.stderr.write(f"parse: {self.url}: {failure.getErrorMessage()}\n")


class Command(LookingCommand):
    """Prints the item as JSON. Exit code 1: the page could not be had, or is neither article nor list."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}  # noqa: RUF012  # declared so by Scrapy

    def syntax(self) -> str:
        return "<url>"

    def short_desc(self) -> str:
        return "Show what a page is read as: an article, or a list"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        url = canonical_url(args[0]) if len(args) == 1 else None
        if url is None:
            given = " ".join(args)
            raise UsageError(f"{given!r} is no page of the newspaper; accepted: {current().url_form}")
        read: list[Any] = []
        self.crawler_process.crawl(ParseSpider, url=url, read=read)
        self.crawler_process.start()
        for item in filter(None, read):
            read_as = ItemAdapter(item).asdict()
            shown = {name: value for name, value in read_as.items() if name not in WORKING}
            fields = {"item": type(item).__name__, **shown}
            sys.stdout.write(json.dumps(fields, ensure_ascii=False, indent=1, cls=ScrapyJSONEncoder) + "\n")
        self.exitcode = 0 if any(type(item).__name__ in ("Article", "Listing") for item in read) else 1
