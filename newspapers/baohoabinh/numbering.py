"""When an article was published, as far as its number or its pictures tell: estimates, marked as such.

The paper numbers its articles in the order of publication, so numbers whose date is known enclose
the date of those between them (``docs/site.md``, "Identity of an article").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date, datetime
from math import floor
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

MIDDLE = 15
"""The day that stands for a month of which no more is known."""

ANCHORS: tuple[tuple[int, date], ...] = (
    (43057, date(2010, 4, MIDDLE)),
    (50685, date(2010, 10, MIDDLE)),
    (72856, date(2012, 8, 14)),
    (78849, date(2013, 5, 31)),
    (87942, date(2014, 10, 18)),
    (96957, date(2016, 2, MIDDLE)),
    (107913, date(2017, 3, MIDDLE)),
    (115466, date(2018, 3, 11)),
    (126244, date(2019, 2, MIDDLE)),
    (142688, date(2020, 6, MIDDLE)),
    (162408, date(2022, 2, MIDDLE)),
    (176010, date(2023, 3, 13)),
    (188942, date(2024, 5, MIDDLE)),
    (194375, date(2024, 10, 10)),
    (201216, date(2025, 6, MIDDLE)),
)
"""Numbers of the Vietnamese edition with their dates; of the other editions none is known."""

MARGIN = 1000
"""How far beyond the first and the last anchor a number is still dated: about a month's articles."""

_FOLDER = re.compile(r"/(?:NewsImg|Includes/NewsDetail)/(\d{1,2})_(\d{4})/", re.IGNORECASE)


def dated_numbers(edition: str) -> range:
    """The numbers of an edition for which :func:`estimate_month` has an answer."""
    return range(ANCHORS[0][0] - MARGIN, ANCHORS[-1][0] + MARGIN + 1) if edition == "vi" else range(0)


def estimate_month(edition: str, article_id: int) -> datetime | None:
    """The month an article most likely appeared in, as its first moment; ``None`` if nothing tells."""
    if article_id not in dated_numbers(edition):
        return None
    after = min(max(bisect_right(ANCHORS, article_id, key=lambda anchor: anchor[0]), 1), len(ANCHORS) - 1)
    (low, low_day), (high, high_day) = ANCHORS[after - 1], ANCHORS[after]
    days = (high_day - low_day).days * (article_id - low) / (high - low)
    return _month_of(date.fromordinal(low_day.toordinal() + floor(days)))


def month_of_picture(url: str) -> datetime | None:
    """The month in the folder of a picture, as its first moment: ``…/NewsImg/4_2024/…``."""
    match = _FOLDER.search(url)
    if not match:
        return None
    month, year = int(match[1]), int(match[2])
    return _month_of(date(year, month, 1)) if 1 <= month <= 12 and 1997 <= year <= 2100 else None


def _month_of(day: date) -> datetime:
    return datetime(day.year, day.month, 1, tzinfo=ZONE)
