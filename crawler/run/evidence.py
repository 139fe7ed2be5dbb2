"""What a run met, read out of its statistics and put into words; and whether all of it is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from attrs import frozen

from crawler.base_spiders.article_spider import ARTICLE_OUTCOMES
from crawler.middlewares.destinations import OffsiteError, RedirectLoopError

REFUSALS = (401, 403, 406, 429, 451)  # statuses with which a site says that it does not want to answer us

ASKED_FOR = ("article", "list", "home", "day")
"""What requests ask for, as it stands in the names of statistics."""

EMPTY_PAGES = {
    "foreign": "pages that are not the newspaper's",
    "empty": "empty pages",
    "too-large": "pages too large to be read",
    "login": "pages that ask for a password",
    "home": "the front page instead",
    "listing": "a list instead",
    "elsewhere": "redirected to another page",
}
"""Kind of page, as counted under ``article/none``, ``article/failed``, ``list/none`` … -> what to call it."""


class Sum(NamedTuple):
    """Statistics that others must add up to, if the run came to its end.

    A name of a statistic that ends with a slash stands for all below it.
    """

    noun: str
    lacking: str
    """What to say of those that are missing."""
    whole: tuple[str, ...]
    parts: tuple[str, ...]


_READ = ("captures/read", "captures/unchanged", "captures/rejected")
_ENDS = ("requests/answered", "requests/failed", "requests/dropped")
_LINKS = ("links/followed", "links/known", "links/passed_over/")
_PICTURES = ("pictures/kept", "pictures/gone", "pictures/failed")
_NO_OUTCOME = "was asked for and has no outcome"
_PASSED = ("failed", "kept_before", "no_gap", "not_asked_for", "repeated", "unreadable_rows", "passed_over/")

SUMS = (
    Sum("request", "came to no end", ("requests/asked",), _ENDS),
    Sum(
        "article",
        _NO_OUTCOME,
        ("article/asked", *_READ),
        (*ARTICLE_OUTCOMES, "day/other_day", "day/beside"),
    ),
    Sum("link", "was neither followed nor passed over", ("links/found",), _LINKS),
    Sum("picture", _NO_OUTCOME, ("pictures/asked",), _PICTURES),
    Sum(
        "capture", "unaccounted for", ("captures/seen",), (*_READ, *(f"captures/{name}" for name in _PASSED))
    ),
)
"""What a run was to do, and what may become of it."""


@frozen
class Evidence:
    """A run's statistics, as far as they tell about the site."""

    stats: Mapping[str, Any]

    def count(self, *names: str) -> int:
        """The sum of these statistics; a name that ends with a slash stands for all below it."""
        return sum(
            self.under(name).total() if name.endswith("/") else int(self.stats.get(name) or 0)
            for name in names
        )

    def under(self, prefix: str) -> Counter[str]:
        """The statistics whose names begin so, by the rest of their names."""
        return Counter(
            {
                name.removeprefix(prefix): int(value)
                for name, value in self.stats.items()
                if name.startswith(prefix) and isinstance(value, int | float) and value
            }
        )

    @property
    def saved(self) -> bool:
        """Whether the run read pages that somebody saved: they tell nothing about the site of today."""
        return bool(self.under("captures/"))

    def passed_over(self, *, is_answer: bool) -> Counter[str]:
        """Captures that give no article, by reason.

        :param is_answer: those of what the site gave as there was no article, or those that are a loss.
        """
        found = self.under("captures/passed_over/").items()
        told = {why: number for why, number in found if (why.isdigit() or why == "soft-404") == is_answer}
        return Counter(told)

    @property
    def read(self) -> int:
        """Pages that were read as articles."""
        return self.count("article/parser/")

    @property
    def unknown_layout(self) -> int:
        """Those of them that no known layout fitted: they were read without class names."""
        return self.count("article/parser/generic/")

    @property
    def unread(self) -> int:
        """Pages of the newspaper in which no article was recognised."""
        return self.count("article/none/unreadable")

    @property
    def answered(self) -> int:
        """Pages that showed what was asked for, "not modified" and "not found" included."""
        statuses = (f"downloader/response_status_count/{status}" for status in (304, 404, 410))
        return self.read + self.count("list/read", "day/read", "article/none/soft-404", *statuses)

    def withheld(self) -> Counter[str]:
        """Answers that withheld what was asked for, in words -> how often."""
        refusals = self.failures()
        found = Counter({name: refusals[name] for name in (f"HTTP {status}" for status in REFUSALS)})
        found["robots.txt forbids it"] = self.count("robotstxt/forbidden")
        for kind, words in EMPTY_PAGES.items():
            found[words] = self.count(
                *(f"{what}/{of}/{kind}" for what in ASKED_FOR for of in ("none", "failed"))
            )
        led_away = self.failures("list", "home")
        for kind in (RedirectLoopError.kind, OffsiteError.kind):
            found[kind] = led_away[kind]
        return +found

    def failures(self, *asked_for: str) -> Counter[str]:
        """Why articles, lists or days could not be fetched, in words -> how often."""
        return sum((self.under(f"{what}/failed/") for what in asked_for or ASKED_FOR), Counter())

    def exceptions(self) -> Counter[str]:
        """Tries that ended without an answer, by type of the error."""
        found: Counter[str] = Counter()
        for name, number in self.under("downloader/exception_type_count/").items():
            found[name.rpartition(".")[2]] += number
        del found["IgnoreRequest"]  # refused by us
        return found

    def errors(self) -> Counter[str]:
        """Exceptions of the program, by type."""
        found = self.under("spider_exceptions/")
        del found["count"]
        return found

    def unaccounted(self) -> Iterator[str]:
        """What is missing or too much in each sum that does not close, in words.

        The run must have come to its end.
        """
        if not self.count("requests/asked", "captures/seen"):
            return  # nothing was, or JOBDIR is set: requests may be of an earlier run then
        for each in SUMS:
            missing = self.count(*each.whole) - self.count(*each.parts)
            if missing:
                yield f"{counted(abs(missing), each.noun)} {each.lacking if missing > 0 else 'counted twice'}"


def counted(number: int, singular: str) -> str:
    """A number and its noun: ``1 article``, ``12,000 articles``."""
    return f"{number:,} {singular}{'' if number == 1 else 's'}"


def listed(counts: Counter[str], most: int = 3) -> str:
    """Counts in brackets, the greatest first: `` (HTTP 503: 12, TimeoutError: 1)``; nothing for none."""
    shown = [f"{name}: {number:,}" for name, number in counts.most_common(most)]
    if len(counts) > most:
        shown.append("…")
    return f" ({', '.join(shown)})" if shown else ""
