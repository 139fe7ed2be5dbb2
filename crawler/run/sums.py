"""What a run was to do adds up to what it says has become of it; else something was lost in silence."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from crawler.base_spiders.articles import ARTICLE_OUTCOMES
from crawler.run.evidence import CAPTURE_OUTCOMES, Evidence, counted


@frozen
class Sum:
    """A statistic that others must add up to, if the run came to its end."""

    noun: str
    what: str
    whole: str
    parts: tuple[str, ...]
    """Names of statistics; one that ends with a slash stands for all below it."""


OUTCOMES = (*ARTICLE_OUTCOMES, "day/other_day", "day/beside")

SUMS = (
    Sum(
        "request",
        "came to no end",
        "requests/asked",
        ("requests/answered", "requests/failed", "requests/dropped"),
    ),
    Sum("article", "was asked for and has no outcome", "article/asked", OUTCOMES),
    Sum(
        "link",
        "was neither followed nor passed over",
        "links/found",
        ("links/followed", "links/known", "links/passed_over/"),
    ),
    Sum(
        "picture",
        "was asked for and has no outcome",
        "pictures/asked",
        ("pictures/kept", "pictures/gone", "pictures/failed"),
    ),
    Sum(
        "capture",
        "unaccounted for",
        "captures/seen",
        (*(f"captures/{outcome}" for outcome in CAPTURE_OUTCOMES), "captures/passed_over/"),
    ),
)
"""A source of pages that counts what it has met adds a line."""


def unaccounted(evidence: Evidence) -> Iterator[str]:
    """What is missing in each sum that does not close, in words.

    :param evidence: of a run that was not broken off.
    """
    for each in SUMS:
        parts = (
            evidence.under(name).total() if name.endswith("/") else evidence.count(name)
            for name in each.parts
        )
        if (missing := evidence.count(each.whole) - sum(parts)) > 0:
            yield f"{counted(missing, each.noun)} {each.what}"
