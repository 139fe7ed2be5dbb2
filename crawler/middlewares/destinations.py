"""Where requests go: to the newspaper's own hosts only, and never round and round."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

from crawler.request_meta import meta_of
from newspapers import canonical_url, is_picture, why_refused
from pipelines.component import Component

logger = logging.getLogger(__name__)


class OffsiteError(IgnoreRequest):
    """A request would leave the hosts that may be asked."""

    kind = "led off the site"


class StrictOffsiteMiddleware(Component):
    """Refuses each request that :func:`newspapers.why_refused` gives a reason against.

    Scrapy's own offsite middleware looks at the domain only: other ports, user info and hosts that serve no
    pages would pass; and what it refuses vanishes without a word to the spider. So it is switched off. A
    spider with ``allowed_hosts`` reads the newspaper's pages elsewhere: it reaches exactly these hosts, given
    with their ports, and not the newspaper's. ``KEEP_PICTURES`` allows the newspaper's pictures, too.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.pictures = crawler.settings.getbool("KEEP_PICTURES")

    def process_request(self, request: Request) -> None:
        allowed: frozenset[str] | None = getattr(self.crawler.spider, "allowed_hosts", None)
        if allowed is None:
            why = None if self.pictures and is_picture(request.url) else why_refused(request.url)
        else:
            why = None if urlsplit(request.url).netloc in allowed else "host"
        if why is None:
            return
        self.count("offsite/refused")
        self.count(f"offsite/refused/{why}")
        hosts = "the newspaper's hosts" if allowed is None else ", ".join(sorted(allowed))
        logger.warning("Refused, not on %s: %s", hosts, request.url)
        raise OffsiteError(f"not on {hosts}: {request.url}")


class RedirectLoopError(IgnoreRequest):
    """An address leads back to one that was asked for before it, or on and on."""

    kind = "redirect loop"


class RedirectsMiddleware(RedirectMiddleware):
    """Downloader middleware: follows redirects as Scrapy does, but ends a circle at once.

    A server that counts its visitors may lead on to the same address until its cookie comes back. So
    cookies are sent back within one chain of redirects; they are forgotten at its end, for no page may
    depend on what was read before. Answers out of web archives lead nowhere.
    """

    def process_request(self, request: Request) -> None:
        if cookies := meta_of(request).get("cookies"):
            request.headers.pop("Cookie", None)
            cookies.add_cookie_header(request)

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        meta = meta_of(request)
        if "captured" in meta:
            return response
        try:
            following = super().process_response(request, response)
        except IgnoreRequest:
            raise RedirectLoopError(f"{request.url} leads on and on") from None
        except ValueError:  # it leads to no address at all, as in "javascript:…"
            return response
        if isinstance(following, Response):
            return following
        cookies = meta.get("cookies") or CookieJar()
        before = _values(cookies)
        cookies.extract_cookies(response, request)
        meta_of(following)["cookies"] = cookies
        if _values(cookies) == before and following.url in following.meta["redirect_urls"]:
            raise RedirectLoopError(f"{request.url} leads back to {following.url}")
        return following


class RefreshMiddleware(MetaRefreshMiddleware):
    """Downloader middleware: follows ``<meta http-equiv="refresh">``, unless the page reloads itself."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if "captured" in meta_of(request):
            return response
        try:
            following = super().process_response(request, response)
        except IgnoreRequest:
            raise RedirectLoopError(f"{request.url} leads on and on") from None
        except (LookupError, ValueError):  # a charset that is no encoding of text, or no address at all
            return response
        return response if isinstance(following, Request) and _is_same(following, request) else following


def _values(cookies: CookieJar) -> set[tuple[str, str | None]]:
    return {(cookie.name, cookie.value) for cookie in cookies}


def _is_same(one: Request, other: Request) -> bool:
    """Whether two requests are for one page, in whatever spelling."""
    page = canonical_url(one.url)
    return page == canonical_url(other.url) if page else one.url == other.url
