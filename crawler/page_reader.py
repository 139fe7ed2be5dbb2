"""One page of the newspaper in, what it says out.

Live answers, captures out of web archives and archived pages are all read here, to the same end: pure
functions of URL, answer and time of fetch that ask neither network nor database. What they return is
validated, cleaned and signed, and ready to be stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Self

from attrs import frozen
from scrapy.http import Headers, Response, TextResponse
from scrapy.responsetypes import responsetypes
from web_poet import HttpResponse, HttpResponseHeaders

from archive import Capture
from archive.fields import without_codings
from crawler.pages.article import ArticlePage
from crawler.pages.dayform import DayFormPage
from crawler.pages.inputs import FetchedAt
from crawler.pages.listing import ListingPage
from crawler.parser_build import parser_build
from crawler.request_meta import meta_of
from newspapers import ArticleRef, HomeRef, ListRef, canonical_url, read_article_url, read_url
from pipelines.clean import clean_article, clean_listing
from pipelines.duplicates import sign
from pipelines.validate import find_faults, rejected
from schemas.items import (
    Absence,
    Article,
    DayForm,
    Failure,
    Listing,
    NotAnArticle,
    Unchanged,
    Validators,
)

GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})

NO_PAGE_OF_THE_SITE = "no page of the site: it links to no section of its edition"


@frozen
class Answer:
    """What the newspaper answered to a request, now or when it was captured, and when."""

    response: HttpResponse
    """Its body decoded; its URL the canonical one, against which relative addresses are resolved."""
    fetched_at: datetime

    @classmethod
    def of(cls, response: Response) -> Self:
        """What a spider's callback is given; a capture's time stands in the request's meta."""
        answer = HttpResponse(
            canonical_url(response.url) or response.url,
            response.body,
            status=response.status,
            headers=HttpResponseHeaders.from_bytes_dict(response.headers),
        )
        return cls(answer, meta_of(response).get("fetched_at") or datetime.now(UTC))

    @classmethod
    def of_capture(cls, capture: Capture, fetched_at: datetime | None = None) -> Self:
        """What lies in an archive.

        :param fetched_at: if not the time of the record: of one that repeats its payload.
        """
        answer = HttpResponse(
            canonical_url(capture.url) or capture.url,
            capture.body,
            status=capture.status or HTTPStatus.OK,
            headers=HttpResponseHeaders(without_codings(capture.headers)),
        )
        return cls(answer, fetched_at or capture.fetched_at)

    @property
    def status(self) -> int:
        return self.response.status or HTTPStatus.OK

    def validators(self, url: str) -> Validators:
        """What the site gave with a page for the next conditional request."""
        headers = self.response.headers
        return Validators(url=url, etag=headers.get("ETag"), last_modified=headers.get("Last-Modified"))

    @property
    def is_text(self) -> bool:
        """Whether it may hold a page, by its type or, if it names none, by its URL and content."""
        kind = self.response.headers.get("Content-Type")
        headers = Headers({"Content-Type": kind} if kind else {})
        url, body = str(self.response.url), bytes(self.response.body)
        return issubclass(responsetypes.from_args(headers, url, body=body), TextResponse)


def read_article(
    answer: Answer, reference: ArticleRef, found_as: Iterable[str] = ()
) -> Article | Absence | Unchanged | Failure:
    """What the answer to a request for an article says.

    :param found_as: the spellings of the URL that led to the answer.
    """
    edition, number = reference.key
    at, url = answer.fetched_at, str(answer.response.url)

    def absence(reason: str) -> Absence:
        return Absence(edition=edition, article_id=number, url=reference.url, reason=reason, at=at)

    def failure(reason: str, found: str) -> Failure:
        return Failure(
            edition=edition, article_id=number, url=reference.url, reason=reason, found=found, at=at
        )

    if answer.status == HTTPStatus.NOT_MODIFIED:
        return Unchanged(edition=edition, article_id=number, at=at)
    if answer.status in GONE:
        return absence(str(answer.status))
    landed = read_article_url(url)
    if landed is None or landed.key != reference.key:
        return failure(f"the site redirected to {url}", "elsewhere")
    if not answer.is_text:
        return failure(f"no text: {answer.response.headers.get('Content-Type')!r}", "no-text")
    item = ArticlePage(response=answer.response, fetched=FetchedAt(at)).to_item()
    if isinstance(item, NotAnArticle):
        if item.found == "soft-404":
            return absence(item.found)
        unread = failure(f"{item.found}: {item.reason}", item.found)
        if item.found != "too-large":
            unread.payload = {"html": answer.response.text}
        return unread
    item.found_as = list(dict.fromkeys(found_as)) or item.found_as
    item.validators = answer.validators(reference.url)
    item.parser_build = parser_build()
    if faults := find_faults(item):
        return rejected(item, faults)
    clean_article(item)
    sign(item)
    return item


def read_list(answer: Answer) -> Listing | None:
    """What a section's list, a front page or the answer of the day form links to.

    :returns: ``None`` for a page that is none of the site's: a list or a front page that links to no
        section of its edition.
    """
    listing = ListingPage(response=answer.response, fetched=FetchedAt(answer.fetched_at)).to_item()
    here = read_url(str(answer.response.url))
    if isinstance(here, ListRef | HomeRef) and not any(
        section.edition == here.edition for section in listing.sections
    ):
        return None
    clean_listing(listing)
    return listing


def read_day_form(answer: Answer) -> DayForm | None:
    """The form "Xem các tin đã đưa ngày" on a page, if there is one."""
    return DayFormPage(response=answer.response).to_item()
