"""Fetching articles: the part of the work that all spiders share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Container, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Literal, Self

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
from crawler.middlewares.destinations import OffsiteError, RedirectLoopError
from crawler.middlewares.received import TruncatedError
from crawler.page_reader import Answer, read_article
from crawler.request_meta import meta_of
from newspapers import ArticleRef, current, read_article_url
from pipelines.collection import Collection
from pipelines.component import InRun
from schemas.items import Absence, Article, Failure, Key, Link, Validators
from schemas.local_time import midnight

ARTICLE_PRIORITY = 10  # articles go before lists: the queue stays short, and what is found is soon safe
FAILED_PRIORITY = -100  # what failed in an earlier run comes after all else: it may fail for ever

PROBE_PRIORITY = 1000

LAST_PRIORITY = -1000  # what failed is asked for once more when there is nothing else to do: trouble passes
ESTIMATE_SLACK = timedelta(days=62)  # an estimate from an article's number may be so far off


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


class ArticlesSpider(scrapy.Spider, InRun):
    """Requests articles and turns their pages into items.

    A subclass also inherits :class:`scrapy_spider_metadata.Args` with its arguments, and says
    where its first requests come from.
    """

    handle_httpstatus_list: ClassVar[list[int]] = [304, 404, 410]
    source: ClassVar[str] = "the site"
    """What is asked for pages, in words."""
    pictures_of_all: ClassVar[bool] = False
    """Whether a run fetches the pictures of all articles that lack them, and not only of young ones."""
    follow_related = True
    """Whether articles that a "Các tin khác" block links to are fetched if they are missing."""

    args: Arguments
    collection: Collection

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._requested: set[Key] = set()
        self._failures_in_a_row = 0
        self._answering: ArticleRef | None = None
        self._looking: asyncio.Future[None] | None = None
        self._close_reason = "site_down"

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
        failed: Container[Key] = (),
        given_by: str = "article",
    ) -> Iterator[Request]:
        """Requests for articles, each given with the spelling under which it was found.

        Articles out of the arguments' range, or asked for before in this run, are passed over.

        :param validators: for articles that are collected: what to send for "not modified", by URL.
        :param new: whether they are not collected yet: their pages can hardly be archived already.
        :param failed: those that failed in an earlier run: asked for once, when there is nothing else to do.
        :param given_by: under which name those that are passed over are counted.
        """
        for reference, found_as in references:
            passed_over = {
                "asked_before": reference.key in self._requested,
                "over_limit": self.exhausted,
                "out_of_range": not self.in_range(reference),
            }
            if why := next((why for why, holds in passed_over.items() if holds), None):
                self.count(f"{given_by}/passed_over/{why}")
                continue
            self.count("article/asked")
            self._requested.add(reference.key)
            has_failed = reference.key in failed
            meta = {"is_new": new, "has_failed": has_failed}
            yield Request(
                reference.url,
                self.parse_article,
                errback=self.article_failed,
                headers=conditional_headers((validators or {}).get(reference.url)),
                priority=FAILED_PRIORITY if has_failed else ARTICLE_PRIORITY,
                meta=meta | ({"max_retry_times": 0} if has_failed else {}),
                cb_kwargs={"reference": reference, "found_as": found_as},
            )

    def in_range(self, reference: ArticleRef) -> bool:
        """Whether an article may be one that the arguments ask for, as far as its URL tells."""
        if not self.args.may_include(reference) or self.is_before(reference, self.args.since):
            return False
        month, until = self._estimated_month(reference), self.args.until
        return not (month and until and month - ESTIMATE_SLACK > midnight(until) + timedelta(days=1))

    def is_before(self, reference: ArticleRef, day: date | None) -> bool:
        """Whether an article is certainly older than a day; its number tells, in one edition."""
        month = self._estimated_month(reference)
        return bool(day and month and month + ESTIMATE_SLACK < midnight(day))

    def _estimated_month(self, reference: ArticleRef) -> datetime | None:
        return current().estimate_month(reference.edition, reference.article_id)

    async def missing_requests(self, links: Sequence[Link]) -> list[Request]:
        """Requests for those linked articles that are not collected yet."""
        found = {
            reference.key: (reference, link.found_as)
            for link in reversed(links)
            if (reference := read_article_url(link.url))
        }
        self.count("links/found", len(found))
        new = {key for key in found if key not in self._requested}
        missing = await self.collection.missing(new) if new else {}
        self.count("links/known", len(new) - len(missing))
        # What another page has led to meanwhile is known already: it must not be counted once more.
        wanted = (found[key] for key in reversed(found) if key in missing or key not in new)
        failed = {key for key, has_failed in missing.items() if has_failed}
        requests = list(self.article_requests(wanted, new=True, failed=failed, given_by="links"))
        self.count("links/followed", len(requests))
        return requests

    async def parse_article(
        self, response: Response, reference: ArticleRef, found_as: str
    ) -> AsyncIterator[Any]:
        """One article, or what its URL gave instead."""
        self._failures_in_a_row = 0
        led_on = response.meta.get("redirect_urls", [])
        item = read_article(Answer.of(response), reference, [found_as, *led_on, response.url])
        if isinstance(item, Article):
            self._answering = reference
            self.count_rules(item)
        elif isinstance(item, Absence) and item.reason == "soft-404":
            self.count("article/none/soft-404")
        elif isinstance(item, Failure):
            if item.found == "empty" and (again := self.last_try(response.request)):
                yield again
                return
            self.note_unread(item, response.request)
        yield item
        if isinstance(item, Article) and self.follow_related:
            for request in await self.missing_requests(item.related):
                yield request

    async def article_failed(self, failure: TwistedFailure) -> AsyncIterator[Failure | Request]:
        """An article's request that ended without a page."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if may_pass(failure.value) and (again := self.last_try(request)):
            self.note_in_a_row(request)
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
        self.note_unread(item, request)
        yield item

    def last_try(self, request: Request | None) -> Request | None:
        """The request that asks once more for an article, after all else; ``None`` if it has been so asked.

        Tries that follow one another meet the same trouble; and what only that article links to would be
        found by the next run only.
        """
        settled: tuple[Literal["is_last_try", "has_failed", "too_busy"], ...]
        settled = ("is_last_try", "has_failed", "too_busy")
        if request is None or any(meta_of(request).get(name) for name in settled):
            return None
        self.count("article/last_tries")
        return request.replace(
            url=request.cb_kwargs["reference"].url,
            priority=LAST_PRIORITY,
            meta={"is_new": meta_of(request).get("is_new", False), "is_last_try": True},
        )

    def note_failure(self, failure: TwistedFailure, what: str) -> str:
        """Count what could not be fetched, by the kind of failure; the reason in words."""
        error, request = failure.value, failure.request  # type: ignore[attr-defined]
        kind, reason = described(error)
        if isinstance(error, RedirectLoopError | OffsiteError):
            first = request.meta.get("redirect_urls", [request.url])[0]
            said = str(error) if first in str(error) else f"{first}: {error}"
            self.note("redirect/refused", said)
        self.count(f"{what}/failed/{kind}")
        self.note_in_a_row(request)
        return reason

    def note_lost(self, what: str, name: str, reason: str) -> None:
        """Say that a list, a front page or a day could not be read, or no further."""
        self.count(f"{what}/failed")
        self.logger.error("Not read any further: %s: %s", name, reason)

    def picture_request(self, url: str) -> Request | None:
        """The request for a picture; ``None`` if it is not to be had."""
        return Request(url, headers={"Accept": "image/*"})

    @property
    def _many_in_a_row(self) -> bool:
        return self._failures_in_a_row >= self.settings.getint("FAILURES_IN_A_ROW")

    def note_in_a_row(self, request: Request) -> None:
        """Look whether the site is down when one request after the other fails, or one is told to wait."""
        self._failures_in_a_row += 1
        if too_busy := meta_of(request).get("too_busy", False):
            self._close_reason = "server_busy"
        if (too_busy or self._many_in_a_row) and self._looking is None:
            self._looking = asyncio.ensure_future(self._look_whether_down())

    async def _look_whether_down(self) -> None:
        """Ask for an article that the site has given: if it comes, only those that failed are dead."""
        engine = self.crawler.engine
        assert engine  # noqa: S101 - tells the type checker
        engine.pause()  # or many more would be asked for meanwhile
        try:
            answering = self._answering or await self.collection.last_collected()
        finally:
            engine.unpause()
        if answering is None:
            if self._many_in_a_row:
                await self.site_down()
            self._looking = None
            return
        known = {"reference": answering}
        probe = Request(
            answering.url, self.parse_probe, errback=self.site_down, priority=PROBE_PRIORITY, cb_kwargs=known
        )
        engine.crawl(probe)

    async def parse_probe(self, response: Response, reference: ArticleRef) -> None:
        """The article that was asked for to see whether the site answers at all."""
        if isinstance(read_article(Answer.of(response), reference), Failure):
            await self.site_down()
            return
        times = self._failures_in_a_row
        self.logger.warning("%d requests in a row have failed, but the site gives %s", times, reference.url)
        self._failures_in_a_row, self._looking, self._close_reason = 0, None, "site_down"

    async def site_down(self, _failure: TwistedFailure | None = None) -> None:
        """Stop the run: going on would only wear the site and us."""
        times = min(self._failures_in_a_row, self.settings.getint("FAILURES_IN_A_ROW"))
        self.logger.error("%d requests in a row have failed: the site is down", times)
        self.end_run(self._close_reason)

    def note_unread(self, failure: Failure, request: Request | None) -> None:
        """Say that an article could not be fetched or read, and count what its URL gave instead."""
        if failure.found:
            state = "failed" if failure.payload is None else "none"
            self.count(f"article/{state}/{failure.found}")
        if request and meta_of(request).get("has_failed"):
            self.count("article/failed_again")
        self.logger.warning("Not collected: %s: %s", failure.url, failure.reason)

    def count_rules(self, item: Article) -> None:
        """Count which layout and which rules read an article."""
        self.count(f"article/parser/{item.parser}")
        self.count("article/characters", sum(map(len, [item.lead or "", *item.body])))
        for field, rule in ItemAdapter(item)["rules"].items():
            self.count(f"article/{field}/{rule}")


def described(error: BaseException | None) -> tuple[str, str]:
    """Why a request failed: the kind of failure, for a statistic, and the reason in words."""
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}", f"HTTP {error.response.status}"
    return getattr(error, "kind", type(error).__name__), f"{type(error).__name__}: {error}"


def may_pass(error: BaseException | None) -> bool:
    """Whether a request that failed so may succeed later: trouble of the site or on the way to it.

    Refusals are meant, by the site (4xx) or by us.
    """
    if isinstance(error, HttpError):
        return error.response.status >= 500
    return isinstance(error, TruncatedError | RedirectLoopError) or not isinstance(error, IgnoreRequest)


def conditional_headers(validators: Validators | None) -> dict[str, str]:
    """The request headers that ask for a page only if it has changed (RFC 9110, 13.1)."""
    if validators is None:
        return {}
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in headers.items() if value}
