"""Finding the stored articles that tell the same story as those just written.

The search runs after the articles' rows and anchors are there, in the same transaction: so it finds
pairs whatever the order in which their articles came, and the result depends on no order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, text
from sqlalchemy.orm import aliased

from pipelines.records.upsert import AnyRow, chunks, for_keys, insert_rows
from pipelines.signatures import ALGORITHM, Text, compare, full_text
from schemas.tables import Article, Duplicate, TextAnchor

AT_ONCE = 50
"""So many new articles are compared at a time: it bounds the memory, not the result."""

SHARED = 4
"""One of so many anchors of the shorter text must stand in the longer one: half as many as are found to."""

_LOCK = 0x62686B << 32
"""The key of an advisory lock of PostgreSQL, so that it is nobody else's."""


def find_duplicates(connection: Connection, article_ids: Sequence[int], revised: Sequence[int]) -> int:
    """Record every pair that one of these articles makes; the number of pairs.

    The last thing in a transaction: other writers wait here for its end, and find what it has written.

    :param article_ids: rows whose text is new.
    :param revised: those of them whose earlier pairs must be judged again.
    """
    if article_ids and connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        # Of two transactions that sought at once, neither would see what the other has just written.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    for column in (Duplicate.article_id, Duplicate.of_article_id):
        for_keys(connection, delete(Duplicate), column, revised)
    found = 0
    for part in chunks(article_ids, AT_ONCE):
        rows = list(_pairs_of(connection, part, set(article_ids)))
        insert_rows(connection, Duplicate, rows)
        found += len(rows)
    return found


def repeats_of(connection: Connection, article_ids: Sequence[int]) -> set[int]:
    """The articles that are a duplicate of one of these, or of which one of these is."""
    one, other = Duplicate.article_id, Duplicate.of_article_id
    pairs = (for_keys(connection, select(a), b, article_ids) for a, b in ((one, other), (other, one)))
    return {row[0] for of_one in pairs for row in of_one}


def _pairs_of(connection: Connection, article_ids: Sequence[int], new: set[int]) -> Iterator[dict[str, Any]]:
    """The pairs that some of the new articles make; one of two new ones makes the pair, the earlier row."""
    like: dict[int, list[int]] = defaultdict(list)
    for one, other in _candidates(connection, article_ids):
        if other not in new or one < other:
            like[other].append(one)
    mine = _rows(connection, chain.from_iterable(like.values()))
    texts = {article_id: _text(row) for article_id, row in mine.items()}
    # Pieces made from one template may be thousands: their texts are not held all at once.
    for part in chunks(sorted(like)):
        for other, row in _rows(connection, part).items():
            other_text = _text(row)
            for one in like[other]:
                if match := compare(texts[one], other_text):
                    earlier, later = sorted((mine[one], row), key=_age)
                    yield {
                        "article_id": later.id,
                        "of_article_id": earlier.id,
                        "method": match.method,
                        "similarity": match.similarity,
                        "containment": match.containment,
                        "algorithm": ALGORITHM,
                    }


def _candidates(connection: Connection, article_ids: Sequence[int]) -> Iterable[Row[int, int]]:
    """Each of these articles with each other one that may hold its text, or be held by it.

    An anchor may be a turn of phrase that many articles share, so one in common is not enough; and of pieces
    made from one template the numbers differ.
    """
    mine, theirs = aliased(TextAnchor), aliased(TextAnchor)
    common = mine.numbers.bitwise_and(theirs.numbers)
    shared = func.count() * SHARED
    query = (
        select(mine.article_id, theirs.article_id)
        .join(theirs, (theirs.anchor == mine.anchor) & (theirs.article_id != mine.article_id))
        .where(mine.article_id.in_(article_ids), (common == mine.numbers) | (common == theirs.numbers))
        .group_by(mine.article_id, theirs.article_id)
        .having((shared >= func.min(mine.anchors)) | (shared >= func.min(theirs.anchors)))
    )
    return connection.execute(query)


def _rows(connection: Connection, article_ids: Iterable[int]) -> dict[int, AnyRow]:
    query = select(Article.id, Article.edition, Article.site_article_id, Article.lead, Article.body)
    return {row.id: row for row in for_keys(connection, query, Article.id, article_ids)}


def _text(row: AnyRow) -> Text:
    return Text(full_text(row.lead, [row.body]))


def _age(row: AnyRow) -> tuple[str, int]:
    # Numbers of one edition grow with time; a text shared by two editions keeps a fixed direction.
    return row.edition, row.site_article_id
