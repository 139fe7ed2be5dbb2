"""Walking the sections' lists, from the newest article downwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from attrs import Factory, define
from scrapy import Request, signals
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.base_spiders.article_spider import ArticlesSpider
from crawler.page_reader import GONE, NO_PAGE_OF_THE_SITE, Answer, read_list
from newspapers import HomeRef, ListRef, SectionRef, current, read_article_url, read_url
from schemas.items import Discovery, Key, Listing, ListingEntry, WalkStep

GONE_FOR_GOOD = timedelta(days=7)
"""A section that was seen so much longer ago than the others is no loss of this run any more."""

WANTED_AT_ONCE = 500  # how many articles left over from earlier runs are taken into the queue at a time


@define
class Walk:
    """A walk along one section's list; see ``docs/architecture.md``, "Walks"."""

    to_end: bool
    """Whether it goes on to the list's end; else it stops where all is settled."""
    id: str = Factory(lambda: uuid4().hex)
    through: bool = False
    """Whether it goes on where all is settled, to the first day that is asked for."""
    listed: set[Key] = Factory(set)
    """Articles on the pages it has seen in this run."""
    gathers: bool | None = None
    """Whether the list gathers articles of other sections; its first page tells."""
    last_page: int = 0
    """The highest number among the pages that it was seen to have."""
    moved: bool = False
    """Whether the list's address has been looked up anew."""


class ListWalkingSpider(ArticlesSpider):
    """Learns the sections from the navigation and walks each one's list."""

    takes_all_wanted = True
    """Whether it fetches every article that is still wanted, or only those it has found itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._begun: set[SectionRef] = set()
        self._read_before: dict[SectionRef, datetime] = {}

    async def start(self) -> AsyncIterator[Any]:
        """Known lists, front pages of editions without any, then what earlier runs left over."""
        self._read_before = await self.collection.lists_read()
        lists = [known for known in await self.collection.lists() if self.args.includes(known.section)]
        for request in await self.begin_walks(lists):
            yield request
        missing = set(self.args.sections) - {known.section for known in lists}
        for section in missing:
            self.count(f"section/missing/{section}")
        learned = {known.edition for known in lists} - {section.edition for section in missing}
        for edition in (edition for edition in self.args.editions if edition not in learned):
            home = HomeRef(edition)
            yield Request(home.url, self.parse_home, errback=self.home_failed, cb_kwargs={"home": home})
        async for request in self.left_over_requests():
            yield request

    async def left_over_requests(self) -> AsyncIterator[Request]:
        """Requests for articles that earlier runs found and did not get, a part at a time."""
        found_by = None if self.takes_all_wanted else self.name
        after: Key | None = None
        failed = False
        while not self.exhausted:
            wanted = await self.collection.wanted(found_by, after, WANTED_AT_ONCE, failed=failed)
            keys = {reference.key for reference in wanted} if failed else ()
            named = ((reference, reference.url) for reference in wanted)
            for request in self.article_requests(named, failed=keys):
                yield request
            if len(wanted) == WANTED_AT_ONCE:
                after = wanted[-1].key
                await self.crawler.signals.wait_for(signals.scheduler_empty)
            elif failed:
                return
            else:
                after, failed = None, True

    async def begin_walks(self, first_pages: Iterable[ListRef]) -> list[Request]:
        """The first requests of the walks that this run has not begun yet, of the sections asked for."""
        asked_for = {page.section: page for page in first_pages if self.args.includes(page.section)}
        begun = [page for section, page in asked_for.items() if section not in self._begun]
        return [request for page in begun for request in await self.walk_requests(page)]

    async def walk_requests(self, first_page: ListRef) -> list[Request]:
        """The first requests of a section's walks."""
        raise NotImplementedError

    def list_request(self, page: ListRef, walk: Walk, **request: Any) -> Request:
        """The request for one page of a walk."""
        known = {"at": page, "walk": walk}
        return Request(page.url, self.parse_list, errback=self.list_failed, cb_kwargs=known, **request)

    async def parse_home(self, response: Response, home: HomeRef) -> AsyncIterator[Any]:
        """An edition's front page: where the sections are learned when none is known."""
        listing = read_list(Answer.of(response)) if response.status == 200 else None
        if listing is None or not any(section.edition == home.edition for section in listing.sections):
            if response.status == 200:
                self.count("home/none/foreign")
            reason = NO_PAGE_OF_THE_SITE if response.status == 200 else f"HTTP {response.status}"
            self.note_lost("home", home.url, reason)
            for request in await self._seed_requests(home.edition):
                yield request
            return
        yield self.discovery(listing)
        requests = await self.section_requests(listing)
        for request in requests + await self.missing_requests(listing.entries):
            yield request

    async def home_failed(self, failure: TwistedFailure) -> AsyncIterator[Request]:
        """A front page that could not be fetched."""
        home: HomeRef = failure.request.cb_kwargs["home"]  # type: ignore[attr-defined]
        self.note_lost("home", home.url, self.note_failure(failure, "home"))
        for request in await self._seed_requests(home.edition):
            yield request

    async def parse_list(self, response: Response, at: ListRef, walk: Walk) -> AsyncIterator[Any]:
        """One page of a section's list."""
        answer = Answer.of(response)
        if response.status == 304:
            self.count("list/not_modified")
            yield self.step(answer, at, walk, [], finished=True)
            return
        if response.status in GONE:
            if at.page > max(1, walk.last_page):
                yield self.step(answer, at, walk, [], finished=True)
            elif walk.moved or at.page > 1:
                self.note_missing(at, f"HTTP {response.status}", f"HTTP {response.status}")
            else:
                yield self.moved_request(at, walk)
            return
        listing = self.listing_of(answer, at)
        if listing is None:
            return
        walk.last_page = max([walk.last_page, *listing.page_numbers])
        landed = read_url(response.url)
        is_other = isinstance(landed, ListRef) and landed.page != at.page
        own = [] if is_other else self.take(listing, at, walk)
        numbers = {entry.article_id for entry in own}
        at_end = not own  # a page past the end repeats the last one, or is empty
        if at_end and (1 < at.page <= walk.last_page or (is_other and not walk.listed)):
            self.count("list/none/repeated")
            reason = f"it shows nothing of its own, but the list has {walk.last_page} pages"
            self.note_lost("list", at.url, reason)
            return
        if at_end and at.page == 1 and at.section in self._read_before:
            self.note_missing(at, "it shows no article of its own, but has had some", "emptied")
            return
        finished = at_end or (
            not (walk.to_end or walk.through)
            and numbers <= await self.collection.settled(at.section, numbers)
        )
        edited = await self.collection.edited(at.section, own)
        step = self.step(answer, at, walk, own, finished=finished)
        if step.validators and await self.collection.misled(step.validators, at.section, numbers):
            step.validators.misled = True
            self.count("list/misled")
        yield self.discovery(listing, (entry for entry in listing.entries if entry not in own))
        yield step
        requests = await self.section_requests(listing) + await self.missing_requests(listing.entries)
        for request in [*requests, *self.edited_requests(own, edited)]:
            yield request
        if not finished and not self.exhausted and not self._past_since(own):
            yield self.list_request(at.at(at.page + 1), walk)

    def listing_of(self, answer: Answer, at: ListRef) -> Listing | None:
        """What a page of a section's list shows, if it is one."""
        landed = read_url(str(answer.response.url))
        if not isinstance(landed, ListRef) or landed.section != at.section:
            self.count("list/none/elsewhere")
            self.note_missing(at, f"the site redirected to {answer.response.url}")
            return None
        listing = read_list(answer)
        if listing is None:
            self.count("list/none/foreign")
            self.note_lost("list", at.url, NO_PAGE_OF_THE_SITE)
            return None
        self.count("list/read")
        self.count("list/links", len(listing.entries))
        return listing

    def take(self, listing: Listing, at: ListRef, walk: Walk) -> list[ListingEntry]:
        """The section's own articles on a page that no earlier page of the walk has shown.

        A box of the newest articles may stand beside every page: what an earlier page has listed says
        nothing about this one.
        """
        if walk.gathers is None:
            walk.gathers = gathers_others(listing, at.section)
        belonging = listing.entries if walk.gathers else own_entries(listing, at.section)
        own = [entry for entry in belonging if (entry.edition, entry.article_id) not in walk.listed]
        walk.listed |= {(entry.edition, entry.article_id) for entry in own}
        return own

    def discovery(self, listing: Listing, entries: Iterable[ListingEntry] | None = None) -> Discovery:
        """The item that makes the collection remember what a page links to, or some of it."""
        found = listing.entries if entries is None else list(entries)
        return Discovery(entries=found, sections=listing.sections, at=listing.fetched_at)

    def moved_request(self, at: ListRef, walk: Walk) -> Request:
        """The request for the front page, whose navigation may give a lost list's new address."""
        walk.moved = True
        home, known = HomeRef(at.edition), {"at": at, "walk": walk}
        return Request(home.url, self.parse_moved, errback=self.list_failed, cb_kwargs=known)

    async def parse_moved(self, response: Response, at: ListRef, walk: Walk) -> AsyncIterator[Any]:
        """The front page, read for the address of a list that was not found."""
        listing = read_list(Answer.of(response)) if response.status == 200 else None
        named = [
            ListRef(at.edition, at.section_id, section.slug)
            for section in (listing.sections if listing else [])
            if (section.edition, section.section_id) == (at.edition, at.section_id) and section.slug
        ]
        if listing is None or not named or named[0] == at:
            self.note_missing(at, "HTTP 404, and the front page names no other address", "HTTP 404")
            return
        yield self.discovery(listing)
        yield self.list_request(named[0], walk)

    def step(
        self, answer: Answer, at: ListRef, walk: Walk, entries: list[ListingEntry], *, finished: bool
    ) -> WalkStep:
        """The item that takes a page into its walk."""
        return WalkStep(
            walk=walk.id,
            edition=at.edition,
            section_id=at.section_id,
            slug=at.slug,
            page=at.page,
            to_end=walk.to_end,
            entries=entries,
            finished=finished,
            at=answer.fetched_at,
            validators=answer.validators(at.url) if at.page == 1 and answer.status == 200 else None,
        )

    async def section_requests(self, listing: Listing) -> list[Request]:
        """First requests for the sections that a page links to and no earlier page did."""
        return await self.begin_walks(
            ListRef(section.edition, section.section_id, section.slug)
            for section in listing.sections
            if section.slug is not None
        )

    @property
    def sections_begun(self) -> int:
        """How many sections' lists have been asked for."""
        return len(self._begun)

    def begin(self, section: SectionRef) -> None:
        """Note that a section's walks are under way, so that no link starts them again."""
        self._begun.add(section)
        if self.crawler.stats and self.crawler.stats.get_value(f"section/missing/{section}"):
            self.count(f"section/missing/{section}", -1)

    def edited_requests(self, entries: Iterable[ListingEntry], edited: set[Key]) -> Iterable[Request]:
        """Requests for collected articles whose headline or teaser has changed in the list."""
        return self.article_requests(
            (reference, entry.found_as)
            for entry in entries
            if (reference := read_article_url(entry.url)) and reference.key in edited
        )

    def note_missing(self, at: ListRef, reason: str, kind: str | None = None) -> None:
        """Say that a section's list is not there; a section that is gone for good is told of for a week."""
        last, others = self._read_before.get(at.section), self._read_before.values()
        if last and max(others) - last > GONE_FOR_GOOD and at.page == 1 and not self.args.sections:
            self.count("list/gone")
            self.logger.info("Gone since %s: %s: %s", f"{last:%Y-%m-%d}", at.url, reason)
        else:
            self.count(f"list/failed/{kind}", by=kind is not None)
            self.note_lost("list", at.url, reason)

    async def list_failed(self, failure: TwistedFailure) -> None:
        """A list page that could not be fetched: its walk stays open and is resumed by a later run."""
        reason = self.note_failure(failure, "list")
        self.note_lost("list", failure.request.cb_kwargs["at"].url, reason)  # type: ignore[attr-defined]

    def _past_since(self, entries: list[ListingEntry]) -> bool:
        listed = [reference for entry in entries if (reference := read_article_url(entry.url))]
        return bool(listed) and all(self.is_before(reference, self.args.since) for reference in listed)

    async def _seed_requests(self, edition: str) -> list[Request]:
        return await self.begin_walks(seed for seed in current().seed_lists if seed.edition == edition)


def own_entries(listing: Listing, section: SectionRef) -> list[ListingEntry]:
    """The entries of the list's own section, without those of a box beside it."""
    belongs = current().belongs
    return [
        entry
        for entry in listing.entries
        if (reference := read_article_url(entry.url)) and belongs(reference, section)
    ]


def gathers_others(listing: Listing, section: SectionRef) -> bool:
    """Whether a list has pages, but hardly an article of its own: it gathers those of other sections."""
    return bool(listing.page_numbers) and 5 * len(own_entries(listing, section)) < len(listing.entries)
