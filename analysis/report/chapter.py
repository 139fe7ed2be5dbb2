"""What a chapter of the report is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import Factory, frozen
from markupsafe import Markup

from analysis.report.plots import Plot

Counts = Counter[tuple[Any, ...]]
"""Articles (or runs) by what the key says.

Years and months (``2024-04``) are those of publication, local time; ``None`` where the date is not known.
"""
Cell = str | Markup


@frozen
class Table:
    """A table of the page; the columns from ``numbers`` on hold numbers."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numbers: int = 1
    is_open: bool = False
    """Shown at once; else the reader opens it."""


@frozen
class Chapter:
    """A chapter of the report."""

    name: str
    title: str
    remark: str
    tables: Sequence[Table]
    plots: Mapping[str, Plot] = Factory(dict)
    """Title → plot; one without a value is not drawn."""


def link(url: str, text: str) -> Cell:
    # A page cannot choose the URL it is stored under; all the same, no link may hold a script.
    if not url.startswith("https://"):
        return text
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(url, text)


def sum_by(counts: Counts, *places: int) -> Counts:
    """Counts by some parts of the key only."""
    found: Counts = Counter()
    for key, number in counts.items():
        found[tuple(key[place] for place in places)] += number
    return found


def in_order(periods: Iterable[str | None]) -> list[str | None]:
    """Years or months, each once; what is not known comes last."""
    return sorted(set(periods), key=lambda period: (period is None, period or ""))
