"""The hits of a search for the browser: the same as those of ``scrapy search``."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from analysis.explore.snapshot import open_snapshot
from analysis.search.find import Hit, find
from analysis.search.keys import Search, count
from analysis.search.query import parse

PAGE = 30
"""Hits on a page; the catalogue has them all."""

COUNTED = 10_000
"""Hits are counted up to here."""


@frozen
class Results:
    """What a search has found."""

    hits: list[Hit]
    """The best first."""
    total: int
    """At most :data:`COUNTED`."""

    @property
    def has_more(self) -> bool:
        """Whether there may be more hits than were counted."""
        return self.total >= COUNTED


def search_snapshot(path: Path, typed: str) -> Results:
    """The best hits in a snapshot.

    :raises analysis.search.query.QueryError: if what was typed cannot be understood.
    """
    search = Search(parse(typed), limit=PAGE)
    with open_snapshot(path).connect() as connection:
        return Results(find(connection, search), count(connection, search, COUNTED))
