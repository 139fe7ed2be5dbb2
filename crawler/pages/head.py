"""What the head of a page says about it."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urljoin

from attrs import frozen

from newspapers import Reference, read_url
from newspapers.legacy_fonts import to_unicode
from newspapers.spelling import normalise
from newspapers.surroundings import strip_site_name


@frozen
class Head:
    """Meta data. A field is empty if the page does not give it."""

    base: str
    title: str = ""
    """``<title>`` without the newspaper's name."""
    og_title: str = ""
    description: str = ""
    published: str = ""
    picture: str = ""
    author: str = ""
    """As the page's structured data names it."""
    names: Reference | None = None
    """What the page says it is, by its canonical link or ``og:url``."""


_PUBLISHED = ("article:published_time", "datepublished", "pubdate", "og:published_time", "dc.date", "date")


def read_head(root: Any, url: str) -> Head:
    """Read the title, meta and link elements, wherever broken markup has put them."""
    title, base, canonical = "", url, ""
    meta: dict[str, str] = {}
    article: dict[str, Any] = {}
    for element in root.iter("title", "meta", "link", "base", "script"):
        if element.tag == "script":
            if element.get("type") == "application/ld+json":
                article = article or _structured(element.text or "")
        elif element.tag == "title":
            title = title or element.text or ""
        elif element.tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = element.get("content")
            if name and content:
                meta.setdefault(name.lower(), content)
        elif element.tag == "link" and (element.get("rel") or "").lower() == "canonical":
            canonical = canonical or element.get("href") or ""
        elif element.tag == "base":
            base = join(url, element.get("href") or "") or url
    names = join(base, canonical or meta.get("og:url", ""))
    return Head(
        base=base,
        title=strip_site_name(normalise(to_unicode(title))),
        og_title=strip_site_name(normalise(to_unicode(meta.get("og:title", meta.get("twitter:title", ""))))),
        description=normalise(meta.get("og:description", meta.get("description", ""))),
        published=next((meta[name] for name in _PUBLISHED if name in meta), "")
        or _said(article.get("datePublished")),
        author=_said(article.get("author")),
        picture=meta.get("og:image", ""),
        names=read_url(names) if names else None,
    )


LONGEST_DATA = 200_000


def _structured(printed: str) -> dict[str, Any]:
    """What a page's structured data (JSON-LD of schema.org) says of its article; empty if nothing."""
    if "Article" not in printed or len(printed) > LONGEST_DATA:
        return {}
    try:
        waiting = [json.loads(printed, strict=False)]
    except (ValueError, RecursionError):
        return {}
    while waiting:
        data = waiting.pop()
        if isinstance(data, list):
            waiting += data
        elif isinstance(data, dict):
            if "Article" in str(data.get("@type")):
                return data
            waiting.append(data.get("@graph"))
    return {}


def _said(value: Any) -> str:
    """A value of structured data: a text, a thing with a name, or several of these."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_said, value[:5])))
    if isinstance(value, dict):
        value = value.get("name")
    return normalise(value) if isinstance(value, str) and len(value) < 100 else ""


_PLAIN = re.compile(
    r"(https?://[\w.-]+)?/(?![/.])[\w%.,:@!$&'()*+=~-]*(?:/(?!\.)[\w%.,:@!$&'()*+=~-]*)*"
    r"(?:\?[\w%/.,:=&+~-]+)?(?:#[\w-]+)?",
    re.ASCII,
)
_ORIGIN = re.compile(r"https?://[\w.-]+(?=/|$)", re.ASCII)


def join(base: str, href: str) -> str:
    """An absolute URL, or nothing if it cannot be made one."""
    if not href:
        return ""
    if plain := _PLAIN.fullmatch(href):  # as most links are: nothing to parse
        if plain[1]:
            return href
        if origin := _ORIGIN.match(base):
            return origin[0] + href
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""
