"""Whether all that a run needs is there: what was found, and what to do about each fault."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
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
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import DBAPIError
from twisted.python.failure import Failure as TwistedFailure

from archive import abandoned
from crawler.page_reader import Answer, read_article, read_list
from crawler.run.notify import TRY_IT, service_at
from newspapers import ArticleRef, HomeRef, current, read_article_url
from schemas.database import (
    DatabaseUrlError,
    SchemaError,
    has_current_schema,
    open_engine,
    parse_url,
    shown_url,
)
from schemas.items import Article as ArticleItem
from schemas.items import Unchanged
from schemas.tables import Article, Section

LEAST_FREE = 1024**3
"""Bytes; below this a disk counts as full. The whole newspaper takes some gibibytes."""

CLOCK_TOLERANCE = timedelta(minutes=2)
"""The times of fetches rest on this machine's clock; those of the site's pages on the site's."""


@frozen
class Check:
    """One thing that was looked at."""

    what: str
    found: str
    remedy: str | None = None
    """What to do; ``None`` if it is as it should be."""

    @property
    def ok(self) -> bool:
        return self.remedy is None


def check_contact(contact: str | None) -> Check:
    """Whether the newspaper could write to whoever runs this."""
    if contact:
        return Check("contact", f"requests name {contact}")
    remedy = "export CRAWLER_CONTACT=you@example.org (an address, or a web page with one)"
    return Check("contact", "requests do not say who sends them", remedy)


def check_archive(folder: str | None) -> Iterator[Check]:
    """Whether pages can be archived, and whether a killed run has left files open."""
    if not folder:
        yield Check("archive", "pages are not archived: ARCHIVE_DIR is empty")
        return
    path = Path(folder).resolve()
    existing = _existing(path)
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        remedy = f"let this user write to {existing}, or set ARCHIVE_DIR to another folder"
        yield Check("archive", f"{path} cannot be written to", remedy)
        return
    found = f"{path} can be written to" if path.exists() else f"{path} is made by the first run"
    if left := abandoned(path):
        found += f"; {len(left)} files of a killed run, repaired by the next"
    yield Check("archive", found)
    yield check_disk(path)


def check_notices(environ: Mapping[str, str]) -> Iterator[Check]:
    """Whether runs that do not go well are told to somebody, and whether the addresses are any."""
    told = [variable for variable in ("NOTIFY_FILE", "NOTIFY_COMMAND") if environ.get(variable)]
    for number, url in enumerate(environ.get("NOTIFY_URLS", "").split(), start=1):
        try:
            told.append(str(service_at(url).service_name))
        except ValueError:
            yield Check("notices", f"address {number} of NOTIFY_URLS is none that apprise knows", TRY_IT)
            return
    said = f"are told by: {', '.join(told)}" if told else "show in the exit code and the log only"
    yield Check("notices", f"runs that do not go well {said}")


def check_disk(path: Path) -> Check:
    """Whether there is room where files grow."""
    existing = _existing(path)
    free = shutil.disk_usage(existing).free
    found = f"{free / 1024**3:,.1f} GiB free for {path}"
    return Check("disk", found, None if free >= LEAST_FREE else f"make room on the disk of {existing}")


def _existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    return next(place for place in (path, *path.parents) if place.exists())


def check_database(database_url: str) -> Iterator[Check]:
    """Whether the database has this version's schema and can be written to, or can be made."""
    try:
        url = parse_url(database_url)
    except DatabaseUrlError as error:
        yield Check("database", str(error), "correct DATABASE_URL")
        return
    if url.get_backend_name() == "sqlite" and url.database:
        file = Path(url.database)
        yield check_disk(file.parent)
        if not file.exists():  # to connect would make it
            folder = _existing(file)
            if os.access(folder, os.W_OK | os.X_OK):
                yield Check("database", f"{file} does not exist yet; the first run makes it")
            else:
                yield Check("database", f"{file} does not exist", f"let this user write to {folder}")
            return
    engine = open_engine(database_url)
    try:
        yield _usable(engine, shown_url(database_url))
    finally:
        engine.dispose()


def _usable(engine: Engine, shown: str) -> Check:
    try:
        if not has_current_schema(engine):
            return Check("database", f"{shown} is empty; the first run makes its tables")
        with engine.connect() as connection:
            # Written, and taken back: a database may be readable, and its disk full or read-only.
            connection.execute(insert(Section), {"edition": current().codes[0], "site_section_id": -1})
            connection.rollback()
    except SchemaError as error:
        return Check("database", error.fault, error.remedy)
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())  # drivers write several lines
        remedy = "start the database, or correct DATABASE_URL; a file that is broken: put a backup in place"
        return Check("database", f"{shown}: {reason}", remedy)
    return Check("database", f"{shown} has this version's schema and can be written to")


def newest_article(database_url: str) -> str | None:
    """The URL of the last article that was collected; ``None`` if none is, or the database cannot tell."""
    try:
        url = parse_url(database_url)
    except DatabaseUrlError:
        return None
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None  # to connect would make it
    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            return connection.scalar(select(Article.canonical_url).order_by(Article.id.desc()).limit(1))
    except DBAPIError:
        return None
    finally:
        engine.dispose()


class DoctorSpider(scrapy.Spider):
    """Asks the site for its front page and for one article, and stores nothing.

    It goes the way of every run: the same user agent, the same hosts, the same robots.txt, the mirror.
    """

    name = "doctor"
    custom_settings: ClassVar[dict[str, Any]] = {  # type: ignore[misc]  # declared an instance's by Scrapy
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
        "ARCHIVE_DIR": "",
        "LOGSTATS_INTERVAL": 0,
        "RETRY_ENABLED": False,
        "DOWNLOAD_TIMEOUT": 20,
    }

    def __init__(self, article: str | None, checks: list[Check], **kwargs: Any) -> None:
        """``article`` is the URL of one that is collected, if there is any."""
        super().__init__(**kwargs)
        self.article = article
        self.checks = checks

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the front page."""
        yield Request(front_page(), self.parse_home, errback=self.home_failed)

    async def parse_home(self, response: Response) -> AsyncIterator[Any]:
        """The front page: the site is there; its clock; its navigation; an article, if none is known."""
        listing = read_list(Answer.of(response))
        sections = len(listing.sections) if listing else 0
        self.note("site", f"{self.place(response.url)} answers: {sections} sections on its page")
        self.note("robots.txt", "allows us")
        self.checks.append(check_clock(response.headers.get("Date"), datetime.now(UTC)))
        if listing is None:
            remedy = "see docs/operations.md, layout changed"
            self.note("layout", "the front page links to no section", remedy)
        entries = [entry.url for entry in listing.entries] if listing else []
        reference = next(filter(None, map(read_article_url, filter(None, [self.article, *entries]))), None)
        if reference is None:
            self.note("article", "none is collected, and the front page links to none", "look at the site")
            return
        known = {"reference": reference}
        yield Request(reference.url, self.parse_article, errback=self.article_failed, cb_kwargs=known)

    async def parse_article(self, response: Response, reference: ArticleRef) -> None:
        """One article, read as a crawl reads it."""
        item = read_article(Answer.of(response), reference)
        if isinstance(item, ArticleItem):
            found = (
                f"{response.url} was read by {item.parser}: {item.headline!r}, {len(item.body)} paragraphs"
            )
            self.note("article", found)
        elif not isinstance(item, Unchanged):
            found = f"{response.url} was not read as one: {item.reason}"
            remedy = "open it in a browser; if it is an article: scrapy savefixture (CONTRIBUTING.md)"
            self.note("article", found, remedy)

    def home_failed(self, failure: TwistedFailure) -> None:
        """The front page could not be fetched."""
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
        """The article could not be fetched."""
        url = failure.request.url  # type: ignore[attr-defined]
        self.note("article", f"{url}: {_reason(failure.value)}", "open it in a browser; try again later")

    def note(self, what: str, found: str, remedy: str | None = None) -> None:
        """Add to what was looked at."""
        self.checks.append(Check(what, found, remedy))

    def place(self, url: str) -> str:
        """Who is asked for a page of the site."""
        mirror = self.settings.get("SITE_MIRROR")
        return f"SITE_MIRROR {mirror}" if mirror else url


def front_page() -> str:
    """The URL that tells whether the site is there."""
    return HomeRef(current().codes[0]).url


def check_clock(date: bytes | None, now: datetime) -> Check:
    """Whether this machine's clock agrees with the site's header ``Date``."""
    try:
        there = parsedate_to_datetime((date or b"").decode("latin-1"))
    except ValueError:
        return Check("clock", "not compared: the site does not say what time it is")
    off = now - there.replace(tzinfo=there.tzinfo or UTC)
    found = f"{abs(off.total_seconds()):.0f} s {'ahead of' if off > timedelta() else 'behind'} the site's"
    remedy = "set this machine's clock, by NTP (timedatectl set-ntp true)"
    return Check("clock", found, None if abs(off) <= CLOCK_TOLERANCE else remedy)


def _reason(error: BaseException | None) -> str:
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    return f"{type(error).__name__}: {error}"
