"""Fetching articles: the part of the work that all spiders share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Self

import scrapy
from attrs import frozen
from itemadapter import ItemAdapter
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from crawler.arguments import Arguments
from crawler.middlewares.truncated import TruncatedError
from crawler.page_reader import Answer, read_article
from crawler.request_meta import meta_of
from newspapers import ArticleRef, current, read_article_url
from pipelines.collection import Collection, Key
from pipelines.records.frontier import Link
from schemas.items import (
    Absence,
    Article,
    Discovery,
    Failure,
    Listing,
    ListingEntry,
    Validators,
)

ARTICLE_PRIORITY = 10
"""Articles go before lists: the queue stays short, and what is found is soon safe."""

LAST_PRIORITY = -1000
"""What failed is asked for once more when there is nothing else to do: trouble passes."""

ESTIMATE_SLACK = timedelta(days=62)
"""An estimate from an article's number may be so far off."""


@frozen
class Job:
    """What a run has to do, where that is known beforehand; for whoever watches it."""

    total: int
    unit: str
    counted_by: tuple[str, ...]
    """The statistics that add up to what is done."""


ARTICLE_OUTCOMES = tuple(
    f"store/{outcome}" for outcome in ("new", "changed", "unchanged", "gone", "failed", "rejected")
)
"""The statistics of which one counts each article that was asked for."""


class ArticlesSpider(scrapy.Spider):
    """Requests articles and turns their pages into items.

    A subclass also inherits :class:`scrapy_spider_metadata.Args` with its arguments, and says
    where its first requests come from.
    """

    handle_httpstatus_list: ClassVar[list[int]] = [304, 404, 410]
    source: ClassVar[str] = "the site"
    """What is asked for pages, in words."""
    follow_related = True
    """Whether articles that a "Các tin khác" block links to are fetched if they are missing."""

    args: Arguments
    collection: Collection

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allowed_domains = [current().domain]
        self._requested: set[Key] = set()
        self._failures_in_a_row = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.collection = Collection.from_crawler(crawler)
        return spider

    async def closed(self, reason: str) -> None:
        await self.collection.close()

    @property
    def exhausted(self) -> bool:
        """Whether as many articles have been requested as the argument ``limit`` allows."""
        return self.args.limit is not None and len(self._requested) >= self.args.limit

    def job(self) -> Job | None:
        """What there is to do, if the arguments say so."""
        return Job(self.args.limit, "articles", ARTICLE_OUTCOMES) if self.args.limit else None

    def article_requests(
        self,
        references: Iterable[tuple[ArticleRef, str]],
        validators: dict[str, Validators] | None = None,
        *,
        new: bool = False,
    ) -> Iterator[Request]:
        """Requests for articles, each given with the spelling under which it was found.

        Articles out of the arguments' range, or asked for before in this run, are passed over.

        :param validators: for articles that are collected: what to send for "not modified", by URL.
        :param new: whether they are not collected yet: their pages can hardly be archived already.
        """
        for reference, found_as in references:
            if reference.key in self._requested or self.exhausted:
                continue
            if not self.in_range(reference):
                self.count("article/out_of_range")
                continue
            self._requested.add(reference.key)
            known = (validators or {}).get(reference.url)
            yield Request(
                reference.url,
                self.parse_article,
                errback=self.article_failed,
                headers=conditional_headers(known),
                priority=ARTICLE_PRIORITY,
                dont_filter=True,  # each is asked for once as it is; the filter would stop redirects
                meta={"is_new": new},
                cb_kwargs={"reference": reference, "found_as": found_as},
            )

    def in_range(self, reference: ArticleRef) -> bool:
        """Whether an article may be one that the arguments ask for, as far as its URL tells."""
        if not self.args.may_include(reference) or self.is_before(reference, self.args.since):
            return False
        month, until = self._estimated_month(reference), self.args.until
        return not (month and until and month - ESTIMATE_SLACK > _start_of(until) + timedelta(days=1))

    def is_before(self, reference: ArticleRef, day: date | None) -> bool:
        """Whether an article is certainly older than a day; its number tells, in one edition."""
        month = self._estimated_month(reference)
        return bool(day and month and month + ESTIMATE_SLACK < _start_of(day))

    def _estimated_month(self, reference: ArticleRef) -> datetime | None:
        return current().estimate_month(reference.edition, reference.article_id)

    async def missing_requests(self, links: Sequence[Link]) -> list[Request]:
        """Requests for those linked articles that are not collected yet."""
        found = {
            reference.key: (reference, link.found_as)
            for link in reversed(links)
            if (reference := read_article_url(link.url)) and reference.key not in self._requested
        }
        missing = await self.collection.missing(found) if found else set()
        wanted = (found[key] for key in reversed(found) if key in missing)
        return list(self.article_requests(wanted, new=True))

    async def parse_article(
        self, response: Response, reference: ArticleRef, found_as: str
    ) -> AsyncIterator[Any]:
        """One article, or what its URL gave instead."""
        self._failures_in_a_row = 0
        led_on = response.meta.get("redirect_urls", [])
        item = read_article(Answer.of(response), reference, [found_as, *led_on, response.url])
        if isinstance(item, Article):
            self.count_rules(item)
        elif isinstance(item, Absence):
            if item.reason == "soft-404":
                self.count("article/none/soft-404")
        elif isinstance(item, Failure):
            if item.found == "empty" and (again := self.last_try(response.request)):
                yield again
                return
            self.note_unread(item)
        yield item
        if isinstance(item, Article) and self.follow_related:
            for request in await self.missing_requests(item.related):
                yield request

    async def article_failed(self, failure: TwistedFailure) -> AsyncIterator[Failure | Request]:
        """An article's request that ended without a page."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if may_pass(failure.value) and (again := self.last_try(request)):
            self.note_in_a_row()
            yield again
            return
        reference: ArticleRef = request.cb_kwargs["reference"]
        item = Failure(
            edition=reference.edition,
            article_id=reference.article_id,
            url=reference.url,
            reason=self.note_failure(failure, "article"),
            at=datetime.now(UTC),
        )
        self.note_unread(item)
        yield item

    def last_try(self, request: Request | None) -> Request | None:
        """The request that asks once more for an article, after all else; ``None`` if it has been so asked.

        Tries that follow one another meet the same trouble; and what only that article links to would be
        found by the next run only.
        """
        if request is None or meta_of(request).get("is_last_try"):
            return None
        self.count("article/last_tries")
        return request.replace(
            url=request.cb_kwargs["reference"].url,
            priority=LAST_PRIORITY,
            meta={"is_new": meta_of(request).get("is_new", False), "is_last_try": True},
        )

    def note_failure(self, failure: TwistedFailure, what: str) -> str:
        """Count what could not be fetched, by the kind of failure; the reason in words."""
        error = failure.value
        if isinstance(error, HttpError):
            kind = reason = f"HTTP {error.response.status}"
        else:
            kind, reason = type(error).__name__, f"{type(error).__name__}: {error}"
        self.count(f"{what}/failed/{kind}")
        self.note_in_a_row()
        return reason

    def note_in_a_row(self) -> None:
        """Stop the run when one request after the other fails: going on would only wear the site and us."""
        self._failures_in_a_row += 1
        if self._failures_in_a_row == self.settings.getint("FAILURES_IN_A_ROW") and self.crawler.engine:
            self.logger.error("%d requests in a row have failed: the site is down", self._failures_in_a_row)
            closing = self.crawler.engine.close_spider_async(reason="site_down")
            self._closing = asyncio.ensure_future(closing)

    def note_unread(self, failure: Failure) -> None:
        """Say that an article could not be fetched or read, and count what its URL gave instead."""
        if failure.found:
            self.count(f"article/none/{failure.found}")
        self.logger.warning("Not collected: %s: %s", failure.url, failure.reason)

    def discovery(self, listing: Listing, entries: Iterable[ListingEntry] | None = None) -> Discovery:
        """The item that makes the collection remember what a page links to, or some of it."""
        found = listing.entries if entries is None else list(entries)
        return Discovery(entries=found, sections=listing.sections, at=listing.fetched_at)

    def count(self, name: str, by: int = 1) -> None:
        """Add to a statistic of the run."""
        if self.crawler.stats and by:
            self.crawler.stats.inc_value(name, by)

    def count_rules(self, item: Article) -> None:
        """Count which layout and which rules read an article."""
        self.count(f"article/parser/{item.parser}")
        self.count("article/characters", sum(map(len, [item.lead or "", *item.body])))
        for field, rule in ItemAdapter(item)["rules"].items():
            self.count(f"article/{field}/{rule}")


def may_pass(error: BaseException | None) -> bool:
    """Whether a request that failed so may succeed later: trouble of the site or on the way to it.

    Refusals are meant, by the site (4xx) or by us.
    """
    if isinstance(error, HttpError):
        return error.response.status >= 500
    return isinstance(error, TruncatedError) or not isinstance(error, IgnoreRequest)


def conditional_headers(validators: Validators | None) -> dict[str, str]:
    """The request headers that ask for a page only if it has changed (RFC 9110, 13.1)."""
    if validators is None:
        return {}
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in headers.items() if value}


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=current().zone)
