"""The site's grammar: which URLs are the newspaper's, and what each of them names.

All shapes rest on URLs that were seen (``docs/site.md``, "URLs")::

    https?://((www|en|mu).)?baohoabinh.com.vn/((en|mu)/)?<section>/(page/<n>/|<article id>/)?<slug>.htm

An article is identified by its edition and its number. Section, slug, host and scheme vary between
the spellings of one article and identify nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from newspapers.newspaper import (
    MAX_ARTICLE_ID,
    MAX_SECTION_ID,
    ArticleRef,
    HomeRef,
    ListRef,
    Reference,
)
from newspapers.web_address import canonical_segment, host_and_path

DOMAIN = "baohoabinh.com.vn"
PICTURE_HOST = f"ims.{DOMAIN}"

_EDITION_OF_HOST = {DOMAIN: None, f"www.{DOMAIN}": None, f"en.{DOMAIN}": "en", f"mu.{DOMAIN}": "mu"}
HOSTS = frozenset(_EDITION_OF_HOST)

_PATH = re.compile(
    r"/(?:(?P<edition>en|mu)/)?"
    r"(?P<section>[0-9]{1,12})/"
    r"(?:page/(?P<page>[0-9]{1,9})/|(?P<article>[0-9]{1,24})/)?"
    r"(?P<slug>[^/]+)\.htm",
    re.IGNORECASE,
)
_HOME_PATH = re.compile(r"/?(?:(?P<edition>en|mu)/?)?(?:(?:default|index)\.(?:aspx?|html?))?", re.IGNORECASE)
ARTICLE_HREF = re.compile(r"/[0-9]{1,12}/+(?P<article>[0-9]{1,24})/+[^/?#]+\.htm", re.IGNORECASE)
PAGE_HREF = re.compile(r"\.htm", re.IGNORECASE)

SEED_LISTS = (
    ListRef("vi", 11, "CHINH-TRI"),
    ListRef("en", 2, "LOCAL-NEWS"),
    ListRef("mu", 4, "Xa-hoi"),
)
"""One list of each edition that was seen."""


@lru_cache(maxsize=8192)  # every page links to the same lists and newest articles
def read_url(url: str) -> Reference | None:
    """What an absolute URL names on the site, or ``None`` if it is not a page of the newspaper.

    Query and fragment are ignored. User info, a port that is not the scheme's own, numbers that
    do not fit their columns and an edition host that contradicts the path make an URL "not ours".
    """
    host, path = host_and_path(url)
    if host not in _EDITION_OF_HOST:
        return None
    of_host = _EDITION_OF_HOST[host]
    if match := _PATH.fullmatch(path):
        edition = _edition(of_host, match["edition"])
        section, slug = int(match["section"]), canonical_segment(match["slug"])
        if edition is None or slug is None or not 0 < section <= MAX_SECTION_ID:
            return None
        if match["article"] is not None:
            article = int(match["article"])
            if not 0 < article <= MAX_ARTICLE_ID:
                return None
            return ArticleRef(edition, article, section, slug)
        page = int(match["page"] or 1)
        return ListRef(edition, section, slug, page) if page else None
    if match := _HOME_PATH.fullmatch(path):
        edition = _edition(of_host, match["edition"])
        return HomeRef(edition) if edition else None
    return None


def write_url(reference: Reference) -> str:
    """The canonical URL of what a URL names."""
    root = f"https://{DOMAIN}/" if reference.edition == "vi" else f"https://{DOMAIN}/{reference.edition}/"
    match reference:
        case ArticleRef():
            return f"{root}{reference.section_id}/{reference.article_id}/{reference.slug}.htm"
        case ListRef():
            paging = f"page/{reference.page}/" if reference.page > 1 else ""
            return f"{root}{reference.section_id}/{paging}{reference.slug}.htm"
        case HomeRef():
            return root


_UNPRONOUNCED = re.compile(r"111n", re.IGNORECASE)


def slug_words(slug: str) -> str:
    """A slug with the letters "on", which the site writes as ``111n``."""
    return _UNPRONOUNCED.sub("on", slug)


def is_picture(url: str) -> bool:
    """Whether an absolute URL lies in one of the folders that hold the newspaper's pictures."""
    host, path = host_and_path(url)
    return host == PICTURE_HOST or (host in HOSTS and path.lower().startswith("/includes/newsdetail/"))


def _edition(of_host: str | None, in_path: str | None) -> str | None:
    of_path = in_path.lower() if in_path else None
    if of_host and of_path and of_host != of_path:
        return None
    return of_path or of_host or "vi"
