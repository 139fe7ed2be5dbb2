"""What spiders and middlewares hand on in ``Request.meta``; Scrapy's own keys are in its documentation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypedDict, cast

from attrs import frozen
from scrapy import Request
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

from schemas.items import ArchivedPage, PictureFile


@frozen
class Captured:
    """The newspaper's answer, as somebody captured it."""

    response: Response
    url: str
    """As it was spelled when it was captured."""
    at: datetime
    source: str = ""
    """Where the archive gave it."""
    truncated: str | None = None
    """Why the archive holds only a part of the page, if it says so."""
    declared: str | None = None
    """The newspaper's Content-Length, if the archive tells it beside its own."""
    digest: str | None = None
    """Of the page, as the archive's index has it."""


@frozen
class Received:
    """An answer of whoever was asked, as it was looked at once."""

    body: bytes
    """Decoded."""
    truncated: str | None = None
    """Why it is only a part of the page, if it is, or may be."""
    unclosed: bool = False
    """Whether the page lacks its ``</html>``, but was judged to be whole."""
    refused: str | None = None
    """Why nothing of it is read."""


class RequestMeta(TypedDict, total=False):
    """Every key of ours."""

    number: int
    """Of the request that the spider made; its repetitions and where it is led on to have the same."""
    is_new: bool
    """Whether the article is not collected yet: its page can hardly be archived already."""
    is_last_try: bool
    """Whether the article failed before in this run and is asked for once more after all else."""
    has_failed: bool
    """Whether the article failed in an earlier run: it is asked for once."""
    backoff_times: int
    """How often the request has waited because its server was busy."""
    too_busy: bool
    """Whether its server asks for a longer pause than a run waits."""
    cookies: CookieJar
    """What the site has set within the chain of redirects that led here."""
    restore: Callable[[Request, Response], Captured]
    """Gets the newspaper's answer out of that of the web archive that is asked.

    :raises IgnoreRequest: if it holds none.
    """
    captured: Captured
    """What ``restore`` gave."""
    sent_at: datetime
    """When the request went out."""
    received: Received
    """What came, in the end."""
    ended_in: bytes
    """How the page ended that an earlier try got, if it lacked ``</html>``."""
    fetched_at: datetime
    """When the newspaper was asked for the answer."""
    page: ArchivedPage
    """Where the answer lies in the archive."""
    is_picture: bool
    """Whether the file of a picture is asked for, and no page."""
    picture: PictureFile
    """What came of that."""


def meta_of(request: Request | Response) -> RequestMeta:
    """The meta of a request, or of the one that a response answers, with the types of our keys."""
    return cast("RequestMeta", request.meta)
