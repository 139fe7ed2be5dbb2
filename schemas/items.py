"""The items that page objects make, pipelines refine and the store keeps.

Field names are those of the tables (:mod:`schemas.tables`). Every ``datetime`` is zone-aware. Page objects
fill in text as printed, with the white space of HTML folded; cleaning brings it into the form that is stored.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from attrs import Factory, define, frozen

Key = tuple[str, int]
"""An article's edition and number."""

Place = tuple[str, int, int]
"""Where in the archive a record lies: file, offset, skip, as in :class:`ArchivedPage`."""


class Kind(StrEnum):
    """What sort of piece an article is."""

    TEXT = "text"
    INTERVIEW = "interview"
    PHOTO = "photo"
    VIDEO = "video"


class Basis(StrEnum):
    """What ``published_at`` is based on. All but ``PAGE`` are estimates."""

    PAGE = "page"
    PICTURE_FOLDER = "picture-folder"
    """The month in the folder of the article's first picture; the first day of it."""
    NEIGHBOURING_IDS = "neighbouring-ids"
    """Interpolated between numbers of known date (``estimate_month`` of the newspaper)."""


@define(kw_only=True)
class OfArticle:
    """What tells something of an article."""

    edition: str
    article_id: int
    """The site's number, counted per edition."""

    @property
    def key(self) -> Key:
        return self.edition, self.article_id


@define(kw_only=True)
class Image:
    """A picture of an article."""

    url: str
    caption: str | None = None
    """As printed, the credit still in it."""
    credit: str | None = None
    """What follows "Ảnh:" in the caption."""


@define(kw_only=True)
class PictureFile:
    """What lay at the address of an article's picture, and where it is archived; or why it is not."""

    url: str
    """As in :class:`Image`."""
    at: datetime
    reason: str | None = None
    """Why it is not archived; then nothing of what follows is known."""
    media_type: str | None = None
    """By its first bytes."""
    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    phash: str | None = None
    digest: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_skip: int | None = None
    warc_length: int | None = None
    revisit: bool | None = None


@define(kw_only=True)
class Link(OfArticle):
    """What leads to an article."""

    url: str
    """Canonical."""
    found_as: str
    """The spelling that was found, made absolute."""


@define(kw_only=True)
class RelatedLink(Link):
    """One entry of the block "Các tin khác", as it stood when the page was fetched."""

    headline: str
    teaser: str | None = None


@define(kw_only=True)
class Validators:
    """What a later request for the same URL can send to be told "not modified" (RFC 9110, 8.8)."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    at: datetime
    """When the page came with them."""
    misled: bool = False
    """Whether they were the same as before though the page was another."""


@define(kw_only=True)
class ArchivedPage:
    """A page as it came, and where in the archive it lies."""

    url: str
    """Canonical where it names a page of the newspaper."""
    edition: str | None = None
    article_id: int | None = None
    fetched_at: datetime
    status: int
    etag: str | None = None
    last_modified: str | None = None
    digest: str
    """Of the payload, as archives write it: ``sha256:…``."""
    warc_file: str
    """Relative to ``ARCHIVE_DIR``, or absolute for a file that someone else made."""
    warc_offset: int
    """Bytes before the gzip member that holds the record."""
    warc_skip: int = 0
    """Bytes before the record in the unpacked member, where it shares one with others."""
    warc_length: int | None
    """Bytes of the record, compressed; ``None`` where it shares a gzip member with others."""
    revisit: bool = False
    """Whether the payload lies in an earlier record."""

    @property
    def place(self) -> Place:
        return self.warc_file, self.warc_offset, self.warc_skip


@define(kw_only=True)
class Article(OfArticle):
    """One article as one fetch of its page showed it."""

    section_id: int | None
    """``None`` if the newspaper's addresses do not say it."""
    section_name: str | None = None
    """As a breadcrumb names it, if there is one."""
    canonical_url: str
    found_as: list[str] = Factory(list)
    """Every spelling of the URL that led here in this fetch."""
    kind: str = Kind.TEXT
    headline: str
    agency: str | None = None
    """The letters of the dateline, without brackets."""
    lead: str | None = None
    """Without the dateline prefix."""
    body: list[str] = Factory(list)
    """Paragraphs; no captions, byline, other news."""
    tables: tuple[tuple[tuple[str, ...], ...], ...] | None = None
    """The tables in it, each with its rows, each with its cells; in ``body`` a row is one paragraph."""
    byline: str | None = None
    source: str | None = None
    authors: list[str] = Factory(list)
    """Persons that the byline names."""
    published_at: datetime | None = None
    published_raw: str | None = None
    published_basis: str | None = None
    images: list[Image] = Factory(list)
    related: list[RelatedLink] = Factory(list)
    fetched_at: datetime
    parser: str
    """Name and version of the layout that read the page: ``post/1``."""
    parser_build: str | None = None
    """Fingerprint of the code that read it (:mod:`crawler.parser_build`)."""
    rules: dict[str, str] = Factory(dict)
    """Field -> name of the rule that gave its value; a field that no rule found is absent."""
    validators: Validators | None = None
    page: Place | None = None
    """Where the page lies that it was read from."""

    # Filled in by :func:`pipelines.signatures.sign`.
    word_count: int = 0
    content_hash: str = ""
    anchors: list[int] = Factory(list)
    """What duplicates are looked up by; empty where the text is too short to compare."""
    number_bits: int = 0
    """Which numbers the text has; see :func:`pipelines.signatures.number_bits`."""


@define(kw_only=True)
class NotAnArticle:
    """What an article's URL gave instead of an article."""

    found: str
    """``soft-404``, ``home``, ``listing``, ``login``, ``empty``, ``too-large``, ``unreadable``, or
    ``foreign``: a page that links to nothing of the newspaper's, as a server gives while it blocks."""
    reason: str
    """In words, for an operator."""


@define(kw_only=True)
class Section:
    """A section as the navigation names it."""

    edition: str
    section_id: int
    slug: str | None = None
    """As in the URL of its list."""
    name: str | None = None


@define(kw_only=True)
class ListingEntry(Link):
    """One article in a list."""

    section_id: int | None
    headline: str | None = None
    teaser: str | None = None


@define(kw_only=True)
class Listing:
    """One page of a section's list, a front page, or the answer of the day form."""

    entries: list[ListingEntry] = Factory(list)
    """The articles it links to, in page order, each once, those of other sections, too."""
    sections: list[Section] = Factory(list)
    """Every section that the page links to, in page order."""
    page_numbers: list[int] = Factory(list)
    """The numbers of the pages of this same list that the page links to, ascending."""
    fetched_at: datetime
    rules: dict[str, str] = Factory(dict)


@define(kw_only=True)
class DayForm:
    """The form "Xem các tin đã đưa ngày", ready to be filled in."""

    url: str
    """Absolute target."""
    method: str
    """``GET`` or ``POST``."""
    fields: dict[str, str]
    """Every field with the value it is sent with if nothing is chosen (hidden fields included)."""
    date_fields: dict[str, str]
    """``day``/``month``/``year`` -> field name, or ``date`` -> field name for a single field."""
    date_format: str | None = None
    """For ``strptime``, of a single date field."""
    scope_field: str | None = None
    """The field that chooses between this section and all."""
    scope_values: dict[str, str] = Factory(dict)
    """``section``/``all`` -> value of ``scope_field``."""
    submits: bool = True
    """Whether a plain submission is likely to be answered: it has a control for it, or one text field."""
    options: dict[str, dict[int, str]] = Factory(dict)
    """Part of the date -> number -> value of the option that chooses it, for selects."""


@define(kw_only=True)
class Discovery:
    """Sections and articles that a page links to, whatever the page was."""

    sections: list[Section] = Factory(list)
    entries: list[ListingEntry] = Factory(list)
    at: datetime


@define(kw_only=True)
class ArchivedCapture(Link):
    """A capture of an article, as a web archive's index names it."""

    captured_at: datetime


@define(kw_only=True)
class ArchiveIndex:
    """One page of a web archive's index: what it could give."""

    archive: str
    """``wayback``, or the name of a Common Crawl."""
    captures: list[ArchivedCapture]
    at: datetime


@define(kw_only=True)
class WalkStep:
    """One page of a section's list, taken in by a walk; see ``docs/architecture.md``, "Walks"."""

    walk: str
    """Identifier of the walk (UUID)."""
    edition: str
    section_id: int
    slug: str
    page: int
    to_end: bool
    """Whether the walk has promised to go on to the list's end (a backfill)."""
    entries: list[ListingEntry]
    """The section's own articles on this page."""
    finished: bool = False
    """Whether the walk ends with this page."""
    at: datetime
    validators: Validators | None = None


@define(kw_only=True)
class Absence(OfArticle):
    """An article's URL answered that there is no such article."""

    url: str
    reason: str
    """``404``, ``410`` or ``soft-404``."""
    at: datetime


@define(kw_only=True)
class Unchanged(OfArticle):
    """The site answered that an article's page has not changed since the last fetch (304)."""

    at: datetime


@define(kw_only=True)
class Spelling(OfArticle):
    """A spelling of an article's URL that the site redirected from."""

    url: str
    at: datetime


@define(kw_only=True)
class Failure(OfArticle):
    """An article could not be fetched, read or stored; it stays wanted."""

    url: str
    """Canonical."""
    reason: str
    found: str = ""
    """What the URL gave instead, as in :class:`NotAnArticle`; also ``elsewhere`` (the site redirected),
    ``truncated`` and ``no-text``."""
    at: datetime
    payload: dict[str, Any] | None = None
    """What there was of it; with a payload the failure is kept among the rejects."""


@frozen
class PageCopy:
    """An archived page that is to be read again: what the table ``pages`` says of it."""

    page_id: int
    url: str
    fetched_at: datetime
    status: int
    etag: str | None
    last_modified: str | None
    place: Place
    """Of its own record."""
    payload: tuple[Path, int, int] | None
    """Of the record that holds the payload, an earlier one for a revisit; ``None``: it is not archived."""


@frozen
class Unread:
    """An archived page that gives nothing, and why."""

    reason: str
    lost: bool = False
    """Whether the page could not be had."""
    is_part: bool = False
    """Whether only a part of it was archived: a loss, if no other fetch gave the whole page."""
    fault: str | None = None
    """The traceback, if the program is at fault."""


Result = Article | Absence | Unchanged | Discovery | Spelling | Unread | None
"""What an archived page gives; ``None``: a crawl makes nothing of it either (an error, a redirect)."""


@frozen
class Reading:
    """What an archived page gives as it is read today."""

    page_id: int
    url: str
    at: datetime
    result: Result

    @property
    def item(self) -> Article | Absence | Unchanged | Discovery | Spelling | None:
        """What is to be stored of it."""
        return None if isinstance(self.result, Unread) else self.result
