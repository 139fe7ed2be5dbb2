from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from scrapy import FormRequest, Request
from scrapy.http import Response
from scrapy_spider_metadata import Args
from twisted.python.failure import Failure as TwistedFailure

from crawler.arguments import DayArguments
from crawler.base_spiders.articles import ArticlesSpider, Job
from crawler.page_reader import NO_PAGE_OF_THE_SITE, Answer, read_day_form, read_list
from crawler.pages.dayform import fill
from newspapers import HomeRef, current
from schemas.items import DayForm

PLACES = 3
"""On so many pages of an edition the form is looked for."""


class DaySpider(Args[DayArguments], ArticlesSpider):
    """The articles of one day or of several, by the form "Xem các tin đã đưa ngày"."""

    name = "day"
    follow_related = False

    args: DayArguments

    async def start(self) -> AsyncIterator[Any]:
        """The pages that may hold the form, edition by edition: the front page, then a list."""
        lists = [*await self.collection.lists(), *current().seed_lists]
        for edition in self.args.editions:
            places = [HomeRef(edition).url, *(known.url for known in lists if known.edition == edition)]
            yield self.form_request(edition, places[:PLACES])

    def form_request(self, edition: str, places: list[str]) -> Request:
        """The request for the first of the pages that may hold the form."""
        return Request(
            places[0],
            self.parse_form,
            errback=self.form_failed,
            cb_kwargs={"what": edition, "further": places[1:]},
        )

    async def parse_form(self, response: Response, what: str, further: list[str]) -> AsyncIterator[Any]:
        """The form, filled in once for each day."""
        form = read_day_form(Answer.of(response)) if response.status == 200 else None
        if form is None:
            if further:
                yield self.form_request(what, further)
            else:
                self.day_lost(what, f"no form 'Xem các tin đã đưa ngày' on {response.url}")
            return
        for day in self.days():
            yield self.day_request(form, day)

    def day_request(self, form: DayForm, day: date) -> Request:
        """The form sent for one day and all sections."""
        return FormRequest(
            form.url,
            self.parse_day,
            method=form.method,
            formdata=fill(form, day, all_sections=True),
            errback=self.day_failed,
            cb_kwargs={"what": day.isoformat()},
        )

    async def parse_day(self, response: Response, what: str) -> AsyncIterator[Any]:
        """The list of a day's articles."""
        listing = read_list(Answer.of(response)) if response.status == 200 else None
        if listing is None:
            self.day_lost(what, NO_PAGE_OF_THE_SITE if response.status == 200 else f"HTTP {response.status}")
            return
        self.count("day/read")
        self.count("day/links", len(listing.entries))
        self.logger.info("%s: %d articles listed", what, len(listing.entries))
        yield self.discovery(listing)
        for request in await self.missing_requests(listing.entries):
            yield request

    async def form_failed(self, failure: TwistedFailure) -> AsyncIterator[Request]:
        """A page that may hold the form and could not be fetched: the next one may do."""
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]
        reason = self.note_failure(failure, "day")
        if asked["further"]:
            yield self.form_request(asked["what"], asked["further"])
        else:
            self.day_lost(asked["what"], reason)

    async def day_failed(self, failure: TwistedFailure) -> None:
        """A day's list that could not be fetched."""
        reason = self.note_failure(failure, "day")
        self.day_lost(failure.request.cb_kwargs["what"], reason)  # type: ignore[attr-defined]

    def day_lost(self, what: str, reason: str) -> None:
        """Say that a day was not read."""
        self.count("day/failed")
        self.logger.error("Not read: %s: %s", what, reason)

    def job(self) -> Job | None:
        # A day's articles are fetched before the next day's list, so that days tell how far it has come.
        total = len(list(self.days())) * len(self.args.editions)
        return super().job() or Job(total, "days of editions", ("day/read", "day/failed"))

    def days(self) -> Iterator[date]:
        """The days asked for, in order."""
        first = self.args.date or self.args.since
        last = self.args.date or self.args.until or datetime.now(current().zone).date()
        while first and first <= last:
            yield first
            first += timedelta(days=1)
