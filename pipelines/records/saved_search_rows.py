"""Saved searches, and what they found: noted when it is stored, told at the end of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from pipelines.records.upsert import for_keys, upsert
from schemas.search_index import found_among
from schemas.tables import Article, SavedSearch, SavedSearchHit


def save_search(connection: Connection, name: str, query: str, part: dict[str, Any], match: str) -> bool:
    """Save a search; whether the name was free.

    :param match: the search in the words of this database's index.
    """
    row = {"name": name, "query": query, "part": part, "match": match, "saved_at": datetime.now(UTC)}
    return bool(upsert(connection, SavedSearch, [row], key=["name"]))


def forget_search(connection: Connection, name: str) -> bool:
    """Forget a saved search and what it found; whether there was one of this name."""
    number = connection.scalar(select(SavedSearch.id).where(SavedSearch.name == name))
    connection.execute(delete(SavedSearchHit).where(SavedSearchHit.search_id == number))
    return bool(connection.execute(delete(SavedSearch).where(SavedSearch.id == number)).rowcount)


def saved_searches(connection: Connection) -> Sequence[Row[Any]]:
    """All of them, by name."""
    return connection.execute(select(SavedSearch.__table__).order_by(SavedSearch.name)).all()


def note_hits(connection: Connection, texts: Mapping[int, tuple[datetime, bool]]) -> None:
    """Note which texts the saved searches find, in the transaction that stores them.

    :param texts: of articles that are new or edited, by row number: the fetch that brought the text, and
        whether the article had another one before.
    """
    searches = connection.execute(select(SavedSearch.id, SavedSearch.match)).all() if texts else ()
    now = datetime.now(UTC)
    rows = (
        {
            "search_id": search.id,
            "article_id": article_id,
            "text_since": texts[article_id][0],
            "edited": texts[article_id][1],
            "found_at": now,
        }
        for search in searches
        for article_id in found_among(connection, search.match, texts)
    )
    upsert(connection, SavedSearchHit, rows)


def untold_hits(connection: Connection, search_id: int) -> Sequence[Row[Any]]:
    """What a saved search found of which no message was sent, with headline and URL; the oldest first."""
    query = (
        select(SavedSearchHit.__table__, Article.headline, Article.canonical_url)
        .join(Article, Article.id == SavedSearchHit.article_id)
        .where(SavedSearchHit.search_id == search_id, SavedSearchHit.told_at.is_(None))
        .order_by(SavedSearchHit.found_at, SavedSearchHit.article_id)
    )
    return connection.execute(query).all()


def note_hits_told(connection: Connection, hits: Sequence[Row[Any]]) -> None:
    """Remember that a message about these was sent."""
    key = (SavedSearchHit.search_id, SavedSearchHit.article_id, SavedSearchHit.text_since)
    told = update(SavedSearchHit).values(told_at=datetime.now(UTC))
    for_keys(connection, told, key, ((hit.search_id, hit.article_id, hit.text_since) for hit in hits))
