"""The articles, with what other tables say of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import InstrumentedAttribute

from analysis.exports.columns import Column, Type
from analysis.exports.datasets import Condition, Rows, stream
from analysis.exports.selection import Selection
from analysis.exports.tables import column_type
from newspapers.baohoabinh.numbering import ZONE
from schemas.tables import Article, ArticleAuthor, Author, Duplicate, Image, Section


def _column(attribute: InstrumentedAttribute[Any], meaning: str | None = None) -> Column:
    declared = Article.__table__.c[attribute.key]
    return Column(attribute.key, column_type(declared, attribute.key), meaning or declared.comment or "")


_STORY = (
    select(func.min(Duplicate.of_article_id))
    .where(Duplicate.article_id == Article.id)
    .correlate(Article)
    .scalar_subquery()
)

_STORED: dict[str, Any] = {
    "site_section_id": Section.site_section_id,
    "section": Section.name,
    "duplicate_of": _STORY,
}
"""Columns of an article that other tables hold."""

_DERIVED = {"local_date": "published_at"}
"""Columns that are reckoned from another."""

_AUTHORS = {"authors"}
_IMAGES = {"images", "first_caption", "pictures"}


@frozen
class ArticlesDataset:
    """The articles, one row each, by edition and number, with what other tables say of them."""

    name: str = "articles"
    meaning: str = "One article as the last fetch of its page showed it, with section, authors and pictures"
    of_articles: bool = True
    columns: tuple[Column, ...] = (
        _column(Article.id, "the row's number in this database; other tables name the article by it"),
        _column(Article.edition),
        _column(Article.site_article_id),
        Column("site_section_id", Type.INTEGER, "the site's number of the section, counted per edition"),
        Column("section", Type.CATEGORY, "the section as the site's navigation prints it"),
        _column(Article.kind),
        _column(Article.published_at),
        Column("local_date", Type.DATE, "the day of published_at in Việt Nam"),
        _column(Article.published_basis),
        _column(Article.headline),
        _column(Article.lead),
        _column(Article.body),
        Column("authors", Type.TEXTS, "the persons that the byline names, in its order"),
        _column(Article.byline),
        _column(Article.agency),
        _column(Article.source),
        _column(Article.canonical_url),
        _column(Article.word_count),
        Column("first_caption", Type.TEXT, "caption of the first picture that has one"),
        Column("pictures", Type.INTEGER, "number of pictures"),
        Column("images", Type.PICTURES, "url, caption and credit of each picture, in the page's order"),
        Column("duplicate_of", Type.INTEGER, "id of an earlier article that tells the same story, if any"),
        _column(Article.revision),
        _column(Article.first_seen_at),
        _column(Article.last_seen_at),
        _column(Article.changed_at),
        _column(Article.published_raw),
        _column(Article.content_hash),
        _column(Article.parser),
        _column(Article.parser_build),
        _column(Article.rules),
        _column(Article.page_id),
    )

    def count(self, connection: Connection, selection: Selection, *more: Condition) -> int:
        conditions = [*selection.conditions(), *more]
        return connection.scalar(select(func.count()).select_from(Article).where(*conditions)) or 0

    def batches(
        self, connection: Connection, selection: Selection, names: Sequence[str], *more: Condition
    ) -> Iterator[Rows]:
        stored = [name for name in names if name not in _AUTHORS | _IMAGES]
        query = (
            select(
                Article.id.label("_id"),
                *(_expression(_DERIVED.get(name, name)).label(name) for name in stored),
            )
            .join(Section, Section.id == Article.section_id)
            .where(*selection.conditions(), *more)
            .order_by(Article.edition, Article.site_article_id)
        )
        for rows in stream(connection, query):
            ids = [row[0] for row in rows]
            columns: dict[str, list[Any]] = {
                name: [row[at] for row in rows] for at, name in enumerate(stored, start=1)
            }
            if "local_date" in columns:
                columns["local_date"] = [
                    moment.astimezone(ZONE).date() if moment else None for moment in columns["local_date"]
                ]
            if _AUTHORS.intersection(names):
                authors = _authors(connection, ids)
                columns["authors"] = [authors[key] for key in ids]
            if _IMAGES.intersection(names):
                images = _images(connection, ids)
                columns["images"] = [images[key] for key in ids]
                columns["pictures"] = [len(images[key]) for key in ids]
                columns["first_caption"] = [_first_caption(images[key]) for key in ids]
            yield list(zip(*(columns[name] for name in names), strict=True))


def _expression(name: str) -> Any:
    return _STORED[name] if name in _STORED else getattr(Article, name)


def _authors(connection: Connection, ids: list[int]) -> defaultdict[int, list[str]]:
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


def _images(connection: Connection, ids: list[int]) -> defaultdict[int, list[dict[str, Any]]]:
    query = (
        select(Image.article_id, Image.url, Image.caption, Image.credit)
        .where(Image.article_id.in_(ids))
        .order_by(Image.article_id, Image.position)
    )
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for article_id, url, caption, credit in connection.execute(query):
        found[article_id].append({"url": url, "caption": caption, "credit": credit})
    return found


def _first_caption(images: list[dict[str, Any]]) -> str | None:
    return next((image["caption"] for image in images if image["caption"]), None)
