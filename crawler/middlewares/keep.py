"""Keeps every page as it comes, before anything reads it.

The pages lie below the setting ``ARCHIVE_DIR`` in files of the web archives' own format
(:mod:`archive`); the database points at them. An empty ``ARCHIVE_DIR`` switches both
middlewares off.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import responses as reasons
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import attrs
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Headers, Response

from archive import ArchiveWriter, Exchange, Original, repair
from crawler.base_spiders.articles import ArticlesSpider
from newspapers import canonical_url, read_article_url
from schemas.items import Article, KeptPage

logger = logging.getLogger(__name__)

REMEDY = "make room on its disk, or let this user write there"


class NotKeptError(IgnoreRequest):
    """A page could not be written to the archive."""


class KeepMiddleware:
    """Downloader middleware: writes each answer and remembers in ``meta["kept"]`` where.

    It stands nearest to the network, so it sees the body as it came, still compressed. The same
    payload of the same URL is written once; a later fetch becomes a revisit record, and so does the
    answer that an article has not changed (304; of a list it says nothing and is not kept). When the spider
    opens, files that a killed run left behind are repaired. If a page cannot be written, because the disk
    is full, it is not read either, and the run stops with the close reason ``storage_failed``: an article
    without its page would not be asked for again. Statistics: ``archive/kept``, ``archive/revisits``,
    ``archive/repaired``, ``archive/failed``.
    """

    def __init__(self, crawler: Crawler, folder: Path) -> None:
        self.crawler = crawler
        self.folder = folder
        self._stopping: asyncio.Future[None] | None = None
        self._originals: dict[tuple[str, str], Original | None] = {}
        self.writer = ArchiveWriter(
            folder, run=uuid4().hex[:8], known=lambda url, digest: self._originals.pop((url, digest), None)
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        folder = crawler.settings.get("ARCHIVE_DIR")
        if not folder:
            raise NotConfigured("ARCHIVE_DIR is empty: pages are not kept")
        middleware = cls(crawler, Path(folder))
        crawler.signals.connect(middleware.spider_opened, signals.spider_opened)
        crawler.signals.connect(middleware.spider_closed, signals.spider_closed)
        return middleware

    def spider_opened(self) -> None:
        for repaired in repair(self.folder) if self.folder.exists() else []:
            logger.warning("Repaired after a killed run: %s", repaired)
            self._count("archive/repaired")

    def spider_closed(self) -> None:
        self.writer.close()

    async def process_response(self, request: Request, response: Response) -> Response:
        spider = self.crawler.spider
        not_modified = response.status == HTTPStatus.NOT_MODIFIED
        nothing_to_keep = "capture" in request.meta or (not_modified and not read_article_url(request.url))
        if hasattr(spider, "archive_hosts") and "archived" not in request.meta:
            return response  # an archive's index or error, not a page of the newspaper
        if nothing_to_keep or not isinstance(spider, ArticlesSpider):
            return response
        url, now = request.meta.get("archived") or (request.url, datetime.now(UTC))
        exchange = Exchange(
            url=url,
            method=request.method,
            request_headers=_pairs(request.headers),
            request_body=request.body,
            status=response.status,
            reason=reasons.get(response.status, ""),
            http_version=response.protocol or "HTTP/1.1",
            response_headers=_pairs(response.headers),
            body=response.body,
            fetched_at=now,
        )
        if not_modified or (response.body and not request.meta.get("new")):
            self._originals[url, exchange.digest] = await spider.collection.original(
                canonical_url(url) or url, None if not_modified else exchange.digest
            )
        request.meta["fetched_at"] = now
        try:
            kept = self.writer.keep(exchange)
        except OSError as error:
            self._count("archive/failed")
            logger.error("Not kept: %s: %s", url, error)
            self._stop_run(error)
            raise NotKeptError(f"its page could not be kept: {error.strerror}") from error
        self._count("archive/revisits" if kept.revisit else "archive/kept")
        reference = read_article_url(url)
        request.meta["kept"] = KeptPage(
            url=canonical_url(url) or url,
            edition=reference.edition if reference else None,
            article_id=reference.article_id if reference else None,
            fetched_at=now,
            status=response.status,
            etag=_header(response.headers, "ETag"),
            last_modified=_header(response.headers, "Last-Modified"),
            digest=kept.digest,
            warc_file=kept.file,
            warc_offset=kept.offset,
            warc_length=kept.length,
            revisit=kept.revisit,
        )
        return response

    def _stop_run(self, error: OSError) -> None:
        if self._stopping or not self.crawler.stats or not self.crawler.engine:
            return
        why = f"no page can be kept in ARCHIVE_DIR {self.folder.resolve()}: {error.strerror}: {REMEDY}"
        self.crawler.stats.set_value("store/error", why)
        self._stopping = asyncio.ensure_future(
            self.crawler.engine.close_spider_async(reason="storage_failed")
        )

    def _count(self, name: str) -> None:
        if self.crawler.stats:
            self.crawler.stats.inc_value(name)


class KeptPagesMiddleware:
    """Spider middleware: has the store point at each kept page, and its article name it."""

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        kept: KeptPage | None = response.meta.get("kept")
        if kept:
            yield attrs.evolve(kept)
        async for output in result:
            if kept and isinstance(output, Article):
                output.page = kept.place
            yield output


def _pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    )


def _header(headers: Headers, name: str) -> str | None:
    value = headers.get(name)
    return value.decode("latin-1") if value else None
