"""Archives every page as it comes, before anything reads it.

The pages lie below the setting ``ARCHIVE_DIR`` in WARC files (:mod:`archive`); the database points at
them. An empty ``ARCHIVE_DIR`` switches archiving off.
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
from archive.fields import field
from crawler.request_meta import meta_of
from newspapers import canonical_url, read_article_url, why_refused
from pipelines.collection import Collection
from schemas.items import ArchivedPage, Article

logger = logging.getLogger(__name__)

REMEDY = "make room on its disk, or let this user write there"


class NotArchivedError(IgnoreRequest):
    """A page could not be written to the archive."""


class ArchiveMiddleware:
    """Downloader middleware: writes each answer of the newspaper, and notes in the meta where it lies.

    It stands nearest to the network, so it sees the body as it came, still compressed. The same
    payload of the same URL is written once; a later fetch becomes a revisit record, and so does the
    answer that an article has not changed (304; of a list it says nothing and is not archived). When the
    spider opens, files that a killed run left behind are repaired. If a page cannot be written, because the
    disk is full, it is not read either, and the run stops with the close reason ``storage_failed``: an
    article without its page would not be asked for again. Statistics: ``archive/written``,
    ``archive/revisits``, ``archive/repaired``, ``archive/failed``.
    """

    def __init__(self, crawler: Crawler, folder: Path) -> None:
        self.crawler = crawler
        self.folder = folder
        self.collection = Collection.from_crawler(crawler)
        self._stopping: asyncio.Future[None] | None = None
        self._originals: dict[tuple[str, str], Original | None] = {}
        self.writer = ArchiveWriter(
            folder, run=uuid4().hex[:8], known=lambda url, digest: self._originals.pop((url, digest), None)
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        folder = crawler.settings.get("ARCHIVE_DIR")
        if not folder:
            raise NotConfigured("ARCHIVE_DIR is empty: pages are not archived")
        middleware = cls(crawler, Path(folder))
        crawler.signals.connect(middleware.spider_opened, signals.spider_opened)
        crawler.signals.connect(middleware.spider_closed, signals.spider_closed)
        return middleware

    def spider_opened(self) -> None:
        for repaired in repair(self.folder) if self.folder.exists() else []:
            logger.warning("Repaired after a killed run: %s", repaired)
            self._count("archive/repaired")

    async def spider_closed(self) -> None:
        self.writer.close()
        await self.collection.close()

    async def process_response(self, request: Request, response: Response) -> Response:
        meta = meta_of(request)
        captured = meta.get("captured")
        url, now = (captured.url, captured.at) if captured else (request.url, datetime.now(UTC))
        not_modified = response.status == HTTPStatus.NOT_MODIFIED
        if captured is None and why_refused(url):
            return response  # a web archive's index or error, not a page of the newspaper
        if not_modified and not read_article_url(url):
            return response
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
        if not_modified or (response.body and not meta.get("is_new")):
            self._originals[url, exchange.digest] = await self.collection.original(
                canonical_url(url) or url, None if not_modified else exchange.digest
            )
        meta["fetched_at"] = now
        meta["page"] = self._written(exchange)
        return response

    def _written(self, exchange: Exchange) -> ArchivedPage:
        """Write an answer; where it lies.

        :raises NotArchivedError: if it cannot be written; the run then stops.
        """
        try:
            record = self.writer.keep(exchange)
        except OSError as error:
            self._count("archive/failed")
            logger.error("Not archived: %s: %s", exchange.url, error)
            self._stop_run(error)
            raise NotArchivedError(f"its page could not be archived: {error.strerror}") from error
        self._count("archive/revisits" if record.revisit else "archive/written")
        reference = read_article_url(exchange.url)
        return ArchivedPage(
            url=canonical_url(exchange.url) or exchange.url,
            edition=reference.edition if reference else None,
            article_id=reference.article_id if reference else None,
            fetched_at=exchange.fetched_at,
            status=exchange.status,
            etag=field(exchange.response_headers, "ETag"),
            last_modified=field(exchange.response_headers, "Last-Modified"),
            digest=record.digest,
            warc_file=record.file,
            warc_offset=record.offset,
            warc_length=record.length,
            revisit=record.revisit,
        )

    def _stop_run(self, error: OSError) -> None:
        if self._stopping or not self.crawler.stats or not self.crawler.engine:
            return
        why = f"no page can be archived in ARCHIVE_DIR {self.folder.resolve()}: {error.strerror}: {REMEDY}"
        self.crawler.stats.set_value("store/error", why)
        self._stopping = asyncio.ensure_future(
            self.crawler.engine.close_spider_async(reason="storage_failed")
        )

    def _count(self, name: str) -> None:
        if self.crawler.stats:
            self.crawler.stats.inc_value(name)


class ArchivedPagesMiddleware:
    """Spider middleware: has the store point at each archived page, and its article name it."""

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        page = meta_of(response).get("page")
        if page:
            yield attrs.evolve(page)
        async for output in result:
            if page and isinstance(output, Article):
                output.page = page.place
            yield output


def _pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    )
