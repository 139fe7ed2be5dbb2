"""Whether all that a run needs is there: what was found, and what to do about each fault.

What a run checks before its first request (:mod:`crawler.run.start`) is checked here, too, and more.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar

import scrapy
from attrs import frozen
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from sqlalchemy import Engine, func, insert, select, text, union_all
from sqlalchemy.exc import DBAPIError

from crawler.accepted_settings import check_settings
from crawler.middlewares.received import told_by
from crawler.mirror import shown_mirror
from crawler.page_reader import Answer, read_article, read_list
from crawler.run.notify import TRY_IT, service_at
from crawler.run.start import has_collection
from newspapers import ArticleRef, HomeRef, current, read_article_url
from pipelines.collection import Collection
from pipelines.retry import StorageError
from schemas.database import DatabaseUrlError, SchemaError, open_engine, shown_url, sqlite_file
from schemas.items import Article, Unchanged
from schemas.tables import Page, Picture, Section
from schemas.unfit import RESTORE, grant_rows, unfit

LEAST_FREE = 1024**3
"""Bytes; below this a disk counts as full. The whole newspaper takes some gibibytes."""

CLOCK_TOLERANCE = timedelta(minutes=2)
"""The times of fetches rest on this machine's clock; those of the site's pages on the site's."""


CHECKSUMS = "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()"
PRIVILEGES = """
SELECT string_agg(tablename, ', ') FROM pg_tables WHERE schemaname = current_schema() AND EXISTS (
    SELECT 1 FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS kind
    WHERE NOT has_table_privilege(format('%I.%I', schemaname, tablename), kind)
)
"""


@frozen
class Check:
    """One thing that was looked at."""

    what: str
    found: str
    remedy: str | None = None
    """What to do; ``None`` if it is as it should be."""


def check_all_settings(settings: BaseSettings, environ: Mapping[str, str]) -> Iterator[Check]:
    """Whether settings and variables can be used."""
    try:
        check_settings(settings, environ)
    except ValueError as error:
        for line in str(error).split("\n"):
            yield Check("settings", line, "correct it (docs/settings.md)")


def check_contact(contact: str | None) -> Check:
    """Whether the newspaper could write to whoever runs this."""
    if contact:
        return Check("contact", f"requests name {contact}")
    remedy = "export CRAWLER_CONTACT=you@example.org (an address, or a web page with one)"
    return Check("contact", "requests do not say who sends them", remedy)


def check_archive(folder: str | None) -> Iterator[Check]:
    """Whether pages can be archived."""
    if not folder:
        yield Check("archive", "pages are not archived: ARCHIVE_DIR is empty")
        return
    path = Path(folder).resolve()
    if _writable(existing := _existing(path)):
        found = "can be written to" if path.exists() else "is made by the first run"
        yield Check("archive", f"{path} {found}")
        yield check_disk(path)
    else:
        remedy = f"let this user write to {existing}, or set ARCHIVE_DIR to another folder"
        yield Check("archive", f"{path} cannot be written to", remedy)


def check_archived_files(engine: Engine, folder: str | None) -> Check:
    """Whether the files that the database names are there, as long as it knows them to be."""
    places = union_all(
        *(select(table.warc_file, table.warc_offset, table.warc_length) for table in (Page, Picture))
    ).subquery()
    end = func.max(places.c.warc_offset + func.coalesce(places.c.warc_length, 0))
    query = select(places.c.warc_file, end).where(places.c.warc_file.is_not(None))
    with engine.connect() as connection:
        rows = connection.execute(query.group_by(places.c.warc_file)).all()
    faults = []
    for name, length in rows:
        path = Path(folder or "", name)
        if not path.exists():
            faults.append(f"{path} is missing")
        elif path.stat().st_size < length:
            faults.append(f"{path} is cut off")
    if not faults:
        return Check("pages", f"all {len(rows):,} archive files that the database names are there")
    shown = "; ".join(faults[:3]) + ("; …" if len(faults) > 3 else "")
    remedy = "mount the archive, or put the files back from a backup (docs/archive.md)"
    return Check("pages", f"{len(faults):,} of {len(rows):,} archive files: {shown}", remedy)


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
    free = shutil.disk_usage(existing := _existing(path)).free
    remedy = None if free >= LEAST_FREE else f"make room on the disk of {existing}"
    return Check("disk", f"{free / 1024**3:,.1f} GiB free for {path}", remedy)


def _existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    return next(place for place in (path, *path.parents) if place.exists())


def _writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def check_database(settings: BaseSettings) -> Iterator[Check]:
    """Whether the database has this version's schema, is whole and can be written to, or can be made."""
    try:
        engine = open_engine(settings["DATABASE_URL"])
    except DatabaseUrlError:
        return  # the settings' check names it
    file, shown = sqlite_file(engine.url), shown_url(engine.url)
    try:
        if file:
            yield check_disk(file.parent)
        if has_collection(engine, settings):
            yield _usable(engine)
            yield check_archived_files(engine, settings.get("ARCHIVE_DIR"))
        elif file:
            remedy = None if _writable(_existing(file.parent)) else f"let this user write to {file.parent}"
            yield Check("database", f"{file} does not exist yet; the first run makes it", remedy)
        else:
            with engine.connect() as connection:  # made, and taken back
                connection.execute(text("CREATE TABLE tried (id integer)"))
                connection.rollback()
            yield Check("database", f"{shown} is empty; the first run makes its tables")
    except SchemaError as error:
        yield Check("database", error.fault, error.remedy)
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())  # drivers write several lines
        away = SchemaError(f"{shown}: {reason}", "start the database, or correct DATABASE_URL")
        fault = unfit(error, engine.url) or away
        yield Check("database", fault.fault, fault.remedy)
    finally:
        engine.dispose()


def _usable(engine: Engine) -> Check:
    shown = shown_url(engine.url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            said = connection.scalar(text("PRAGMA integrity_check(1)"))
            damage = None if said == "ok" else str(said)
        else:
            failed = connection.scalar(text(CHECKSUMS)) or 0
            damage = f"{failed:,} of its pages failed their checksum" if failed else None
            if lacking := connection.scalar(text(PRIVILEGES)):
                remedy = grant_rows(engine.url)
                return Check("database", f"{shown}: this user may not write {lacking}", remedy)
        if damage:
            return Check("database", f"{shown} is damaged: {' '.join(damage.split())}", RESTORE)
        # Written, and taken back: a database may be readable, and its disk full or read-only.
        connection.execute(insert(Section), {"edition": current().codes[0], "site_section_id": -1})
        connection.rollback()
    return Check("database", f"{shown} has this version's schema, is whole and can be written to")


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

    checks: list[Check]
    """Gets what is found."""

    async def start(self) -> AsyncIterator[Any]:
        """Look at the front page, the site's clock and an article; nothing is left for a callback."""
        mirror = self.settings.get("SITE_MIRROR")
        url = HomeRef(current().codes[0]).url
        place = f"SITE_MIRROR {shown_mirror(mirror)}" if mirror else url
        remedy = "check this machine's network and name server, then the site in a browser"
        remedy = "start the mirror, or unset SITE_MIRROR" if mirror else remedy
        if home := await self._ask("site", url, place, remedy):
            await self._look_at(home, place)
        for request in list[Request]():  # Scrapy wants an asynchronous generator
            yield request

    async def _look_at(self, home: Response, place: str) -> None:
        listing = read_list(Answer.of(home))
        sections = len(listing.sections) if listing else 0
        self._note("site", f"{place} answers: {sections} sections on its page")
        self._note("robots.txt", "allows us")
        self.checks.append(check_clock(home, datetime.now(UTC)))
        if listing is None:
            remedy = "see docs/operations.md, layout changed"
            self._note("layout", "the front page links to no section", remedy)
        linked = [read_article_url(entry.url) for entry in listing.entries] if listing else []
        reference = next(filter(None, [await self._collected(), *linked]), None)
        if reference is None:
            self._note("article", "none is collected, and the front page links to none", "look at the site")
            return
        remedy = "open it in a browser; try again later"
        if page := await self._ask("article", reference.url, reference.url, remedy):
            item = read_article(Answer.of(page), reference)
            if isinstance(item, Article):
                what = f"{item.headline!r}, {len(item.body)} paragraphs"
                self._note("article", f"{page.url} was read by {item.parser}: {what}")
            elif not isinstance(item, Unchanged):
                remedy = "open it in a browser; if it is an article: scrapy savefixture (CONTRIBUTING.md)"
                self._note("article", f"{page.url} was not read as one: {item.reason}", remedy)

    async def _collected(self) -> ArticleRef | None:
        """The last article that was collected, if the database can tell."""
        try:
            collection = Collection(open_engine(self.settings["DATABASE_URL"]))
            try:
                return await collection.last_collected()
            finally:
                await collection.close()
        except (DatabaseUrlError, DBAPIError, StorageError):
            return None

    async def _ask(self, what: str, url: str, place: str, remedy: str) -> Response | None:
        """The answer, if it is a page; else what is wrong is noted."""
        engine: Any = self.crawler.engine
        try:
            response: Response = await engine.download_async(Request(url))
            if response.status == HTTPStatus.OK:
                return response
            reason = f"HTTP {response.status}"
        except Exception as error:  # whatever keeps a page from coming is what is looked for
            # A bare one is the refusal of a robots.txt that cannot be had: its words say all.
            reason = str(error) if type(error) is IgnoreRequest else f"{type(error).__name__}: {error}"
        if self.crawler.stats and self.crawler.stats.get_value("robotstxt/forbidden"):
            remedy = "write to the newspaper and ask for leave; do not switch ROBOTSTXT_OBEY off"
            self._note("robots.txt", f"forbids us {url}", remedy)
        else:
            self._note(what, f"{place}: {reason}", remedy)
        return None

    def _note(self, what: str, found: str, remedy: str | None = None) -> None:
        self.checks.append(Check(what, found, remedy))


def check_clock(response: Response, now: datetime) -> Check:
    """Whether this machine's clock agrees with the site's."""
    there = told_by(response)
    if there is None:
        return Check("clock", "not compared: the site does not say what time it is")
    off = now - there
    found = f"{abs(off.total_seconds()):.0f} s {'ahead of' if off > timedelta() else 'behind'} the site's"
    remedy = "set this machine's clock, by NTP (timedatectl set-ntp true)"
    return Check("clock", found, None if abs(off) <= CLOCK_TOLERANCE else remedy)
