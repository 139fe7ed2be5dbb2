"""Judges a run by what runs of its spider usually are.

The statistics of earlier runs with the same arguments are put together, newest first, into groups of at
least :data:`SAMPLE` articles: an hourly run of three articles says little alone. The first group, which
holds the run itself, is compared with the median of the others. What becomes usual is no longer a finding.

How much a newspaper publishes, and what it costs, is compared day by day, and told once: it may be quiet for
good.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from crawler.run.evidence import Evidence
from schemas.verdicts import Finding

RUNS = 300  # earlier runs that tell what is usual: twelve days, if there is one each hour
SAMPLE = 30  # articles; shares of fewer say little, so several small runs are put together
GROUPS = 5  # so many earlier runs, or groups of small ones, are the least to tell what is usual
SHARE = 0.2  # a share may differ by so much: sections differ in what their articles have
FACTOR = 3.0  # counts and lengths may differ by this factor: holidays, campaigns, a long interview
ERRORS = 0.1  # one page in ten more than usual with an error is no bad luck
QUIET_DAYS = 3.0  # a newspaper is silent over a holiday, not for longer

REGULAR = ("latest",)
"""Spiders that go over the same ground again and again: only their numbers of articles can be compared."""

AGAIN = timedelta(days=7)
"""What was found in the days before is not told again: how many runs a day has says nothing."""

FEWEST_NEW = 10  # a usual number of new articles in a day below this is too small to see a fall in

DEVIATIONS = 5
"""A share may differ by so many standard deviations of its sample: of some forty that are compared in each
run of a year, none passes by chance. An hourly run has few pages, two of which may fail in any night."""

_NO_FIELDS = frozenset({"none", "failed", "kind"})
"""What stands under ``article/`` beside fields; the kind of article is the newspaper's choice."""


def find_unusual(
    spider: str, stats: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]
) -> list[Finding]:
    """What is not as usual about a run.

    :param earlier: the statistics of earlier runs with the same arguments, newest first.
    """
    if Evidence(stats).saved:
        return []  # pages of all years: none is like the others
    found = _of_days([stats, *earlier]) if spider in REGULAR else []
    if not _read(stats):
        return found
    present, *past = _grouped([stats, *earlier]) or [Counter()]
    if len(past) < GROUPS:
        return found
    return [*found, *_of_fields(present, past), *_of_pages(present, past)]


def _grouped(runs: Iterable[Mapping[str, Any]]) -> list[Counter[str]]:
    """Sums of statistics, each of at least :data:`SAMPLE` articles that were read."""
    groups: list[Counter[str]] = []
    group: Counter[str] = Counter()
    for stats in runs:
        group.update({name: n for name, n in stats.items() if isinstance(n, int | float)})
        if _read(group) >= SAMPLE:
            groups.append(group)
            group = Counter()
    return groups


def _of_days(runs: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """What the newest of these runs finds and none found in the days before it.

    :param runs: newest first.
    """
    found = {finding.monitor: finding for finding in _unusual_day(runs)}
    now = _started(runs[0]) if found else None
    for number, run in enumerate(runs[1:], start=1):
        started = _started(run)
        if not found or not now or not started or now - started > AGAIN:
            break
        for told in _unusual_day(runs[number:]):
            found.pop(told.monitor, None)
    return list(found.values())


def _unusual_day(runs: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """What is not as usual about the 24 hours up to the newest of these runs."""
    present, *past = _by_days(runs) or [{}]
    if len(past) < GROUPS:
        return
    new, usual = present["new"], median(day["new"] for day in past)
    ages = [day["age"] for day in past if "age" in day]
    age, usual_age = present.get("age", 0.0), median(ages) if len(ages) >= GROUPS else math.inf
    if usual >= FEWEST_NEW and new * FACTOR < usual:
        yield Finding("new articles", "", new, usual, f"{new:,} new articles in a day, usually {usual:,.0f}")
    elif age > usual_age + QUIET_DAYS:
        text = f"the newest article is {age:,.1f} days old, usually {usual_age:,.1f}"
        yield Finding("new articles", "", age, usual_age, text)
    costs = [day["requests"] / day["new"] for day in past if day["new"] >= FEWEST_NEW]
    if new >= max(FEWEST_NEW, usual / FACTOR) and len(costs) >= GROUPS:
        cost, often = present["requests"] / new, median(costs)
        if cost > FACTOR * often:
            text = f"{cost:,.1f} requests for each new article, usually {often:,.1f}"
            yield Finding("requests per new article", "", cost, often, text)


def _by_days(runs: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
    """The runs of the 24 hours up to the start of the newest, of the 24 hours before them, and so on."""
    now = _started(runs[0])
    days: dict[int, dict[str, float]] = {}
    for run in runs:
        if not now or not (started := _started(run)):
            continue
        day = days.setdefault((now - started) // timedelta(days=1), {"new": 0, "requests": 0})
        day["new"] += _count(run, "store/new")
        day["requests"] += _count(run, "downloader/request_count")
        if "collection/newest_days" in run:
            day.setdefault("age", run["collection/newest_days"])
    return list(days.values())


def _started(stats: Mapping[str, Any]) -> datetime | None:
    """A run's start; in the database it is text."""
    started = stats.get("start_time")
    return datetime.fromisoformat(started) if isinstance(started, str) else started


def _of_fields(present: Counter[str], past: Sequence[Counter[str]]) -> Iterator[Finding]:
    """How many articles have each field, and by which rule."""
    now, *before = (_shares(group) for group in [present, *past])
    for field, rule in sorted(set(now).union(*before)):
        value, usual = now[field, rule], median(group[field, rule] for group in before)
        if abs(value - usual) > max(SHARE, _by_chance(usual, _read(present))):
            monitor, what = ("rule share", "was used on") if rule else ("field filled", "has a value on")
            subject = f"{field}/{rule}" if rule else field
            text = f"{subject} {what} {value:.0%} of the articles, usually {usual:.0%}"
            yield Finding(monitor, subject, value, usual, text)


def _by_chance(usual: float, sample: float) -> float:
    """How far the share of a sample may be from the usual one by chance."""
    return DEVIATIONS * math.sqrt(max(0.0, usual * (1 - usual)) / sample)


def _shares(group: Counter[str]) -> dict[tuple[str, str], float]:
    """The share of the articles on which a rule gave a field's value; without a rule, on which any did."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    read = _read(group)
    for name, number in group.items():
        kind, _, rest = name.partition("/")
        field, is_rule, rule = rest.partition("/")
        if kind == "article" and is_rule and field not in _NO_FIELDS:
            for key in ((field, rule), (field, "")):
                found[key] += number / read
    return found


def _of_pages(present: Counter[str], past: Sequence[Counter[str]]) -> Iterator[Finding]:
    """Length of the texts, errors."""
    length, usual = _length(present), median(map(_length, past))
    if usual and not usual / FACTOR <= length <= usual * FACTOR:
        text = f"an article has {length:,.0f} characters of text, usually {usual:,.0f}"
        yield Finding("body length", "", length, usual, text)
    errors, usual = _errors(present), median(map(_errors, past))
    if errors > usual + max(ERRORS, _by_chance(usual, _tries(present))):
        text = f"HTTP errors: {errors:.0%} of the pages, usually {usual:.0%}"
        yield Finding("HTTP errors", "", errors, usual, text)


def _count(stats: Mapping[str, Any], *names: str) -> float:
    return sum(stats.get(name) or 0 for name in names)


def _read(stats: Mapping[str, Any]) -> int:
    return Evidence(stats).read


def _length(stats: Mapping[str, Any]) -> float:
    return _count(stats, "article/characters") / _read(stats)


def _errors(stats: Mapping[str, Any]) -> float:
    """The share of tries that ended with an error of the site or without an answer."""
    answers = Evidence(stats).under("downloader/response_status_count/")
    wrong = sum(n for status, n in answers.items() if status >= "400" and status not in ("404", "410"))
    return (wrong + _count(stats, "downloader/exception_count")) / _tries(stats)


def _tries(stats: Mapping[str, Any]) -> float:
    answers = Evidence(stats).under("downloader/response_status_count/")
    return max(1, answers.total() + _count(stats, "downloader/exception_count"))
