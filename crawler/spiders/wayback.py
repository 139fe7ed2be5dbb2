from __future__ import annotations

import json
import re
from typing import ClassVar

from scrapy import Request
from scrapy.http import Headers, HtmlResponse, Response
from scrapy_spider_metadata import Args

from crawler.arguments import CaptureArguments
from crawler.base_spiders.cdx import TIMESTAMP, CaptureError, CdxSpider, Row, read_timestamp
from crawler.request_meta import Captured
from newspapers import current, read_article_url

FIELDS = ("timestamp", "original", "statuscode", "mimetype", "digest", "length")

PAGE_SIZE = 5
"""Blocks of the index in one page, of up to 3,000 lines each: some megabytes at most."""

_PAYLOAD = re.compile(r".*/web/(\d{14})id_/(.+)")
_ORIGINAL = b"x-archive-orig-"
_OF_THE_TRANSFER = frozenset({b"content-encoding", b"content-length", b"transfer-encoding", b"connection"})
_KEPT_HEADERS = ("Content-Type", "Content-Encoding", "Memento-Datetime", "X-Archive-Src")


class WaybackSpider(Args[CaptureArguments], CdxSpider):
    """Articles out of the Internet Archive's Wayback Machine.

    The index is asked for the newspaper's domain with all its hosts. Pages come by ``id_`` addresses,
    which give the payload as it was captured, without the archive's banner and rewritten links.
    """

    name = "wayback"

    args: CaptureArguments
    address_settings: ClassVar[tuple[str, ...]] = ("WAYBACK_URL",)

    @property
    def _archive(self) -> str:
        return str(self.settings["WAYBACK_URL"]).rstrip("/")

    def first_request(self) -> Request:
        """Ask how many pages the index has for the newspaper."""
        query = [
            ("url", current().domain),
            ("matchType", "domain"),
            ("output", "json"),
            ("fl", ",".join(FIELDS)),
            ("filter", "statuscode:200"),
            ("collapse", "digest"),  # adjacent lines only: A, B, A stays a history of three
            ("pageSize", str(PAGE_SIZE)),
            *self.period().items(),
        ]
        return self.count_request(f"{self._archive}/cdx/search/cdx", query)

    def read_count(self, content: bytes) -> int:
        return int(content)

    def read_rows(self, content: bytes) -> list[dict[str, str]]:
        # Filters work within a page, so a page may well be empty, and then it may have no header.
        rows = json.loads(content) if content.strip() else []
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise ValueError("no table")
        if not rows:
            return []
        names = [str(name) for name in rows[0]]
        return [dict(zip(names, map(str, row), strict=False)) for row in rows[1:]]

    def payload_request(self, row: Row) -> tuple[str, dict[str, str]]:
        return f"{self._archive}/web/{row.captured_at.strftime(TIMESTAMP)}id_/{row.original}", {}

    def restore(self, row: Row, request: Request, response: Response) -> Captured:
        # The archive may have redirected to another capture: what was had counts, not what was asked for.
        match = _PAYLOAD.fullmatch(request.url)
        landed = read_article_url(match[2]) if match else None
        if match is None or landed is None or landed.key != request.cb_kwargs["reference"].key:
            raise CaptureError(f"the archive redirected to {request.url}")
        headers = Headers()
        for name, values in response.headers.items():
            original = name.lower().removeprefix(_ORIGINAL)
            if name.lower().startswith(_ORIGINAL) and original not in _OF_THE_TRANSFER:
                headers.setlist(original, values)
        for kept in _KEPT_HEADERS:  # of the body as it came, and where the archive has it from
            if value := response.headers.get(kept):
                headers[kept] = value
        url = request.cb_kwargs["reference"].url
        restored = HtmlResponse(url, headers=headers, body=response.body, request=request)
        return Captured(restored, row.original, read_timestamp(match[1]))
