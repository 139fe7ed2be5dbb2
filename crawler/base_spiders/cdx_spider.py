"""Reading articles out of web archives that are asked over the network, by way of their CDX index."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from attrs import frozen
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings.default_settings import RETRY_EXCEPTIONS
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from archive.records import CLOCK_TOLERANCE
from crawler.arguments import CaptureArguments
from crawler.base_spiders.article_spider import ARTICLE_PRIORITY
from crawler.base_spiders.capture_spider import CapturesSpider
from crawler.middlewares.politeness import BUSY
from crawler.page_reader import Answer
from crawler.picture_reader import PictureRef
from crawler.request_meta import Captured
from newspapers import ArticleRef, is_picture, read_article_url
from schemas.items import ArchivedCapture, ArchiveIndex, Key
from schemas.local_time import midnight

TIMESTAMP = "%Y%m%d%H%M%S"
"""How archives write the time of a capture; always UTC."""


REFUSALS = 2
"""So many requests in a row that an archive refuses (403, 429), each after all pauses, end the run: one alone
may ask for what it shows to nobody."""


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

    The index is asked part by part; a part's captures are fetched before the next part is asked for,
    so memory is bounded by one part. What is fetched already is known from the archived pages: a run
    that was killed is simply started again.

    How an archive that is busy is asked again: :mod:`crawler.middlewares.politeness`.
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
        "BACKOFF_HTTP_CODES": sorted(BUSY | {HTTPStatus.FORBIDDEN}),  # so they send away who asks too much
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
        self._refused_in_a_row = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        addresses = [urlsplit(crawler.settings[name]) for name in cls.address_settings]
        spider.allowed_hosts = frozenset(address.netloc for address in addresses)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the indexes."""
        yield self.first_request()

    @abstractmethod
    def first_request(self) -> Request:
        """What is asked first, to learn of the indexes."""

    @abstractmethod
    def read_rows(self, content: bytes) -> list[dict[str, str]]:
        """The lines of one part of the index, by names of fields; one that cannot be read has none.

        :raises ValueError: if the answer is none.
        """

    @abstractmethod
    def next_part(self, response: Response | None, **known: Any) -> Request | None:
        """What asks for the part of an index behind one; ``None`` behind the last.

        :param response: ``None`` if that part was not had.
        :param known: what came with the question for it.
        """

    @abstractmethod
    def payload_request(self, row: Row) -> tuple[str, dict[str, str]]:
        """URL and headers of the request for a capture."""

    @abstractmethod
    def restore(self, row: Row, request: Request, response: Response) -> Captured:
        """The newspaper's answer as it was captured, out of the archive's answer.

        :raises CaptureError: if it cannot be had.
        """

    def is_none_found(self, response: Response) -> bool:
        """Whether an index's error only says that it knows no capture."""
        return False

    def in_range(self, reference: ArticleRef) -> bool:
        """Whether section and edition are asked for: the dates are those of the capture here."""
        return self.args.may_include(reference)

    def period(self) -> dict[str, str]:
        """The query's ``from`` and ``to``: the days asked for, which are days in Vietnam."""
        bounds: dict[str, datetime] = {}
        if self.args.since:
            bounds["from"] = midnight(self.args.since)
        if self.args.until:
            bounds["to"] = midnight(self.args.until + timedelta(days=1)) - timedelta(seconds=1)
        return {name: at.astimezone(UTC).strftime(TIMESTAMP) for name, at in bounds.items()}

    def index_request(self, url: str, callback: Any, **known: Any) -> Request:
        """A question to an index."""
        return Request(url, callback, errback=self.index_failed, dont_filter=True, cb_kwargs=known)

    async def parse_part(self, response: Response, **known: Any) -> AsyncIterator[Any]:
        """Fetch what one part of an index names, then go to the next one."""
        self._refused_in_a_row = 0
        try:
            rows = self.read_rows(response.body)
        except ValueError as error:
            self.index_lost(response.url, f"unreadable: {error}")
        else:
            self.count("captures/index_pages")
            self.count("captures/seen", len(rows))
            wanted = list(self._wanted(rows))
            yield self.index_item(response, wanted)
            async for request in self.capture_requests(wanted):
                yield request
        if not self.exhausted and (behind := self.next_part(response, **known)):
            yield behind

    async def index_failed(self, failure: TwistedFailure) -> AsyncIterator[Any]:
        """A question to an index that was not answered. Its other parts are asked for all the same."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, HttpError) and self.is_none_found(error.response):
            self.logger.info("No captures: %s", request.url)
        elif again := self.asked_otherwise(request, error):
            yield again
            return
        else:
            self.index_lost(request.url, self._reason(error))
        if request.callback == self.parse_part and (behind := self.next_part(None, **request.cb_kwargs)):
            yield behind

    def asked_otherwise(self, request: Request, error: BaseException | None) -> Request | None:
        """A question in place of one that the index did not understand, if there is one."""
        return None

    def index_lost(self, url: str, reason: str) -> None:
        """Note that a part of an index could not be read."""
        self.count("list/failed")  # makes the run's verdict "degraded"
        self.logger.warning("Index not read: %s: %s", url, reason)

    def index_item(self, response: Response, wanted: Iterable[tuple[Row, ArticleRef]]) -> ArchiveIndex:
        """The item that makes the collection remember what the archive could give."""
        captures = [
            ArchivedCapture(
                edition=reference.edition,
                article_id=reference.article_id,
                url=reference.url,
                found_as=row.original,
                captured_at=row.captured_at,
            )
            for row, reference in wanted
        ]
        return ArchiveIndex(archive=self.archive_name(response), captures=captures, at=datetime.now(UTC))

    def archive_name(self, response: Response) -> str:
        """The name of the archive whose index answered."""
        return self.name

    async def capture_requests(self, wanted: list[tuple[Row, ArticleRef]]) -> AsyncIterator[Request]:
        """Requests for the captures of articles that are asked for and not kept yet."""
        known = await self.collection.captured([(ref.url, row.captured_at) for row, ref in wanted])
        keys = {reference.key for _, reference in wanted}
        gaps = await self.collection.uncollected(keys) | self._requested if self.args.gaps else keys
        for row, reference in wanted:
            passed_over = {
                "kept_before": (reference.url, row.captured_at) in known,
                "no_gap": reference.key not in gaps,
                "not_asked_for": reference.key not in self._requested and self.exhausted,
            }
            if why := next((why for why, holds in passed_over.items() if holds), None):
                self.count(f"captures/{why}")
                continue
            self._requested.add(reference.key)
            yield self._request(row, reference).replace(
                callback=self.parse_capture,
                errback=self.capture_failed,
                priority=ARTICLE_PRIORITY,
                cb_kwargs={"reference": reference, "found_as": row.original},
            )

    def _wanted(self, lines: Iterable[dict[str, str]]) -> Iterator[tuple[Row, ArticleRef]]:
        for line in lines:
            row = _read_row(line)
            reference = read_article_url(row.original) if row else None
            if row is None:
                self.count("captures/unreadable_rows")
                self.logger.warning("Not to be read in the index: %.200r", line)
            elif row.captured_at > datetime.now(UTC) + CLOCK_TOLERANCE:
                self.count("captures/passed_over/postdated")  # it would stay the latest for ever
            elif (status := line.get("statuscode") or line.get("status") or "200") != "200":
                self.count(f"captures/passed_over/{status}")  # if the index did not filter
            elif reference is None or not self.in_range(reference):
                self.count("captures/not_asked_for")
                if self.settings.getbool("KEEP_PICTURES") and is_picture(row.original):
                    self.note_picture(row.original, row)
            elif (reference.key, row.captured_at) in self._seen:
                self.count("captures/repeated")  # a page came twice, or two spellings in one second
            else:
                self._seen.add((reference.key, row.captured_at))
                yield row, reference

    def picture_request(self, url: str) -> Request | None:
        reference = PictureRef(url)
        row = self.pictures.pop(reference.key, None)
        return self._request(row, reference) if row else None

    def _request(self, row: Row, reference: ArticleRef | PictureRef) -> Request:
        url, headers = self.payload_request(row)
        return Request(
            url,
            headers=headers,
            dont_filter=True,  # the same capture is told by its row, see _wanted
            meta={"restore": partial(self.restore, row)},
            cb_kwargs={"reference": reference},
        )

    async def capture_failed(self, failure: TwistedFailure) -> None:
        """A capture that could not be had. It says nothing about the article; the next run asks again."""
        self.count("captures/failed")
        url = failure.request.url  # type: ignore[attr-defined]
        self.logger.warning("Not had: %s: %s", url, self._reason(failure.value))

    async def parse_capture(
        self, response: Response, reference: ArticleRef, found_as: str
    ) -> AsyncIterator[Any]:
        """One capture of an article."""
        self._refused_in_a_row = 0
        if item := self.read_capture(Answer.of(response), reference, found_as):
            yield item

    def _reason(self, error: BaseException | None) -> str:
        """Why something was not had, in words; an archive that sends us away again is left alone."""
        if not isinstance(error, HttpError):
            return f"{type(error).__name__}: {error}"
        if error.response.status in (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS):
            self._refused_in_a_row += 1
            if self._refused_in_a_row == REFUSALS:
                self.logger.error("The archive refuses whatever it is asked: the run ends")
                self.end_run("server_busy")
        return f"HTTP {error.response.status}"


def named(url: str) -> ArticleRef | PictureRef | None:
    """The article or picture that an address names."""
    return read_article_url(url) or (PictureRef(url) if is_picture(url) else None)


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
