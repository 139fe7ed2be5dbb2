"""The hits of a search for the browser: the same as those of ``scrapy search``, with where to read them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from attrs import frozen
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import NullPool

from analysis.search.find import Hit, find
from analysis.search.keys import Search, count
from analysis.search.query import parse
from schemas.tables import Article

PAGE = 30
"""Hits on a page; the catalogue has them all."""

COUNTED = 10_000
"""Hits are counted up to here."""


@frozen
class Results:
    """What a search has found."""

    hits: list[tuple[int, Hit]]
    """Row number of the article, and the hit; the best first."""
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
    url = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(url, uri=True), poolclass=NullPool)
    with engine.connect() as connection:
        hits = [(_row_number(connection, hit), hit) for hit in find(connection, search)]
        return Results(hits, count(connection, search, COUNTED))


def _row_number(connection: Connection, hit: Hit) -> int:
    query = select(Article.id).where(
        Article.edition == hit.edition, Article.site_article_id == hit.site_article_id
    )
    return connection.execute(query).scalar_one()
