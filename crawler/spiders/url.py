from __future__ import annotations

from collections.abc import AsyncIterator
from functools import cached_property
from typing import Any

from scrapy_spider_metadata import Args

from crawler.arguments import UrlArguments
from crawler.base_spiders.article_spider import ARTICLE_OUTCOMES, ArticlesSpider, Job
from newspapers import ArticleRef, read_article_url


class UrlSpider(Args[UrlArguments], ArticlesSpider):
    """Single articles, whether they are collected or not."""

    name = "url"
    follow_related = False

    args: UrlArguments

    async def start(self) -> AsyncIterator[Any]:
        """One request for each article named, however often and in whatever spelling."""
        for refused in self.args.file.refused:
            self.logger.warning("Not asked for: %s", refused)
            self.count("article/not_asked_for")
        for request in self.article_requests(self._named):
            yield request

    def job(self) -> Job | None:
        return Job(self._total, "articles", ARTICLE_OUTCOMES)

    @cached_property
    def _named(self) -> list[tuple[ArticleRef, str]]:
        spellings = [*self.args.url, *self.args.file.urls]
        return [(reference, url) for url in spellings if (reference := read_article_url(url))]

    @cached_property
    def _total(self) -> int:
        keys = {reference.key for reference, _ in self._named if self.in_range(reference)}
        return min(len(keys), self.args.limit or len(keys))
