"""The read side of the store: what spiders may ask about what is already collected.

The questions are asked between requests, so their answers must be quick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Collection as Many
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Self, TypeVar

from scrapy.crawler import Crawler
from sqlalchemy import ColumnElement, Connection, Engine, Select, exists, func, select, tuple_

from archive import Original
from newspapers import ArticleRef, ListRef, SectionRef, read_article_url
from pipelines.records.list_rows import is_edited, settled_walk
from pipelines.records.run_rows import run_as_json
from pipelines.records.upsert import AnyRow, for_keys
from pipelines.retry import RetryPolicy, StorageError
from schemas.database import open_engine
from schemas.items import Key, ListingEntry, Validators
from schemas.tables import (
    Article,
    Frontier,
    Image,
    ListEntry,
    ListWalk,
    Page,
    Picture,
    Run,
    Section,
    Validator,
)

T = TypeVar("T")

TRUSTED_FOR = timedelta(days=1)
"""So long after the whole page has come, "not modified" is believed: some servers say so for ever."""

AT_ONCE = 500
"""Pictures that are looked up at once."""

UNSURE = 50
"""A page is stored a moment before its article: so many of a killed run's last pages may lack theirs."""


class Collection:
    """The collection in a relational database, as a spider sees it.

    A database that is away is waited for; after that the run stops with the close reason
    ``storage_failed``. Settings: ``DATABASE_URL``, ``DATABASE_RETRY_SECONDS``.
    """

    def __init__(self, engine: Engine, retry: RetryPolicy | None = None) -> None:
        self.engine = engine
        self.retry = retry or RetryPolicy(0)
        # On PostgreSQL a transaction around a question is two more questions; SQLite's are for nothing.
        costs = engine.dialect.name == "postgresql"
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT") if costs else engine

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        retry = RetryPolicy.from_settings(crawler.settings, crawler)
        return cls(open_engine(crawler.settings["DATABASE_URL"]), retry)

    async def lists(self) -> list[ListRef]:
        """The first page of every section's list that is known."""
        query = select(Section).where(Section.slug.is_not(None)).order_by(Section.id)
        return [ListRef(row.edition, row.site_section_id, row.slug) for row in await self._rows(query)]

    async def lists_read(self) -> dict[SectionRef, datetime]:
        """When the list of each section was last read, of those that have listed an article."""
        has_listed = exists().where(ListEntry.walk_id == ListWalk.id)
        key = (Section.edition, Section.site_section_id)
        query = select(*key, func.max(ListWalk.confirmed_at)).join(ListWalk).where(has_listed).group_by(*key)
        return {SectionRef(row[0], row[1]): row[2] for row in await self._rows(query)}

    async def missing(self, keys: Many[Key]) -> dict[Key, bool]:
        """Articles that are not collected, nor put off after failures or because they are gone.

        :returns: each with whether it has failed before.
        """
        key = (Frontier.edition, Frontier.site_article_id)
        query = select(*key, Frontier.attempts, _to_be_fetched().label("is_wanted"))
        known = {(row[0], row[1]): row for row in await self._rows_for(query, key, keys)}
        return {
            key: key in known and known[key].attempts > 0
            for key in keys
            if key not in known or known[key].is_wanted
        }

    async def wanted(
        self, found_by: str | None, after: Key | None, limit: int, *, failed: bool = False
    ) -> list[ArticleRef]:
        """Articles known to exist and still to be fetched, in the order of their keys.

        :param found_by: only those that this spider found; ``None`` for all.
        :param after: only keys greater than this one.
        :param failed: those that have failed before, or those that have not.
        """
        query = select(Frontier.url).where(_to_be_fetched(), _has_failed(failed))
        if found_by is not None:
            query = query.where(Frontier.found_by == found_by)
        if after is not None:
            query = query.where(tuple_(Frontier.edition, Frontier.site_article_id) > after)
        query = query.order_by(Frontier.edition, Frontier.site_article_id).limit(limit)
        return _references(await self._rows(query))

    async def due(self, at: datetime, *, failed: bool = False) -> list[ArticleRef]:
        """Collected articles that are to be looked at again by now.

        :param failed: those that failed when they were last looked at, or those that did not.
        """
        query = select(Frontier.url).where(
            Frontier.state == "collected", Frontier.next_check_at <= at, _has_failed(failed)
        )
        return _references(await self._rows(query.order_by(Frontier.next_check_at)))

    async def last_collected(self) -> ArticleRef | None:
        """An article that the site gave: the one that it gave last."""
        query = select(Frontier.url).where(Frontier.state == "collected", _has_failed(False))
        query = query.order_by(Frontier.tried_at.desc()).limit(1)
        return next(iter(_references(await self._rows(query))), None)

    async def edited(self, section: SectionRef, entries: Many[ListingEntry]) -> set[Key]:
        """Collected articles that the list now shows with another headline or teaser than before."""
        printed = {entry.article_id: (entry.headline, entry.teaser) for entry in entries}
        number, is_same = ListEntry.site_article_id, Frontier.edition == Section.edition
        query = (
            select(number, ListEntry.headline, ListEntry.teaser)
            .join(Section)
            .join(Frontier, is_same & (Frontier.site_article_id == number))
            .where(_is(section), number.in_(printed), Frontier.state == "collected")
        )
        rows = await self._rows(query)
        return {(section.edition, row[0]) for row in rows if is_edited((row[1], row[2]), printed[row[0]])}

    async def settled(self, section: SectionRef, article_ids: Many[int]) -> set[int]:
        """Those articles of a list below which all is known, or promised by an open walk to the end."""
        query = (
            select(ListEntry.site_article_id)
            .join(Section)
            .join(ListWalk, ListWalk.id == ListEntry.walk_id)
            .where(_is(section), ListEntry.site_article_id.in_(article_ids), settled_walk())
        )
        return {row[0] for row in await self._rows(query)}

    async def open_walk(self, section: SectionRef) -> tuple[str, int] | None:
        """The section's walk to the end that waits to be resumed, if there is one, and its next page."""
        query = (
            select(ListWalk.id, ListWalk.next_page)
            .join(Section)
            .where(_is(section), ListWalk.to_end, ListWalk.finished_at.is_(None))
            .order_by(ListWalk.next_page.desc())
            .limit(1)
        )
        return next(((row[0], row[1]) for row in await self._rows(query)), None)

    async def validators(self, urls: Many[str]) -> dict[str, Validators]:
        """What to send with requests for these URLs to be told "not modified".

        Nothing for those of which the whole page has not come for :data:`TRUSTED_FOR`, or has shown that
        the site says so of pages that have changed.
        """
        query = select(Validator).where(
            Validator.misled_at.is_(None), Validator.read_at > datetime.now(UTC) - TRUSTED_FOR
        )
        return {
            row.url: Validators(url=row.url, etag=row.etag, last_modified=row.last_modified, at=row.read_at)
            for row in await self._rows_for(query, Validator.url, urls)
        }

    async def misled(self, now: Validators, section: SectionRef, article_ids: Many[int]) -> bool:
        """Whether a list's first page has articles it had not before, and the validators are as they were."""
        same = select(Validator.url).where(
            Validator.url == now.url,
            Validator.etag.is_not_distinct_from(now.etag),
            Validator.last_modified.is_not_distinct_from(now.last_modified),
        )
        if not await self._rows(same):
            return False
        listed = (
            select(ListEntry.site_article_id)
            .join(Section)
            .where(_is(section), ListEntry.site_article_id.in_(article_ids))
        )
        return bool(set(article_ids) - {row[0] for row in await self._rows(listed)})

    async def list_validators(self, first_page: ListRef) -> Validators | None:
        """The same for a list's first page; ``None`` if it must be read, because a walk was broken off."""
        query = (
            select(ListWalk.finished_at, ListWalk.to_end)
            .join(Section)
            .where(_is(first_page.section))
            .order_by(ListWalk.started_at.desc())
            .limit(1)
        )
        if not any(row.finished_at or row.to_end for row in await self._rows(query)):
            return None
        return (await self.validators([first_page.url])).get(first_page.url)

    async def original(self, url: str, digest: str | None) -> Original | None:
        """The first archived page of this URL with this payload; without a digest, the last with any."""
        place = (Page.warc_file, Page.warc_offset, Page.warc_skip)
        query = select(Page.url, Page.fetched_at, Page.digest, *place).where(Page.url == url, ~Page.revisit)
        if digest is None:
            query = query.where(Page.status == HTTPStatus.OK).order_by(Page.fetched_at.desc())
        else:
            query = query.where(Page.digest == digest).order_by(Page.fetched_at)
        rows = await self._rows(query.limit(1))
        return next((Original(row[0], row[1], row[2], place=tuple(row[3:])) for row in rows), None)

    def lacking_pictures(self, now: datetime, since: datetime | None) -> Iterator[tuple[str, str]]:
        """Addresses of pictures to be fetched by now, each with its article's, those of the newest first.

        :param since: only of articles that were seen then or later.
        :raises DBAPIError: if the database cannot be asked; it is asked at once, and not in a thread.
        """
        query = (
            select(Image.article_id, Image.position, Image.url, Article.canonical_url)
            .join(Article, Article.id == Image.article_id)
            .outerjoin(Picture, Picture.url == Image.url)
            .where(Picture.url.is_(None) | (Picture.next_try_at <= now))
            .order_by(Image.article_id.desc(), Image.position)
            .limit(AT_ONCE)
        )
        if since:
            query = query.where(Article.last_seen_at >= since)
        last, position = 2**63 - 1, 0
        while True:
            of_last = (Image.article_id == last) & (Image.position > position)
            with self._reading.connect() as connection:
                rows = connection.execute(query.where((Image.article_id < last) | of_last)).all()
            yield from ((row.url, row.canonical_url) for row in rows)
            if len(rows) < AT_ONCE:
                return
            last, position = rows[-1].article_id, rows[-1].position

    async def archived_bytes(self, digest: str) -> Original | None:
        """A picture with these bytes that is archived."""
        query = select(Picture).where(Picture.digest == digest, Picture.revisit.is_(False)).limit(1)
        return next((Original(row.url, row.tried_at, digest) for row in await self._rows(query)), None)

    async def run(self, run_id: int) -> dict[str, Any]:
        """All that is recorded of a run, as JSON has it."""
        return await self._ask(lambda connection: run_as_json(connection, run_id))

    async def uncollected(self, keys: Many[Key]) -> set[Key]:
        """Those articles that are not collected, whatever was tried to get them."""
        key = (Article.edition, Article.site_article_id)
        return set(keys) - {(row[0], row[1]) for row in await self._rows_for(select(*key), key, keys)}

    async def payload(self, key: Key, digest: str | None, at: datetime | None) -> tuple[str, int, int] | None:
        """Where a payload of this article's lies: file as the table ``pages`` names it, offset, skip.

        :param digest: of the payload; ``at``: when it was fetched. One of the two is enough to find it, but a
            digest of the same kind that differs speaks against a page.
        """
        is_equal, is_fetched = Page.digest == digest, Page.fetched_at == at
        if digest:
            is_fetched &= ~Page.digest.startswith(digest.partition(":")[0] + ":", autoescape=True)
        query = (
            select(Page.warc_file, Page.warc_offset, Page.warc_skip)
            .where(Page.edition == key[0], Page.site_article_id == key[1], ~Page.revisit)
            .where(is_equal | is_fetched)
            .order_by(is_equal.desc(), Page.fetched_at.desc())
            .limit(1)
        )
        rows = await self._rows(query)
        return next(((row.warc_file, row.warc_offset, row.warc_skip) for row in rows), None)

    async def captured(self, captures: Many[tuple[str, datetime]]) -> set[tuple[str, datetime]]:
        """Those of the captures, given by URL and time, that are archived and surely stored."""
        last = select(Page.run_id, func.max(Page.id)).join(Run).where(Run.finished_at.is_(None))
        broken_off = {row[0]: row[1] for row in await self._rows(last.group_by(Page.run_id))}
        query = select(Page.url, Page.fetched_at, Page.id, Page.run_id)
        stored = {
            (row.url, row.fetched_at)
            for row in await self._rows_for(query, Page.url, (url for url, _ in captures))
            if row.id <= broken_off.get(row.run_id, row.id + UNSURE) - UNSURE
        }
        return stored & set(captures)

    async def close(self) -> None:
        self.engine.dispose()

    async def _rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[AnyRow]:
        return await self._ask(lambda connection: connection.execute(query).all())

    async def _rows_for(self, query: Select[*tuple[Any, ...]], key: Any, keys: Iterable[Any]) -> list[AnyRow]:
        return await self._ask(lambda connection: list(for_keys(connection, query, key, keys)))

    async def _ask(self, question: Callable[[Connection], T]) -> T:
        def answer() -> T:
            with self._reading.connect() as connection:
                return question(connection)

        try:
            return await self.retry.run(answer)
        except StorageError as error:
            self.retry.stop_run(error)
            self.retry = RetryPolicy(0)  # the next question need not wait as long
            raise


def _to_be_fetched() -> ColumnElement[bool]:
    """SQL: not collected, and due for a fetch."""
    return (Frontier.state != "collected") & (Frontier.next_check_at <= datetime.now(UTC))


def _has_failed(failed: bool) -> ColumnElement[bool]:
    """SQL: whether the last try of an article failed, or none did yet."""
    return Frontier.attempts > 0 if failed else Frontier.attempts == 0


def _is(section: SectionRef) -> Any:
    return (Section.edition == section.edition) & (Section.site_section_id == section.section_id)


def _references(rows: Iterable[AnyRow]) -> list[ArticleRef]:
    """The articles that rows of canonical URLs name."""
    return [reference for (url,) in rows if (reference := read_article_url(url))]
