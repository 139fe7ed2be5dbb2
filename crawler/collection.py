"""What spiders may ask about what is already collected.

The crawl knows no SQL: it talks to whatever class the setting ``COLLECTION`` names. The questions
are asked between requests, so their answers must be quick.
"""

from __future__ import annotations

from collections.abc import Collection as Many
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, Self

from attrs import frozen
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from archive import Original
from newspapers import ArticleRef, ListRef, SectionRef
from schemas.items import ListingEntry, Validators

Key = tuple[str, int]


class AlreadyRunningError(Exception):
    """Another run is in the way; the message names it."""


class StorageError(Exception):
    """The database has not answered within ``STORE_PATIENCE`` seconds."""


@frozen
class OpenWalk:
    """A walk to a list's end that was broken off."""

    walk: str
    next_page: int
    """The first page that was not committed."""


class Collection(Protocol):
    """The collection as a spider sees it. An article's key is its edition and number."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self: ...

    @classmethod
    def prepare(cls, settings: BaseSettings) -> None:
        """Make the collection ready, before anything else is done.

        :raises ValueError: if the settings name no usable collection.
        :raises RuntimeError: if it cannot be used as it is; the message names the remedy.
        :raises StorageError: if it does not answer.
        """

    @classmethod
    def claim(cls, settings: BaseSettings, spider: str) -> AbstractContextManager[None]:
        """The right to run a spider on the collection, until the context is left or the process dies.

        :raises AlreadyRunningError: if another run has it.
        :raises ValueError: if the settings say wrongly what is locked.
        :raises StorageError: if the collection does not answer.
        """

    async def lists(self) -> list[ListRef]:
        """The first page of every section's list that is known."""

    async def missing(self, keys: Many[Key]) -> set[Key]:
        """Those articles that are not collected, nor left alone after failures or because they are gone."""

    async def wanted(self, found_by: str | None, after: Key | None, limit: int) -> list[ArticleRef]:
        """Articles known to exist and still to be fetched, in the order of their keys.

        :param found_by: only those that this spider found; ``None`` for all.
        :param after: only keys greater than this one.
        """

    async def due(self, at: datetime) -> list[ArticleRef]:
        """Collected articles that are to be looked at again by now."""

    async def edited(self, section: SectionRef, entries: Many[ListingEntry]) -> set[Key]:
        """Collected articles that the list now shows with another headline or teaser than before."""

    async def settled(self, section: SectionRef, article_ids: Many[int]) -> set[int]:
        """Those articles of a list below which all is known, or promised by an open walk to the end."""

    async def open_walk(self, section: SectionRef) -> OpenWalk | None:
        """The section's walk to the end that waits to be taken up again, if there is one."""

    async def validators(self, urls: Many[str]) -> dict[str, Validators]:
        """What to send with requests for these URLs to be told "not modified"."""

    async def list_validators(self, first_page: ListRef) -> Validators | None:
        """The same for a list's first page; ``None`` if it must be read, because a walk was broken off."""

    async def original(self, url: str, digest: str | None) -> Original | None:
        """The first kept page of this URL with this payload; without a digest, the last with any."""

    async def uncollected(self, keys: Many[Key]) -> set[Key]:
        """Those articles that are not collected, whatever was tried to get them."""

    async def payload(self, key: Key, digest: str) -> tuple[str, int, int] | None:
        """Where a payload of this article's is kept: file as the table ``pages`` names it, offset, skip."""

    async def captured(self, captures: Many[tuple[str, datetime]]) -> set[tuple[str, datetime]]:
        """Those of the captures, given by URL and time, that are kept and surely stored."""

    async def close(self) -> None: ...
