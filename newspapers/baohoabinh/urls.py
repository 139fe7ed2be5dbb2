"""The site's grammar: which URLs are the newspaper's, and what each of them names.

Nothing else in the project knows a host name or the shape of a path. All shapes rest on URLs
that were seen (``docs/site.md``, "URLs")::

    https?://((www|en|mu).)?baohoabinh.com.vn/((en|mu)/)?<section>/(page/<n>/|<article id>/)?<slug>.htm

An article is identified by its edition and its number. Section, slug, host and scheme vary between
the spellings of one article and identify nothing.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from attrs import frozen

DOMAIN = "baohoabinh.com.vn"
PICTURE_HOST = f"ims.{DOMAIN}"

MAX_ARTICLE_ID = 2**63 - 1
"""The greatest number a 64-bit integer column holds; a URL with a greater one names nothing."""

MAX_SECTION_ID = 2**31 - 1


class Edition(StrEnum):
    """One of the paper's three editions. Article and section numbers are counted within one."""

    VI = "vi"
    EN = "en"
    MU = "mu"


_EDITION_OF_HOST = {
    DOMAIN: None,
    f"www.{DOMAIN}": None,
    f"en.{DOMAIN}": Edition.EN,
    f"mu.{DOMAIN}": Edition.MU,
}

_PATH = re.compile(
    r"/(?:(?P<edition>en|mu)/)?"
    r"(?P<section>[0-9]{1,12})/"
    r"(?:page/(?P<page>[0-9]{1,9})/|(?P<article>[0-9]{1,24})/)?"
    r"(?P<slug>[^/]+)\.htm",
)
_HOME_PATH = re.compile(r"/?(?:(?P<edition>en|mu)/?)?(?:(?:default|index)\.(?:aspx?|html?))?", re.IGNORECASE)

_PORTS = {"http": 80, "https": 443}
_PLAIN_URL = re.compile(r"https?://([a-z.]*[a-z])(/[\w/.,-]*)(?:[?#][\w.,/=&?#-]*)?", re.ASCII)

# What RFC 3986 lets stand unescaped in a path segment; the slugs use ',', '.', '-' and '_'.
_SEGMENT_SAFE = "-._~!$&'()*+,;=:@"
_PLAIN_SLUG = re.compile(rf"[\w{re.escape(_SEGMENT_SAFE)}]+", re.ASCII)


@frozen
class SectionRef:
    """A section of one edition."""

    edition: Edition
    section_id: int

    def __str__(self) -> str:
        """The spelling that spider arguments use: ``vi/11``."""
        return f"{self.edition}/{self.section_id}"


@frozen
class ArticleRef:
    """An article, by one of its spellings."""

    edition: Edition
    article_id: int
    section_id: int
    slug: str

    @property
    def key(self) -> tuple[Edition, int]:
        """What identifies the article, whatever the spelling of its URL."""
        return self.edition, self.article_id

    @property
    def section(self) -> SectionRef:
        return SectionRef(self.edition, self.section_id)

    @property
    def url(self) -> str:
        """The canonical URL."""
        return f"{_root(self.edition)}{self.section_id}/{self.article_id}/{self.slug}.htm"


@frozen
class ListRef:
    """One page of a section's list of articles; the first page has number 1."""

    edition: Edition
    section_id: int
    slug: str
    page: int = 1

    @property
    def section(self) -> SectionRef:
        return SectionRef(self.edition, self.section_id)

    @property
    def url(self) -> str:
        """The canonical URL."""
        paging = f"page/{self.page}/" if self.page > 1 else ""
        return f"{_root(self.edition)}{self.section_id}/{paging}{self.slug}.htm"

    def at(self, page: int) -> ListRef:
        """Another page of the same list."""
        return ListRef(self.edition, self.section_id, self.slug, page)


@frozen
class HomeRef:
    """The front page of an edition."""

    edition: Edition

    @property
    def url(self) -> str:
        """The canonical URL."""
        return _root(self.edition)


Reference = ArticleRef | ListRef | HomeRef

SEED_LISTS = (
    ListRef(Edition.VI, 11, "CHINH-TRI"),
    ListRef(Edition.EN, 2, "LOCAL-NEWS"),
    ListRef(Edition.MU, 4, "Xa-hoi"),
)
"""One list of each edition that was seen: where to learn the navigation if a front page fails."""


MAX_URL = 2000
"""Longer URLs name nothing: the paper's are below 300 characters, and an index row holds 2,700 bytes."""


@lru_cache(maxsize=8192)  # every page links to the same lists and newest articles
def read_url(url: str) -> Reference | None:
    """What an absolute URL names on the site, or ``None`` if it is not a page of the newspaper.

    Query and fragment are ignored. User info, a port that is not the scheme's own, numbers that
    do not fit their columns and an edition host that contradicts the path make an URL "not ours".
    """
    host, path = _host_and_path(url)
    if host not in _EDITION_OF_HOST:
        return None
    of_host = _EDITION_OF_HOST[host]
    if match := _PATH.fullmatch(path):
        edition = _edition(of_host, match["edition"])
        section, slug = int(match["section"]), _slug(match["slug"])
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


def read_article_url(url: str) -> ArticleRef | None:
    """The article an absolute URL names, or ``None``."""
    reference = read_url(url)
    return reference if isinstance(reference, ArticleRef) else None


def canonical_url(url: str) -> str | None:
    """The one spelling under which a page of the newspaper is requested and stored, or ``None``."""
    reference = read_url(url)
    return reference.url if reference else None


def why_refused(url: str) -> str | None:
    """Why no request may be made for a URL, in a word or two; ``None`` if it stays on the page hosts.

    Looser than :func:`read_url`: the day form, ``robots.txt`` and feeds have paths of their own.
    """
    if len(url) > MAX_URL:
        return "length"
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in _PORTS:
            return "scheme"
        if "@" in parts.netloc:
            return "user info"
        if _host(parts) not in _EDITION_OF_HOST:
            return "host"
        return None if parts.port in (None, _PORTS[parts.scheme]) else "port"
    except ValueError:
        return "malformed"


def is_picture(url: str) -> bool:
    """Whether an absolute URL lies in one of the folders that hold the newspaper's pictures."""
    host, path = _host_and_path(url)
    return host == PICTURE_HOST or (
        host in _EDITION_OF_HOST and path.lower().startswith("/includes/newsdetail/")
    )


def _root(edition: Edition) -> str:
    return f"https://{DOMAIN}/" if edition is Edition.VI else f"https://{DOMAIN}/{edition}/"


def _host_and_path(url: str) -> tuple[str, str]:
    """Both are empty for what is no address of a page."""
    if len(url) > MAX_URL:
        return "", ""
    if plain := _PLAIN_URL.fullmatch(url):  # as most are: nothing to take apart with care
        return plain[1], plain[2]
    try:
        parts = urlsplit(url.strip())
        if parts.port not in (None, _PORTS[parts.scheme]) or "@" in parts.netloc:
            return "", ""
    except (ValueError, KeyError):
        return "", ""
    return _host(parts), parts.path


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removesuffix(".")


def _edition(of_host: Edition | None, in_path: str | None) -> Edition | None:
    of_path = Edition(in_path) if in_path else None
    if of_host and of_path and of_host is not of_path:
        return None
    return of_path or of_host or Edition.VI


def _slug(printed: str) -> str | None:
    if _PLAIN_SLUG.fullmatch(printed):
        return printed
    try:
        slug = quote(unquote_to_bytes(printed), safe=_SEGMENT_SAFE)
    except UnicodeEncodeError:  # a lone surrogate cannot stand in any URL
        return None
    return slug or None
