"""Finding the stored articles that tell the same story as those just written.

The search runs after the articles' rows and bands are there, in the same transaction: so it finds
pairs whatever the order in which their articles came, and the result depends on no order.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Row, delete, or_, select
from sqlalchemy.orm import aliased

from pipelines.duplicates import ALGORITHM, compare_words, full_text, words_of
from pipelines.records.upsert import chunks, insert
from schemas.tables import Article, Duplicate, DuplicateBand


def find_duplicates(connection: Connection, article_ids: Sequence[int], revised: Sequence[int]) -> int:
    """Record every pair that one of these articles makes; the number of pairs.

    :param article_ids: rows whose text is new.
    :param revised: those of them whose earlier pairs must be judged again.
    """
    for part in chunks(revised):
        connection.execute(
            delete(Duplicate).where(or_(Duplicate.article_id.in_(part), Duplicate.of_article_id.in_(part)))
        )
    pairs = {pair for part in chunks(article_ids) for pair in _candidates(connection, part)}
    texts = _texts(connection, sorted({article_id for pair in pairs for article_id in pair}))
    words = {article_id: words_of(_full_text(row)) for article_id, row in texts.items()}
    rows = []
    for one, other in sorted(pairs):
        if match := compare_words(words[one], words[other]):
            earlier, later = sorted((texts[one], texts[other]), key=_age)
            rows.append(
                {
                    "article_id": later.id,
                    "of_article_id": earlier.id,
                    "method": match.method,
                    "similarity": match.similarity,
                    "algorithm": ALGORITHM,
                }
            )
    if rows:
        connection.execute(insert(connection, Duplicate), rows)
    return len(rows)


def _candidates(connection: Connection, article_ids: Sequence[int]) -> set[tuple[int, int]]:
    mine, theirs = aliased(DuplicateBand), aliased(DuplicateBand)
    query = (
        select(mine.article_id, theirs.article_id)
        .join(theirs, (theirs.band == mine.band) & (theirs.article_id != mine.article_id))
        .where(mine.article_id.in_(article_ids))
        .distinct()
    )
    return {(min(one, other), max(one, other)) for one, other in connection.execute(query)}


def _texts(
    connection: Connection, article_ids: Sequence[int]
) -> dict[int, Row[int, str, int, str | None, str]]:
    query = select(Article.id, Article.edition, Article.site_article_id, Article.lead, Article.body)
    return {
        row.id: row
        for part in chunks(article_ids)
        for row in connection.execute(query.where(Article.id.in_(part)))
    }


def _full_text(row: Row[int, str, int, str | None, str]) -> str:
    return full_text(row.lead, [row.body])


def _age(row: Row[int, str, int, str | None, str]) -> tuple[str, int]:
    # Numbers of one edition grow with time; a text shared by two editions keeps a fixed direction.
    return row.edition, row.site_article_id
