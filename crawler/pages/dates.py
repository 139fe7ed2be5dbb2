"""The date of an article as the page prints it.

How the site writes dates is not known (``docs/site.md``, "Markup"), so every form that a Vietnamese
newspaper uses is read. The day comes before the month; a weekday, if given, proves or disproves that.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from newspapers import current
from newspapers.vietnamese import looks_like_byline, split_source

FIRST_YEAR = 1997
"""Before this year no Vietnamese newspaper was on the Internet."""


class PageDate(NamedTuple):
    """A date that was read."""

    at: datetime
    raw: str
    """As printed, with its label, weekday and clock."""
    rule: str
    """``day-first``; ``month-first`` where only that is possible or the weekday demands it; ``iso``;
    ``weekday-contradicts`` where the weekday fits neither reading; ``relative`` to the time of fetch."""
    sure: bool = False
    """Whether a weekday agrees."""


_YEAR = "january february march april may june july august september october november december"
_MONTH_NAMES = _YEAR.split()
_WEEKDAYS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "thứ hai|thứ 2|thu hai|monday|mon",
        "thứ ba|thứ 3|thu ba|tuesday|tues|tue",
        "thứ tư|thứ 4|thu tu|wednesday|wed",
        "thứ năm|thứ 5|thu nam|thursday|thurs|thur|thu",
        "thứ sáu|thứ 6|thu sau|friday|fri",
        "thứ bảy|thứ bẩy|thứ 7|thu bay|saturday|sat",
        "chủ nhật|chúa nhật|chu nhat|cn|sunday|sun",
    )
):
    for _name in _names.split("|"):
        _WEEKDAYS[_name] = _number

_WEEKDAY = (
    "(?:" + "|".join(sorted(map(re.escape, _WEEKDAYS), key=len, reverse=True)).replace("\\ ", r"\s*") + ")"
)
_MONTH_WORD = (
    "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in _MONTH_NAMES) + "|sept)"
)
_LABEL = (
    r"(?:(?:cập nhật(?: lúc| lần cuối)?|ngày (?:đăng|cập nhật|xuất bản)|đăng (?:ngày|lúc)"
    r"|xuất bản(?: lúc)?|thời gian|(?:updated?|posted|published)(?: on| at)?|date)\s*:?\s*)"
)
_VI_MONTHS = ["một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười"]
_VI_MONTH_NAMES = {name: number for number, name in enumerate(_VI_MONTHS, 1)} | {
    "giêng": 1, "bốn": 4, "bẩy": 7, "mười một": 11, "mười hai": 12, "chạp": 12
}  # fmt: skip
_VI_MONTH_WORD = "(?:" + "|".join(sorted(_VI_MONTH_NAMES, key=len, reverse=True)).replace(" ", r"\s+") + ")"
_HALF = r"(?:a\.?m\b\.?|p\.?m\b\.?|sa\b|ch\b|sáng|trưa|chiều|tối|đêm)"
_CLOCK = (
    rf"(?P<{{0}}half_before>(?:sáng|trưa|chiều|tối|đêm)\s*,?\s*)?"
    r"(?P<{0}hour>[0-9]{{1,2}})\s*(?:[:h.-]|giờ)\s*(?P<{0}minute>[0-9]{{2}})(?:\s*(?:phút|['’]))?"
    r"(?:[:.-](?P<{0}second>[0-9]{{2}})(?:\.[0-9]+)?)?(?![0-9/])"
    rf"(?:\s*(?P<{{0}}half>{_HALF}))?"
)
_ZONE_MARK = r"\s*[\[(]?\s*(?:gmt|utc)\s*\+?\s*0?7(?::?00)?\s*[\])]?"
_SEPARATOR = r"[\s,|;()\[\]·•–—-]*(?:(?:lúc|at|vào|hồi|on|ngày)\s*:?\s*)*[\s,|;()·•–—-]*"
_NUMERIC = (
    r"(?P<a>[0-9]{1,2})\s?(?P<sep>[/.-])\s?(?P<b>[0-9]{1,2})\s?(?P=sep)\s?"
    r"(?P<year>[0-9]{4}|[0-9]{2}(?!\s?(?P=sep)))(?![0-9])"
)
_IN_WORDS = (
    rf"(?P<vi_day>[0-9]{{1,2}})\s*tháng\s+(?P<vi_month>{_VI_MONTH_WORD})(?!\w)\s*,?\s*(?:năm\s*)?"
    r"(?P<vi_year>[0-9]{4})(?![0-9])|"
    r"(?:ngày\s+)?(?P<word_day>[0-9]{1,2})\s*(?:tháng|/)\s*(?P<word_month>[0-9]{1,2})\s*,?\s*(?:năm\s*)?(?P<word_year>[0-9]{4})(?![0-9])"
    rf"|(?P<en_day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?P<en_month>{_MONTH_WORD})\.?,?\s+(?P<en_year>[0-9]{{4}})(?![0-9])"
    rf"|(?P<us_month>{_MONTH_WORD})\.?\s+(?P<us_day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<us_year>[0-9]{{4}})(?![0-9])"
)
_DATE = re.compile(
    rf"(?P<label>{_LABEL})?"
    rf"(?:(?P<weekday>(?<!\w){_WEEKDAY})(?!\w){_SEPARATOR})?"
    rf"(?:(?<![0-9:/.-]){_CLOCK.format('pre_')}(?:{_ZONE_MARK})?{_SEPARATOR})?"
    rf"(?:(?P<late_weekday>(?<!\w){_WEEKDAY})(?!\w){_SEPARATOR})?"
    rf"(?:ngày\s+)?(?<![0-9/.])(?:{_NUMERIC}|{_IN_WORDS})"
    rf"(?:{_SEPARATOR}{_CLOCK.format('post_')})?"
    rf"(?:{_ZONE_MARK})?",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"(?<![0-9])(?P<year>[0-9]{4})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})"
    r"(?:[T ]\s?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"\s?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?(?![0-9])",
    re.IGNORECASE,
)
_TELLS_A_DAY = re.compile(r"[0-9]{4}|[0-9]\s?[/.-]\s?[0-9]{1,2}\s?[/.-]\s?[0-9]{2}")
_RELATIVE = re.compile(
    rf"(?:{_LABEL})?(?:{_CLOCK.format('pre_')}{_SEPARATOR})?(?P<day>hôm nay|hôm qua|hôm kia|today|yesterday)"
    rf"(?:{_SEPARATOR}{_CLOCK.format('post_')})?"
    r"|(?P<ago>[0-9]{1,3})\s*(?P<unit>phút|giờ|tiếng|ngày|tuần|minutes?|hours?|days?|weeks?)\s*(?:trước|ago)(?!\w)",
    re.IGNORECASE,
)
_TELLS_HOW_LONG = re.compile(r"h.{1,2}m|tr.{1,4}c|ago|today|yesterday", re.IGNORECASE)
_DAYS_AGO = {"hôm nay": 0, "today": 0, "hôm qua": 1, "yesterday": 1, "hôm kia": 2}
_UNITS = {"p": "minutes", "m": "minutes", "g": "hours", "ti": "hours", "h": "hours", "n": "days", "d": "days"}
_LABELLED = re.compile(rf"\W*{_LABEL}", re.IGNORECASE)
LONGEST_DATE_LINE = 100
MAX_CHARS = 400
"""A date stands in a short line; of a longer text only the beginning is looked at."""


def read_date(text: str, fetched: datetime | None = None) -> PageDate | None:
    """The first date in a line of text, if any; in Vietnam's clock unless it names another.

    Years before the Internet came to Vietnam or after the year that follows the fetch are no dates
    of publication.
    """
    fetched = fetched or datetime.now(UTC)
    if _TELLS_A_DAY.search(text) and (read := _read_date(text[: MAX_CHARS * 2], fetched.year + 1)):
        return read
    return _read_relative(text, fetched) if len(text) <= MAX_CHARS and _TELLS_HOW_LONG.search(text) else None


def _read_relative(text: str, fetched: datetime) -> PageDate | None:
    """A day that is told by the time of the fetch; as exact as it is told."""
    match = _RELATIVE.search(unicodedata.normalize("NFC", text))
    if match is None:
        return None
    now = fetched.astimezone(current().zone)
    if match["day"]:
        day = now.date() - timedelta(days=_DAYS_AGO[" ".join(match["day"].lower().split())])
        groups = match.groupdict()
        clock = _clock(groups, "post_") or _clock(groups, "pre_") or (0, 0, 0)
        at = datetime(day.year, day.month, day.day, *clock, tzinfo=current().zone)
    else:
        unit, number = match["unit"].lower(), int(match["ago"])
        if unit.startswith(("tu", "w")):
            unit, number = "ngày", 7 * number
        span = next(name for letters, name in _UNITS.items() if unit.startswith(letters))
        at = now - timedelta(**{span: number})
        at = at.replace(second=0, microsecond=0, minute=at.minute if span == "minutes" else 0)
        at = at.replace(hour=0) if span == "days" else at
    return PageDate(at, match[0].strip(), "relative")


@lru_cache(maxsize=256)  # several rules look for a date in the lines around a headline
def _read_date(text: str, last_year: int) -> PageDate | None:
    text = " ".join(unicodedata.normalize("NFC", text).split())[:MAX_CHARS]
    found: list[tuple[int, PageDate]] = []
    for match in _ISO.finditer(text):
        if read := _from_iso(match, last_year):
            found.append((match.start(), read))
            break
    at = 0
    while printed := _DATE.search(text, at):
        if read := _from_match(printed, last_year):
            found.append((printed.start(), read))
            break
        at = printed.start() + 1
    return min(found)[1] if found else None


@cache
def _small_words() -> re.Pattern[str]:
    places = f"{current().style.places}|" if current().style.places else ""
    words = "ngày|tin|bài|đăng|gửi|viết|lúc|vào|date|on|at"
    return re.compile(rf"(?:{places}{words})(?!\w)", re.IGNORECASE)


def is_only_date(line: str, fetched: datetime | None = None) -> bool:
    """Whether a line says nothing but a date: "Tin ngày 2/11/2018", not "Ảnh chụp ngày 2/11/2018"."""
    rest = _beside_date(line, fetched)
    return rest is not None and sum(map(str.isalnum, _small_words().sub("", rest))) <= 2


def is_date_line(line: str, fetched: datetime | None = None) -> bool:
    """Whether a line says a date and at most whose the piece is: "Nguyên Minh - 2/11/2018 09:56"."""
    rest = _beside_date(line, fetched)
    if rest is None:
        return False
    if _LABELLED.match(line) or any(is_only_date(part, fetched) for part in _BULLET.split(line)):
        return True
    name = _name_in(rest)
    small = sum(map(str.isalnum, _small_words().sub("", name))) <= 2
    return small or looks_like_byline(name) or split_source(name) is not None


def begins_with_date(line: str, fetched: datetime | None = None) -> bool:
    """Whether a line begins with a date, and goes on with whatever the template counts."""
    read = read_date(line, fetched)
    return read is not None and line.startswith(read.raw)


def beside_date(line: str) -> str:
    """Whose a piece is, on the line of its date; empty if that is all the line says."""
    return _BULLET.split(_name_in(_beside_date(line, None) or ""))[0]


_BULLET = re.compile(r"\s*[•·|]\s*")
_SAYS_WHOSE = re.compile(r"(?:(?:(?:đăng|viết|gửi) )?bởi|tác giả|người đăng|by)(?:\s*:|\s)\s*", re.IGNORECASE)
_BEFORE_DATE = re.compile(r"[\s,–-]+(?:ngày|lúc|vào|on|at)$", re.IGNORECASE)


def _name_in(rest: str) -> str:
    """The name in what a line says beside its date: "Tác giả: Lan Anh, ngày"."""
    rest = _SAYS_WHOSE.sub("", rest.strip(" -–—|·•,:;()"), count=1)
    return _BEFORE_DATE.sub("", rest).strip(" -–—|·•,:;()")


def _beside_date(line: str, fetched: datetime | None) -> str | None:
    """What a line says beside its date; ``None`` if it has none."""
    if len(line) > LONGEST_DATE_LINE:
        return None
    read = read_date(line, fetched)
    if read is None:
        return None
    before, _, after = " ".join(unicodedata.normalize("NFC", line).split()).partition(read.raw)
    return f"{before} {after}"


def _from_iso(match: re.Match[str], last_year: int) -> PageDate | None:
    if not FIRST_YEAR <= int(match["year"]) <= last_year:
        return None
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    try:
        zone = datetime.strptime(match["zone"].upper(), "%z").tzinfo if match["zone"] else None
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        at = datetime.combine(day, time(hour, minute, second), zone or current().zone)
    except ValueError:
        return None
    return PageDate(at.astimezone(UTC) if zone else at, match[0].strip(), "iso")


def _from_match(match: re.Match[str], last_year: int) -> PageDate | None:
    groups = match.groupdict()
    weekday = _weekday(groups["weekday"] or groups["late_weekday"])
    if groups["year"]:
        year = int(groups["year"])
        if year < 100:
            if weekday is None and groups["post_hour"] is None and groups["pre_hour"] is None:
                return None  # "10-15-20" may be anything
            year += 1900 if year >= FIRST_YEAR % 100 else 2000
        choice = _choose(year, int(groups["a"]), int(groups["b"]), weekday)
    else:
        year, month, day = _words(groups)
        only = _date(year, month, day)
        agrees = only is None or weekday is None or only.weekday() == weekday
        choice = (only, "day-first" if agrees else "weekday-contradicts") if only else None
    if choice is None or not FIRST_YEAR <= year <= last_year:
        return None
    clock = _clock(groups, "post_") or _clock(groups, "pre_") or (0, 0, 0)
    day_read, rule = choice
    at = datetime(day_read.year, day_read.month, day_read.day, *clock, tzinfo=current().zone)
    return PageDate(
        at, match[0].strip(" ,;|·•–—-"), rule, weekday is not None and day_read.weekday() == weekday
    )


def _words(groups: dict[str, str | None]) -> tuple[int, int, int]:
    if groups["vi_year"]:
        month = " ".join(str(groups["vi_month"]).lower().split())
        return int(groups["vi_year"]), _VI_MONTH_NAMES[month], int(groups["vi_day"] or 0)
    if groups["word_year"]:
        return int(groups["word_year"]), int(groups["word_month"] or 0), int(groups["word_day"] or 0)
    kind = "en" if groups["en_year"] else "us"
    name = str(groups[f"{kind}_month"]).lower()[:3]
    number = next(i for i, full in enumerate(_MONTH_NAMES, 1) if full.startswith(name))
    return int(groups[f"{kind}_year"] or 0), number, int(groups[f"{kind}_day"] or 0)


def _choose(year: int, first: int, second: int, weekday: int | None) -> tuple[date, str] | None:
    """Day first, unless that is impossible or the weekday speaks for the other order."""
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    if day_first is None:
        return (month_first, "month-first") if month_first else None
    if weekday is None or day_first.weekday() == weekday:
        return day_first, "day-first"
    if month_first and month_first.weekday() == weekday:
        return month_first, "month-first"
    return day_first, "weekday-contradicts"


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(name: str | None) -> int | None:
    if not name:
        return None
    name = " ".join(name.lower().split())
    return _WEEKDAYS.get(name, _WEEKDAYS.get(re.sub(r"\s*([0-9])", r" \1", name)))


def _clock(groups: dict[str, str | None], where: str) -> tuple[int, int, int] | None:
    if groups[f"{where}hour"] is None:
        return None
    hour, minute = int(groups[f"{where}hour"] or 0), int(groups[f"{where}minute"] or 0)
    second = int(groups[f"{where}second"] or 0)
    half = (
        (groups[f"{where}half"] or groups[f"{where}half_before"] or "").lower().strip(" ,").replace(".", "")
    )
    if half in ("pm", "ch", "chiều", "tối", "trưa") and (hour < 11 or (half != "trưa" and hour < 12)):
        hour += 12
    elif half in ("am", "sa", "sáng", "đêm") and hour == 12:
        hour = 0
    elif half == "đêm" and 6 < hour < 12:
        hour += 12
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None
