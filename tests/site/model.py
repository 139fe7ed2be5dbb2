"""What the sample newspaper is made of: the truth about an article, and how it is printed.

A :class:`Truth` says what a reader of the page has to find. A :class:`Print` says how the page shows
it. The two are kept apart, so that no template decides what is true.
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime, timedelta, timezone
from enum import StrEnum

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

STRICT = ConfigDict(extra="forbid")
"""A word in a data file that means nothing is a mistake."""

HANOI = timezone(timedelta(hours=7))
"""The clock of the paper: no daylight saving, +07:00 in all the years of the collection."""

Key = tuple[str, int]
"""Edition and number: what identifies an article."""


class Era(StrEnum):
    """How the inside of an article was typed; it follows the editors' tools of the time."""

    WORD = "word"
    """2010–2016: pasted from Word."""
    SPAN = "span"
    """2017–2019: divisions with spans in them."""
    PLAIN = "plain"
    """2020 and later: divisions."""


class State(StrEnum):
    """The two moments at which the site can be seen."""

    FIRST = "first"
    LATER = "later"


@dataclass(config=STRICT, frozen=True, kw_only=True)
class Picture:
    """A picture; ``caption`` and ``credit`` are the truth, the rest is print."""

    src: str
    caption: str | None = None
    credit: str | None = None
    after: int = 0
    """Number of body paragraphs before it; -1 puts it above the lead."""
    twice: bool = False
    """The caption stands under the picture twice."""


@dataclass(config=STRICT, frozen=True, kw_only=True)
class Truth:
    """What an analyst must find in the database for this article."""

    edition: str = "vi"
    article_id: int
    section_id: int
    slug: str
    kind: str = "text"
    headline: str
    agency: str | None = None
    lead: str
    body: tuple[str, ...] = ()
    byline: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    posted: datetime
    """When it was really published; lists and the day form go by it."""
    basis: str = "page"
    estimate: datetime | None = None
    """What must be stored as time of publication where the page does not say it."""
    pictures: tuple[Picture, ...] = ()

    @property
    def key(self) -> Key:
        return self.edition, self.article_id


@dataclass(config=STRICT, frozen=True, kw_only=True)
class Print:
    """How the page shows an article."""

    era: Era = Era.PLAIN
    date: str = "weekday"
    """Name of a form in :mod:`tests.site.dates`; empty: the page has no date."""
    prefix: str = ""
    """The dateline as printed, with its white space."""
    closing: str | None = None
    """The line at the end, if it is not just the byline."""
    quotes: tuple[str, str] = ('"', "”")
    misprints: tuple[tuple[str, str], ...] = ()
    """Right text -> HTML that stands in its place, in headline, lead, body, captions and closing."""
    hard_breaks: str = ""
    """What breaks the lines at 75–80 characters: a line feed, ``<br>``, or nothing."""
    decomposed: bool = False
    """The text is in NFD."""
    summary: bool = True
    """Whether the lead has an element of its own."""
    broken_captions: bool = False
    comments: bool = False
    """Visitors have commented."""
    junk: bool = False
    """Scripts, advertisements, comments and unclosed tags in the body."""
    related: bool = True
    """Whether there is a block of other news."""
    charset: str = "utf-8"
    """What the header of the answer claims; the bytes are always UTF-8."""
    player: str | None = None
    """Address of the film of a video page."""


@dataclass(config=STRICT, frozen=True, kw_only=True)
class Linked:
    """An entry of a related block that a page shows whatever is newest."""

    key: Key
    section_id: int
    slug: str
    headline: str
    teaser: str | None


@dataclass(config=STRICT, frozen=True)
class Piece:
    """An article of the sample newspaper."""

    truth: Truth
    print: Print = field(default_factory=Print)
    listed: bool = True
    related: tuple[Linked, ...] | None = None
    """The whole related block, where it does not follow the rule."""
    points_to: tuple[Key, ...] = ()
    """Articles that its related block shows beside the newest ones."""

    @property
    def key(self) -> Key:
        return self.truth.key


@dataclass(config=STRICT, frozen=True, kw_only=True)
class Ghost:
    """An article that links lead to, and that is gone."""

    edition: str = "vi"
    article_id: int
    section_id: int
    slug: str
    headline: str
    teaser: str
    posted: datetime
    answer: str = "404"
    """``404``, or with status 200: ``soft-404`` (a notice), ``listing`` (its section's list)."""
    listed: bool = True

    @property
    def key(self) -> Key:
        return self.edition, self.article_id


@dataclass(config=STRICT, frozen=True)
class Section:
    """A section and how the navigation names it."""

    edition: str
    section_id: int
    slug: str
    name: str
    on_front: bool = True
    """Whether the navigation of the front page has it."""


def at(year: int, month: int, day: int, hour: int = 8, minute: int = 0, second: int = 0) -> datetime:
    """A moment by the paper's clock."""
    return datetime(year, month, day, hour, minute, second, tzinfo=HANOI)
