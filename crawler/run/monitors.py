"""Judges a run by what runs of its spider usually are.

The statistics of earlier runs with the same arguments are put together, newest first, into groups of at
least ``MONITOR_SAMPLE`` articles: an hourly run of three articles says little alone. The first group, which
holds the run itself, is compared with the median of the others. What becomes usual is no longer a finding.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from attrs import frozen
from scrapy.settings import BaseSettings

from crawler.run.evidence import Evidence
from schemas.verdicts import Finding

REGULAR = ("latest",)
"""Spiders that go over the same ground again and again: only their numbers of articles can be compared."""

FEWEST_NEW = 10
"""A usual number of new articles below this is too small to see a fall in."""

DEVIATIONS = 5
"""A share may differ by so many standard deviations of its sample: of some forty that are compared in each
run of a year, none passes by chance."""

_NO_FIELDS = frozenset({"none", "failed", "kind"})
"""What stands under ``article/`` beside fields; the kind of article is the newspaper's choice."""


@frozen
class Monitors:
    """The tolerances; the settings say why they are as they are."""

    sample: int
    groups: int
    share: float
    factor: float
    errors: float
    quiet_days: float

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Monitors:
        return cls(
            sample=max(1, settings.getint("MONITOR_SAMPLE")),
            groups=max(1, settings.getint("MONITOR_GROUPS")),
            share=settings.getfloat("MONITOR_SHARE"),
            factor=settings.getfloat("MONITOR_FACTOR"),
            errors=settings.getfloat("MONITOR_ERRORS"),
            quiet_days=settings.getfloat("MONITOR_QUIET_DAYS"),
        )

    def findings(
        self, spider: str, stats: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]
    ) -> list[Finding]:
        """What is not as usual about a run.

        :param earlier: the statistics of earlier runs with the same arguments, newest first.
        """
        if Evidence(stats).saved:
            return []  # pages of all years: none is like the others
        found = list(self._regular(stats, earlier)) if spider in REGULAR else []
        groups = list(self._grouped([stats, *earlier]))
        present, past = groups[0] if groups else None, groups[1:]
        if present is None or len(past) < self.groups or not _read(stats):
            return found
        return [*found, *self._shares(present, past), *self._pages(present, past)]

    def _grouped(self, runs: Iterable[Mapping[str, Any]]) -> Iterator[Counter[str]]:
        """Sums of statistics, each of at least ``sample`` articles that were read."""
        group: Counter[str] = Counter()
        for stats in runs:
            group.update({name: n for name, n in stats.items() if isinstance(n, int | float)})
            if _read(group) >= self.sample:
                yield group
                group = Counter()

    def _regular(self, stats: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
        """Numbers of articles and requests, run by run."""
        if len(earlier) < self.groups:
            return
        new, usual = _count(stats, "store/new"), median(_count(run, "store/new") for run in earlier)
        if usual >= FEWEST_NEW and new * self.factor < usual:
            yield Finding("new articles", "", new, usual, f"{new:,} new articles, usually {usual:,.0f}")
        costs = [cost for run in earlier if (cost := _cost(run)) is not None]
        cost = _cost(stats)
        if cost is not None and len(costs) >= self.groups and cost > self.factor * (usual := median(costs)):
            text = f"{cost:,.1f} requests for each new article, usually {usual:,.1f}"
            yield Finding("requests per new article", "", cost, usual, text)
        ages = [run["collection/newest_days"] for run in earlier if "collection/newest_days" in run]
        age = stats.get("collection/newest_days")
        if age is not None and len(ages) >= self.groups and age > (usual := median(ages)) + self.quiet_days:
            text = f"the newest article is {age:,.1f} days old, usually {usual:,.1f}"
            yield Finding("days since the newest article", "", age, usual, text)

    def _shares(self, present: Counter[str], past: Sequence[Counter[str]]) -> Iterator[Finding]:
        """How many articles have each field, and by which rule."""
        now, before = _rules(present), [_rules(group) for group in past]
        drifts = []
        for field in sorted(set(now).union(*before)):
            filled = [_share(rules, group, field) for rules, group in zip(before, past, strict=True)]
            yield from self._share("field filled", field, now, present, filled, field)
            differences = []
            for rule in sorted(set(now.get(field, ())).union(*(rules.get(field, ()) for rules in before))):
                shares = [_share(r, group, field, rule) for r, group in zip(before, past, strict=True)]
                yield from self._share("rule share", f"{field}/{rule}", now, present, shares, field, rule)
                differences.append(abs(_share(now, present, field, rule) - median(shares)))
            drifts.append(sum(differences) / 2)
        if drifts and (drift := sum(drifts) / len(drifts)) > 2 * self.share:
            text = f"the pages' structure has drifted: {drift:.0%} of all values are read by other rules"
            yield Finding("structure", "", drift, 0.0, text)

    def _share(
        self,
        monitor: str,
        subject: str,
        now: Mapping[str, Counter[str]],
        present: Counter[str],
        past: Sequence[float],
        field: str,
        rule: str | None = None,
    ) -> Iterator[Finding]:
        value, usual = _share(now, present, field, rule), median(past)
        spread = DEVIATIONS * math.sqrt(usual * (1 - usual) / _read(present)) if usual < 1 else 0.0
        if abs(value - usual) > max(self.share, spread):
            what = "has a value on" if rule is None else "was used on"
            text = f"{subject} {what} {value:.0%} of the articles, usually {usual:.0%}"
            yield Finding(monitor, subject, value, usual, text)

    def _pages(self, present: Counter[str], past: Sequence[Counter[str]]) -> Iterator[Finding]:
        """Length of the texts, errors, rejects."""
        length, usual = _length(present), median(map(_length, past))
        if usual and not usual / self.factor <= length <= usual * self.factor:
            text = f"an article has {length:,.0f} characters of text, usually {usual:,.0f}"
            yield Finding("body length", "", length, usual, text)
        for monitor, measure in (("HTTP errors", _errors), ("rejects", _rejects)):
            value, usual = measure(present), median(map(measure, past))
            if value > usual + self.errors:
                yield Finding(
                    monitor, "", value, usual, f"{monitor}: {value:.0%} of the pages, usually {usual:.0%}"
                )


def _count(stats: Mapping[str, Any], *names: str) -> float:
    return sum(stats.get(name) or 0 for name in names)


def _read(stats: Mapping[str, Any]) -> int:
    return Evidence(stats).read


def _cost(stats: Mapping[str, Any]) -> float | None:
    new = _count(stats, "store/new")
    return _count(stats, "downloader/request_count") / new if new >= FEWEST_NEW else None


def _length(stats: Mapping[str, Any]) -> float:
    return _count(stats, "article/characters") / _read(stats)


def _errors(stats: Mapping[str, Any]) -> float:
    """The share of tries that ended with an error of the site or without an answer."""
    answers = Evidence(stats).under("downloader/response_status_count/")
    wrong = sum(n for status, n in answers.items() if status >= "400" and status not in ("404", "410"))
    none = _count(stats, "downloader/exception_count")
    return (wrong + none) / max(1, answers.total() + none)


def _rejects(stats: Mapping[str, Any]) -> float:
    rejected = _count(stats, "store/rejected")
    return rejected / max(1, rejected + _read(stats))


def _rules(stats: Mapping[str, Any]) -> dict[str, Counter[str]]:
    """Field -> rule -> articles that it read."""
    found: dict[str, Counter[str]] = {}
    for name, number in stats.items():
        parts = name.split("/", 2)
        if len(parts) == 3 and parts[0] == "article" and parts[1] not in _NO_FIELDS:
            found.setdefault(parts[1], Counter())[parts[2]] = number
    return found


def _share(
    rules: Mapping[str, Counter[str]], group: Counter[str], field: str, rule: str | None = None
) -> float:
    counts = rules.get(field, Counter())
    return (counts.total() if rule is None else counts[rule]) / _read(group)
