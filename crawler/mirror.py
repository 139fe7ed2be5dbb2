"""Sends the requests for the site's hosts to a mirror: a sample site, a staging copy.

Everything else sees the site's own URLs: spiders, page objects, robots.txt, politeness, database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.misc import build_from_crawler
from w3lib.http import basic_auth_header

from crawler.request_meta import meta_of


def read_mirror(address: str) -> SplitResult:
    """The mirror's address in its parts.

    :raises ValueError: if it is none.
    """
    try:
        mirror = urlsplit(address)
        if mirror.scheme in ("http", "https") and mirror.hostname and mirror.port != 0:
            return mirror
    except ValueError:  # a port that is no number
        pass
    shown = "SITE_MIRROR (not shown: it holds a password)" if "@" in address else f"SITE_MIRROR={address!r}"
    raise ValueError(f"{shown} is no address; accepted: http://host:port")


def shown_mirror(address: str) -> str:
    """The mirror's address without user and password."""
    mirror = read_mirror(address)
    return urlunsplit(mirror._replace(netloc=_host(mirror)))


def _host(mirror: SplitResult) -> str:
    return mirror.netloc.rpartition("@")[2]


class MirrorDownloadHandler:
    """Fetches from ``SITE_MIRROR``, with the site's name in the Host header; without it, from the site."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        # late: commands that only check the address would wait for it
        from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

        address = crawler.settings.get("SITE_MIRROR")
        self.mirror = read_mirror(address) if address else None
        self.inner: Any = build_from_crawler(HTTP11DownloadHandler, crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        meta_of(request)["sent_at"] = datetime.now(UTC)
        if self.mirror is None:
            answer: Response = await self.inner.download_request(request)
            return answer
        parts = urlsplit(request.url)
        there = parts._replace(scheme=self.mirror.scheme, netloc=_host(self.mirror))
        sent = request.replace(url=urlunsplit(there))
        if self.mirror.username:  # in the header, not in the address, which errors name
            user, password = unquote(self.mirror.username), unquote(self.mirror.password or "")
            sent.headers["Authorization"] = basic_auth_header(user, password)
        sent.headers["Host"] = parts.netloc
        response: Response = await self.inner.download_request(sent)
        for key in ("download_latency", "download_timeout"):  # what others read from the request
            if key in sent.meta:
                request.meta[key] = sent.meta[key]
        return response.replace(url=request.url)

    async def close(self) -> None:
        await self.inner.close()
