"""What is in the collection, in a few figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, func, select

from schemas.tables import (
    Article,
    ArticleRevision,
    ArticleUrl,
    Author,
    Duplicate,
    Frontier,
    Image,
    Reject,
    RelatedLink,
    Section,
)


@frozen
class Summary:
    """The collection in figures."""

    articles: list[tuple[str, str, int, int]]
    """(edition, kind, number of articles, revised ones among them)."""
    rows: dict[str, int]
    """Table -> number of rows."""
    duplicates: dict[str, int]
    """Method -> number of pairs."""
    frontier: dict[str, int]
    """State -> number of articles known."""


def summarise(connection: Connection) -> Summary:
    """Count what is in the collection."""
    revised = func.count().filter(Article.revision > 1)
    articles = connection.execute(
        select(Article.edition, Article.kind, func.count(), revised)
        .group_by(Article.edition, Article.kind)
        .order_by(Article.edition.desc(), Article.kind)
    )
    tables = (Section, Author, ArticleRevision, Image, RelatedLink, ArticleUrl, Reject)
    return Summary(
        articles=[(edition, kind, number, changed) for edition, kind, number, changed in articles],
        rows={
            table.__tablename__: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        },
        duplicates=_by(connection, Duplicate.method),
        frontier=_by(connection, Frontier.state),
    )


def _by(connection: Connection, column: Any) -> dict[str, int]:
    rows: Sequence[Any] = connection.execute(
        select(column, func.count()).group_by(column).order_by(column)
    ).all()
    return {value: number for value, number in rows}  # noqa: C416 - rows are not pairs to the type checker
