"""Finding articles: the newest hits or the best ones, a page at a time.

A common word stands in half a million articles; to weigh them all would take seconds. So the index is
always read from the newest hit (or the oldest), as far as the page needs. The best hits are looked for
among the newest :data:`CANDIDATES` that have all words in the headline and as many that have them anywhere;
a search with fewer hits is weighed in full. The weighing is done here, on the printed text, so that both
databases give the same order.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from itertools import pairwise
from math import log2
from typing import Any

from attrs import evolve, field, frozen
from sqlalchemy import Connection, Row, select, text

from crawler.site import Edition, SectionRef
from pipelines.records.upsert import chunks
from pipelines.search.excerpt import Piece, PrintedText, excerpt
from pipelines.search.match import fts5, loosened, tsquery
from pipelines.search.query import Node, Term, in_headline, terms
from schemas.search import ID_SPAN
from schemas.tables import Article, Image, Section

CANDIDATES = 60
"""Hits of each kind that are weighed for the order by relevance, if the page is not longer."""

IN_HEADLINE, IN_LEAD = 8.0, 2.0
"""What a term counts there; in the text it counts 1, and 1 more each time its number doubles."""


class Sort(StrEnum):
    """In which order hits come."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@frozen
class Search:
    """What is searched, and where."""

    query: Node
    editions: tuple[Edition, ...] = ()
    """None named: all."""
    sections: tuple[SectionRef, ...] = ()
    """None named: all."""
    since: date | None = None
    """First day of publication, local time."""
    until: date | None = None
    """Last day of publication, local time. With either, articles without a date are left out."""
    sort: Sort = Sort.RELEVANCE
    limit: int = 20


@frozen
class Hit:
    """An article that was found."""

    edition: str
    site_article_id: int
    site_section_id: int
    section: str | None
    headline: str
    local_date: date | None
    estimated: bool
    """Whether the date is an estimate."""
    url: str
    excerpt: list[Piece] = field(factory=list)
    """A passage with what was found."""


def find(connection: Connection, search: Search) -> list[Hit]:
    """The first hits in the order asked for."""
    if search.sort is Sort.RELEVANCE:
        count = max(search.limit, CANDIDATES)
        keys = _keys(connection, evolve(search, query=in_headline(search.query), limit=count))
        keys += _keys(connection, evolve(search, limit=count))
        rows = _rows(connection, set(keys))
        weighed = {key: weight(row, _wanted(search)) for key, row in rows.items()}
        order = sorted(rows, key=lambda key: (weighed[key], key), reverse=True)[: search.limit]
    else:
        order = _keys(connection, search)
        rows = _rows(connection, set(order))
    captions = _captions(connection, [rows[key].id for key in order if not rows[key].body])
    return [_hit(key, rows[key], captions, _wanted(search)) for key in order]


def count(connection: Connection, search: Search, at_most: int) -> int:
    """How many articles are found; counting stops at a number."""
    statement, values = _matching(connection, search)
    query = text(f"SELECT count(*) FROM ({statement} LIMIT :limit) s")
    return connection.scalar(query, values | {"limit": at_most}) or 0


def weight(row: Row[Any], wanted: list[Term]) -> float:
    """How much an article is about what is searched."""
    headline, lead, body = (
        PrintedText(part or "", placed=False) for part in (row.headline, row.lead, row.body)
    )
    total = 0.0
    for term in wanted:
        total += IN_HEADLINE if headline.hits(term) else 0
        total += IN_LEAD if lead.hits(term) else 0
        if not term.headline and (times := len(body.hits(term))):
            total += 1 + log2(times)
    return total


def _wanted(search: Search) -> list[Term]:
    """What is searched, and neighbouring words once more as a phrase: side by side they say more."""
    wanted = terms(search.query)
    return wanted + [
        evolve(after, words=before.words + after.words)
        for before, after in pairwise(wanted)
        if before.spelled == after.spelled and not before.prefix and not before.headline
    ]


def _matching(connection: Connection, search: Search, undated: bool = False) -> tuple[str, dict[str, Any]]:
    """The statement that names the keys of hits, newest or oldest first, and its values."""
    sqlite = connection.dialect.name == "sqlite"
    key = "rowid" if sqlite else '"key"'
    where: list[str] = []
    values: dict[str, Any] = {}
    if search.since or search.until:
        where.append(f"{key} >= :first")
        values["first"] = _day(search.since or date.min) * ID_SPAN
    if search.until:
        where.append(f"{key} < :after")
        values["after"] = (_day(search.until) + 1) * ID_SPAN
    if undated:
        where.append(f"{key} < {ID_SPAN}")
    scope = [f"section{section.edition}{section.section_id}" for section in search.sections] or [
        f"edition{edition}" for edition in search.editions
    ]
    order = f"ORDER BY {key} {'ASC' if search.sort is Sort.OLDEST else 'DESC'}"
    if sqlite:
        where.append("article_search MATCH :match")
        values["match"] = fts5(search.query)
        if scope:
            values["match"] += f" AND scope : ({' OR '.join(scope)})"
        return f"SELECT rowid FROM article_search WHERE {' AND '.join(where)} {order}", values
    loose = loosened(search.query)
    where.append("words @@ CAST(:match AS tsquery)")
    values["match"] = tsquery(loose)
    if scope:
        where.append("words @@ CAST(:scope AS tsquery)")
        values["scope"] = " | ".join(f"'.{word}'" for word in scope)
    statement = f'SELECT "key", words FROM article_search WHERE {" AND ".join(where)} {order}'
    if loose != search.query:
        # To know whether words are neighbours, an article's words must be read. The newest come first, so
        # that this ends when the page is full.
        statement = f"SELECT * FROM ({statement} OFFSET 0) s WHERE words @@ CAST(:exact AS tsquery)"
        values["exact"] = tsquery(search.query)
    return statement, values


def _keys(connection: Connection, search: Search, undated: bool = False) -> list[int]:
    """The first hits by their keys; what has no date comes last."""
    dated_first = search.sort is Sort.OLDEST and not (search.since or undated)
    statement, values = _matching(
        connection, evolve(search, since=date.min) if dated_first else search, undated
    )
    found = list(connection.scalars(text(f"{statement} LIMIT :limit"), values | {"limit": search.limit}))
    if dated_first and not search.until and len(found) < search.limit:
        found += _keys(connection, evolve(search, limit=search.limit - len(found)), undated=True)
    return found


def _day(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _rows(connection: Connection, keys: set[int]) -> dict[int, Row[Any]]:
    """The articles that the keys name."""
    by_id = {key % ID_SPAN: key for key in keys}
    columns = (
        Article.id,
        Article.edition,
        Article.site_article_id,
        Article.headline,
        Article.lead,
        Article.body,
        Article.published_basis,
        Article.canonical_url,
        Section.site_section_id,
        Section.name,
    )
    query: Any = select(*columns).join(Section, Section.id == Article.section_id)
    found: dict[int, Row[Any]] = {}
    for part in chunks(sorted(by_id)):
        for row in connection.execute(query.where(Article.id.in_(part))):
            found[by_id[row.id]] = row
    return found


def _captions(connection: Connection, article_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {article_id: [] for article_id in article_ids}
    for part in chunks(article_ids):
        query = select(Image.article_id, Image.caption).where(Image.article_id.in_(part))
        for row in connection.execute(query.order_by(Image.article_id, Image.position)):
            if row.caption:
                found[row.article_id].append(row.caption)
    return found


def _hit(key: int, row: Row[Any], captions: dict[int, list[str]], wanted: list[Term]) -> Hit:
    printed = [row.lead, row.body, *captions.get(row.id, ())]
    day = str(key // ID_SPAN)
    return Hit(
        edition=row.edition,
        site_article_id=row.site_article_id,
        site_section_id=row.site_section_id,
        section=row.name,
        headline=row.headline,
        local_date=date(int(day[:4]), int(day[4:6]), int(day[6:])) if len(day) == 8 else None,
        estimated=row.published_basis not in (None, "page"),
        url=row.canonical_url,
        excerpt=excerpt(" ".join(" ".join(filter(None, printed)).split()), wanted),
    )
