from __future__ import annotations

from scrapy import Request
from scrapy_spider_metadata import Args

from crawler.arguments import Arguments
from crawler.base_spiders.walk_spider import ListWalkingSpider, Walk
from newspapers import ListRef


class BackfillSpider(Args[Arguments], ListWalkingSpider):
    """The whole archive: every list to its end, and what related links lead to.

    Broken off, it goes on where the database says it stopped.
    """

    name = "backfill"
    pictures_of_all = True

    async def walk_requests(self, first_page: ListRef) -> list[Request]:
        """The list's first page; and the page before the one at which an earlier walk stopped.

        A page earlier, because an article taken off the list has moved the others up.
        """
        self.begin(first_page.section)
        open_walk = await self.collection.open_walk(first_page.section)
        if open_walk is None:
            return [self.list_request(first_page, Walk(to_end=True))]
        walk, next_page = open_walk
        resumed = self.list_request(first_page.at(max(1, next_page - 1)), Walk(to_end=True, id=walk))
        if next_page <= 2:
            return [resumed]
        return [self.list_request(first_page, Walk(to_end=False)), resumed]
