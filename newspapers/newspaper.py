"""What the program has to know of a newspaper: the contract that each folder here fulfils.

One process and one database serve one newspaper. ``NEWSPAPER`` names it, in the environment or in Scrapy's
settings: a folder of this package (``baohoabinh``) or the dotted path of a package elsewhere. The package
holds an instance of :class:`Newspaper` by the name of ``NEWSPAPER``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal
from zoneinfo import ZoneInfo

from attrs import field, frozen

from newspapers.gazetteer import Place
from newspapers.layout import Layout, Mark, marks_of
from newspapers.web_address import why_not_on

DEFAULT = "baohoabinh"

MAX_ARTICLE_ID = 2**63 - 1
"""The greatest number a 64-bit integer column holds; a URL with a greater one names nothing."""

MAX_SECTION_ID = 2**31 - 1


class UnknownNewspaperError(ValueError):
    """``NEWSPAPER`` names none; the message says what is accepted."""


# --- what a URL names ------------------------------------------------------------------------------


@frozen
class SectionRef:
    """A section of one edition. A newspaper that names its sections numbers them in its folder."""

    edition: str
    section_id: int

    def __str__(self) -> str:
        """The spelling that arguments and options use: ``vi/11``."""
        return f"{self.edition}/{self.section_id}"


@frozen
class ArticleRef:
    """An article, by one of its spellings."""

    edition: str
    article_id: int
    section_id: int | None
    """``None`` if the newspaper's addresses do not say it."""
    slug: str

    @property
    def key(self) -> tuple[str, int]:
        """What identifies the article, whatever the spelling of its URL."""
        return self.edition, self.article_id

    @property
    def section(self) -> SectionRef | None:
        return SectionRef(self.edition, self.section_id) if self.section_id is not None else None

    @property
    def url(self) -> str:
        """The canonical URL."""
        return current().write_url(self)


@frozen
class ListRef:
    """One page of a section's list of articles; the first page has number 1."""

    edition: str
    section_id: int
    slug: str
    page: int = 1

    @property
    def section(self) -> SectionRef:
        return SectionRef(self.edition, self.section_id)

    @property
    def url(self) -> str:
        """The canonical URL."""
        return current().write_url(self)

    def at(self, page: int) -> ListRef:
        """Another page of the same list."""
        return ListRef(self.edition, self.section_id, self.slug, page)


@frozen
class HomeRef:
    """The front page of an edition."""

    edition: str

    @property
    def url(self) -> str:
        """The canonical URL."""
        return current().write_url(self)


Reference = ArticleRef | ListRef | HomeRef


# --- the newspaper ---------------------------------------------------------------------------------


@frozen
class Edition:
    """One edition. Article and section numbers are counted within it."""

    code: str
    """What the database, arguments and options call it: lower-case letters."""
    label: str
    """What reports in English call it."""
    label_vi: str
    """What reports in Vietnamese call it."""
    language: str
    """BCP 47, as HTML's ``lang`` has it."""
    signed: bool = True
    """Whether its articles close with a byline or a source."""


@frozen(eq=False)
class Style:
    """A newspaper's own habits of writing; those of all Vietnamese ones: :mod:`newspapers.vietnamese`."""

    datelines: Mapping[str, str] = field(factory=dict)
    """Letters that open the paper's own pieces, in upper case, each with the form that is stored."""
    names: str = ""
    """Regular expression: what the paper calls itself in the title of a page."""
    staff: str = ""
    """Regular expression: what signs a piece and is the paper itself, no person."""
    places: str = ""
    """Regular expression: where it says it was written, before a date."""


@frozen(kw_only=True, eq=False)
class Newspaper:
    """All that is particular to one newspaper."""

    name: str
    """As it is printed: titles of reports, the crawler's name to the site."""
    domain: str
    """What web archives are asked for, with all its hosts."""
    hosts: frozenset[str]
    """Those that serve pages; nothing is requested from another."""
    editions: tuple[Edition, ...]
    """The first is meant where none is named."""
    zone: ZoneInfo
    """Of the dates it prints, and of the days that people ask for."""

    read_url: Callable[[str], Reference | None]
    """What an absolute URL names; ``None`` if it is no page of the newspaper. Asked for each link of each
    page, so it should be cached."""
    write_url: Callable[[Reference], str]
    """The canonical URL: the one under which a page is requested and stored."""
    article_href: re.Pattern[str]
    """Finds the number of an article (group ``article``) in a link as it is printed, relative or not."""
    page_href: re.Pattern[str]
    """Found in each link to an article or a list, as it is printed; others are not resolved."""
    url_form: str
    """The form of an article's URL, for error messages."""
    is_picture: Callable[[str], bool]
    """Whether an absolute URL lies where the newspaper's own pictures are."""
    belongs: Callable[[ArticleRef, SectionRef], bool] = lambda article, section: article.section == section
    """Whether an article that a section's list links to is the list's own, and not of a box beside it."""
    slug_words: Callable[[str], str] = str
    """A slug with the letters of the headline it was made of, where the site has put others."""
    seed_lists: tuple[ListRef, ...] = ()
    """One list of each edition: where to learn the navigation if a front page fails."""
    kinds: Mapping[tuple[str, int], Literal["photo", "video"]] = field(factory=dict)
    """Sections, by edition and number, whose pieces are photo stories or videos and may have no text."""

    layouts: tuple[Layout, ...] = ()
    """Of its article pages, in the order in which they are tried; after them the generic one."""
    style: Style = field(factory=Style)

    places: tuple[Place, ...] = ()
    """Of its province: the districts and communes to find in its articles."""
    province: str = ""
    """The name of the province, which is no place's unless the text says which kind of place it means."""

    estimate_month: Callable[[str, int], datetime | None] = lambda _edition, _article_id: None
    """(edition, article's number) -> first moment of the month it most likely appeared in."""
    dated_numbers: Callable[[str], range] = lambda _edition: range(0)
    """The numbers of an edition of which that can be told."""
    month_of_picture: Callable[[str], datetime | None] = lambda _url: None
    """First moment of the month that a picture's URL tells."""

    marks: tuple[tuple[Layout, str, Mark], ...] = field(init=False)
    """The selectors of all layouts, each with the role it marks."""

    @marks.default
    def _marks(self) -> tuple[tuple[Layout, str, Mark], ...]:
        return marks_of(self.layouts)

    @property
    def codes(self) -> tuple[str, ...]:
        """What the editions are called."""
        return tuple(edition.code for edition in self.editions)

    def edition(self, code: str) -> Edition:
        """The edition of a code.

        :raises KeyError: if it has none.
        """
        for edition in self.editions:
            if edition.code == code:
                return edition
        raise KeyError(code)

    def kind_of(self, edition: str, section_id: int | None) -> str | None:
        """Which kind the pieces of a section are, if all of them are of one."""
        return self.kinds.get((edition, section_id)) if section_id is not None else None


# --- the newspaper of this process -----------------------------------------------------------------


@cache
def current() -> Newspaper:
    """The newspaper of this process, chosen by the first who asks.

    :raises UnknownNewspaperError: if ``NEWSPAPER`` names none.
    """
    return load(current_name())


def current_name() -> str:
    """The value of ``NEWSPAPER`` in the environment, or the default."""
    return os.environ.get("NEWSPAPER") or DEFAULT


def choose(name: str) -> Newspaper:
    """Choose the newspaper of this process and of those that it starts.

    :param name: a folder of this package, or the dotted path of another package.
    :raises UnknownNewspaperError: if there is none of the name, or another was chosen before.
    """
    newspaper = load(name)
    if not current.cache_info().currsize:
        os.environ["NEWSPAPER"] = name
    if current() is not newspaper:
        raise UnknownNewspaperError(
            f"NEWSPAPER={name!r}: this process is for {current().name!r}; start another for another newspaper"
        )
    return newspaper


def load(name: str) -> Newspaper:
    """The newspaper of a name.

    :raises UnknownNewspaperError: if there is none.
    """
    path = package_of(name)
    try:
        newspaper = getattr(import_module(path), "NEWSPAPER", None)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{path}.".startswith(f"{error.name}."):
            raise  # a package of its own lacks something
        newspaper = None
    if not isinstance(newspaper, Newspaper):
        folders = (
            module.name for module in iter_modules(import_module("newspapers").__path__) if module.ispkg
        )
        raise UnknownNewspaperError(
            f"NEWSPAPER={name!r} names no newspaper; accepted: {', '.join(folders)}, "
            "or the dotted path of a package that holds one by the name of NEWSPAPER"
        )
    return newspaper


def package_of(name: str) -> str:
    """The dotted path of a newspaper's package."""
    return name if "." in name else f"newspapers.{name}"


def read_url(url: str) -> Reference | None:
    """What an absolute URL names, or ``None`` if it is not a page of the newspaper."""
    return current().read_url(url)


def read_article_url(url: str) -> ArticleRef | None:
    """The article an absolute URL names, or ``None``."""
    reference = current().read_url(url)
    return reference if isinstance(reference, ArticleRef) else None


def canonical_url(url: str) -> str | None:
    """The one spelling under which a page of the newspaper is requested and stored, or ``None``."""
    reference = current().read_url(url)
    return reference.url if reference else None


def why_refused(url: str) -> str | None:
    """Why no request may be made for a URL, in a word or two; ``None`` if it stays on the page hosts.

    Looser than :func:`read_url`: the day form, ``robots.txt`` and feeds have paths of their own.
    """
    return why_not_on(current().hosts, url)


def is_picture(url: str) -> bool:
    """Whether an absolute URL lies in one of the folders that hold the newspaper's pictures."""
    return current().is_picture(url)
