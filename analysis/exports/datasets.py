"""What can be exported: the articles with what other tables say of them, every view, every table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from attrs import evolve, frozen
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
    cast,
    column,
    exists,
    func,
    literal_column,
    select,
    table,
    type_coerce,
)
from sqlalchemy.orm import aliased

from schemas.items import Basis, Kind
from schemas.part import Part
from schemas.shown_columns import type_of
from schemas.tables import Article, ArticleAuthor, Author, Duplicate, Table
from schemas.types import UtcDateTime
from schemas.view_dialects import PICTURE_FIELDS, View, worded
from schemas.views import VIEWS

CHUNK = 4000
"""Rows that are held at a time; in Parquet, a row group."""

Rows = list[tuple[Any, ...]]
Condition = ColumnElement[bool]


class Type(StrEnum):
    """The type of a column's values, in the words of the Table Schema standard where it has one."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "boolean"
    TIME = "datetime"
    """A moment, UTC."""
    DATE = "date"
    """A day in the newspaper's time zone."""
    TEXTS = "list"
    """Several texts."""
    PICTURES = "pictures"
    """Pictures of an article: :data:`PICTURE_FIELDS` of each."""
    JSON = "any"
    """A JSON document; as text in CSV and Parquet."""

    @property
    def standard(self) -> str:
        """The type's name in the Table Schema standard."""
        return "array" if self is Type.PICTURES else str(self)


@frozen
class Column:
    """One column of an export."""

    name: str
    type: Type
    meaning: str
    value: ColumnElement[Any] | str
    """What is read for it; as text, in the words of :mod:`schemas.view_dialects`."""
    make: Callable[[Any], Any] | None = None
    """Makes the value of what was read, unless that is null."""

    def read_from(self, connection: Connection) -> ColumnElement[Any]:
        """What is read for it from the connection's database."""
        if isinstance(self.value, str):
            return literal_column(worded(self.value, connection.dialect.name))
        return self.value


@frozen
class ArticleChoice(Part):
    """A part of the collection's articles, chosen by what only exports ask for as well."""

    kinds: tuple[Kind, ...] = ()
    author: str | None = None
    """A name as the table ``authors`` has it."""
    distinct: bool = False
    """Only one article of each story: one is left out if an earlier one *of the choice* tells it."""
    dates_from_page: bool = False
    """Only articles whose date the page prints, none of the estimates."""

    def conditions(self, article: Any = Article) -> list[Condition]:
        found = super().conditions(article)
        if self.kinds:
            found.append(article.kind.in_([str(kind) for kind in self.kinds]))
        if self.dates_from_page:
            found.append(article.published_basis == str(Basis.PAGE))
        if self.author is not None:
            written = select(ArticleAuthor.article_id).join(Author).where(Author.name == self.author)
            found.append(article.id.in_(written))
        if self.distinct:
            earlier = aliased(Article)
            among = evolve(self, distinct=False).conditions(earlier)
            found.append(
                ~exists(
                    select(Duplicate.article_id)
                    .join(earlier, earlier.id == Duplicate.of_article_id)
                    .where(Duplicate.article_id == article.id, *among)
                )
            )
        return found


@frozen
class Dataset:
    """A table or a view, row by row in an order that depends on the content only."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    source: FromClause
    key: tuple[ColumnElement[Any], ...]
    article_id: ColumnElement[Any] | None
    """The article that a row belongs to, if rows do: then a choice of articles has a meaning."""

    def count(self, connection: Connection, choice: ArticleChoice, *more: Condition) -> int:
        """How many rows :meth:`batches` will give."""
        query = select(func.count()).select_from(self.source)
        return connection.scalar(self._restricted(query, [*choice.conditions(), *more])) or 0

    def batches(self, connection: Connection, choice: ArticleChoice, *more: Condition) -> Iterator[Rows]:
        """The rows, :data:`CHUNK` at a time; the database does not send more.

        :param more: further conditions on the table ``articles``.
        """
        values = (
            literal_column(worded(of.value, connection.dialect.name))
            if isinstance(of.value, str)
            else of.value
            for of in self.columns
        )
        named = (value.label(of.name) for value, of in zip(values, self.columns, strict=True))
        query = select(*named).select_from(self.source).order_by(*self.key)
        query = self._restricted(query, [*choice.conditions(), *more])
        made = [(at, of.make) for at, of in enumerate(self.columns) if of.make]
        with connection.execute(query, execution_options={"yield_per": CHUNK}) as result:
            for rows in result.partitions():
                yield [_made(row, made) for row in rows] if made else list(map(tuple, rows))

    def _restricted(self, query: Select[Any], conditions: list[Condition]) -> Select[Any]:
        if not conditions or self.article_id is None:
            return query
        return query.where(self.article_id.in_(select(Article.id).where(*conditions)))


def _made(row: Any, made: list[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    values = list(row)
    for at, make in made:
        if values[at] is not None:
            values[at] = make(values[at])
    return tuple(values)


def datasets() -> dict[str, Dataset]:
    """All that can be exported, by name: the articles, the views for people, the tables as they are.

    What is called ``articles`` holds more than the table of this name.
    """
    found = [*map(_table, Table.metadata.tables.values()), *map(_view, VIEWS), _articles()]
    return {dataset.name: dataset for dataset in found}


_TYPES: tuple[tuple[type, Type], ...] = (
    (UtcDateTime, Type.TIME),
    (Integer, Type.INTEGER),
    (Date, Type.DATE),
    (Float, Type.NUMBER),
    (Boolean, Type.FLAG),
    (JSON, Type.JSON),
)


def _column(value: ColumnElement[Any], name: str, meaning: str) -> Column:
    found = next((type_ for declared, type_ in _TYPES if isinstance(value.type, declared)), Type.TEXT)
    return Column(name, found, meaning, value)


_SHOWN: dict[str, tuple[str, ...]] = {
    "section_id": ("site_section_id", "section"),
    "published_at": ("local_date",),
    "word_count": ("first_caption", "pictures"),
}
"""Column of ``articles`` → columns of the overview that follow it."""

_MORE: dict[str, tuple[Column, ...]] = {
    "body": (
        Column(
            *("authors", Type.TEXTS, "the persons that the byline names, in its order"),
            *("{names:articles.id}", json.loads),
        ),
    ),
    "word_count": (
        Column(
            *("images", Type.PICTURES, f"{', '.join(PICTURE_FIELDS)} of each picture, in the page's order"),
            *("{archived_pictures:articles.id}", json.loads),
        ),
        Column(
            *("duplicate_of", Type.INTEGER, "id of an earlier article that tells the same story, if any"),
            select(func.min(Duplicate.of_article_id))
            .where(Duplicate.article_id == Article.id)
            .correlate(Article)
            .scalar_subquery(),
        ),
    ),
}
"""Column of ``articles`` → what else follows it."""


def _articles() -> Dataset:
    """Every column of the table, in its order, and those that other tables hold."""
    articles, overview = Article.__table__, _view(VIEWS[0])
    shown = {of.name: of for of in overview.columns}
    columns: list[Column] = []
    for of in articles.c:
        if of.name != "section_id":  # a number that means nothing outside of the database
            columns.append(_column(of, of.name, of.comment or ""))
        columns += (shown[name] for name in _SHOWN.get(of.name, ()))
        columns += _MORE.get(of.name, ())
    return Dataset(
        name="articles",
        meaning="One article as the last fetch of its page showed it, with section, authors and pictures",
        columns=tuple(columns),
        source=articles.join(overview.source, overview.source.c.article_id == articles.c.id),
        key=(articles.c.edition, articles.c.site_article_id),
        article_id=articles.c.id,
    )


def _table(declared: Any) -> Dataset:
    columns = tuple(_column(of, of.name, of.comment or "") for of in declared.c)
    key = tuple(declared.primary_key)
    return Dataset(declared.name, declared.comment, columns, declared, key, declared.c.get("article_id"))


_KEYS = {
    *(
        "article_id",
        "author_id",
        "edition",
        "field",
        "local_month",
        "place_id",
        "revision",
        "site_section_id",
    ),
    *("target_edition", "target_site_article_id"),
}
"""Columns by which the rows of a view that has them are ordered."""


def _view(view: View) -> Dataset:
    source = table(view.name, *map(column, view.columns))
    values = {name: _of_view(source.c[name]) for name in view.columns}
    return Dataset(
        view.name,
        view.comment.rstrip("."),
        tuple(_column(values[name], name, meaning) for name, meaning in view.columns.items()),
        source,
        tuple(values[name] for name in view.columns if name in _KEYS),
        values.get("article_id"),
    )


def _of_view(of: ColumnElement[Any]) -> ColumnElement[Any]:
    """A view's column with one type on both databases: on SQLite a view does not say it itself."""
    kind = type_of(str(of.key))
    return type_coerce(of, kind) if isinstance(kind, UtcDateTime | Date) else cast(of, kind)
