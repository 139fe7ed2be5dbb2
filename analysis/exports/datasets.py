"""What can be exported: the articles with what other tables say of them, every view, every table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import chain
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
    select,
    table,
)
from sqlalchemy.orm import aliased

from schemas.items import Basis, Kind
from schemas.local_time import local
from schemas.part import Part
from schemas.shown_columns import type_of
from schemas.tables import Article, ArticleAuthor, Author, Duplicate, Image, Picture, Section, Table
from schemas.types import UtcDateTime
from schemas.views import VIEWS

CHUNK = 500
"""Rows that are held at a time."""

Rows = list[tuple[Any, ...]]
Condition = ColumnElement[bool]


class Type(StrEnum):
    """The type of a column's values; the words are those of the Table Schema standard where it has one."""

    TEXT = "string"
    CATEGORY = "category"
    """Text of which few different values occur."""
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
        return {Type.CATEGORY: "string", Type.PICTURES: "array"}.get(self, str(self))


@frozen
class Column:
    """One column of an export."""

    name: str
    type: Type
    meaning: str


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
    """A table or a view, row by row in the order of its key."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    source: FromClause
    values: dict[str, ColumnElement[Any]]
    """Column → what is read for it."""
    key: tuple[ColumnElement[Any], ...]

    @property
    def of_articles(self) -> bool:
        """Whether each row belongs to an article, so that a choice of articles has a meaning."""
        return "article_id" in self.values

    def count(self, connection: Connection, choice: ArticleChoice, *more: Condition) -> int:
        """How many rows :meth:`batches` will give."""
        query = select(func.count()).select_from(self.source)
        return connection.scalar(self._restricted(query, [*choice.conditions(), *more])) or 0

    def batches(
        self, connection: Connection, choice: ArticleChoice, names: Sequence[str], *more: Condition
    ) -> Iterator[Rows]:
        """The rows, some at a time, in an order that depends on the content only.

        :param names: the columns to give, in this order.
        :param more: further conditions on the table ``articles``.
        """
        query = select(*(self.values[name].label(name) for name in names)).select_from(self.source)
        query = self._restricted(query.order_by(*self.key), [*choice.conditions(), *more])
        for rows in stream(connection, query):
            yield [tuple(row) for row in rows]

    def _restricted(self, query: Select[Any], conditions: list[Condition]) -> Select[Any]:
        if not conditions:
            return query
        return query.where(self.values["article_id"].in_(select(Article.id).where(*conditions)))


@frozen
class ArticlesDataset(Dataset):
    """The articles, one row each, by edition and number, with what other tables say of them."""

    @property
    def of_articles(self) -> bool:
        return True

    def batches(
        self, connection: Connection, choice: ArticleChoice, names: Sequence[str], *more: Condition
    ) -> Iterator[Rows]:
        stored = [name for name in names if name in self.values]
        authors_wanted, images_wanted = "authors" in names, bool(_OF_IMAGES.intersection(names))
        query = (
            select(Article.id.label("_id"), *(self.values[name].label(name) for name in stored))
            .select_from(self.source)
            .where(*choice.conditions(), *more)
            .order_by(*self.key)
        )
        for rows in stream(connection, query):
            ids, *read = zip(*rows, strict=True)
            columns: dict[str, Sequence[Any]] = dict(zip(stored, read, strict=True))
            if "local_date" in columns:
                columns["local_date"] = [
                    local(moment).date() if moment else None for moment in columns["local_date"]
                ]
            if authors_wanted:
                authors = _authors(connection, ids)
                columns["authors"] = [authors[key] for key in ids]
            if images_wanted:
                images = _images(connection, ids)
                columns["images"] = [images[key] for key in ids]
                columns["pictures"] = [len(images[key]) for key in ids]
                columns["first_caption"] = [
                    next((image["caption"] for image in images[key] if image["caption"]), None) for key in ids
                ]
            yield list(zip(*(columns[name] for name in names), strict=True))

    def _restricted(self, query: Select[Any], conditions: list[Condition]) -> Select[Any]:
        return query.where(*conditions)


def datasets() -> dict[str, Dataset]:
    """All that can be exported, by name: the articles, the views for people, the tables as they are.

    What is called ``articles`` holds more than the table of this name.
    """
    found: dict[str, Dataset] = {"articles": _articles()}
    for dataset in chain(_views(), _tables()):
        found.setdefault(dataset.name, dataset)
    return found


def stream(connection: Connection, query: Any) -> Iterator[Sequence[Any]]:
    """A query's rows, :data:`CHUNK` at a time; the database does not send more."""
    with connection.execute(query, execution_options={"yield_per": CHUNK}) as result:
        yield from result.partitions()


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

_TYPES: tuple[tuple[type, Type], ...] = (
    (UtcDateTime, Type.TIME),
    (Integer, Type.INTEGER),
    (Date, Type.DATE),
    (Float, Type.NUMBER),
    (Boolean, Type.FLAG),
    (JSON, Type.JSON),
)


def _column(name: str, of: ColumnElement[Any], meaning: str) -> Column:
    found = next((type_ for declared, type_ in _TYPES if isinstance(of.type, declared)), None)
    return Column(name, found or (Type.CATEGORY if name in _CATEGORIES else Type.TEXT), meaning)


# --- articles --------------------------------------------------------------------------------------

PICTURE_FIELDS = {
    "url": str,
    "caption": str,
    "credit": str,
    "media_type": str,
    "width": int,
    "height": int,
    "phash": str,
    "warc_file": str,
    "warc_offset": int,
}
"""What is told of each picture; from the fourth on only of those that are archived."""

_OF_IMAGES = {"images", "first_caption", "pictures"}

_BESIDE: dict[str, tuple[Column, ...]] = {
    "section_id": (
        Column("site_section_id", Type.INTEGER, "the site's number of the section, counted per edition"),
        Column("section", Type.CATEGORY, "the section as the site's navigation prints it"),
    ),
    "body": (Column("authors", Type.TEXTS, "the persons that the byline names, in its order"),),
    "published_at": (Column("local_date", Type.DATE, "the day of published_at in Việt Nam"),),
    "word_count": (
        Column("first_caption", Type.TEXT, "caption of the first picture that has one"),
        Column("pictures", Type.INTEGER, "number of pictures"),
        Column("images", Type.PICTURES, f"{', '.join(PICTURE_FIELDS)} of each picture, in the page's order"),
        Column("duplicate_of", Type.INTEGER, "id of an earlier article that tells the same story, if any"),
    ),
}
"""Column of ``articles`` → columns that follow it. Authors and pictures are read for each batch of rows."""

_ELSEWHERE: dict[str, ColumnElement[Any]] = {
    "site_section_id": Section.__table__.c.site_section_id,
    "section": Section.__table__.c.name,
    "local_date": Article.__table__.c.published_at,
    "duplicate_of": select(func.min(Duplicate.of_article_id))
    .where(Duplicate.article_id == Article.id)
    .correlate(Article)
    .scalar_subquery(),
}
"""What is read for columns that the table does not have."""


def _articles() -> ArticlesDataset:
    """Every column of the table, in its order, and those that other tables hold."""
    columns: list[Column] = []
    for of in Article.__table__.c:
        if of.name == "id":
            meaning = "the row's number in this database; other tables name the article by it"
            columns.append(Column("id", Type.INTEGER, meaning))
        elif of.name != "section_id":  # a number that means nothing outside of the database
            columns.append(_column(of.name, of, of.comment or ""))
        columns += _BESIDE.get(of.name, ())
    return ArticlesDataset(
        name="articles",
        meaning="One article as the last fetch of its page showed it, with section, authors and pictures",
        columns=tuple(columns),
        source=Article.__table__.outerjoin(Section.__table__),
        values={of.name: of for of in Article.__table__.c} | _ELSEWHERE,
        key=(Article.__table__.c.edition, Article.__table__.c.site_article_id),
    )


def _authors(connection: Connection, ids: Sequence[int]) -> defaultdict[int, list[str]]:
    query = (
        select(ArticleAuthor.article_id, Author.name)
        .join(Author, Author.id == ArticleAuthor.author_id)
        .where(ArticleAuthor.article_id.in_(ids))
        .order_by(ArticleAuthor.article_id, ArticleAuthor.position)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for article_id, name in connection.execute(query):
        found[article_id].append(name)
    return found


def _images(connection: Connection, ids: Sequence[int]) -> defaultdict[int, list[dict[str, Any]]]:
    columns = [getattr(Image if name in Image.__table__.c else Picture, name) for name in PICTURE_FIELDS]
    query = (
        select(Image.article_id, *columns)
        .outerjoin(Picture, Picture.url == Image.url)
        .where(Image.article_id.in_(ids))
        .order_by(Image.article_id, Image.position)
    )
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.article_id].append({name: getattr(row, name) for name in PICTURE_FIELDS})
    return found


# --- tables and views ------------------------------------------------------------------------------


def _tables() -> Iterator[Dataset]:
    for declared in Table.metadata.tables.values():
        yield Dataset(
            declared.name,
            declared.comment or "",
            tuple(_column(of.name, of, of.comment or "") for of in declared.c),
            declared,
            {of.name: of for of in declared.c},
            tuple(declared.primary_key),
        )


_KEYS = {
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


def _views() -> Iterator[Dataset]:
    for view in VIEWS:
        values = {name: _of_view(name) for name in view.columns}
        yield Dataset(
            view.name,
            view.comment.rstrip("."),
            tuple(_column(name, values[name], meaning) for name, meaning in view.columns.items()),
            table(view.name, *(column(name) for name in view.columns)),
            values,
            tuple(values[name] for name in view.columns if name in _KEYS),
        )


def _of_view(name: str) -> ColumnElement[Any]:
    """A view's column with one type on both databases: on SQLite a view does not say it itself."""
    kind = type_of(name)
    return column(name, kind) if isinstance(kind, UtcDateTime | Date) else cast(column(name), kind)
