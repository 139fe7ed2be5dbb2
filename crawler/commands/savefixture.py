"""``scrapy savefixture``: a page and the item read from it become a test; nothing is stored."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from attrs import fields_dict
from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler.newspaper_choice import LookingCommand

FIXTURES = Path("tests/pages/fixtures")
"""Where the tests look for saved pages."""


class FixtureSpider(Spider):
    """Asks for one page, reads it as a crawl does, and saves both."""

    name = "savefixture"
    url: str
    page_type: type
    folder: Path
    saved: Path | None = None

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self.url, self.save)

    def save(self, response: Response) -> None:
        # Late: no other command needs them, and web-poet's tests import pytest where it is installed.
        from web_poet.testing import Fixture

        from crawler.page_reader import Answer
        from crawler.pages.fixtures import FixtureAdapter
        from crawler.pages.inputs import FetchedAt

        answer = Answer.of(response)
        given = {"response": answer.response, "fetched": FetchedAt(answer.fetched_at)}
        inputs = {name: given[name] for name in fields_dict(self.page_type) if name in given}
        fixture = Fixture.save(
            self.folder / f"{self.page_type.__module__}.{self.page_type.__qualname__}",
            inputs=inputs.values(),
            item=self.page_type(**inputs).to_item(),
            meta={"adapter": FixtureAdapter},
        )
        self.saved = fixture.path


class Command(LookingCommand):
    """Saves a page and the item read from it."""

    requires_project = True

    def syntax(self) -> str:
        return "<page object class> <URL> [<folder>]"

    def short_desc(self) -> str:
        return "Save a page, and the item that a page object reads from it, as a test"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) not in (2, 3):
            raise UsageError("name a page object and a URL: crawler.pages.article.ArticlePage https://…")
        try:
            page_type = load_object(args[0])
        except (ImportError, NameError, ValueError) as error:
            raise UsageError(f"{args[0]!r} is no page object: {error}", print_help=False) from None
        crawler = self.crawler_process.create_crawler(FixtureSpider)
        folder = Path(args[2]) if args[2:] else FIXTURES
        self.crawler_process.crawl(crawler, page_type=page_type, url=args[1], folder=folder)
        self.crawler_process.start()
        spider = crawler.spider
        if isinstance(spider, FixtureSpider) and spider.saved:
            print(f"{spider.saved}: compare it with the page")  # noqa: T201 - what was made
        else:
            self.exitcode = 1
