"""Whether all that a run needs is there: what was found, and what to do about each fault."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, ClassVar

import scrapy
from attrs import frozen
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from archive import abandoned
from crawler.pages.article import ArticlePage
from crawler.pages.listing import ListingPage
from newspapers import HomeRef, current
from schemas.items import NotAnArticle

LEAST_FREE = 1024**3
"""Bytes; below this a disk counts as full. The whole newspaper takes some gibibytes."""

CLOCK_TOLERANCE = timedelta(minutes=2)
"""The times of fetches rest on this machine's clock; those of the site's pages on the site's."""


@frozen
class Finding:
    """One thing that was looked at."""

    what: str
    said: str
    remedy: str | None = None
    """What to do; ``None`` if it is as it should be."""

    @property
    def ok(self) -> bool:
        return self.remedy is None


def check_contact(contact: str | None) -> Finding:
    """Whether the newspaper could write to whoever runs this."""
    if contact:
        return Finding("contact", f"requests name {contact}")
    remedy = "export CRAWLER_CONTACT=you@example.org (an address, or a web page with one)"
    return Finding("contact", "requests do not say who sends them", remedy)


def check_archive(folder: str | None) -> Iterator[Finding]:
    """Whether pages can be kept, and whether a killed run has left files open."""
    if not folder:
        yield Finding("archive", "pages are not kept: ARCHIVE_DIR is empty")
        return
    path = Path(folder).resolve()
    existing = _existing(path)
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        remedy = f"let this user write to {existing}, or set ARCHIVE_DIR to another folder"
        yield Finding("archive", f"{path} cannot be written to", remedy)
        return
    left = abandoned(path)
    said = f"{path} can be written to" if path.exists() else f"{path} is made by the first run"
    yield Finding(
        "archive", said + (f"; {len(left)} files of a killed run, mended by the next" if left else "")
    )
    yield check_disk(path)


def check_disk(path: Path) -> Finding:
    """Whether there is room where files grow."""
    existing = _existing(path)
    free = shutil.disk_usage(existing).free
    said = f"{free / 1024**3:,.1f} GiB free for {path}"
    return Finding("disk", said, None if free >= LEAST_FREE else f"make room on the disk of {existing}")


def _existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    return next(place for place in (path, *path.parents) if place.exists())


class DoctorSpider(scrapy.Spider):
    """Asks the site for its front page and for one article, and stores nothing.

    It goes the way of every run: the same user agent, the same hosts, the same robots.txt, the mirror.
    """

    name = "doctor"
    custom_settings: ClassVar[dict[str, Any]] = {  # type: ignore[misc]  # declared an instance's by Scrapy
        "ITEM_PIPELINES": {},
        "ARCHIVE_DIR": "",
        "LOGSTATS_INTERVAL": 0,
        "RETRY_ENABLED": False,
        "DOWNLOAD_TIMEOUT": 20,
    }

    def __init__(self, article: str | None, findings: list[Finding], **kwargs: Any) -> None:
        """``article`` is the URL of one that is collected, if there is any."""
        super().__init__(**kwargs)
        self.article = article
        self.findings = findings

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the front page."""
        yield Request(front_page(), self.parse_home, errback=self.home_failed)

    async def parse_home(self, response: Response, page: ListingPage) -> AsyncIterator[Any]:
        """The front page: the site is there; its clock; its navigation; an article, if none is known."""
        listing = page.to_item()
        self.note("site", f"{self.place(response.url)} answers: {len(listing.sections)} sections on its page")
        self.note("robots.txt", "allows us")
        self.findings.append(check_clock(response.headers.get("Date"), datetime.now(UTC)))
        if not listing.sections:
            self.note(
                "layout", "the front page links to no section", "see docs/operations.md, layout changed"
            )
        article = self.article or next((entry.url for entry in listing.entries), None)
        if article is None:
            self.note("article", "none is collected, and the front page links to none", "look at the site")
            return
        yield Request(article, self.parse_article, errback=self.article_failed)

    async def parse_article(self, response: Response, page: ArticlePage) -> None:
        """One article, read by the page objects."""
        item = page.to_item()
        if isinstance(item, NotAnArticle):
            remedy = (
                "open it in a browser; if it is an article, save it: scrapy savefixture (CONTRIBUTING.md)"
            )
            self.note("article", f"{response.url} was not read as one: {item.found}: {item.reason}", remedy)
            return
        body = len(item.body)
        said = f"{response.url} was read by {item.parser}: {item.headline!r}, {body} paragraphs"
        self.note("article", said)

    def home_failed(self, failure: TwistedFailure) -> None:
        """The front page could not be had."""
        error = failure.value
        if isinstance(error, IgnoreRequest) and not isinstance(error, HttpError):
            remedy = "write to the newspaper and ask for leave; do not switch ROBOTSTXT_OBEY off"
            self.note("robots.txt", f"forbids us {front_page()}", remedy)
            return
        remedy = "check this machine's network and name server, then the site in a browser; try again later"
        if self.settings.get("SITE_MIRROR"):
            remedy = "start the mirror, or unset SITE_MIRROR"
        self.note("site", f"{self.place(front_page())}: {_reason(error)}", remedy)

    def article_failed(self, failure: TwistedFailure) -> None:
        """The article could not be had."""
        url = failure.request.url  # type: ignore[attr-defined]
        self.note("article", f"{url}: {_reason(failure.value)}", "open it in a browser; try again later")

    def note(self, what: str, said: str, remedy: str | None = None) -> None:
        """Add to what was found."""
        self.findings.append(Finding(what, said, remedy))

    def place(self, url: str) -> str:
        """Who is asked for a page of the site."""
        mirror = self.settings.get("SITE_MIRROR")
        return f"SITE_MIRROR {mirror}" if mirror else url


def front_page() -> str:
    """The URL that tells whether the site is there."""
    return HomeRef(current().codes[0]).url


def check_clock(date: bytes | None, now: datetime) -> Finding:
    """Whether this machine's clock agrees with the site's header ``Date``."""
    try:
        there = parsedate_to_datetime((date or b"").decode("latin-1"))
    except ValueError:
        return Finding("clock", "not compared: the site does not say what time it is")
    off = now - there.replace(tzinfo=there.tzinfo or UTC)
    said = f"{abs(off.total_seconds()):.0f} s {'ahead of' if off > timedelta() else 'behind'} the site's"
    if abs(off) <= CLOCK_TOLERANCE:
        return Finding("clock", said)
    return Finding("clock", said, "set this machine's clock, by NTP (timedatectl set-ntp true)")


def _reason(error: BaseException | None) -> str:
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    return f"{type(error).__name__}: {error}"
