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


def young_since(
    published_at: datetime | None, basis: str | None, since: datetime, *, is_edited: bool
) -> datetime | None:
    """When an article became young by another event than the publication that its date tells.

    An estimate is the first day of a month: what was first seen within it may have been new then.

    :param since: when its present text was first seen.
    """
    may_be_new = published_at is not None and basis != Basis.PAGE and since - published_at < MONTH
    return since if is_edited or may_be_new else None


def next_check(
    published_at: datetime | None, changed_at: datetime | None, checked_at: datetime, days: int
) -> datetime | None:
    """The moment of the next look, or ``None`` for no more.

    :param published_at: ``None`` if unknown: the article is then taken to be old.
    :param changed_at: when another text was found than before, or :func:`young_since`; ``None`` if never.
    :param days: the age up to which articles are looked at again.
    """
    newest = max((moment for moment in (published_at, changed_at) if moment), default=None)
    if newest is None or checked_at - newest > timedelta(days=days):
        return None
    return checked_at + max(SHORTEST, checked_at - newest)
