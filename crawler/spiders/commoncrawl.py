from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from scrapy import Request
from scrapy.http import Headers, HtmlResponse, Response
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy_spider_metadata import Args

from archive import Capture, DamagedError, read_at
from archive.fields import without_codings
from crawler.arguments import CommonCrawlArguments
from crawler.base_spiders.article_spider import Job
from crawler.base_spiders.cdx_spider import CaptureError, CdxSpider, Row, named
from crawler.request_meta import Captured
from newspapers import current

Query = list[tuple[str, str]]


class CommonCrawlSpider(Args[CommonCrawlArguments], CdxSpider):
    """Articles out of Common Crawl: the index of each crawl, and reads from within its WARC files."""

    name = "commoncrawl"

    args: CommonCrawlArguments
    address_settings: ClassVar[tuple[str, ...]] = ("COMMONCRAWL_INDEX_URL", "COMMONCRAWL_DATA_URL")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._index_pages = 0

    def first_request(self) -> Request:
        """Ask which crawls there are."""
        index = str(self.settings["COMMONCRAWL_INDEX_URL"]).rstrip("/")
        return self.index_request(f"{index}/collinfo.json", self.parse_crawls)

    async def parse_crawls(self, response: Response) -> AsyncIterator[Any]:
        """Ask the index of each crawl that is wanted; of the newest, if none is named."""
        try:
            crawls = {str(crawl["id"]): str(crawl["cdx-api"]) for crawl in json.loads(response.body)}
        except (ValueError, KeyError, TypeError) as error:
            self.index_lost(response.url, f"no list of crawls: {error!r}")
            return
        for name in self.args.crawls or list(crawls)[:1]:  # the newest comes first
            if name not in crawls:
                self.index_lost(response.url, f"there is no crawl {name!r}")
                continue
            # The host stays the one that the setting names, whatever the list says.
            address = response.urljoin(urlsplit(crawls[name]).path)
            query = [
                ("url", current().domain),
                ("matchType", "domain"),  # this host and all below it
                ("output", "json"),
                ("filter", "=status:200"),
                *self.period().items(),
            ]
            yield self._asked(address, query, self.parse_count, showNumPages="true")

    def _asked(self, index: str, query: Query, callback: Any, pages: int = 0, **more: str) -> Request:
        """A question to the index of a crawl."""
        url = f"{index}?{urlencode([*query, *more.items()])}"
        number = int(more.get("page", 0))
        return self.index_request(url, callback, index=index, query=query, number=number, pages=pages)

    def job(self) -> Job | None:
        # An article may have many captures: even with a limit only the index tells how far it has come.
        counted_by = ("captures/index_pages", "list/failed")
        return Job(self._index_pages, "pages of the index", counted_by) if self._index_pages else None

    async def parse_count(self, response: Response, index: str, query: Query, **_: Any) -> AsyncIterator[Any]:
        """Go to the first page of an index, if it has one."""
        try:
            answer = json.loads(response.body)
            pages = int(answer["pages"] if isinstance(answer, dict) else answer)
        except (ValueError, TypeError, KeyError) as error:
            self.index_lost(response.url, f"no number of pages: {error!r}")
            return
        self._index_pages += pages
        self.logger.info("%s: %d pages", index, pages)
        if pages:
            yield self._asked(index, query, self.parse_part, pages, page="0")

    def next_part(self, response: Response | None, **known: Any) -> Request | None:
        number, pages = known["number"] + 1, known["pages"]
        if number >= pages:
            return None
        return self._asked(known["index"], known["query"], self.parse_part, pages, page=str(number))

    def asked_otherwise(self, request: Request, error: BaseException | None) -> Request | None:
        is_refused = isinstance(error, HttpError) and error.response.status == HTTPStatus.BAD_REQUEST
        if request.callback != self.parse_count or not is_refused:
            return None
        # It counts no pages; without a number it gives all at once.
        return self._asked(request.cb_kwargs["index"], request.cb_kwargs["query"], self.parse_part)

    def archive_name(self, response: Response) -> str:
        return urlsplit(response.url).path.strip("/").removesuffix("-index")

    def read_rows(self, content: bytes) -> list[dict[str, str]]:
        return [_read_line(line) for line in content.splitlines() if line.strip()]

    def is_none_found(self, response: Response) -> bool:
        return response.status == 404 and b"No Captures found" in response.body

    def payload_request(self, row: Row) -> tuple[str, dict[str, str]]:
        offset, length = int(row.fields["offset"]), int(row.fields["length"])
        data = str(self.settings["COMMONCRAWL_DATA_URL"]).rstrip("/")
        return f"{data}/{row.fields['filename'].lstrip('/')}", {
            "Range": f"bytes={offset}-{offset + length - 1}",
            "Accept-Encoding": "identity",  # the range counts the file's own bytes
        }

    def restore(self, row: Row, request: Request, response: Response) -> Captured:
        if response.status != 206:
            raise CaptureError(f"a part was asked for, HTTP {response.status} came")
        reference = request.cb_kwargs["reference"]
        capture = _read_member(response.body)
        landed = named(capture.url)
        if landed is None or landed.key != reference.key:
            raise CaptureError(f"the record is one of {capture.url}")
        if capture.revisit_of or capture.status != 200:
            raise CaptureError(f"the record is no page: {capture.status}")
        headers = Headers()
        for name, value in without_codings(capture.headers):
            headers.appendlist(name, value.encode("latin-1", "replace"))
        restored = HtmlResponse(reference.url, headers=headers, body=capture.body, request=request)
        return Captured(restored, row.original, row.captured_at, truncated=capture.truncated)


def _read_member(content: bytes) -> Capture:
    with tempfile.NamedTemporaryFile(suffix=".warc.gz") as file:
        Path(file.name).write_bytes(content)
        try:
            return read_at(file.name, 0)
        except DamagedError as error:
            raise CaptureError(f"not to be read: {error.damage.reason}") from None


def _read_line(line: bytes) -> dict[str, str]:
    """The fields of a line of the index; none if it does not say where the record lies."""
    try:
        row = {name: str(value) for name, value in json.loads(line).items()}
    except (ValueError, AttributeError):
        return {}
    numbers = (row.get("offset", ""), row.get("length", ""))
    is_readable = row.get("filename") and all(number.isdecimal() for number in numbers)
    return row if is_readable and int(numbers[1]) else {}
