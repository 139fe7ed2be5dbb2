"""Reading articles out of web archives: captures in, history out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy.http import Response

from crawler.base_spiders.article_spider import ArticlesSpider
from crawler.page_reader import Answer, read_article
from newspapers import ArticleRef
from schemas.items import Absence, Article, Failure, Unchanged

_OUTCOMES = {Article: "read", Unchanged: "unchanged", Failure: "rejected"}


class CapturesSpider(ArticlesSpider):
    """Turns captures of article pages into items, each with the time of its capture.

    A capture says what a page was, not what it is: a missing page in an archive makes no article
    gone, and nothing on the page is followed.

    Each capture that is seen (``captures/seen``) ends in one of the other statistics ``captures/…``, or the
    verdict says that it does not (:mod:`crawler.run.evidence`).
    """

    source = "the archive"
    follow_related = False
    pictures_of_all = True

    async def parse_capture(
        self, response: Response, reference: ArticleRef, found_as: str
    ) -> AsyncIterator[Any]:
        """One capture of an article that came over the network."""
        if item := self.read_capture(Answer.of(response), reference, found_as):
            yield item

    def read_capture(
        self, answer: Answer, reference: ArticleRef, found_as: str
    ) -> Article | Unchanged | Failure | None:
        """What a capture says of an article; ``None`` if it shows none."""
        item = read_article(answer, reference, [found_as])
        if isinstance(item, Absence):
            self.count(f"captures/passed_over/{item.reason}")
            return None
        if isinstance(item, Failure) and item.found:
            self.count(f"captures/passed_over/{item.found}")
            self.logger.warning("Not read: %s: %s", found_as, item.reason)
            return None
        if isinstance(item, Article):
            item.validators = None  # the site is asked whether its present page has changed
            self.count_rules(item)
        self.count(f"captures/{_OUTCOMES[type(item)]}")
        return item
