"""Reads pages with one extractor and says how long that took; ``benchmarks.extraction`` starts it.

A process of its own for each, because the others live in an environment of their own: nothing is
imported here but the standard library, what sets the garbage collector and the extractor that is asked for.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

from crawler.garbage import collect_rarely

Found: TypeAlias = dict[str, Any]
"""``headline``, ``date`` (ISO 8601), ``byline``, ``authors`` and ``text`` of a page."""
Read: TypeAlias = Callable[[str, bytes], Found]


def baohoabinh(*, redesigned: bool = False) -> Read:
    """The page object and the cleaning: what is stored.

    :param redesigned: read as after a redesign, by no known layout.
    """
    from web_poet import HttpResponse

    from crawler.pages.article import ArticlePage
    from crawler.pages.inputs import FetchedAt
    from newspapers.layout import GENERIC
    from pipelines.clean import clean_article
    from schemas.items import Article, Basis

    class Redesigned(ArticlePage):
        layouts = (GENERIC,)

    page_object = Redesigned if redesigned else ArticlePage
    fetched = FetchedAt(datetime.now().astimezone())

    def read(url: str, html: bytes) -> Found:
        page = page_object(response=HttpResponse(url, html, encoding="utf-8"), fetched=fetched)
        article = page.to_item()
        if not isinstance(article, Article):
            return {"reason": article.reason}
        clean_article(article)
        return {
            "headline": article.headline,
            "date": _iso(article.published_at) if article.published_basis == Basis.PAGE else None,
            "byline": article.byline,
            "source": article.source,
            "authors": article.authors,
            "text": "\n".join(filter(None, (article.lead, *article.body))),
        }

    return read


def trafilatura(**options: bool) -> Read:
    """Its best effort: without comments, since none are wanted.

    And without its extensive search for a date, which with today's libraries gives nearly every page of ours
    the day of the search; without it, as fast, most days are right.
    """
    from trafilatura import bare_extraction

    dates = {"extensive_search": False, "original_date": True}

    def read(url: str, html: bytes) -> Found:
        document = bare_extraction(
            html,
            url=url,
            with_metadata=True,
            include_comments=False,
            date_extraction_params=dates,
            **options,
        )
        if document is None:
            return {}
        return {
            "headline": document.title,
            "date": document.date,
            "authors": (document.author or "").split("; "),
            "text": document.text,
        }

    return read


def newspaper4k() -> Read:
    """For Vietnamese where the page is, and without fetching pictures."""
    import newspaper

    def read(url: str, html: bytes) -> Found:
        text = html.decode(errors="replace")
        language = "vi" if "đ" in text and "ệ" in text else None
        article = newspaper.Article(url, language=language, fetch_images=False)
        article.download(input_html=text)
        article.parse()
        return {
            "headline": article.title,
            "date": _iso(article.publish_date),
            "authors": article.authors,
            "text": article.text,
        }

    return read


def news_please() -> Read:
    """Its extractors together, without fetching pictures."""
    from newsplease import NewsPlease

    def read(url: str, html: bytes) -> Found:
        article = NewsPlease.from_html(html, url=url, fetch_images=False)
        return {
            "headline": article.title,
            "date": _iso(article.date_publish),
            "authors": article.authors,
            "text": article.maintext,
        }

    return read


EXTRACTORS: Mapping[str, tuple[Callable[[], Read], str]] = {
    "this project": (baohoabinh, ""),
    "this project, redesigned": (lambda: baohoabinh(redesigned=True), ""),
    "trafilatura": (trafilatura, "trafilatura"),
    "trafilatura, fast": (lambda: trafilatura(fast=True), "trafilatura"),
    "newspaper4k": (newspaper4k, "newspaper4k"),
    "news-please": (news_please, "news-please"),
}
"""Name -> what makes its reader, and the package whose version is told."""


def _iso(at: Any) -> str | None:
    return at.isoformat() if isinstance(at, datetime) else None


def main(name: str, pages: Path) -> None:
    """Read a JSON list of URLs and pages, some to warm up and then all against the clock."""
    logging.disable()
    collect_rarely()  # as in a run; it serves all of them
    make, package = EXTRACTORS[name]
    read = make()
    given = [
        (url, html.encode("utf-8", "surrogateescape"))
        for url, html in json.loads(pages.read_text(encoding="utf-8"))
    ]
    for url, html in given[:20]:
        read(url, html)
    started = time.process_time()
    found = [read(url, html) for url, html in given]
    seconds = time.process_time() - started
    sys.stdout.write(
        json.dumps({"version": version(package) if package else "", "seconds": seconds, "found": found})
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
