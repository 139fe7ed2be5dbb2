"""When a collected article is looked at again.

A young article is corrected often, an old one hardly ever: the time to the next look equals the
article's age, counted from its publication or its last change, but is at least an hour. Past
``RECHECK_DAYS`` nothing is looked at again. An article published at noon and fetched at one is so
looked at about 2, 4, 8, 16, 32, 64 and 128 hours after noon.
"""

from __future__ import annotations

from datetime import datetime, timedelta

SHORTEST = timedelta(hours=1)


def next_check(
    published_at: datetime | None, changed_at: datetime | None, checked_at: datetime, days: int
) -> datetime | None:
    """The moment of the next look, or ``None`` for no more.

    :param published_at: ``None`` if unknown: the article is then taken to be old.
    :param changed_at: when another text was found than before; ``None`` if never.
    :param days: the age up to which articles are looked at again.
    """
    newest = max((moment for moment in (published_at, changed_at) if moment), default=None)
    if newest is None or checked_at - newest > timedelta(days=days):
        return None
    return checked_at + max(SHORTEST, checked_at - newest)
