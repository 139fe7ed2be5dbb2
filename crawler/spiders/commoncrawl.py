from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Headers, HtmlResponse, Response
from scrapy_spider_metadata import Args

from archive import Capture, DamagedError, read_at
from archive.fields import without_codings
from crawler.arguments import CommonCrawlArguments
from crawler.base_spiders.cdx import CaptureError, CdxSpider, Row
from crawler.request_meta import Captured
from newspapers import current, read_article_url


class CommonCrawlSpider(Args[CommonCrawlArguments], CdxSpider):
    """Articles out of Common Crawl: the index of each crawl, and reads from within its WARC files."""

    name = "commoncrawl"

    args: CommonCrawlArguments
    address_settings: ClassVar[tuple[str, ...]] = ("COMMONCRAWL_INDEX_URL", "COMMONCRAWL_DATA_URL")

    def first_request(self) -> Request:
        """Ask which crawls there are."""
        index = str(self.settings["COMMONCRAWL_INDEX_URL"]).rstrip("/")
        return self._index_request(f"{index}/collinfo.json", self.parse_crawls, {})

    async def parse_crawls(self, response: Response) -> AsyncIterator[Any]:
        """Ask the index of each crawl that is wanted; of the newest, if none is named."""
        try:
            crawls = {str(crawl["id"]): str(crawl["cdx-api"]) for crawl in json.loads(response.body)}
        except (ValueError, KeyError, TypeError) as error:
            self._index_lost(response.url, f"no list of crawls: {error!r}")
            return
        for name in self.args.crawls or list(crawls)[:1]:  # the newest comes first
            if name not in crawls:
                self._index_lost(response.url, f"there is no crawl {name!r}")
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
            yield self.count_request(address, query)

    def archive_name(self, response: Response) -> str:
        return urlsplit(response.url).path.strip("/").removesuffix("-index")

    def read_count(self, content: bytes) -> int:
        answer = json.loads(content)
        return int(answer["pages"] if isinstance(answer, dict) and "pages" in answer else answer)

    def read_rows(self, content: bytes) -> list[dict[str, str]]:
        rows = [json.loads(line) for line in content.splitlines() if line.strip()]
        if not all(isinstance(row, dict) for row in rows):
            raise ValueError("no objects")
        return [
            {name: str(value) for name, value in row.items()} for row in rows if _is_readable(row, self.count)
        ]

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
        landed = read_article_url(capture.url)
        if landed is None or landed.key != reference.key:
            raise CaptureError(f"the record is one of {capture.url}")
        if capture.revisit_of or capture.status != 200:
            raise CaptureError(f"the record is no page: {capture.status}")
        if capture.truncated:  # half a page would look like an edit
            raise CaptureError(f"the record is cut off: {capture.truncated}")
        headers = Headers()
        for name, value in without_codings(capture.headers):
            headers.appendlist(name, value.encode("latin-1", "replace"))
        restored = HtmlResponse(reference.url, headers=headers, body=capture.body, request=request)
        return Captured(restored, row.original, row.captured_at)


def _read_member(content: bytes) -> Capture:
    with tempfile.NamedTemporaryFile(suffix=".warc.gz") as file:
        Path(file.name).write_bytes(content)
        try:
            return read_at(file.name, 0)
        except DamagedError as error:
            raise CaptureError(f"not to be read: {error.damage.reason}") from None


def _is_readable(row: dict[str, Any], count: Any) -> bool:
    place = (str(row.get("offset", "")), str(row.get("length", "")))
    if row.get("filename") and all(number.isdecimal() for number in place) and int(place[1]) > 0:
        return True
    count("captures/unreadable_rows")
    return False
