"""Answers of web archives are turned back into the newspaper's."""

from __future__ import annotations

from http import HTTPStatus

from attrs import evolve
from scrapy import Request
from scrapy.http import Response

from crawler.request_meta import meta_of


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
