from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy_spider_metadata import Args

from crawler.arguments import UrlArguments
from crawler.base_spiders.articles import ArticlesSpider
from crawler.site import read_article_url


class UrlSpider(Args[UrlArguments], ArticlesSpider):
    """Single articles, whether they are collected or not."""

    name = "url"
    follow_related = False

    args: UrlArguments

    async def start(self) -> AsyncIterator[Any]:
        """One request for each article named, however often and in whatever spelling."""
        spellings = [*self.args.url, *self.args.file]
        for request in self.article_requests(
            (reference, url) for url in spellings if (reference := read_article_url(url))
        ):
            yield request
