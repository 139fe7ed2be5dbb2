"""What a run met, read out of its statistics and put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from crawler.middlewares.offsite import OffsiteError
from crawler.middlewares.redirects import RedirectLoopError

REFUSALS = (401, 403, 406, 429, 451)
"""Statuses with which a site says that it does not want to answer us."""

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
"""Kind of page, as counted under ``article/none``, ``list/none`` … -> what to call it."""

LED_AWAY = (RedirectLoopError.kind, OffsiteError.kind)


CAPTURE_OUTCOMES = (
    "read",
    "unchanged",
    "rejected",
    "failed",
    "kept_before",
    "no_gap",
    "not_asked_for",
    "repeated",
    "unreadable_rows",
)
"""What becomes of captures, beside ``passed_over/<reason>``."""


@frozen
class Evidence:
    """A run's statistics, as far as they tell about the site."""

    stats: Mapping[str, Any]

    def count(self, *names: str) -> int:
        """The sum of these statistics."""
        return sum(int(self.stats.get(name) or 0) for name in names)

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

    @property
    def other_answers(self) -> Counter[str]:
        """Captures of what the site gave in place of an article, as there was none then, by status."""
        return Counter(dict(self._passed_over(is_answer=True)))

    @property
    def unusable(self) -> Counter[str]:
        """Captures of articles that were asked for and give none, by reason."""
        return Counter(dict(self._passed_over(is_answer=False)))

    def _passed_over(self, *, is_answer: bool) -> Iterator[tuple[str, int]]:
        for reason, number in self.under("captures/passed_over/").items():
            if is_answer == (reason.isdigit() or reason == "soft-404"):
                yield reason, number

    @property
    def read(self) -> int:
        """Pages that were read as articles."""
        return self.under("article/parser/").total()

    @property
    def unknown_layout(self) -> int:
        """Those of them that no known layout fitted: they were read without class names."""
        return self.under("article/parser/generic/").total()

    @property
    def unread(self) -> int:
        """Pages of the newspaper in which no article was recognised."""
        return self.count("article/none/unreadable")

    @property
    def answered(self) -> int:
        """Pages that showed what was asked for, "not modified" and "not found" included."""
        return self.read + self.count(
            "list/read",
            "day/read",
            "article/none/soft-404",
            *(f"downloader/response_status_count/{status}" for status in (304, 404, 410)),
        )

    def withheld(self) -> Counter[str]:
        """Answers that withheld what was asked for, in words -> how often."""
        found = Counter(
            {
                f"HTTP {status}": self.count(*(f"{what}/failed/HTTP {status}" for what in ASKED_FOR))
                for status in REFUSALS
            }
        )
        found["robots.txt forbids it"] = self.count("robotstxt/forbidden")
        for kind, words in EMPTY_PAGES.items():
            found[words] = self.count(*(f"{what}/none/{kind}" for what in ASKED_FOR))
        for kind in LED_AWAY:
            found[kind] = self.count(*(f"{what}/failed/{kind}" for what in ("list", "home")))
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


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number and its noun: ``1 article``, ``3 articles``, ``12,000 articles``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(counts: Counter[str], most: int = 3) -> str:
    """Counts in brackets, the greatest first: `` (HTTP 503: 12, TimeoutError: 1)``; nothing for none."""
    shown = [f"{name}: {number:,}" for name, number in counts.most_common(most)]
    if len(counts) > most:
        shown.append("…")
    return f" ({', '.join(shown)})" if shown else ""
