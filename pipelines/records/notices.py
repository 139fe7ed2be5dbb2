"""What people were told about runs, so that they are not told again and again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from pipelines.records.upsert import upsert
from schemas.tables import Notice


def last_told(connection: Connection, spider: str) -> str | None:
    """The last matter that was told of a spider."""
    query = select(Notice.matter).where(Notice.spider == spider).order_by(Notice.told_at.desc()).limit(1)
    return connection.scalar(query)


def told_at(connection: Connection, spider: str, matter: str) -> datetime | None:
    """When a matter was last told."""
    return connection.scalar(select(Notice.told_at).where(Notice.spider == spider, Notice.matter == matter))


def note_told(connection: Connection, spider: str, matter: str, at: datetime) -> None:
    """Remember that a matter was told."""
    upsert(connection, Notice, {0: {"spider": spider, "matter": matter, "told_at": at}}, ["told_at"])
