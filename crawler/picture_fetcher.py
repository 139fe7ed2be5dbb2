"""The pictures of articles are fetched when all else is done, if ``KEEP_PICTURES`` says so."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, NotConfigured
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from sqlalchemy.exc import DBAPIError
from twisted.python.failure import Failure

from crawler.base_spiders.article_spider import ArticlesSpider, described
from crawler.request_meta import meta_of
from newspapers import is_picture, read_article_url
from pipelines.collection import Collection
from pipelines.component import Component, InRun
from schemas.items import PictureFile

logger = logging.getLogger(__name__)

AT_ONCE = 20  # pictures that are asked for before the next are looked up
MOST = 500  # pictures of a run that does not go for everything: the next one of its kind goes on


class PictureFetcher(Component):
    """Extension: asks for the pictures that lack, those of the newest articles first, and has them stored.

    A spider with ``pictures_of_all`` takes those of all articles, another up to :data:`MOST` of those that
    were seen in the last ``RECHECK_DAYS`` days. What could not be had is asked for again after a day, two,
    four, up to thirty. If one picture after the other fails without an answer, their server is left alone.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("KEEP_PICTURES"):
            raise NotConfigured
        super().__init__(crawler)
        self.collection = Collection.from_crawler(crawler)
        self._wanted: Iterator[Request] | None = None
        self._failed_in_a_row = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_idle, signals.spider_idle)
        crawler.signals.connect(extension.collection.close, signals.spider_closed)
        return extension

    def spider_idle(self, spider: ArticlesSpider) -> None:
        if self._failed_in_a_row >= self.crawler.settings.getint("FAILURES_IN_A_ROW"):
            return
        if self._wanted is None:
            every = spider.pictures_of_all
            self._wanted = islice(self._requests(spider), None if every else MOST)
        try:
            requests = list(islice(self._wanted, AT_ONCE))
        except DBAPIError as error:
            self.collection.retry.stop_run(error)
            return
        if not requests or not self.crawler.engine:
            return
        for request in requests:
            self.count("pictures/asked")
            self.crawler.engine.crawl(request)
        raise DontCloseSpider

    def _requests(self, spider: ArticlesSpider) -> Iterator[Request]:
        days = timedelta(days=self.crawler.settings.getint("RECHECK_DAYS"))
        now, seen = datetime.now(UTC), set[str]()
        for url, article_url in self.collection.lacking_pictures(
            now, None if spider.pictures_of_all else now - days
        ):
            article = read_article_url(article_url)
            if url in seen or article is None or not spider.in_range(article):
                continue
            seen.add(url)
            if not is_picture(url):
                self.count("pictures/passed_over/of_another_site")
            elif request := spider.picture_request(url):
                yield request.replace(
                    callback=self.parse,
                    errback=self.failed,
                    meta=request.meta | {"is_picture": True},
                    cb_kwargs=request.cb_kwargs | {"url": url},
                )
            else:
                self.count("pictures/passed_over/not_archived")

    async def parse(self, response: Response, url: str, **_: object) -> AsyncIterator[PictureFile]:
        """A picture that is archived by now, or why it is not."""
        self._failed_in_a_row = 0
        picture = meta_of(response).get("picture")
        if picture is None:  # the spider takes answers that say so, too
            picture = PictureFile(url=url, at=datetime.now(UTC), reason=f"HTTP {response.status}")
            self.count("pictures/gone")
        else:
            count_picture(self, picture.reason)
        yield picture

    async def failed(self, failure: Failure) -> AsyncIterator[PictureFile]:
        """A picture that could not be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        kind, reason = described(failure.value)
        self._failed_in_a_row = 0 if isinstance(failure.value, HttpError) else self._failed_in_a_row + 1
        if self._failed_in_a_row == self.crawler.settings.getint("FAILURES_IN_A_ROW"):
            logger.error("One picture after the other fails: no more are asked for in this run")
        count_picture(self, kind)
        logger.info("No picture: %s: %s", request.url, reason)
        yield PictureFile(url=request.cb_kwargs["url"], at=datetime.now(UTC), reason=reason)


def count_picture(part: InRun, why_not: str | None) -> None:
    """Count a picture that was archived, or why it was not."""
    for name in ("pictures/failed", f"pictures/failed/{why_not}") if why_not else ("pictures/kept",):
        part.count(name)
