"""Answers requests out of an archive instead of the network."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Headers, HtmlResponse

from archive import Capture

DECODED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers that no longer hold for a body that has been decoded."""


class CapturesMiddleware:
    """Downloader middleware: a request with a capture in ``meta["capture"]`` is answered by it."""

    def process_request(self, request: Request) -> HtmlResponse | None:
        capture: Capture | None = request.meta.get("capture")
        if capture is None:
            return None
        headers = Headers()
        for name, value in capture.headers:
            if name.lower() not in DECODED:
                headers.appendlist(name, value.encode("latin-1", "replace"))
        return HtmlResponse(
            request.url, status=capture.status or 200, headers=headers, body=capture.body, request=request
        )
