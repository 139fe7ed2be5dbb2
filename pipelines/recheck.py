"""When a collected article is looked at again.

A young article is corrected often, an old one hardly ever: the time to the next look equals the
article's age, counted from its publication or its last change, but is at least an hour. Past
``RECHECK_DAYS`` nothing is looked at again. An article published at noon and fetched at one is so
looked at about 2, 4, 8, 16, 32, 64 and 128 hours after noon.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from schemas.items import Basis

SHORTEST = timedelta(hours=1)

MONTH = timedelta(days=31)


def next_check(
    published_at: datetime | None,
    basis: str | None,
    since: datetime,
    checked_at: datetime,
    days: int,
    *,
    is_edited: bool,
) -> datetime | None:
    """The moment of the next look, or ``None`` for no more.

    An estimate is the first day of a month: what was first seen within it may have been new then.

    :param published_at: ``None`` if unknown: the article is then taken to be old.
    :param since: when its present text was first seen.
    :param days: the age up to which articles are looked at again.
    """
    may_be_new = published_at is not None and basis != Basis.PAGE and since - published_at < MONTH
    events = (published_at, since if is_edited or may_be_new else None)
    newest = max((event for event in events if event), default=None)
    if newest is None or checked_at - newest > timedelta(days=days):
        return None
    return checked_at + max(SHORTEST, checked_at - newest)
