"""One page of the newspaper in, what it says out.

Live answers, captures out of web archives and archived pages are all read here, to the same end: pure
functions of URL, answer and time of fetch that ask neither network nor database. What they return is
validated, cleaned and signed, and ready to be stored.
"""

from __future__ import annotations

from codecs import lookup
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Self

from attrs import frozen
from scrapy import Request
from scrapy.http import Headers, Response, TextResponse
from scrapy.responsetypes import responsetypes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding
from web_poet import HttpResponse, HttpResponseHeaders

from archive import Capture
from archive.fields import field, without_codings
from archive.records import Headers as Fields
from crawler.pages.article import ArticlePage
from crawler.pages.dayform import DayFormPage
from crawler.pages.ending import Ending, find_ending
from crawler.pages.inputs import FetchedAt
from crawler.pages.listing import ListingPage
from crawler.parser_build import parser_build
from crawler.request_meta import meta_of
from newspapers import ArticleRef, HomeRef, ListRef, canonical_url, read_article_url, read_url
from pipelines.clean import clean_article, clean_listing
from pipelines.signatures import sign
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

_NOT_OF_PAGES = frozenset({"punycode", "raw-unicode-escape", "unicode-escape", "utf-7"})

TRUNCATED = "truncated"
"""What a URL gave that gave only a part of its page."""

NO_PAGE_OF_THE_SITE = "no page of the site: it links to no section of its edition"


@frozen
class Answer:
    """What the newspaper answered to a request, now or when it was captured, and when."""

    response: HttpResponse
    """Its body decoded; its URL the canonical one, against which relative addresses are resolved."""
    fetched_at: datetime
    truncated: str | None = None
    """Why it is only a part of the page, if it is."""
    unclosed: bool = False
    """Whether the page lacks its ``</html>``, but was judged to be whole."""

    @classmethod
    def of(cls, response: Response) -> Self:
        """What a spider's callback is given; a capture's time stands in the request's meta."""
        meta = meta_of(response)
        received = meta["received"]
        answer = HttpResponse(
            canonical_url(response.url) or response.url,
            response.body,
            status=response.status,
            headers=HttpResponseHeaders.from_bytes_dict(response.headers),
            encoding=encoding_of(fields_of(response), response.body),
        )
        at = meta.get("fetched_at") or datetime.now(UTC)
        return cls(answer, at, received.truncated, received.unclosed)

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
            encoding=encoding_of(capture.headers, capture.body),
        )
        ending = ending_of(capture.headers, capture.body, capture.sent_length)
        if answer.status != HTTPStatus.OK or ending is None:
            ending = Ending(closed=True)
        truncated = capture.truncated or ending.broken
        return cls(answer, fetched_at or capture.fetched_at, truncated, not truncated and not ending.closed)

    @property
    def status(self) -> int:
        return self.response.status or HTTPStatus.OK

    def validators(self, url: str) -> Validators:
        """What the site gave with a page for the next conditional request."""
        headers = self.response.headers
        return Validators(
            url=url,
            etag=headers.get("ETag"),
            last_modified=headers.get("Last-Modified"),
            at=self.fetched_at,
        )

    @property
    def is_text(self) -> bool:
        """Whether it may hold a page, by its type or, if it names none, by its URL and content."""
        kind = self.response.headers.get("Content-Type")
        headers = Headers({"Content-Type": kind} if kind else {})
        url, body = str(self.response.url), bytes(self.response.body)
        return issubclass(responsetypes.from_args(headers, url, body=body), TextResponse)


def fields_of(message: Request | Response) -> Fields:
    """The header fields of a request or a response, repeated ones too."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in message.headers.items()
        for value in values
    )


def encoding_of(headers: Fields, body: bytes) -> str | None:
    """The encoding of a page that declares one in which no page can be; ``None``: what it declares holds."""
    declared = http_content_type_encoding(field(headers, "Content-Type"))
    if declared and _is_of_text(declared):
        return None
    in_page = html_body_declared_encoding(body)
    if in_page is None or not _is_of_text(in_page):
        return "utf-8" if declared or in_page else None
    return in_page if declared else None


def _is_of_text(encoding: str) -> bool:
    try:
        return bool(b"<p>".decode(encoding, "replace")) and lookup(encoding).name not in _NOT_OF_PAGES
    except (LookupError, ValueError):
        return False


def ending_of(headers: Fields, body: bytes, sent_length: int | None) -> Ending | None:
    """How a page ends; ``None`` if it is no HTML.

    :param body: decoded.
    :param sent_length: its bytes before a Content-Encoding was undone.
    """
    if not body.strip() or "html" not in (field(headers, "Content-Type") or "text/html").lower():
        return None
    return find_ending(body, sent_length, field(headers, "Content-Length"))


def read_article(
    answer: Answer, reference: ArticleRef, found_as: Iterable[str] = ()
) -> Article | Absence | Unchanged | Failure:
    """What the answer to a request for an article says.

    :param found_as: the spellings of the URL that led to the answer.
    """
    edition, number = reference.key
    at = answer.fetched_at

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
    if why := _no_page_of(reference, answer):
        return failure(*why)
    item = ArticlePage(response=answer.response, fetched=FetchedAt(at)).to_item()
    if isinstance(item, NotAnArticle):
        if item.found == "soft-404":
            return absence(item.found)
        unread = failure(f"{item.found}: {item.reason}", item.found)
        if item.found != "too-large":
            unread.payload = {"html": answer.response.text}
        return unread
    if answer.unclosed:
        item.rules["ending"] = "unclosed"
    item.found_as = list(dict.fromkeys(found_as)) or item.found_as
    item.validators = answer.validators(reference.url)
    item.parser_build = parser_build()
    if faults := find_faults(item):
        return rejected(item, faults)
    clean_article(item)
    sign(item)
    return item


def _no_page_of(reference: ArticleRef, answer: Answer) -> tuple[str, str] | None:
    """Why an answer is not the article's page, and what it is instead; ``None`` if it may be."""
    if answer.truncated:
        return f"{TRUNCATED}: {answer.truncated}", TRUNCATED
    landed = read_article_url(str(answer.response.url))
    if landed is None or landed.key != reference.key:
        return f"the site redirected to {answer.response.url}", "elsewhere"
    if not answer.is_text:
        return f"no text: {answer.response.headers.get('Content-Type')!r}", "no-text"
    return None


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
