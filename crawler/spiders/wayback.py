from __future__ import annotations

import json
import re
from typing import Any, ClassVar
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Headers, HtmlResponse, Response
from scrapy_spider_metadata import Args

from crawler.arguments import CaptureArguments
from crawler.base_spiders.cdx_spider import TIMESTAMP, CaptureError, CdxSpider, Row, named, read_timestamp
from crawler.request_meta import Captured
from newspapers import current

FIELDS = ("timestamp", "original", "statuscode", "mimetype", "digest", "length")

LINES = 10_000
"""Of the index in one answer: some megabytes."""

_PAYLOAD = re.compile(r".*/web/(\d{14})id_/(.+)")
_ORIGINAL = b"x-archive-orig-"
_OF_THE_TRANSFER = frozenset({b"content-encoding", b"content-length", b"transfer-encoding", b"connection"})
_KEPT_HEADERS = ("Content-Type", "Content-Encoding", "Memento-Datetime", "X-Archive-Src")


class WaybackSpider(Args[CaptureArguments], CdxSpider):
    """Articles out of the Internet Archive's Wayback Machine.

    The index is asked for the newspaper's domain with all its hosts, with a resume key and not by pages:
    those are of an index that lags behind. Pages come by ``id_`` addresses, which give the payload as it was
    captured, without the archive's banner and rewritten links.
    """

    name = "wayback"

    args: CaptureArguments
    address_settings: ClassVar[tuple[str, ...]] = ("WAYBACK_URL",)

    @property
    def _archive(self) -> str:
        return str(self.settings["WAYBACK_URL"]).rstrip("/")

    def first_request(self) -> Request:
        """Ask the index for its first lines."""
        return self._part("")

    def _part(self, key: str) -> Request:
        query = [
            ("url", current().domain),
            ("matchType", "domain"),
            ("output", "json"),
            ("fl", ",".join(FIELDS)),
            ("filter", "statuscode:200"),
            ("collapse", "digest"),  # adjacent lines only: A, B, A stays a history of three
            ("limit", str(LINES)),
            ("showResumeKey", "true"),
            *self.period().items(),
            *([("resumeKey", key)] if key else []),
        ]
        return self.index_request(
            f"{self._archive}/cdx/search/cdx?{urlencode(query)}", self.parse_part, key=key
        )

    def next_part(self, response: Response | None, **known: Any) -> Request | None:
        try:
            key = _split(response.body)[1] if response else ""
        except ValueError:
            key = ""
        if key and key == known["key"]:
            self.index_lost(str(response), "the index comes to no end")
            return None
        return self._part(key) if key else None

    def read_rows(self, content: bytes) -> list[dict[str, str]]:
        rows = _split(content)[0]
        if not rows:
            return []
        names = [str(name) for name in rows[0]]
        return [dict(zip(names, map(str, row), strict=False)) for row in rows[1:]]

    def payload_request(self, row: Row) -> tuple[str, dict[str, str]]:
        return f"{self._archive}/web/{row.captured_at.strftime(TIMESTAMP)}id_/{row.original}", {}

    def restore(self, row: Row, request: Request, response: Response) -> Captured:
        # The archive may have redirected to another capture: what was had counts, not what was asked for.
        match = _PAYLOAD.fullmatch(request.url)
        landed = named(match[2]) if match else None
        if match is None or landed is None or landed.key != request.cb_kwargs["reference"].key:
            raise CaptureError(f"the archive redirected to {request.url}")
        headers, of_the_paper = Headers(), {}
        for name, values in response.headers.items():
            if name.lower().startswith(_ORIGINAL):
                of_the_paper[name.lower().removeprefix(_ORIGINAL)] = values
        length = b"".join(of_the_paper.get(b"content-length", [])).decode("latin-1")
        if not of_the_paper or (not response.body and length != "0"):
            raise CaptureError("an answer of the archive's own, not the newspaper's")
        for name, values in of_the_paper.items():
            if name not in _OF_THE_TRANSFER:
                headers.setlist(name, values)
        for kept in _KEPT_HEADERS:  # of the body as it came, and where the archive has it from
            if value := response.headers.get(kept):
                headers[kept] = value
        url = request.cb_kwargs["reference"].url
        restored = HtmlResponse(url, headers=headers, body=response.body, request=request)
        digest = row.fields.get("digest") if match[1] == row.fields["timestamp"] else None
        return Captured(
            restored,
            row.original,
            read_timestamp(match[1]),
            declared=length or None,
            digest=f"sha1:{digest}" if digest else None,
        )


def _split(content: bytes) -> tuple[list[list[Any]], str]:
    """The rows of an answer of the index, the names of the fields first, and the key of what is behind them.

    :raises ValueError: if it is none.
    """
    rows = json.loads(content) if content.strip() else []
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError("no table")
    key = str(rows[-1][0]) if len(rows) > 1 and len(rows[-1]) == 1 and not rows[-2] else ""
    return [row for row in (rows[:-1] if key else rows) if row], key
