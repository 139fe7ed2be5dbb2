"""Reading articles out of web archives: captures in, history out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.archive import Capture
from crawler.base_spiders.articles import ArticlesSpider
from crawler.kept_pages import kept_page
from crawler.pages.article import ArticlePage
from crawler.site import ArticleRef, read_article_url
from schemas.items import NotAnArticle


class CapturesSpider(ArticlesSpider):
    """Turns captures of article pages into items, each with the time of its capture.

    A capture says what a page was, not what it is: a missing page in an archive makes no article
    gone, and nothing on the page is followed.
    """

    source = "the archive"
    follow_related = False

    def capture_request(self, capture: Capture) -> Request | None:
        """The request that a capture answers, or ``None`` for what is no article that is asked for."""
        reference = read_article_url(capture.url)
        if reference is None or not self.in_range(reference):
            self.count("captures/not_asked_for")
            return None
        if unfit := why_unfit(capture):
            self.count(f"captures/passed_over/{unfit}")
            return None
        return Request(
            reference.url,
            self.parse_capture,
            meta={
                "capture": capture,
                "fetched_at": capture.fetched_at,
                "kept": kept_page(capture, self.settings.get("ARCHIVE_DIR")),
            },
            dont_filter=True,  # one article may have many captures
            cb_kwargs={"reference": reference, "found_as": capture.url},
        )

    async def parse_capture(
        self, response: Response, page: ArticlePage, reference: ArticleRef, found_as: str
    ) -> AsyncIterator[Any]:
        """One capture of an article."""
        item = page.to_item()
        if isinstance(item, NotAnArticle):
            self.count(f"article/none/{item.found}")
            if item.found != "soft-404":
                self.logger.warning("Not read: %s: %s: %s", found_as, item.found, item.reason)
            return
        item.found_as = [found_as]
        self.count_rules(item)
        self.count("captures/read")
        yield item


def why_unfit(capture: Capture) -> str | None:
    """Why a capture does not show a page, in a word; ``None`` if it does."""
    if capture.revisit_of is not None:
        return "revisit"
    if capture.truncated is not None:
        return "truncated"  # half a page would look like an edit
    return None if capture.status == 200 else str(capture.status)
