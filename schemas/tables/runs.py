"""The runs that brought the articles: what came of each, the pages it archived, and what it rejected."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import RowNumber, SiteNumber, Table
from schemas.types import Json


class Run(Table):
    """One start of a spider."""

    __tablename__ = "runs"

    id: Mapped[RowNumber]
    spider: Mapped[str] = mapped_column(comment="name of the spider, or reparse")
    arguments: Mapped[dict[str, Any]] = mapped_column(Json, comment="those that differ from the default")
    started_at: Mapped[datetime] = mapped_column(index=True, comment="UTC")
    host: Mapped[str | None] = mapped_column(comment="name of the machine")
    pid: Mapped[int | None] = mapped_column(comment="number of the process on that machine")
    finished_at: Mapped[datetime | None] = mapped_column(comment="null: running, or killed")
    verdict: Mapped[str | None] = mapped_column(comment="how it ended; null: running, or killed")
    reason: Mapped[str | None] = mapped_column(comment="why this verdict, in words")
    new: Mapped[int] = mapped_column(default=0, comment="articles stored for the first time")
    changed: Mapped[int] = mapped_column(default=0, comment="articles of which a revision was written")
    unchanged: Mapped[int] = mapped_column(
        default=0, comment='articles fetched and found as before, "not modified" included'
    )
    duplicate: Mapped[int] = mapped_column(default=0, comment="pairs of duplicates found")
    rejected: Mapped[int] = mapped_column(default=0, comment="pages or items put among the rejects")
    failed: Mapped[int] = mapped_column(default=0, comment="articles that could not be fetched")
    stats: Mapped[dict[str, Any] | None] = mapped_column(Json, comment="Scrapy's statistics at the end")


class RunFinding(Table):
    """One thing about a run that was not as usual for its spider."""

    __tablename__ = "run_findings"

    id: Mapped[RowNumber]
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), index=True)
    monitor: Mapped[str] = mapped_column(
        comment="what was compared: rule share, field filled, body length, …"
    )
    subject: Mapped[str] = mapped_column(
        comment="field (byline), or field and rule (headline/h2.title); empty if the monitor has no subjects"
    )
    value: Mapped[float] = mapped_column(comment="in this run, small runs before it included")
    usual: Mapped[float] = mapped_column(comment="median of earlier runs")
    text: Mapped[str] = mapped_column(comment="in words")


class Notice(Table):
    """A matter that people were told of; it is not told again too soon."""

    __tablename__ = "notices"

    spider: Mapped[str] = mapped_column(primary_key=True, comment="the spider's name")
    matter: Mapped[str] = mapped_column(
        primary_key=True,
        comment="verdict, and the monitors that found something; well for the end of a bad time",
    )
    told_at: Mapped[datetime] = mapped_column(comment="last time, UTC")


class Page(Table):
    """A page as it came from the site or out of an archive, and where it lies."""

    __tablename__ = "pages"
    __table_args__ = (
        UniqueConstraint("warc_file", "warc_offset", "warc_skip"),
        Index(None, "edition", "site_article_id", "fetched_at"),
        Index(None, "url", "digest"),
    )

    id: Mapped[RowNumber]
    url: Mapped[str] = mapped_column(comment="canonical where it names a page of the newspaper")
    edition: Mapped[str | None] = mapped_column(comment="of the article it shows, if it is an article's")
    site_article_id: Mapped[SiteNumber | None]
    fetched_at: Mapped[datetime] = mapped_column(comment="fetch or capture, UTC")
    status: Mapped[int] = mapped_column(comment="HTTP status")
    etag: Mapped[str | None] = mapped_column(comment="the header ETag as it came")
    last_modified: Mapped[str | None] = mapped_column(comment="the header as it came")
    digest: Mapped[str] = mapped_column(comment="of the payload: sha256, base 32")
    warc_file: Mapped[str] = mapped_column(comment="below ARCHIVE_DIR; absolute if made by someone else")
    warc_offset: Mapped[int] = mapped_column(comment="bytes before the gzip member with the record")
    warc_skip: Mapped[int] = mapped_column(comment="bytes before the record in the unpacked member")
    warc_length: Mapped[int | None] = mapped_column(comment="bytes, compressed; null: unknown")
    revisit: Mapped[bool] = mapped_column(comment="whether the payload lies in an earlier record")
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id))


class Reject(Table):
    """What could not be stored as an article, with all there was of it."""

    __tablename__ = "rejects"

    id: Mapped[RowNumber]
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), index=True)
    url: Mapped[str] = mapped_column(index=True, comment="canonical URL of the article")
    reason: Mapped[str] = mapped_column(comment="in words")
    payload: Mapped[dict[str, Any] | None] = mapped_column(
        Json,
        comment="html of a page that could not be read, or the fields of an article that failed validation, "
        "or item if the database refused it",
    )
    at: Mapped[datetime] = mapped_column(comment="time of the fetch, UTC")
