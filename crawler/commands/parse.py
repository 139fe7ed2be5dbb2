"""``scrapy parse``: what a page of the newspaper is read as; it leaves nothing behind."""

from __future__ import annotations

import argparse
import json
import sys

from itemadapter import ItemAdapter
from scrapy.exceptions import UsageError
from scrapy.utils.serialize import ScrapyJSONEncoder

from crawler.feeds import WORKING
from crawler.newspaper_choice import PageCommand
from crawler.page_reader import Answer, read_article, read_list
from newspapers import canonical_url, current, read_article_url
from schemas.items import Article, Listing


class Command(PageCommand):
    """Prints the item as JSON. Exit code 1: the page could not be had, or is neither article nor list."""

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
        page, reference = self.page(url), read_article_url(url)
        answer = Answer.of(page) if page else None
        item = answer and (read_article(answer, reference) if reference else read_list(answer))
        if item:
            read_as = ItemAdapter(item).asdict()
            shown = {name: value for name, value in read_as.items() if name not in WORKING}
            fields = {"item": type(item).__name__, **shown}
            sys.stdout.write(json.dumps(fields, ensure_ascii=False, indent=1, cls=ScrapyJSONEncoder) + "\n")
        self.exitcode = 0 if isinstance(item, Article | Listing) else 1
