"""Archived pages, read again: what today's code makes of them.

Nothing here asks the network or the database, so any number of processes may do it side by side.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urljoin

from web_poet import HttpResponse

from archive import Capture, DamagedError, read_at
from archive.fields import field
from crawler.page_reader import GONE, NO_PAGE_OF_THE_SITE, TRUNCATED, Answer, read_article, read_list
from newspapers import ArticleRef, ListRef, read_article_url, read_url
from schemas.items import (
    Absence,
    Article,
    Discovery,
    Failure,
    PageCopy,
    Reading,
    Result,
    Section,
    Spelling,
    Unchanged,
    Unread,
)


def read_group(group: Sequence[PageCopy]) -> list[Reading]:
    """Read some pages, one after the other."""
    return [read_copy(copy) for copy in group]


def read_copy(copy: PageCopy) -> Reading:
    """Read one page. A fault of the program is a part of the answer: it must not cost the others."""
    reference = read_article_url(copy.url)
    try:
        result = _read_article(copy, reference) if reference else _read_list(copy)
    except Exception as error:
        result = Unread(f"{type(error).__name__}: {error}", fault=traceback.format_exc())
    return Reading(copy.page_id, copy.url, copy.fetched_at, result)


def _read_article(copy: PageCopy, reference: ArticleRef) -> Result:
    if copy.status in (HTTPStatus.NOT_MODIFIED, *GONE):  # the status says it all
        answer = Answer(HttpResponse(copy.url, b"", status=copy.status), copy.fetched_at)
        return _result(read_article(answer, reference), copy)
    capture = _payload(copy)
    if isinstance(capture, Unread):
        return capture
    if 300 <= copy.status < 400:
        return _led_on_from(capture, reference, copy.fetched_at)
    if copy.status != HTTPStatus.OK:
        return None
    answer = Answer.of_capture(capture, copy.fetched_at)
    return _result(read_article(answer, reference, [capture.url]), copy)


def _result(item: Article | Absence | Unchanged | Failure, copy: PageCopy) -> Result:
    if isinstance(item, Failure):
        return Unread(item.reason, is_part=item.found == TRUNCATED)
    if isinstance(item, Article):
        item.page = copy.place
        if item.validators:  # a repeated payload stands with the headers of an earlier answer
            item.validators.etag, item.validators.last_modified = copy.etag, copy.last_modified
    return item


def _read_list(copy: PageCopy) -> Discovery | Unread | None:
    """A list, a front page or a day's page, as the spiders take them: one of another kind gives nothing."""
    if copy.status != HTTPStatus.OK:
        return None
    capture = _payload(copy)
    if isinstance(capture, Unread):
        return capture
    answer = Answer.of_capture(capture, copy.fetched_at)
    if answer.truncated:
        return Unread(f"{TRUNCATED}: {answer.truncated}", is_part=True)
    listing = read_list(answer)
    if listing is None:
        return Unread(NO_PAGE_OF_THE_SITE)
    found = Discovery(entries=listing.entries, sections=listing.sections, at=copy.fetched_at)
    here = read_url(copy.url)
    if isinstance(here, ListRef):
        named = {(section.edition, section.section_id) for section in found.sections}
        if (here.edition, here.section_id) not in named:
            found.sections.append(Section(edition=here.edition, section_id=here.section_id, slug=here.slug))
    return found


def _payload(copy: PageCopy) -> Capture | Unread:
    if copy.payload is None:
        return Unread("the page that it repeats is not archived", lost=True)
    file, offset, skip = copy.payload
    try:
        capture = read_at(file, offset, skip)
    except DamagedError as error:
        return Unread(f"damaged: {error.damage.reason}", lost=True)
    except OSError as error:
        return Unread(f"{error.strerror}: {file}", lost=True)
    if capture.is_postdated:
        return Unread("dated in the future", lost=True)
    return capture


def _led_on_from(capture: Capture, reference: ArticleRef, at: datetime) -> Spelling | None:
    target = read_article_url(urljoin(capture.url, field(capture.headers, "Location") or ""))
    if target is None or target.key != reference.key:
        return None
    return Spelling(url=capture.url, edition=reference.edition, article_id=reference.article_id, at=at)
