"""What comes is looked at before all else: whose answer it is, by which clock, and whether it is whole."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from attrs import evolve
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes
from scrapy.spidermiddlewares.httperror import HttpError, HttpErrorMiddleware

from archive.coding import BodyError, BodyTooLargeError, decode_body
from archive.records import is_of
from crawler.page_reader import encoding_of, ending_of, fields_of
from crawler.request_meta import Received, meta_of
from newspapers import read_url
from pipelines.component import Component

logger = logging.getLogger(__name__)


class RestoreMiddleware:
    """Downloader middleware: puts the newspaper's answer, as it was captured, in the place of the archive's.

    It stands between the network and all others, which archive and read the page like one that was fetched
    from the newspaper, but with the capture's time.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        meta = meta_of(request)
        if "restore" not in meta or response.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            return response
        captured = meta["restore"](request, response)
        meta["captured"], meta["fetched_at"] = evolve(captured, source=request.url), captured.at
        return captured.response


class ClockMiddleware(Component):
    """Downloader middleware: compares this machine's clock with the date of the first answer that has one.

    If they are more than ``CLOCK_TOLERANCE`` seconds apart, nothing is stored or archived and the run ends
    with the close reason ``wrong_clock``.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.tolerance = timedelta(seconds=crawler.settings.getfloat("CLOCK_TOLERANCE"))
        self._right: bool | None = None

    def process_response(self, request: Request, response: Response) -> Response:
        if self._right is None and "captured" not in meta_of(request) and (theirs := told_by(response)):
            ours = datetime.now(UTC)
            self._right = abs(ours - theirs) <= self.tolerance
            if not self._right:
                said = (
                    f"the site's clock says {theirs:%Y-%m-%d %H:%M}, this machine's {ours:%Y-%m-%d %H:%M} UTC"
                )
                logger.error("Nothing is stored: %s", said)
                self.note("clock/difference", said)
                self.end_run("wrong_clock")
        if self._right is False:
            raise IgnoreRequest("this machine's clock is not that of the site")
        return response


def told_by(response: Response) -> datetime | None:
    """The time at which an answer is given by the server's clock; a cache says how old its copy is."""
    try:
        date = parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
        age = timedelta(seconds=int(response.headers.get("Age") or 0))
        return date.replace(tzinfo=date.tzinfo or UTC) + age
    except (ValueError, OverflowError):
        return None


EMPTY = "it is empty"
UNCLOSED = "it came without </html>, and another fetch is to show whether it always does"


class TruncatedError(IgnoreRequest):
    """A page came again and again without its end."""


class TooLargeError(IgnoreRequest):
    """A page is larger than ``DOWNLOAD_MAXSIZE`` once it is decompressed."""


class ReceivedMiddleware(Component):
    """Downloader middleware: looks at each answer once, as it came, before it is archived.

    Whether a page of the newspaper is whole is judged as for a page out of an archive. One that lacks
    ``</html>`` and nothing else is taken for whole if another fetch, or a page so proven in this run, ended
    in the same way. A capture's page is not fetched twice: the archive would give the same. Whether it has
    the digest that an index told is only counted (``captures/other_digest``): archives decode what they give.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.largest = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self.proven: set[bytes] = set()
        """How pages end that were fetched twice without ``</html>``; of a template, so they are few."""

    def process_response(self, request: Request, response: Response) -> Response:
        meta = meta_of(request)
        meta["received"] = self._look_at(request, response)
        return response

    def _look_at(self, request: Request, response: Response) -> Received:
        meta, headers = meta_of(request), fields_of(response)
        captured = meta.get("captured")
        try:
            decoded = decode_body(headers, response.body, self.largest)
        except BodyTooLargeError as error:
            return Received(b"", refused=str(error))
        except BodyError as error:
            return Received(b"", truncated=str(error) if response.status == HTTPStatus.OK else None)
        received = Received(decoded.body, truncated=(captured and captured.truncated) or decoded.broken_off)
        if response.status != HTTPStatus.OK or read_url(captured.url if captured else request.url) is None:
            return evolve(received, truncated=None)
        if captured and captured.declared:
            headers = (("Content-Length", captured.declared), *headers)
        if captured and captured.digest:
            bodies = (response.body, decoded.body)
            if not any(is_of(captured.digest, body) for body in bodies):
                self.count("captures/other_digest")
                logger.warning("Not the digest that the index has: %s", request.url)
        ending = ending_of(headers, decoded.body, decoded.sent_length)
        if received.truncated or ending is None or ending.closed:
            return received
        if ending.broken:
            return evolve(received, truncated=ending.broken)
        if not captured and ending.last not in self.proven:
            if meta.get("ended_in") != ending.last:
                meta["ended_in"] = ending.last
                return evolve(received, truncated=UNCLOSED)
            self.proven.add(ending.last)
        return evolve(received, unclosed=True)


class TruncatedPagesMiddleware(Component):
    """Downloader middleware: decodes bodies, and asks again for a page that is empty, damaged or truncated.

    In the end it refuses a truncated page; what an empty one is, the page object says. It stands in the place
    of Scrapy's decompression, which takes as much of a damaged body as it can get.
    """

    def process_response(self, request: Request, response: Response) -> Response | Request:
        meta = meta_of(request)
        received = meta["received"]
        meta["received"] = evolve(received, body=b"")
        if received.refused:
            self.count("refused/too_large")
            logger.warning("Refused: %s: %s", received.refused, request.url)
            raise TooLargeError(received.refused)
        self.count("truncated/accepted", received.unclosed)
        is_empty = response.status == HTTPStatus.OK and not received.body.strip() and read_url(request.url)
        fault = received.truncated or (EMPTY if is_empty else None)
        if fault and "captured" not in meta:
            assert self.crawler.spider  # noqa: S101 - tells the type checker
            at_once = 1 if fault == UNCLOSED else None  # pages of this layout need no proof of their own then
            again = get_retry_request(
                request, spider=self.crawler.spider, reason=f"truncated: {fault}", priority_adjust=at_once
            )
            if again:
                self.count("truncated/retried")
                return again
            if received.truncated:
                self.count("truncated/refused")
                raise TruncatedError(f"the page came truncated: {fault}")
        encoding = encoding_of(fields_of(response), received.body)
        if "Content-Encoding" not in response.headers and received.body == response.body and not encoding:
            return response
        headers = response.headers.copy()
        headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=received.body)
        more = {"encoding": encoding} if issubclass(kind, TextResponse) else {}
        return response.replace(cls=kind, body=received.body, headers=headers, **more)


class WholeAnswersMiddleware(HttpErrorMiddleware):
    """Spider middleware: Scrapy's, for which every 2xx is a success; to a request of ours only 200 is one.

    206 holds a part, others have passed somebody who changed them. Nor is "not modified" an answer to a
    request that did not ask whether something was.
    """

    def process_spider_input(self, response: Response) -> None:  # type: ignore[override]
        super().process_spider_input(response)
        assert response.request  # noqa: S101 - tells the type checker
        has_asked = {b"If-None-Match", b"If-Modified-Since"} & response.request.headers.keys()
        if HTTPStatus.OK < response.status < HTTPStatus.MULTIPLE_CHOICES or (
            response.status == HTTPStatus.NOT_MODIFIED and not has_asked
        ):
            raise HttpError(response, "Not what was asked for")
