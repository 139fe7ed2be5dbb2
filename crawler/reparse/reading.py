"""Kept pages, read again: what today's page objects and pipelines make of them.

Nothing here asks the network or the database, so any number of processes may do it side by side.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from threading import Thread
from typing import Protocol
from urllib.parse import urljoin

from web_poet import HttpResponse

from archive import Capture, DamagedError, read_at
from archive.fields import field
from crawler.garbage import collect_rarely
from crawler.page_reader import GONE, NO_PAGE_OF_THE_SITE, Answer, read_article, read_list
from newspapers import ArticleRef, ListRef, read_article_url, read_url
from schemas.items import (
    Absence,
    Article,
    Discovery,
    Failure,
    KeptCopy,
    Reading,
    Said,
    Section,
    Spelling,
    Unchanged,
    Unread,
)

Read = Callable[[Iterable[Sequence[KeptCopy]]], Iterator[list[Reading]]]
"""Reads groups of pages, in their order."""

AHEAD = 16
"""Groups that wait for each process: enough while the first one stores, few enough to keep memory flat."""


class ClusterError(Exception):
    """The cluster that is to read cannot be used, or no longer; the message says why."""


@contextmanager
def processes_that_read(count: int) -> Iterator[Read]:
    """So many processes; memory does not grow with the number of groups.

    :param count: 1 reads within this process.
    """
    if count == 1:
        yield lambda groups: map(read_group, groups)
        return
    context = multiprocessing.get_context("spawn")  # a fork would copy open connections and threads
    with ProcessPoolExecutor(count, context, initializer=_prepare) as pool:
        yield lambda groups: in_order(
            groups, lambda group: pool.submit(read_group, group), lambda: AHEAD * count
        )


class Pending(Protocol):
    """Of somebody who reads a group: a future."""

    def result(self) -> list[Reading]: ...
    def cancel(self) -> object: ...


def in_order(
    groups: Iterable[Sequence[KeptCopy]],
    ask: Callable[[Sequence[KeptCopy]], Pending],
    most: Callable[[], int],
) -> Iterator[list[Reading]]:
    """The answers about groups of pages, in the order of the groups.

    :param most: how many groups may be asked about, and not yet answered, at the moment.
    """
    waiting: deque[Pending] = deque()
    try:
        for group in groups:
            waiting.append(ask(group))
            if len(waiting) >= most():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for answer in waiting:
            answer.cancel()


def usable_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_group(group: Sequence[KeptCopy]) -> list[Reading]:
    """Read some pages, one after the other."""
    return [read_copy(copy) for copy in group]


def read_copy(copy: KeptCopy) -> Reading:
    """Read one page. A fault of the program is a part of the answer: it must not cost the others."""
    reference = read_article_url(copy.url)
    try:
        said = _read_article(copy, reference) if reference else _read_list(copy)
    except Exception as error:
        said = Unread(f"{type(error).__name__}: {error}", fault=traceback.format_exc())
    return Reading(copy.page_id, copy.url, copy.fetched_at, said)


def _read_article(copy: KeptCopy, reference: ArticleRef) -> Said:
    if copy.status in (HTTPStatus.NOT_MODIFIED, *GONE):  # the status says it all
        answer = Answer(HttpResponse(copy.url, b"", status=copy.status), copy.fetched_at)
        return _as_said(read_article(answer, reference), copy)
    capture = _payload(copy)
    if isinstance(capture, Unread):
        return capture
    if 300 <= copy.status < 400:
        return _led_on_from(capture, reference, copy.fetched_at)
    if copy.status != HTTPStatus.OK:
        return None
    answer = Answer.of_capture(capture, copy.fetched_at)
    return _as_said(read_article(answer, reference, [capture.url]), copy)


def _as_said(item: Article | Absence | Unchanged | Failure, copy: KeptCopy) -> Said:
    if isinstance(item, Failure):
        return Unread(item.reason)
    if isinstance(item, Article):
        item.page = copy.place
    return item


def _read_list(copy: KeptCopy) -> Discovery | Unread | None:
    """A list, a front page or a day's page, as the spiders take them: one of another kind gives nothing."""
    if copy.status != HTTPStatus.OK:
        return None
    capture = _payload(copy)
    if isinstance(capture, Unread):
        return capture
    listing = read_list(Answer.of_capture(capture, copy.fetched_at))
    if listing is None:
        return Unread(NO_PAGE_OF_THE_SITE)
    found = Discovery(entries=listing.entries, sections=listing.sections, at=copy.fetched_at)
    here = read_url(copy.url)
    if isinstance(here, ListRef):
        named = {(section.edition, section.section_id) for section in found.sections}
        if (here.edition, here.section_id) not in named:
            found.sections.append(Section(edition=here.edition, section_id=here.section_id, slug=here.slug))
    return found


def _payload(copy: KeptCopy) -> Capture | Unread:
    if copy.payload is None:
        return Unread("the page that it repeats is not kept", lost=True)
    file, offset, skip = copy.payload
    try:
        capture = read_at(file, offset, skip)
    except DamagedError as error:
        return Unread(f"damaged: {error.damage.reason}", lost=True)
    except OSError as error:
        return Unread(f"{error.strerror}: {file}", lost=True)
    if capture.truncated:
        return Unread(f"kept in part only: {capture.truncated}", lost=True)
    return capture


def _led_on_from(capture: Capture, reference: ArticleRef, at: datetime) -> Spelling | None:
    target = read_article_url(urljoin(capture.url, field(capture.headers, "Location") or ""))
    if target is None or target.key != reference.key:
        return None
    return Spelling(url=capture.url, edition=reference.edition, article_id=reference.article_id, at=at)


def _prepare() -> None:
    """Make a process fit to read.

    Ctrl-C reaches all processes of a terminal: the first one decides, and this one ends with it, even if it
    is killed.
    """
    collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)  # it waits for work that nobody will send
