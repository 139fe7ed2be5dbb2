"""The forms in which dates are printed, and which number an article of a certain day has."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime

from tests.site.model import at

_WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
_SHORT = ("Thứ 2", "Thứ 3", "Thứ 4", "Thứ 5", "Thứ 6", "Thứ 7", "Chủ nhật")
_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _hour(moment: datetime) -> int:
    return moment.hour % 12 or 12


def _half(moment: datetime, before: str, after: str) -> str:
    return before if moment.hour < 12 else after


def _sister(t: datetime) -> str:
    return f"{t.day}-{t.month}-{t.year} {_hour(t)}-{t:%M}-{t:%S} {_half(t, 'AM', 'PM')}"


def _letters(t: datetime) -> str:
    return f"{t:%d/%m/%Y} {_hour(t)}:{t:%M:%S} {_half(t, 'SA', 'CH')}"


def _words(t: datetime) -> str:
    return f"{t:%d/%m/%Y} - {_hour(t)}:{t:%M} {_half(t, 'Sáng', 'Chiều')}"


def _english(t: datetime) -> str:
    return f"{_ENGLISH[t.weekday()]}, {t:%d/%m/%Y} - {_hour(t):02}:{t:%M} {_half(t, 'AM', 'PM')}"


FORMS: dict[str, Callable[[datetime], str]] = {
    "sister": _sister,
    "weekday": lambda t: f"{_WEEKDAYS[t.weekday()]}, {t:%d/%m/%Y} | {t:%H:%M}",
    "updated": lambda t: f"Cập nhật: {t:%d/%m/%Y} {t:%H:%M}",
    "zone": lambda t: f"{_SHORT[t.weekday()]}, {t:%d/%m/%Y} {t:%H:%M} [GMT+7]",
    "letters": _letters,
    "words": _words,
    "clock24": lambda t: f"{t:%d/%m/%Y} {t:%H:%M:%S}",
    "dashes": lambda t: f"{t.day}-{t.month}-{t.year} {t:%H:%M}",
    "updated-weekday": lambda t: f"Cập nhật: {_WEEKDAYS[t.weekday()]}, {t:%d/%m/%Y} {t:%H:%M:%S} [GMT+7]",
    "english": _english,
}

_WITH_SECONDS = {"sister", "letters", "clock24", "updated-weekday"}


def legible(moment: datetime, form: str) -> datetime:
    """As much of a moment as its printed form tells."""
    return moment.replace(second=moment.second if form in _WITH_SECONDS else 0, microsecond=0)


def today_in_words(moment: datetime) -> str:
    """The date that stands in the head of every page."""
    return f"{_WEEKDAYS[moment.weekday()]}, ngày {moment.day} tháng {moment.month} năm {moment.year}"


_ANCHORS = {
    "vi": (
        (43057, at(2010, 4, 15)),
        (50685, at(2010, 10, 15)),
        (72856, at(2012, 8, 14)),
        (78849, at(2013, 5, 31)),
        (87942, at(2014, 10, 18)),
        (96957, at(2016, 2, 15)),
        (107913, at(2017, 3, 15)),
        (115466, at(2018, 3, 11)),
        (126244, at(2019, 2, 15)),
        (142688, at(2020, 6, 15)),
        (162408, at(2022, 2, 15)),
        (176010, at(2023, 3, 13)),
        (188942, at(2024, 5, 2)),
        (194375, at(2024, 10, 10)),
        (201216, at(2025, 6, 15)),
    ),
    "en": ((100, at(2012, 1, 10)), (9000, at(2025, 6, 15))),
    "mu": ((20, at(2015, 5, 10)), (5000, at(2025, 6, 15))),
}


def number_at(edition: str, moment: datetime) -> int:
    """The number that an article published then has, straight between the anchors of FACTS."""
    anchors = _ANCHORS[edition]
    place = min(max(bisect_right([when for _, when in anchors], moment), 1), len(anchors) - 1)
    (low, since), (high, until) = anchors[place - 1], anchors[place]
    return low + round((high - low) * ((moment - since) / (until - since)))
