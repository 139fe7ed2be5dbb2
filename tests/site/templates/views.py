"""What a design is given to show; every text in it is inline HTML already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from tests.site.ink import Printed
from tests.site.model import Piece


@dataclass(frozen=True)
class Link:
    """A link of the navigation or the pager."""

    href: str
    text: str
    here: bool = False


@dataclass(frozen=True)
class Entry:
    """One article in a list or box."""

    href: str
    headline: str
    teaser: str | None = None
    thumbnail: str | None = None


@dataclass(frozen=True)
class DayForm:
    """The form that asks for the news of one day."""

    section_id: int
    this_year: int
    single_field: bool
    """One text field sent by POST, instead of three selects sent by GET."""
    path: str


@dataclass(frozen=True)
class Words:
    """What the frame says in the edition's language."""

    home: str
    newest: str
    related: str | None
    next_page: str
    nothing: str
    gone: str


@dataclass(frozen=True)
class Frame:
    """What stands around every page."""

    edition: str
    title: str
    words: Words
    navigation: tuple[Link, ...]
    newest: tuple[Entry, ...]
    form: DayForm
    today: str
    description: str = ""
    picture: str | None = None
    address: str | None = None
    section: Link | None = None


@dataclass(frozen=True)
class Counters:
    """The numbers that a page shows about its article; they grow between two fetches."""

    comments: int = 0
    shares: int = 0
    views: int = 0
    rating: int = 0


@dataclass(frozen=True)
class ArticleView:
    """An article's page."""

    frame: Frame
    piece: Piece
    text: Printed
    related: tuple[Entry, ...]
    comments: tuple[tuple[str, str], ...] = ()
    """Name and words of visitors."""
    counters: Counters = Counters()


@dataclass(frozen=True)
class ListView:
    """A page of a list; with several blocks, a front page."""

    frame: Frame
    blocks: tuple[tuple[Link, tuple[Entry, ...]], ...]
    pager: tuple[Link, ...] = ()
    notice: str | None = None
    extra: tuple[Link, ...] = field(default=())


class Design(Protocol):
    """A set of templates."""

    day_path: str
    """Where the day form leads, below the edition's folder."""

    def article(self, view: ArticleView) -> str: ...

    def listing(self, view: ListView) -> str: ...

    def notice(self, frame: Frame, message: str) -> str: ...

    def day_fields(self, edition: str) -> DayFields:
        """How the form's fields are called."""


@dataclass(frozen=True)
class DayFields:
    """Names of the day form's fields, and the values of its choice."""

    day: str = ""
    month: str = ""
    year: str = ""
    date: str = ""
    scope: str = ""
    here: str = ""
    everywhere: str = ""
    section: str = ""
