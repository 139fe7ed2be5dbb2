"""A truncated page must not be taken for an article: it would look like an edit, and stay so."""

from __future__ import annotations

import logging
import zlib
from collections import Counter
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newspapers import read_url

logger = logging.getLogger(__name__)

GZIP = frozenset({b"gzip", b"x-gzip"})
ENOUGH = 3
TRUNCATED = "without its end"
EMPTY = "empty"
_END = b"</html"
_TAIL = 4096
"""Bytes at the end of a page in which it must be closed; statistics and chats may follow."""
_PIECE = 64 * 1024


class TruncatedError(IgnoreRequest):
    """A page came again and again without its end."""


class TooLargeError(IgnoreRequest):
    """A page is larger than ``DOWNLOAD_MAXSIZE`` once it is decompressed."""


class TruncatedPagesMiddleware:
    """Downloader middleware: retries a page that is empty, damaged or truncated, and refuses it in the end.

    HTTP tells of a body that is shorter than announced, and Scrapy retries it. But a server that breaks
    down while it writes a page announces the part, and Scrapy decompresses as much of a damaged body as it
    can. So the compressed body is checked, and a page must end with ``</html>`` if most pages of its kind in
    this run do; else it is the site's way, and after :data:`ENOUGH` of them none of the kind is retried any
    more.

    It stands before Scrapy's decompression, so it sees bodies as they came; the setting
    ``DEFAULT_REQUEST_HEADERS`` asks for gzip only. Answers of other hosts pass. Statistics:
    ``truncated/retried``, ``truncated/refused``, ``truncated/accepted``, ``refused/too_large``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.largest = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self.with_end: Counter[str] = Counter()
        self.without_end: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        named = read_url(request.url)
        if named is None or response.status != 200 or not _is_page(response):
            return response
        kind = type(named).__name__  # lists may end otherwise than articles
        body, damage = self._decompressed(request, response)
        if not damage and _END in body[-_TAIL:].lower():
            self.with_end[kind] += 1
            return response
        fault = damage or (TRUNCATED if body.strip() else EMPTY)
        if fault == TRUNCATED and self.without_end[kind] >= ENOUGH and not self._most_end(kind):
            return self._accepted(response, kind)
        assert self.crawler.spider  # noqa: S101 - tells the type checker
        again = get_retry_request(request, spider=self.crawler.spider, reason=f"page {fault}")
        if again:
            self._count("truncated/retried")
            return again
        if fault == EMPTY:  # the page object names it, for the verdict
            return response
        if fault == TRUNCATED and not self._most_end(kind):
            return self._accepted(response, kind)
        self._count("truncated/refused")
        raise TruncatedError(f"the page came {fault}")

    def _most_end(self, kind: str) -> bool:
        return self.with_end[kind] > self.without_end[kind]

    def _accepted(self, response: Response, kind: str) -> Response:
        self.without_end[kind] += 1
        self._count("truncated/accepted")
        return response

    def _decompressed(self, request: Request, response: Response) -> tuple[bytes, str | None]:
        """The body as far as it can be decompressed, and what is wrong with it.

        :raises TooLargeError: if it grows beyond all measure.
        """
        codings = [coding.strip().lower() for coding in response.headers.getlist("Content-Encoding")]
        if codings and codings[-1] in GZIP:
            try:
                return _gunzip(response.body, self.largest)
            except TooLargeError:
                self._count("refused/too_large")
                logger.warning("Refused, more than %d bytes when decompressed: %s", self.largest, request.url)
                raise
        return response.body, None

    def _count(self, name: str) -> None:
        if self.crawler.stats:
            self.crawler.stats.inc_value(name)


def _is_page(response: Response) -> bool:
    kind = (response.headers.get("Content-Type") or b"text/html").lower()
    return b"html" in kind


def _gunzip(packed: bytes, largest: int) -> tuple[bytes, str | None]:
    pieces: list[bytes] = []
    size = 0
    rest = packed
    while rest:  # a body may be several streams, one after the other
        stream = zlib.decompressobj(wbits=31)
        try:
            while not stream.eof:
                piece = stream.decompress(rest, _PIECE)
                rest = stream.unconsumed_tail
                if not piece and not rest and not stream.eof:
                    return b"".join(pieces), "truncated within its compression"
                size += len(piece)
                if size > largest:
                    raise TooLargeError(f"more than {largest} bytes when decompressed")
                pieces.append(piece)
        except zlib.error as error:
            return b"".join(pieces), f"damaged within its compression ({error})"
        rest = stream.unused_data.lstrip(b"\0")
    return b"".join(pieces), None
