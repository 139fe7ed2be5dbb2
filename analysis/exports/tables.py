"""Tables and views, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Connection,
    Date,
    Float,
    FromClause,
    Integer,
    Select,
    Text,
    cast,
    column,
    func,
    select,
    table,
)

from analysis.exports.columns import Column, Type
from analysis.exports.datasets import Condition, Rows, stream
from analysis.exports.selection import Selection
from schemas.tables import Article, Table
from schemas.types import Number, UtcDateTime
from schemas.views import VIEWS

_CATEGORIES = {
    "agency",
    "algorithm",
    "cause",
    "edition",
    "field",
    "found_by",
    "kind",
    "method",
    "parser",
    "published_basis",
    "section",
    "source",
    "spider",
    "state",
    "target_edition",
    "verdict",
}
"""Columns of text with few different values."""


def column_type(of: ColumnElement[Any], name: str) -> Type:
    """The type of a column in an export."""
    match of.type:
        case UtcDateTime():
            return Type.TIME
        case Integer():
            return Type.INTEGER
        case Date():
            return Type.DATE
        case Float():
            return Type.NUMBER
        case Boolean():
            return Type.FLAG
        case JSON():
            return Type.JSON
        case _:
            return Type.CATEGORY if name in _CATEGORIES else Type.TEXT


@frozen
class TableDataset:
    """A table or a view, in the order of its key."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    source: FromClause
    values: dict[str, ColumnElement[Any]]
    """Column → what is read for it."""
    key: tuple[str, ...]

    @property
    def of_articles(self) -> bool:
        return "article_id" in self.values

    def count(self, connection: Connection, selection: Selection, *more: Condition) -> int:
        query = self._restricted(select(func.count()).select_from(self.source), selection, more)
        return connection.scalar(query) or 0

    def batches(
        self, connection: Connection, selection: Selection, names: Sequence[str], *more: Condition
    ) -> Iterator[Rows]:
        query = select(*(self.values[name].label(name) for name in names)).select_from(self.source)
        query = query.order_by(*(self.values[name] for name in self.key))
        for rows in stream(connection, self._restricted(query, selection, more)):
            yield [tuple(row) for row in rows]

    def _restricted(self, query: Select[Any], selection: Selection, more: tuple[Condition, ...]) -> Any:
        conditions = [*selection.conditions(), *more]
        if not conditions:
            return query
        return query.where(self.values["article_id"].in_(select(Article.id).where(*conditions)))


def tables() -> Iterator[TableDataset]:
    """Every table of the schema."""
    for declared in Table.metadata.tables.values():
        yield TableDataset(
            declared.name,
            declared.comment or "",
            tuple(Column(of.name, column_type(of, of.name), of.comment or "") for of in declared.c),
            declared,
            {of.name: of for of in declared.c},
            tuple(of.name for of in declared.primary_key),
        )


_VIEW_DATES = {"local_date", "first_date", "last_date"}
_VIEW_TIMES = {"replaced_at", "first_seen_at", "last_seen_at"}
_VIEW_NUMBERS = {
    "article_id",
    "articles",
    "author_id",
    "copies",
    "copy",
    "estimated",
    "pictures",
    "position",
    "repeated",
    "revision",
    "sections",
    "shared",
    "site_article_id",
    "site_section_id",
    "story_id",
    "target_article_id",
    "target_site_article_id",
    "weekday",
    "word_count",
    "words",
}
"""What a view's columns hold; the others are text. On SQLite a view does not say it itself."""

_VIEW_KEYS = {
    "article_id",
    "author_id",
    "edition",
    "field",
    "local_month",
    "revision",
    "site_section_id",
    "target_edition",
    "target_site_article_id",
}
"""Columns by which the rows of a view that has them are ordered."""


def views() -> Iterator[TableDataset]:
    """Every view of the schema."""
    for view in VIEWS:
        source = table(view.name, *(column(name) for name in view.columns))
        values = {name: _value(name) for name in view.columns}
        columns = (
            Column(name, column_type(values[name], name), meaning) for name, meaning in view.columns.items()
        )
        key = tuple(name for name in view.columns if name in _VIEW_KEYS)
        yield TableDataset(view.name, view.comment.rstrip("."), tuple(columns), source, values, key)


def _value(name: str) -> ColumnElement[Any]:
    """A view's column with one type on both databases."""
    if name in _VIEW_TIMES:
        return column(name, UtcDateTime)
    if name in _VIEW_DATES:
        return column(name, Date)
    return cast(column(name), Number if name in _VIEW_NUMBERS else Text)
