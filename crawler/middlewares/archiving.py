"""Archives every page as it comes, before anything reads it, in WARC files that the database points at."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from http.client import responses as reasons
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self
from urllib.request import Request as HttpRequest
from urllib.request import urlopen
from uuid import uuid4

import attrs
import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from twisted.python.failure import Failure

from archive import ArchiveWriter, Exchange, KeptRecord, Original, has_content_of, repair
from archive.fields import field, without_codings
from archive.log import log_run
from archive.timestamps import TimestampError, stamp_log
from archive.writer import PICTURES
from crawler.archived import KINDS, kept_page, to_note
from crawler.page_reader import fields_of
from crawler.picture_reader import PictureError, measure
from crawler.request_meta import meta_of
from newspapers import canonical_url, read_article_url, why_refused
from pipelines.collection import Collection
from pipelines.component import Component
from pipelines.records.run_rows import RUN_KEY
from pipelines.retry import StorageError
from schemas.items import ArchivedPage, Article, PictureFile

logger = logging.getLogger(__name__)

HEADS = (
    "The heads of answers are not byte for byte what was sent: Twisted, which reads them, does not hand on "
    "the reason phrase (the usual one stands here), the case of field names, the order of different ones, "
    "nor Connection, Transfer-Encoding and their like. Bodies are as they were sent, chunks joined."
)
"""Written into each archive file."""

MOST_REMEMBERED = 1000  # pictures whose bytes are known before they are stored
AUTHORITY_TIMEOUT = 30.0  # seconds that an authority for time stamps may take
AUTHORITY_MOST = 1 << 20  # bytes that are read of its answer

REMEDY = "make room on its disk, or let this user write there"


class NotArchivedError(IgnoreRequest):
    """A page could not be written to the archive."""


class ArchiveMiddleware(Component):
    """Downloader middleware: writes each answer of the newspaper, and notes in the meta where it lies.

    It sees the body as it came, still compressed; one that was judged to be truncated is so marked. The same
    content of the same URL is written once; a later fetch becomes a revisit record, and so does the
    answer that an article has not changed (304; of a list it says nothing and is not archived). When the
    spider opens, files that a killed run left behind are repaired. If a page cannot be written, because the
    disk is full, it is not read either, and the run stops with the close reason ``storage_failed``: an
    article without its page would not be asked for again. What the pages do not tell of a run stands beside
    them (:mod:`crawler.archived`), and in the log at its end (:mod:`archive.log`). An empty ``ARCHIVE_DIR``
    switches archiving off.
    """

    def __init__(self, crawler: Crawler, folder: Path) -> None:
        super().__init__(crawler)
        self.folder = folder
        self.collection = Collection.from_crawler(crawler)
        self._about: dict[str, str] = {}
        self._notes: list[tuple[datetime, bytes]] = []
        """Those that wait for a page: for them alone there shall be no file."""
        run = uuid4().hex[:8]
        self.writer = ArchiveWriter(folder, run=run, about=self._about)
        self.pictures = ArchiveWriter(folder, run=run, about=self._about, name=PICTURES)
        self._last_pictures: dict[str, Original] = {}
        """By digest, those that may not be stored yet."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        folder = crawler.settings.get("ARCHIVE_DIR")
        if not folder:
            raise NotConfigured("ARCHIVE_DIR is empty: pages are not archived")
        middleware = cls(crawler, Path(folder))
        crawler.signals.connect(middleware.spider_opened, signals.spider_opened)
        crawler.signals.connect(middleware.item_stored, signals.item_scraped)
        crawler.signals.connect(middleware.item_stored, signals.item_dropped)
        crawler.signals.connect(middleware.engine_stopped, signals.engine_stopped)
        return middleware

    def spider_opened(self) -> None:
        try:
            for repaired in repair(self.folder):
                logger.warning("Repaired after a killed run: %s", repaired)
                self.count("archive/repaired")
        except OSError as error:  # then nothing can be archived either, and the first page tells
            logger.error("Not repaired after a killed run: %s", error)

    def item_stored(self, item: Any, response: Response | Failure | None) -> None:
        """Write down what the archive could not tell by its pages alone."""
        unchanged = isinstance(response, Response) and response.status == HTTPStatus.NOT_MODIFIED
        if isinstance(item, KINDS) and not unchanged:
            self._notes.append((item.at, to_note(item)))
            self._write_notes()

    @property
    def _run_id(self) -> int | None:
        return self.crawler.stats.get_value("run/id") if self.crawler.stats else None

    def _write_notes(self) -> None:
        while self._notes and self.writer.is_open:
            try:
                self.writer.note(*self._notes[0])
            except OSError as error:
                self._stop_run(error)
                return
            del self._notes[0]

    async def engine_stopped(self) -> None:
        """Close the files, and log them with what became of the run; its record is finished by now."""
        self.writer.close()
        self.pictures.close()
        if self._run_id is not None and (self.folder.exists() or self._notes):
            try:
                run = await self.collection.run(self._run_id)
                log_run(self.folder, run | {"notes": [note.decode() for _, note in self._notes]})
            except (OSError, StorageError) as error:
                logger.error("Not logged in the archive: %s", error)
            else:
                await self._stamp_log()
        await self.collection.close()

    async def _stamp_log(self) -> None:
        if url := os.environ.get("TIMESTAMP_URL"):
            try:
                await asyncio.to_thread(stamp_log, self.folder, partial(_ask_authority, url))
            except (OSError, HTTPException, TimestampError) as error:
                logger.error("No time stamp: %s. That of a later run covers this one, too", error)

    async def process_response(self, request: Request, response: Response) -> Response:
        meta = meta_of(request)
        captured = meta.get("captured")
        url, at = (captured.url, captured.at) if captured else (request.url, meta["sent_at"])
        is_picture = meta.get("is_picture")
        if (captured is None and why_refused(url) and not is_picture) or (
            is_picture and response.status != HTTPStatus.OK
        ):
            return response  # a web archive's index or error, not the newspaper's; or no picture
        if response.status == HTTPStatus.NOT_MODIFIED and not read_article_url(url):
            return response
        exchange = Exchange(
            url=url,
            method=request.method,
            request_headers=fields_of(request),
            request_body=request.body,
            status=response.status,
            reason=reasons.get(response.status, ""),
            http_version=response.protocol or "HTTP/1.1",
            response_headers=fields_of(response),
            body=response.body,
            fetched_at=at,
            ip_address=str(response.ip_address) if response.ip_address else None,
            truncated="unspecified" if meta["received"].truncated else None,
            source=captured.source if captured else None,
            asked_at=meta["sent_at"] if captured else None,
        )
        if not self._about:
            self._about |= about(self.crawler, await self.collection.run(self._run_id or 0))
        if is_picture:
            body = meta["received"].body
            if captured:  # an archive gives them compressed, and the newspaper did not
                headers = without_codings(exchange.response_headers)
                exchange = attrs.evolve(exchange, body=body, response_headers=headers)
            meta["picture"] = await self._written_picture(request.cb_kwargs["url"], exchange, body)
            return response
        original = None if meta.get("is_new") else await self._original(exchange)
        meta["fetched_at"] = at
        meta["page"] = self._written(exchange, original)
        return response

    async def _original(self, exchange: Exchange) -> Original | None:
        """The archived page that an answer repeats or, if it is 304, confirms."""
        url = canonical_url(exchange.url) or exchange.url
        if exchange.status == HTTPStatus.NOT_MODIFIED:
            return await self.collection.original(url, None)
        found = await self.collection.original(url, exchange.digest) if exchange.body else None
        packed = field(exchange.response_headers, "Content-Encoding") and exchange.status == HTTPStatus.OK
        if packed and not found:
            # Some servers stamp the time into what they compress: equal pages in unequal bytes.
            latest = await self.collection.original(url, None)
            file, offset, skip = latest.place if latest and latest.place else ("", 0, 0)
            found = latest if file and has_content_of(exchange, self.folder / file, offset, skip) else None
        return found

    async def _written_picture(self, url: str, exchange: Exchange, content: bytes) -> PictureFile:
        """Archive a picture, once for equal bytes; what is none is not archived.

        :raises NotArchivedError: if it cannot be written; the run then stops.
        """
        picture = PictureFile(url=url, at=exchange.fetched_at)
        try:
            measures = await asyncio.to_thread(measure, content)
        except PictureError as error:
            return attrs.evolve(picture, reason=str(error))
        stored = await self.collection.archived_bytes(exchange.digest)
        original = stored or self._last_pictures.get(exchange.digest)
        record = self._kept(self.pictures, exchange, original)
        self._last_pictures[exchange.digest] = original or Original(
            exchange.url, exchange.fetched_at, record.digest, record.record_id
        )
        if len(self._last_pictures) > MOST_REMEMBERED:
            del self._last_pictures[next(iter(self._last_pictures))]
        return attrs.evolve(
            picture,
            **measures,
            digest=record.digest,
            warc_file=record.file,
            warc_offset=record.offset,
            warc_skip=0,
            warc_length=record.length,
            revisit=record.revisit,
        )

    def _written(self, exchange: Exchange, original: Original | None) -> ArchivedPage:
        """Write an answer; where it lies.

        :raises NotArchivedError: if it cannot be written; the run then stops.
        """
        record = self._kept(self.writer, exchange, original)
        self._write_notes()
        self.count("archive/revisits" if record.revisit else "archive/written")
        return kept_page(exchange, record)

    def _kept(self, writer: ArchiveWriter, exchange: Exchange, original: Original | None) -> KeptRecord:
        try:
            return writer.keep(exchange, original)
        except OSError as error:
            self.count("archive/failed")
            logger.error("Not archived: %s: %s", exchange.url, error)
            self._stop_run(error)
            raise NotArchivedError(f"its page could not be archived: {error.strerror}") from error

    def _stop_run(self, error: OSError) -> None:
        said = f"no page can be archived in ARCHIVE_DIR {self.folder.resolve()}: {error.strerror}: {REMEDY}"
        self.note("store/error", said)
        self.end_run("storage_failed")


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


def about(crawler: Crawler, run: Mapping[str, Any]) -> dict[str, str]:
    """What an archive's files say of who made them, why and how (WARC 1.1, 6.2 and annex)."""
    settings = crawler.settings
    return {
        "software": f"{settings['BOT_NAME']}, Scrapy {scrapy.__version__}, FastWARC {version('fastwarc')}",
        "operator": settings["CRAWLER_CONTACT"],
        "http-header-user-agent": settings["USER_AGENT"],
        "robots": "obeyed" if settings.getbool("ROBOTSTXT_OBEY") else "not asked",
        "isPartOf": settings["NEWSPAPER"],
        "description": HEADS,
        "run": json.dumps({name: run[name] for name in RUN_KEY} | {"arguments": run["arguments"]}),
    }


def _ask_authority(url: str, query: bytes) -> bytes:
    """The answer to a time-stamp query (RFC 3161, 3.4)."""
    request = HttpRequest(url, query, {"Content-Type": "application/timestamp-query"})  # noqa: S310 - http(s):
    with urlopen(request, timeout=AUTHORITY_TIMEOUT) as answer:  # noqa: S310 - crawler/accepted_settings.py
        return bytes(answer.read(AUTHORITY_MOST))
