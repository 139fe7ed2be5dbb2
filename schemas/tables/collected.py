"""The tables analysts read: the articles, and what hangs on them."""

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from schemas.items import Basis, Kind
from schemas.tables.base import Edition, RowNumber, SiteNumber, Table, one_of
from schemas.tables.runs import Page
from schemas.types import Json

COMPARED = {"compared": True}
"""``info`` of a column of ``articles`` in which a difference makes a revision; revisions have it, too."""


class Section(Table):
    """A section of one edition, as the site's navigation names it."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("edition", "site_section_id"),)

    id: Mapped[RowNumber]
    edition: Mapped[Edition]
    site_section_id: Mapped[SiteNumber]
    slug: Mapped[str | None] = mapped_column(
        comment="last part of the list's URL, without .htm; null as long as only articles of it are known"
    )
    name: Mapped[str | None] = mapped_column(comment="as the navigation prints it; null if not seen yet")


class Article(Table):
    """One article, as the last fetch of its page showed it."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("edition", "site_article_id"),
        one_of("kind", Kind),
        one_of("published_basis", Basis),
        CheckConstraint("(published_at IS NULL) = (published_basis IS NULL)", name="published"),
    )

    id: Mapped[RowNumber]
    edition: Mapped[Edition]
    site_article_id: Mapped[SiteNumber]
    section_id: Mapped[int | None] = mapped_column(
        ForeignKey(Section.id),
        index=True,
        comment="sections.id of the section in the URL at the first fetch; null if it names none",
    )
    kind: Mapped[str] = mapped_column(info=COMPARED, comment="text, interview, photo or video")
    headline: Mapped[str] = mapped_column(info=COMPARED, comment="as printed, cleaned")
    agency: Mapped[str | None] = mapped_column(
        info=COMPARED, comment="letters of the dateline, without brackets; null if there are none"
    )
    lead: Mapped[str | None] = mapped_column(
        info=COMPARED,
        comment="the opening paragraph (sapo), without the dateline prefix; null if there is none",
    )
    body: Mapped[str] = mapped_column(
        info=COMPARED,
        comment="paragraphs, separated by a blank line, without captions, byline and other news; empty if "
        "there is none",
    )
    tables: Mapped[list[list[list[str]]] | None] = mapped_column(
        Json,
        comment="the tables in body, each a list of rows, each a list of cells; null if there are none. In "
        "body a row is one paragraph",
    )
    captions: Mapped[str | None] = mapped_column(
        comment="those of images once more, one a line, for the search index; null if there are none"
    )
    byline: Mapped[str | None] = mapped_column(
        info=COMPARED, comment='as printed, cleaned: "Đức Phượng", "P.V", "H.D"'
    )
    source: Mapped[str | None] = mapped_column(
        info=COMPARED, comment='where the piece was taken from: TTXVN for "Theo TTXVN"'
    )
    published_at: Mapped[datetime | None] = mapped_column(
        info=COMPARED, index=True, comment="UTC; null if not known"
    )
    published_raw: Mapped[str | None] = mapped_column(info=COMPARED, comment="the date as the page prints it")
    published_basis: Mapped[str | None] = mapped_column(
        info=COMPARED,
        comment="page: printed on it; picture-folder, neighbouring-ids: an estimate, the first moment of the "
        "month of the first picture's folder or of the article's number, local time; null if and only "
        "if published_at is",
    )
    canonical_url: Mapped[str] = mapped_column(
        index=True, comment="the one spelling under which it is requested; as at the first fetch"
    )
    word_count: Mapped[int] = mapped_column(comment="words of lead and body, split at white space")
    content_hash: Mapped[str] = mapped_column(
        comment="SHA-256, hexadecimal, of the words of lead and body in lower case; punctuation does not "
        "count",
    )
    revision: Mapped[int] = mapped_column(comment="1 for the first text seen; one more for each change")
    first_seen_at: Mapped[datetime] = mapped_column(comment="first fetch that found it, UTC")
    last_seen_at: Mapped[datetime] = mapped_column(
        comment='last fetch that found it, or last answer "not modified", UTC'
    )
    changed_at: Mapped[datetime] = mapped_column(comment="fetch that brought the present text, UTC")
    parser: Mapped[str] = mapped_column(comment="layout and version that read the page: post/1")
    parser_build: Mapped[str | None] = mapped_column(
        index=True, comment="fingerprint of the code that read it; null: read before there were any"
    )
    rules: Mapped[dict[str, str]] = mapped_column(
        Json, comment="field -> name of the rule that gave its value; that of the date stands under published"
    )
    page_id: Mapped[int | None] = mapped_column(
        ForeignKey(Page.id), comment="the archived page that the present text was read from"
    )


class Author(Table):
    """A person that a byline names."""

    __tablename__ = "authors"

    id: Mapped[RowNumber]
    name: Mapped[str] = mapped_column(
        unique=True,
        comment="in one spelling, the printed one is in articles.byline; two persons of one name are one row",
    )


class ArticleAuthor(Table):
    """Who wrote an article, in the order of the byline."""

    __tablename__ = "article_authors"

    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, comment="order in the byline, from 1")
    author_id: Mapped[int] = mapped_column(ForeignKey(Author.id), index=True)


BEFORE = "as in articles, before the change"
Before = Annotated[str, mapped_column(comment=BEFORE)]


class ArticleRevision(Table):
    """What an article said before a change."""

    __tablename__ = "article_revisions"

    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, comment="the number this text had")
    seen_at: Mapped[datetime] = mapped_column(comment="fetch that brought this text, UTC")
    last_seen_at: Mapped[datetime] = mapped_column(
        comment="last fetch that is known to have shown this text, UTC"
    )
    replaced_at: Mapped[datetime] = mapped_column(
        index=True,
        comment="fetch that found another text, UTC; for the cause parser, when the page was read again",
    )
    changed: Mapped[list[str]] = mapped_column(
        Json, comment="fields in which the next text differs; images for pictures or captions"
    )
    cause: Mapped[str] = mapped_column(
        comment="edit: the newspaper said something else; parser: the same page was read better"
    )
    kind: Mapped[Before]
    headline: Mapped[Before]
    agency: Mapped[Before | None]
    lead: Mapped[Before | None]
    body: Mapped[Before]
    byline: Mapped[Before | None]
    source: Mapped[Before | None]
    published_at: Mapped[datetime | None] = mapped_column(comment=BEFORE)
    published_raw: Mapped[Before | None]
    published_basis: Mapped[Before | None]
    images: Mapped[list[dict[str, Any]]] = mapped_column(
        Json, comment="url, caption, credit of each picture, before the change"
    )
    content_hash: Mapped[Before]
    parser: Mapped[Before]


class Image(Table):
    """A picture on an article's page; pictures says what lies at its address, if it was asked for."""

    __tablename__ = "images"

    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, comment="order on the page, from 1")
    url: Mapped[str] = mapped_column(comment="address of the picture")
    caption: Mapped[str | None] = mapped_column(
        comment="as printed, cleaned, the credit in it; null if there is none"
    )
    credit: Mapped[str | None] = mapped_column(
        comment="what follows 'Ảnh:' in the caption; null if there is none"
    )


class Picture(Table):
    """An address in images that was asked for: what lay there, where it is archived, or why not."""

    __tablename__ = "pictures"
    __table_args__ = (Index(None, "digest"), Index(None, "looks_like"))

    url: Mapped[str] = mapped_column(primary_key=True, comment="as in images")
    tried_at: Mapped[datetime] = mapped_column(comment="last fetch or capture, UTC")
    attempts: Mapped[int] = mapped_column(comment="how often it was asked for in vain; 0: it is archived")
    next_try_at: Mapped[datetime | None] = mapped_column(
        comment="no fetch before this time, UTC; null: it is archived"
    )
    reason: Mapped[str | None] = mapped_column(comment="why it is not archived; null: it is")
    media_type: Mapped[str | None] = mapped_column(
        comment="what its bytes are, whatever was said: image/jpeg"
    )
    bytes: Mapped[int | None] = mapped_column(comment="size of the file")
    width: Mapped[int | None] = mapped_column(comment="pixels")
    height: Mapped[int | None] = mapped_column(comment="pixels")
    phash: Mapped[str | None] = mapped_column(
        comment="perceptual hash of 64 bits, hexadecimal: pictures that look alike differ in few bits"
    )
    looks_like: Mapped[str | None] = mapped_column(
        comment="phash of the first picture archived that looks the same, its own if it is the first"
    )
    digest: Mapped[str | None] = mapped_column(comment="of the payload: sha256, base 32")
    warc_file: Mapped[str | None] = mapped_column(
        comment="below ARCHIVE_DIR; absolute if made by someone else"
    )
    warc_offset: Mapped[int | None] = mapped_column(comment="bytes before the gzip member with the record")
    warc_skip: Mapped[int | None] = mapped_column(comment="bytes before the record in the unpacked member")
    warc_length: Mapped[int | None] = mapped_column(comment="bytes, compressed; null: unknown")
    revisit: Mapped[bool | None] = mapped_column(
        comment="whether the bytes lie in the record of another address with the same digest"
    )


class RelatedLink(Table):
    """One entry that the block "Các tin khác" of an article's page has shown.

    The block shows what was newest when the page was served: entries whose ``last_seen_at`` is the
    article's own make up the block of the last fetch, the others stood in earlier ones.
    """

    __tablename__ = "related_links"
    __table_args__ = (
        # With the time, so that those who count links to an article need not look at each.
        Index("ix_related_links_target", "target_edition", "target_site_article_id", "first_seen_at"),
    )

    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), primary_key=True)
    target_edition: Mapped[str] = mapped_column(primary_key=True, comment="edition of the article linked to")
    target_site_article_id: Mapped[int] = mapped_column(
        primary_key=True, comment="the site's number of the article linked to, collected or not"
    )
    position: Mapped[int] = mapped_column(comment="order in the block when last seen, from 1")
    url: Mapped[str] = mapped_column(comment="canonical")
    headline: Mapped[str] = mapped_column(comment="as the block prints it")
    teaser: Mapped[str | None] = mapped_column(comment="without the dateline prefix")
    first_seen_at: Mapped[datetime] = mapped_column(comment="first fetch that showed it, UTC")
    last_seen_at: Mapped[datetime] = mapped_column(comment="last fetch that showed it, UTC")


class Place(Table):
    """A district or commune that an article names, as it was before the units of July 2025."""

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="the number of the General Statistics Office"
    )
    kind: Mapped[str] = mapped_column(comment="huyện, thành phố, xã, phường or thị trấn")
    name: Mapped[str] = mapped_column(comment="without its kind")
    district_id: Mapped[int | None] = mapped_column(
        ForeignKey("places.id"), comment="places.id of the district a commune was in; null for a district"
    )
    latitude: Mapped[float] = mapped_column(comment="of its middle, degrees")
    longitude: Mapped[float] = mapped_column(comment="of its middle, degrees")
    successor: Mapped[str | None] = mapped_column(
        comment="the unit of July 2025 that the commune, or most of it, went to; null for a district"
    )
    successor_latitude: Mapped[float | None] = mapped_column(comment="of its middle, degrees")
    successor_longitude: Mapped[float | None] = mapped_column(comment="of its middle, degrees")


class ArticlePlace(Table):
    """A place that an article names in its headline, lead or body."""

    __tablename__ = "article_places"

    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id), primary_key=True, index=True)
    mentions: Mapped[int] = mapped_column(comment="how often")
    sure: Mapped[bool] = mapped_column(
        comment="false: several communes have the name, and the text does not say which it means"
    )


class ArticleUrl(Table):
    """One spelling of an URL that leads to an article, collected or not."""

    __tablename__ = "article_urls"
    __table_args__ = (Index(None, "edition", "site_article_id"),)

    url: Mapped[str] = mapped_column(primary_key=True, comment="the spelling, as linked or redirected to")
    edition: Mapped[Edition]
    site_article_id: Mapped[SiteNumber]
    first_seen_at: Mapped[datetime] = mapped_column(comment="fetch in which the spelling was first seen, UTC")


class Duplicate(Table):
    """Two articles that tell the same story in the same words; neither is ever deleted for it."""

    __tablename__ = "duplicates"
    __table_args__ = (CheckConstraint("method IN ('exact', 'near', 'part')", name="method"),)

    article_id: Mapped[int] = mapped_column(
        ForeignKey(Article.id),
        primary_key=True,
        comment="articles.id of the one with the greater (edition, number): within one edition the later one",
    )
    of_article_id: Mapped[int] = mapped_column(
        ForeignKey(Article.id), primary_key=True, index=True, comment="articles.id of the other one"
    )
    method: Mapped[str] = mapped_column(
        comment="exact: the same words in the same order; near: most of the words; part: most of the shorter "
        "text stands in the longer one"
    )
    similarity: Mapped[float] = mapped_column(
        comment="Jaccard index of the shingles of four words, 0 to 1; 1 if exact"
    )
    containment: Mapped[float] = mapped_column(
        comment="share of the shorter text's shingles that stand in the longer one, 0 to 1; 1 if exact"
    )
    algorithm: Mapped[str] = mapped_column(comment="name, parameters and version of what compared them")
