from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Self

from attrs import frozen
from scrapy import FormRequest, Request
from scrapy.http import Response
from scrapy_spider_metadata import Args
from twisted.python.failure import Failure as TwistedFailure

from crawler.arguments import DayArguments
from crawler.base_spiders.article_spider import Job
from crawler.base_spiders.walk_spider import ListWalkingSpider, Walk
from crawler.page_reader import NO_PAGE_OF_THE_SITE, Answer, read_day_form, read_list
from crawler.pages.dayform import fill
from newspapers import ArticleRef, HomeRef, ListRef, current
from schemas.items import Article, Basis, DayForm, Key

PLACES = 3  # on so many pages of an edition the form is looked for
NEAR = timedelta(days=1)  # a piece may be dated a day before or after the one under which the site lists it


@frozen
class _Around:
    """The page that holds the form, as far as a day's page may show the same."""

    title: str | None
    articles: set[Key]

    @classmethod
    def of(cls, answer: Answer) -> Self:
        listing = read_list(answer)
        keys = {(entry.edition, entry.article_id) for entry in listing.entries} if listing else set()
        return cls(answer.response.css("title::text").get(), keys)


class DaySpider(Args[DayArguments], ListWalkingSpider):
    """The articles of one day or of several, by the form "Xem các tin đã đưa ngày".

    Beside a day's list stand boxes of other news, as on the page that holds the form: what stands on both
    is an article of the day only if its own page says so. Where no form can be sent, the days are taken
    from the sections' lists.
    """

    name = "day"
    follow_related = False

    args: DayArguments

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._doubtful: set[Key] = set()
        self._listed: set[Key] = set()
        self._unproven: set[str] = set()
        """Days of which the site has shown nothing but the page that the form stands on."""

    async def start(self) -> AsyncIterator[Any]:
        """The pages that may hold the form, edition by edition: the front page, then a list."""
        self._lists = [*await self.collection.lists(), *current().seed_lists]
        for edition in self.args.editions:
            places = [HomeRef(edition).url, *(known.url for known in self._lists if known.edition == edition)]
            yield self.form_request(edition, places[:PLACES])

    def form_request(self, edition: str, places: list[str]) -> Request:
        """The request for the first of the pages that may hold the form."""
        known = {"what": edition, "further": places[1:]}
        return Request(places[0], self.parse_form, errback=self.form_failed, cb_kwargs=known)

    async def parse_form(self, response: Response, what: str, further: list[str]) -> AsyncIterator[Any]:
        """The form, filled in once for each day."""
        answer = Answer.of(response)
        form = read_day_form(answer) if response.status == 200 else None
        if form is not None and form.submits:
            for day in self.days():
                yield self.day_request(form, day, _Around.of(answer))
            return
        reason = "no form 'Xem các tin đã đưa ngày'" if form is None else "the form has no control to send it"
        for request in await self.elsewhere(what, further, f"{reason} on {response.url}"):
            yield request

    async def elsewhere(self, edition: str, further: list[str], reason: str) -> list[Request]:
        """Requests for what may tell an edition's days if a page does not: the next page, then the lists."""
        if further:
            return [self.form_request(edition, further)]
        if not current().dated_numbers(edition):
            self.note_lost("day", edition, f"{reason}, and its articles' numbers tell no dates")
            return []
        self.logger.error("The days are taken from the lists of %s: %s", edition, reason)
        self.count("day/by_lists")
        return await self.begin_walks(it for it in self._lists if it.edition == edition)

    async def walk_requests(self, first_page: ListRef) -> list[Request]:
        """One request: the list's first page, if this edition's days are taken from lists."""
        self.begin(first_page.section)
        return [self.list_request(first_page, Walk(to_end=False, through=True))]

    def day_request(self, form: DayForm, day: date, around: _Around) -> Request:
        """The form sent for one day and all sections."""
        return FormRequest(
            form.url,
            self.parse_day,
            method=form.method,
            formdata=fill(form, day, all_sections=True),
            errback=self.day_failed,
            cb_kwargs={"what": day.isoformat(), "around": around},
        )

    async def parse_day(self, response: Response, what: str, around: _Around) -> AsyncIterator[Any]:
        """The list of a day's articles."""
        answer = Answer.of(response)
        listing = read_list(answer) if response.status == 200 else None
        if listing is None:
            reason = NO_PAGE_OF_THE_SITE if response.status == 200 else f"HTTP {response.status}"
            self.note_lost("day", what, reason)
            return
        shown = {(entry.edition, entry.article_id) for entry in listing.entries}
        beside = around.articles
        if shown and _Around.of(answer) == around:
            self._unproven.add(what)
            self.count("day/unproven")
        self._listed |= shown - beside
        self._doubtful |= shown & beside
        self.count("day/read")
        self.count("day/links", len(shown - beside))
        self.logger.info("%s: %d articles listed", what, len(shown - beside))
        yield self.discovery(listing)
        for request in await self.missing_requests(listing.entries):
            yield request

    async def parse_article(
        self, response: Response, reference: ArticleRef, found_as: str
    ) -> AsyncIterator[Any]:
        """One article; of another day than asked for it is not taken."""
        async for output in super().parse_article(response, reference, found_as):
            if isinstance(output, Article) and not self.is_asked_for(output):
                self.count("day/other_day" if output.key in self._listed else "day/beside")
            else:
                yield output

    def is_asked_for(self, article: Article) -> bool:
        """Whether an article is of one of the days, by its own page or, if that is silent, by their lists."""
        is_listed = article.key in self._listed
        if not is_listed and article.key not in self._doubtful:
            return True  # out of a section's list
        if article.published_at is None or article.published_basis != Basis.PAGE:
            return is_listed
        day = article.published_at.astimezone(current().zone).date()
        slack = NEAR if is_listed else timedelta(0)
        first, last = self.args.since or day, self.args.until or day
        if day.isoformat() in self._unproven:
            self._unproven.remove(day.isoformat())
            self.count("day/unproven", -1)
        return first - slack <= day <= last + slack

    async def form_failed(self, failure: TwistedFailure) -> AsyncIterator[Request]:
        """A page that may hold the form and could not be fetched: the next one may do."""
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]
        reason = self.note_failure(failure, "day")
        for request in await self.elsewhere(asked["what"], asked["further"], reason):
            yield request

    async def day_failed(self, failure: TwistedFailure) -> None:
        """A day's list that could not be fetched."""
        reason = self.note_failure(failure, "day")
        self.note_lost("day", failure.request.cb_kwargs["what"], reason)  # type: ignore[attr-defined]

    def job(self) -> Job | None:
        # A day's articles are fetched before the next day's list, so that days tell how far it has come.
        total = len(list(self.days())) * len(self.args.editions)
        return super().job() or Job(total, "days of editions", ("day/read", "day/failed"))

    def days(self) -> Iterator[date]:
        """The days asked for, in order."""
        first, today = self.args.since, datetime.now(current().zone).date()
        last = min(self.args.until or today, today)
        while first and first <= last:
            yield first
            first += timedelta(days=1)
