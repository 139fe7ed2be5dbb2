"""Where the site leads on to is followed, with the cookies of the way, and never round and round."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

from crawler.request_meta import meta_of
from newspapers import canonical_url


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
        except (LookupError, UnicodeError):  # the header names a charset that is no encoding of text
            return response
        return response if isinstance(following, Request) and _is_same(following, request) else following


def _values(cookies: CookieJar) -> set[tuple[str, str | None]]:
    return {(cookie.name, cookie.value) for cookie in cookies}


def _is_same(one: Request, other: Request) -> bool:
    """Whether two requests are for one page, in whatever spelling."""
    page = canonical_url(one.url)
    return page == canonical_url(other.url) if page else one.url == other.url
