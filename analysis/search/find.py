"""Finding articles: the newest hits or the best ones, a page at a time.

A common word stands in half a million articles; to weigh them all would take seconds. So the index is
always read from the newest hit (or the oldest), as far as the page needs. The best hits are looked for
among the newest :data:`CANDIDATES` that have all words in the headline and as many that have them anywhere;
a search with fewer hits is weighed in full, and of one with more the others follow, newest first, on later
pages. The weighing is done here, on the printed text, so that both databases give the same order.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from math import log2
from typing import Any

from attrs import evolve, field, frozen
from sqlalchemy import Connection, Row, func, select

from analysis.search.excerpt import Piece, PrintedText, excerpt
from analysis.search.keys import Search, Sort, first_keys
from analysis.search.query import Term, in_headline, terms
from pipelines.records.upsert import chunks
from schemas.search_index import ID_SPAN
from schemas.tables import Article, Image, Section

CANDIDATES = 60
"""Hits of each kind that are weighed for the order by relevance, if the page is not longer."""

IN_HEADLINE, IN_LEAD = 8.0, 2.0
"""What a term counts there; in the text it counts 1, and 1 more each time its number doubles."""


@frozen
class Hit:
    """An article that was found."""

    article_id: int
    """Its row number."""
    edition: str
    site_article_id: int
    site_section_id: int | None
    section: str | None
    headline: str
    local_date: date | None
    estimated: bool
    """Whether the date is an estimate."""
    url: str
    lead: str | None
    body: str
    captions: list[str]
    excerpt: list[Piece] = field(factory=list)
    """A passage with what was found."""


def find(connection: Connection, search: Search) -> list[Hit]:
    """The hits of the page asked for, in the order asked for."""
    end = search.page * search.limit
    order = best = _best(connection, search) if search.sort is Sort.RELEVANCE else []
    if len(order) < end:
        weighed = set(best)
        others = first_keys(connection, evolve(search, limit=end))
        order = best + [key for key in others if key not in weighed]
    order = order[end - search.limit : end]
    rows = _rows(connection, set(order))
    captions = _captions(connection, [key % ID_SPAN for key in order])
    return [_hit(key, rows[key], captions[key % ID_SPAN], _wanted(search)) for key in order]


def _best(connection: Connection, search: Search) -> list[int]:
    """The keys of what is weighed, the best first: the same on each page."""
    most = max(search.limit, CANDIDATES)
    keys = first_keys(connection, evolve(search, query=in_headline(search.query), limit=most))
    keys += first_keys(connection, evolve(search, limit=most))
    rows = _rows(connection, set(keys))
    weighed = {key: weight(row, _wanted(search)) for key, row in rows.items()}
    return sorted(rows, key=lambda key: (weighed[key], key), reverse=True)


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


def _rows(connection: Connection, keys: set[int]) -> dict[int, Row[Any]]:
    """The articles that the keys name."""
    by_id = {key % ID_SPAN: key for key in keys}
    query: Any = (
        select(Article.id.label("article_id"), Article.edition, Article.site_article_id, Article.headline)
        .add_columns(Article.lead, Article.body, Article.canonical_url.label("url"))
        .add_columns((func.coalesce(Article.published_basis, "page") != "page").label("estimated"))
        .add_columns(Section.site_section_id, Section.name.label("section"))
        .outerjoin(Section, Section.id == Article.section_id)
    )
    found: dict[int, Row[Any]] = {}
    for part in chunks(sorted(by_id)):
        for row in connection.execute(query.where(Article.id.in_(part))):
            found[by_id[row.article_id]] = row
    return found


def _captions(connection: Connection, article_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {article_id: [] for article_id in article_ids}
    for part in chunks(article_ids):
        query = select(Image.article_id, Image.caption).where(Image.article_id.in_(part))
        for row in connection.execute(query.order_by(Image.article_id, Image.position)):
            if row.caption:
                found[row.article_id].append(row.caption)
    return found


def _hit(key: int, row: Row[Any], captions: list[str], wanted: list[Term]) -> Hit:
    printed = [row.lead, row.body, *captions]
    day = str(key // ID_SPAN)
    return Hit(
        **row._asdict(),
        local_date=date.fromisoformat(day) if len(day) == 8 else None,
        captions=captions,
        excerpt=excerpt(" ".join(" ".join(filter(None, printed)).split()), wanted),
    )
