"""Addresses with the care that links of others need: what every newspaper's reader of URLs rests on."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

MAX_URL = 2000
"""Longer URLs name nothing: a newspaper's are below 300 characters, and an index row holds 2,700 bytes."""

_PORTS = {"http": 80, "https": 443}
_PLAIN_URL = re.compile(r"https?://([a-z.]*[a-z])(/[\w/.,-]*)(?:[?#][\w.,/=&?#-]*)?", re.ASCII)

# What RFC 3986 lets stand unescaped in a path segment; slugs use ',', '.', '-' and '_'.
_SESSION = re.compile(
    r"/(?:\(|%28)(?:[A-Z](?:\(|%28)[\w-]*(?:\)|%29))+(?:\)|%29)(?=/)", re.ASCII | re.IGNORECASE
)
"""ASP.NET's session without a cookie: ``/(S(x1y2z3))/11/…``."""
_SEGMENT_SAFE = "-._~!$&'()*+,;=:@"
_PLAIN_SLUG = re.compile(rf"[\w{re.escape(_SEGMENT_SAFE)}]+", re.ASCII)


def host_and_path(url: str) -> tuple[str, str]:
    """Both are empty for what is no address of a page.

    Query and fragment, a session in the path and slashes that are doubled are ignored. User info or a port
    that is not the scheme's own make it none.
    """
    if len(url) > MAX_URL:
        return "", ""
    if plain := _PLAIN_URL.fullmatch(url):  # as most are: nothing to take apart with care
        return plain[1], _plain_path(plain[2])
    try:
        parts = urlsplit(url.strip())
        if parts.port not in (None, _PORTS[parts.scheme]) or "@" in parts.netloc:
            return "", ""
    except (ValueError, KeyError):
        return "", ""
    return _host(parts), _plain_path(parts.path)


def _plain_path(path: str) -> str:
    if "(" in path or "%28" in path:
        path = _SESSION.sub("", path, count=1)
    return re.sub("//+", "/", path) if "//" in path else path


def canonical_segment(printed: str) -> str | None:
    """The one spelling of a segment of a path; ``None`` if it can stand in no URL."""
    if _PLAIN_SLUG.fullmatch(printed):
        return printed
    try:
        slug = quote(unquote_to_bytes(printed), safe=_SEGMENT_SAFE)
    except UnicodeEncodeError:  # a lone surrogate cannot stand in any URL
        return None
    return slug or None


def why_not_on(hosts: Collection[str], url: str) -> str | None:
    """Why a URL leads to none of some hosts, in a word or two; ``None`` if it does."""
    if len(url) > MAX_URL:
        return "length"
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in _PORTS:
            return "scheme"
        if "@" in parts.netloc:
            return "user info"
        if _host(parts) not in hosts:
            return "host"
        return None if parts.port in (None, _PORTS[parts.scheme]) else "port"
    except ValueError:
        return "malformed"


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removesuffix(".")
