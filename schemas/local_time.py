"""Days and months by the clock where the newspaper is; the database holds UTC."""

from __future__ import annotations

from datetime import date, datetime, time

from newspapers import current


def local(moment: datetime) -> datetime:
    """The same moment by that clock."""
    return moment.astimezone(current().zone)


def midnight(day: date) -> datetime:
    """The moment at which a day begins there."""
    return datetime.combine(day, time(), current().zone)


def month_of(moment: datetime | None) -> str | None:
    """The month of a moment: ``2024-04``."""
    return local(moment).strftime("%Y-%m") if moment else None
