from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy_spider_metadata import Args

from crawler.arguments import Arguments
from crawler.base_spiders.article_spider import conditional_headers
from crawler.base_spiders.walk_spider import ListWalkingSpider, Walk
from newspapers import ListRef


class LatestSpider(Args[Arguments], ListWalkingSpider):
    """What is new or changed since the last run; for cron.

    Walks each section's list from the top to the point up to which an earlier walk was finished,
    and looks again at young articles (``RECHECK_DAYS``).
    """

    name = "latest"
    takes_all_wanted = False

    async def start(self) -> AsyncIterator[Any]:
        """The lists, then the articles that are due to be looked at again."""
        async for request in super().start():
            yield request
        for failed in (False, True):
            due = await self.collection.due(datetime.now(UTC), failed=failed)
            validators = await self.collection.validators([reference.url for reference in due])
            again = {reference.key for reference in due} if failed else ()
            named = ((reference, reference.url) for reference in due)
            for request in self.article_requests(named, validators, failed=again):
                yield request

    async def walk_requests(self, first_page: ListRef) -> list[Request]:
        """One request: the list's first page."""
        self.begin(first_page.section)
        known = await self.collection.list_validators(first_page)
        return [self.list_request(first_page, Walk(to_end=False), headers=conditional_headers(known))]
