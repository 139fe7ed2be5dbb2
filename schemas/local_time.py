"""The newspaper's clock: days and months where it is; the database holds UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from newspapers import current


def local(moment: datetime) -> datetime:
    """The same moment by that clock."""
    return moment.astimezone(current().zone)


def midnight(day: date) -> datetime:
    """The moment at which a day begins there."""
    return datetime.combine(day, time(), current().zone)


def clock(seconds: float) -> str:
    """A duration for people: ``0:01:10``."""
    return str(timedelta(seconds=round(seconds)))


def month_of(moment: datetime | None) -> str | None:
    """The month of a moment: ``2024-04``."""
    return local(moment).strftime("%Y-%m") if moment else None


def zone_name() -> str:
    """The newspaper's time zone, as PostgreSQL knows it."""
    return current().zone.key


def sqlite_offset() -> str:
    """How far it is from UTC, as SQLite's functions take it: SQLite knows no time zones."""
    offset = datetime.now(UTC).astimezone(current().zone).utcoffset() or timedelta()
    return f"{offset / timedelta(hours=1):+g} hours"
