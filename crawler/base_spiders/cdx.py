"""Reading articles out of web archives that are asked over the network, by way of their CDX index."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, ClassVar, Self
from urllib.parse import urlencode, urlsplit

from attrs import frozen
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings.default_settings import RETRY_EXCEPTIONS
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from crawler.arguments import CaptureArguments
from crawler.base_spiders.articles import ARTICLE_PRIORITY, Job
from crawler.base_spiders.captures import CapturesSpider
from crawler.middlewares.backoff import BUSY
from crawler.request_meta import Captured
from newspapers import ArticleRef, current, read_article_url
from pipelines.collection import Key
from schemas.items import ArchivedCapture, ArchiveIndex

TIMESTAMP = "%Y%m%d%H%M%S"
"""How archives write the time of a capture; always UTC."""


class CaptureError(IgnoreRequest):
    """The archive's answer holds no capture that could be read."""


@frozen
class Row:
    """One line of an index: a capture, and where its payload is to be had."""

    original: str
    """The URL as it was spelled when it was captured."""
    captured_at: datetime
    fields: dict[str, str]


class CdxSpider(CapturesSpider):
    """Asks an archive's index for the newspaper's pages and fetches the captures of articles.

    The index is asked page by page; a page's captures are fetched before the next page is asked for,
    so memory is bounded by one page. What is fetched already is known from the archived pages: a run
    that was killed is simply started again.

    How an archive that is busy is asked again: :mod:`crawler.middlewares.backoff`.
    """

    custom_settings = {  # noqa: RUF012  # declared so by Scrapy
        # A service for everybody, free of charge: half the newspaper's own pace, one at a time. One
        # in all, too, so that whoever waits after a 429 makes the whole run wait.
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 2.0,
        # robots.txt tells crawlers which pages to leave alone. These addresses are programming
        # interfaces, made for programs; their limits are told by 429 and Retry-After, which are obeyed.
        "ROBOTSTXT_OBEY": False,
        # Scrapy's retries do not wait, and these archives refuse connections, too, when asked too much.
        "RETRY_ENABLED": False,
        "BACKOFF_TIMES": 8,
        "BACKOFF_SECONDS": 10.0,
        "BACKOFF_LONGEST_WAIT": 1800.0,
        "BACKOFF_HTTP_CODES": sorted(BUSY),
        "BACKOFF_EXCEPTIONS": RETRY_EXCEPTIONS,
        "DOWNLOAD_TIMEOUT": 180,  # an archive that searches for long is not broken
    }
    args: CaptureArguments
    handle_httpstatus_list: ClassVar[list[int]] = []  # a 404 is the archive's, not the newspaper's

    address_settings: ClassVar[tuple[str, ...]]
    """The settings that name the archive's addresses."""

    allowed_hosts: frozenset[str]
    """Host, with the port if one is given, of each address: the only ones that are asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seen: set[tuple[Key, datetime]] = set()
        self._index_pages = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        addresses = [urlsplit(crawler.settings[name]) for name in cls.address_settings]
        spider.allowed_hosts = frozenset(address.netloc for address in addresses)
        # Shadows the class's list, for Scrapy's own offsite middleware.
        spider.allowed_domains = [address.hostname or "" for address in addresses]
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the indexes."""
        yield self.first_request()

    @abstractmethod
    def first_request(self) -> Request:
        """What is asked first, to learn of the indexes."""

    @abstractmethod
    def read_count(self, content: bytes) -> int:
        """The number of pages, out of the answer to ``showNumPages``.

        :raises ValueError: if the answer is none.
        """

    @abstractmethod
    def read_rows(self, content: bytes) -> list[dict[str, str]]:
        """The lines of one page of the index, by names of fields.

        :raises ValueError: if the answer is none.
        """

    @abstractmethod
    def payload_request(self, row: Row) -> tuple[str, dict[str, str]]:
        """URL and headers of the request for a capture."""

    @abstractmethod
    def restore(self, row: Row, request: Request, response: Response) -> Captured:
        """The newspaper's answer as it was captured, out of the archive's answer.

        :raises CaptureError: if it cannot be had.
        """

    def job(self) -> Job | None:
        # An article may have many captures: even with a limit only the index tells how far it has come.
        counted_by = ("captures/index_pages", "list/failed")
        return Job(self._index_pages, "pages of the index", counted_by) if self._index_pages else None

    def is_none_found(self, response: Response) -> bool:
        """Whether an index's error only says that it knows no capture."""
        return False

    def in_range(self, reference: ArticleRef) -> bool:
        """Whether section and edition are asked for: the dates are those of the capture here."""
        return self.args.may_include(reference)

    def period(self) -> dict[str, str]:
        """The query's ``from`` and ``to``: the days asked for, which are days in Vietnam."""
        since, until = self._bounds()
        bounds = {"from": since, "to": until}
        return {name: at.strftime(TIMESTAMP) for name, at in bounds.items() if at}

    def _bounds(self) -> tuple[datetime | None, datetime | None]:
        since, until = self.args.since, self.args.until
        return (
            _start_of(since) if since else None,
            _start_of(until + timedelta(days=1)) - timedelta(seconds=1) if until else None,
        )

    def count_request(self, index: str, query: list[tuple[str, str]]) -> Request:
        """The first question to an index: how many pages its answer has."""
        return self._index_request(
            f"{index}?{urlencode([*query, ('showNumPages', 'true')])}",
            self.parse_count,
            {"index": index, "query": query},
        )

    def _page_requests(
        self, index: str, query: list[tuple[str, str]], number: int, pages: int
    ) -> Iterator[Request]:
        """The request for one page of an index, if it has so many."""
        if number < pages:
            yield self._index_request(
                f"{index}?{urlencode([*query, ('page', str(number))])}",
                self.parse_page,
                {"index": index, "query": query, "number": number, "pages": pages},
            )

    def _index_request(self, url: str, callback: Any, known: dict[str, Any]) -> Request:
        return Request(url, callback, errback=self.index_failed, dont_filter=True, cb_kwargs=known)

    async def parse_count(
        self, response: Response, index: str, query: list[tuple[str, str]]
    ) -> AsyncIterator[Any]:
        """Go to the first page of an index, if it has one."""
        try:
            pages = self.read_count(response.body)
        except ValueError as error:
            self._index_lost(response.url, f"no number of pages: {error}")
            return
        self._index_pages += pages
        self.logger.info("%s: %d pages", index, pages)
        for request in self._page_requests(index, query, 0, pages):
            yield request

    async def parse_page(
        self, response: Response, index: str, query: list[tuple[str, str]], number: int, pages: int
    ) -> AsyncIterator[Any]:
        """Fetch what one page of an index names, then go to the next page."""
        try:
            rows = self.read_rows(response.body)
        except ValueError as error:
            self._index_lost(response.url, f"unreadable: {error}")
        else:
            self.count("captures/index_pages")
            wanted = list(self._wanted(rows))
            yield self.index_item(response, wanted)
            async for request in self.capture_requests(wanted):
                yield request
        if not self.exhausted:
            for request in self._page_requests(index, query, number + 1, pages):
                yield request

    async def index_failed(self, failure: TwistedFailure) -> AsyncIterator[Any]:
        """A question to an index that was not answered. Its other pages are asked for all the same."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, HttpError) and self.is_none_found(error.response):
            self.logger.info("No captures: %s", request.url)
        else:
            self._index_lost(request.url, _reason(error))
        known = request.cb_kwargs
        if "number" in known:
            for again in self._page_requests(
                known["index"], known["query"], known["number"] + 1, known["pages"]
            ):
                yield again

    def _index_lost(self, url: str, reason: str) -> None:
        self.count("list/failed")  # makes the run's verdict "degraded"
        self.logger.warning("Index not read: %s: %s", url, reason)

    def index_item(self, response: Response, wanted: Iterable[tuple[Row, ArticleRef]]) -> ArchiveIndex:
        """The item that makes the collection remember what the archive could give."""
        return ArchiveIndex(
            archive=self.archive_name(response),
            captures=[
                ArchivedCapture(
                    edition=reference.edition,
                    article_id=reference.article_id,
                    url=reference.url,
                    found_as=row.original,
                    captured_at=row.captured_at,
                )
                for row, reference in wanted
            ],
            at=datetime.now(UTC),
        )

    def archive_name(self, response: Response) -> str:
        """The name of the archive whose index answered."""
        return self.name

    async def capture_requests(self, wanted: list[tuple[Row, ArticleRef]]) -> AsyncIterator[Request]:
        """Requests for the captures of articles that are asked for and not kept yet."""
        known = await self.collection.captured([(ref.url, row.captured_at) for row, ref in wanted])
        keys = {reference.key for _, reference in wanted}
        gaps = await self.collection.uncollected(keys) | self._requested if self.args.gaps else keys
        for row, reference in wanted:
            if (reference.url, row.captured_at) in known:
                self.count("captures/kept_before")
                continue
            if reference.key not in gaps:
                self.count("captures/no_gap")
                continue
            if reference.key not in self._requested and self.exhausted:
                continue
            self._requested.add(reference.key)
            url, headers = self.payload_request(row)
            yield Request(
                url,
                self.parse_capture,
                errback=self.capture_failed,
                headers=headers,
                priority=ARTICLE_PRIORITY,
                dont_filter=True,  # the same capture is told by its row, see _wanted
                meta={"restore": partial(self.restore, row)},
                cb_kwargs={"reference": reference, "found_as": row.original},
            )

    def _wanted(self, lines: Iterable[dict[str, str]]) -> Iterator[tuple[Row, ArticleRef]]:
        since, until = self._bounds()
        for line in lines:
            row = _read_row(line)
            reference = read_article_url(row.original) if row else None
            if row is None:
                self.count("captures/unreadable_rows")
            elif (status := line.get("statuscode") or line.get("status") or "200") != "200":
                self.count(f"captures/passed_over/{status}")  # if the index did not filter
            elif (
                reference is None
                or not self.in_range(reference)
                or (since and row.captured_at < since)
                or (until and row.captured_at > until)
            ):
                self.count("captures/not_asked_for")
            elif (reference.key, row.captured_at) in self._seen:
                self.count("captures/repeated")  # a page came twice, or two spellings in one second
            else:
                self._seen.add((reference.key, row.captured_at))
                yield row, reference

    async def capture_failed(self, failure: TwistedFailure) -> None:
        """A capture that could not be had. It says nothing about the article; the next run asks again."""
        request: Request = failure.request  # type: ignore[attr-defined]
        self.count("captures/failed")
        self.logger.warning("Not had: %s: %s", request.url, _reason(failure.value))


def read_timestamp(text: str) -> datetime:
    """The time that an archive's 14 digits name.

    :raises ValueError: if they name none.
    """
    return datetime.strptime(text, TIMESTAMP).replace(tzinfo=UTC)


def _read_row(line: dict[str, str]) -> Row | None:
    original = line.get("original") or line.get("url") or ""
    try:
        return Row(original, read_timestamp(line.get("timestamp", "")), line)
    except ValueError:
        return None


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), current().zone).astimezone(UTC)


def _reason(error: BaseException | None) -> str:
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    return f"{type(error).__name__}: {error}"
