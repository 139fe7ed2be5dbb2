"""The tables the crawl remembers its work in.

Which articles are known to exist (``frontier``), how far each list has been walked (``list_walks``,
``list_entries``), what to send to be told "not modified" (``validators``), and by what duplicates are
found (``text_anchors``).
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Edition, SiteNumber, Table
from schemas.tables.collected import Article, Section
from schemas.tables.runs import Run


class Frontier(Table):
    """Every article that is known to exist, and what is still to be done about it."""

    __tablename__ = "frontier"
    __table_args__ = (Index(None, "state", "next_check_at"),)

    edition: Mapped[Edition] = mapped_column(primary_key=True)
    site_article_id: Mapped[SiteNumber] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(comment="canonical")
    found_by: Mapped[str] = mapped_column(comment="spider that first saw a link to it")
    found_at: Mapped[datetime] = mapped_column(comment="when a link to it was first seen, UTC")
    state: Mapped[str] = mapped_column(comment="wanted, collected or gone")
    next_check_at: Mapped[datetime | None] = mapped_column(
        comment="no fetch before this time, UTC; null: no fetch"
    )
    attempts: Mapped[int] = mapped_column(default=0, comment="failures since the last success")
    tried_at: Mapped[datetime | None] = mapped_column(comment="last try, UTC")
    reason: Mapped[str | None] = mapped_column(comment="of the last failure, or why it counts as gone")


class ListWalk(Table):
    """A walk along a section's list, from its first page downwards."""

    __tablename__ = "list_walks"
    __table_args__ = (Index(None, "section_id", "finished_at"),)

    id: Mapped[str] = mapped_column(primary_key=True, comment="UUID")
    section_id: Mapped[int] = mapped_column(ForeignKey(Section.id))
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), comment="the last run that took part")
    spider: Mapped[str] = mapped_column(comment="the spider's name")
    to_end: Mapped[bool] = mapped_column(comment="whether it goes on to the list's end, whatever is known")
    next_page: Mapped[int] = mapped_column(comment="first page not yet committed")
    started_at: Mapped[datetime] = mapped_column(comment="UTC")
    finished_at: Mapped[datetime | None] = mapped_column(comment="null: not finished")
    confirmed_at: Mapped[datetime] = mapped_column(
        comment="last time the list's top was found without anything new, or a page was added, UTC"
    )


class ListEntry(Table):
    """An article in a section's list, and the walk that vouches for everything above it."""

    __tablename__ = "list_entries"

    section_id: Mapped[int] = mapped_column(ForeignKey(Section.id), primary_key=True)
    site_article_id: Mapped[SiteNumber] = mapped_column(primary_key=True)
    walk_id: Mapped[str] = mapped_column(ForeignKey(ListWalk.id), index=True)
    headline: Mapped[str | None] = mapped_column(comment="as the list prints it; a change hints at an edit")
    teaser: Mapped[str | None] = mapped_column(comment="as the list prints it")
    first_seen_at: Mapped[datetime] = mapped_column(comment="first fetch that showed it, UTC")


class ArchivedCapture(Table):
    """A capture of an article that a web archive's index names, fetched or not."""

    __tablename__ = "archived_captures"
    __table_args__ = (Index(None, "edition", "site_article_id"),)

    archive: Mapped[str] = mapped_column(primary_key=True, comment="wayback, or the name of a Common Crawl")
    edition: Mapped[Edition] = mapped_column(primary_key=True)
    site_article_id: Mapped[SiteNumber] = mapped_column(primary_key=True)
    captured_at: Mapped[datetime] = mapped_column(primary_key=True, comment="as the index says, UTC")
    url: Mapped[str] = mapped_column(comment="canonical")


class Validator(Table):
    """What to send with a request to be told "not modified" (RFC 9110, section 8.8)."""

    __tablename__ = "validators"

    url: Mapped[str] = mapped_column(
        primary_key=True, comment="canonical URL of an article or of a list's first page"
    )
    etag: Mapped[str | None] = mapped_column(comment="the header ETag as it came")
    last_modified: Mapped[str | None] = mapped_column(comment="the header Last-Modified as it came")
    read_at: Mapped[datetime] = mapped_column(comment="when the whole page last came, UTC")
    misled_at: Mapped[datetime | None] = mapped_column(
        comment="when they were the same though the page was another, UTC; they are not sent any more"
    )


class TextAnchor(Table):
    """One passage of an article's text, by its hash: articles that tell the same story have some in common.

    Pieces of one template have passages in common by the thousand: with the numbers beside each, one look at
    the key's index tells most of them apart.
    """

    __tablename__ = "text_anchors"
    __table_args__ = (
        PrimaryKeyConstraint("anchor", "article_id", postgresql_include=["numbers", "anchors"]),
        {"sqlite_with_rowid": False},  # the key's index is the table
    )

    anchor: Mapped[int] = mapped_column(comment="checksum of some words that follow each other")
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), index=True)
    numbers: Mapped[int] = mapped_column(
        comment="Bloom filter of the numbers in the article's text, signed 64 bits: the bits of a text hold "
        "those of all that has fewer numbers"
    )
    anchors: Mapped[int] = mapped_column(comment="how many the article has")
