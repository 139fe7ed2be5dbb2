"""The keys of what a search finds, newest or oldest first, read from each database's index.

Both databases are asked in such a way that a page comes at once, for a word in every article as for one in
a hundred: as much of the index is read as the page needs.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any

from attrs import evolve, field, frozen
from sqlalchemy import Connection, text

from analysis.search.match import fts5, loosened, tsquery
from analysis.search.query import And, Node, Or, Term
from schemas.folding import fold
from schemas.part import Part
from schemas.search_index import ID_SPAN

NEAR = 16
"""On PostgreSQL that many articles are looked through for each hit of the page before the index is asked:
what stands in more than one article of sixteen fills the page from them."""

BEGINNINGS = 1000
"""Words with the same first letters that are looked up one by one on SQLite; there may be as many."""


class Sort(StrEnum):
    """In which order hits come."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@frozen
class Search:
    """What is searched, and where."""

    query: Node
    part: Part = field(factory=Part)
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    """The most hits of a page."""
    page: int = 1


def first_keys(connection: Connection, search: Search) -> list[int]:
    """The first hits by their keys, newest first unless the oldest are asked for; undated ones come last."""
    if search.sort is not Sort.OLDEST or search.part.since:
        return _keys(connection, search)
    found = _keys(connection, evolve(search, part=evolve(search.part, since=date.min)))
    if not search.part.until and len(found) < search.limit:
        found += _keys(connection, evolve(search, limit=search.limit - len(found)), undated=True)
    return found


def count(connection: Connection, search: Search, at_most: int) -> int:
    """How many articles are found; counting stops at a number."""
    sqlite = connection.dialect.name == "sqlite"
    statement, values = _fts5(connection, search) if sqlite else _indexed(search, order=False)
    counted = f"SELECT count(*) FROM ({statement} LIMIT :limit) s"
    return _ask(connection, counted, values | {"limit": at_most})[0]


def _keys(connection: Connection, search: Search, undated: bool = False) -> list[int]:
    sqlite = connection.dialect.name == "sqlite"
    ways = (
        [_fts5(connection, search, undated)]
        if sqlite
        else [_near(search, undated), _indexed(search, undated)]
    )
    found: list[int] = []
    for statement, values in ways:
        found = _ask(connection, f"{statement} LIMIT :limit", values | {"limit": search.limit})
        if len(found) == search.limit:
            break
    return found


def _ask(connection: Connection, query: str, values: dict[str, Any]) -> list[int]:
    if connection.dialect.name == "sqlite":
        return list(connection.scalars(text(query), values))
    # To its planner a scan of the table looks cheap: it does not know that the words lie outside of it.
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    found = list(connection.scalars(text(query), values))
    connection.execute(text("SET LOCAL enable_seqscan TO DEFAULT"))
    return found


def _between(search: Search, undated: bool, key: str) -> tuple[list[str], dict[str, Any]]:
    """The conditions of the days, and their values."""
    where: list[str] = []
    values: dict[str, Any] = {}
    if search.part.since or search.part.until:
        where.append(f"{key} >= :first")
        values["first"] = _day(search.part.since or date.min) * ID_SPAN
    if search.part.until:
        where.append(f"{key} < :after")
        values["after"] = (_day(search.part.until) + 1) * ID_SPAN
    if undated:
        where.append(f"{key} < {ID_SPAN}")
    return where, values


def _day(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _scope(search: Search) -> list[str]:
    """The words of the editions and sections that are searched; any of them will do."""
    return [f"section{section.edition}{section.section_id}" for section in search.part.sections] or [
        f"edition{edition}" for edition in search.part.editions
    ]


def _direction(search: Search) -> str:
    return "ASC" if search.sort is Sort.OLDEST else "DESC"


def in_words_of(database: str, search: Search) -> str:
    """A search in editions and sections as the index of a database takes it, to be kept and asked again.

    :param database: the name of SQLAlchemy's dialect.
    """
    scope = _scope(search)
    if database == "sqlite":
        match = fts5(search.query)
        return f"{match} AND scope : ({' OR '.join(scope)})" if scope else match
    match, listed = tsquery(search.query), " | ".join(f"'.{word}'" for word in scope)
    return f"{match} & ({listed})" if scope else match


# --- SQLite ----------------------------------------------------------------------------------------


def _fts5(connection: Connection, search: Search, undated: bool = False) -> tuple[str, dict[str, Any]]:
    where, values = _between(search, undated, "rowid")
    where.append("article_search MATCH :match")
    completed = evolve(search, query=_completed(connection, search.query))
    values["match"] = in_words_of("sqlite", completed)
    order = f"ORDER BY rowid {_direction(search)}"
    return f"SELECT rowid FROM article_search WHERE {' AND '.join(where)} {order}", values


def _completed(connection: Connection, node: Node) -> Node:
    """The search with the words themselves in place of their beginnings.

    FTS5 gathers all places of all words that begin so before it gives the first; of words that are named it
    reads what the page needs.
    """
    match node:
        case Term(words=(beginning,), prefix=True) if node.spelled == (fold(beginning) != beginning):
            words = _words(connection, beginning)
            if not words or len(words) > BEGINNINGS:
                return node
            return Or(tuple(evolve(node, words=(word,), prefix=False) for word in words))
        case Term():
            return node
        case Or():
            return Or(tuple(_completed(connection, part) for part in node.found))
        case And():
            return And(
                tuple(_completed(connection, part) for part in node.found),
                tuple(_completed(connection, part) for part in node.missing),
            )


def _words(connection: Connection, beginning: str) -> list[str]:
    """The words of the index that begin so, one more than :data:`BEGINNINGS` at most.

    Words of the other form are left out: FTS5 would look for them in vain through all articles.
    """
    query = "SELECT term FROM article_search_vocabulary WHERE term >= :beginning AND term < :end"
    values = {"beginning": beginning, "end": f"{beginning}\U0010ffff"}
    spelled = fold(beginning) != beginning
    words = (word for word in connection.scalars(text(query), values) if spelled or fold(word) == word)
    return list(islice(words, BEGINNINGS + 1))


# --- PostgreSQL ------------------------------------------------------------------------------------


def _near(search: Search, undated: bool) -> tuple[str, dict[str, Any]]:
    """Those among the newest (or oldest) articles, whose words are read one article after the other."""
    where, values = _between(search, undated, '"key"')
    order = f'ORDER BY "key" {_direction(search)}'
    among = f"WHERE {' AND '.join(where)}" if where else ""
    articles = f'SELECT "key", words FROM article_search {among} {order} LIMIT :near'
    values["near"] = NEAR * search.limit
    matching, wanted = _matching(search, search.query)
    return f'SELECT "key" FROM ({articles}) s WHERE {matching} {order}', values | wanted


def _indexed(search: Search, undated: bool = False, order: bool = True) -> tuple[str, dict[str, Any]]:
    """All of them, by the index of words: the order is that of a sum, which no index has."""
    loose = loosened(search.query)
    where, values = _between(search, undated, '"key"')
    matching, wanted = _matching(search, loose)
    conditions = " AND ".join([*where, matching])
    statement = f'SELECT "key", words FROM article_search WHERE {conditions}'
    if order:
        statement += f' ORDER BY "key" + 0 {_direction(search)}'
    if loose != search.query:
        # To know whether words are neighbours, an article's words must be read. They come in their order
        # and one by one, so that this ends when the page is full.
        statement = f"SELECT * FROM ({statement} OFFSET 0) s WHERE words @@ CAST(:exact AS tsquery)"
        values["exact"] = tsquery(search.query)
    return statement, values | wanted


def _matching(search: Search, query: Node) -> tuple[str, dict[str, Any]]:
    values = {"match": tsquery(query)}
    matching = "words @@ CAST(:match AS tsquery)"
    if scope := _scope(search):
        values["scope"] = " | ".join(f"'.{word}'" for word in scope)
        matching += " AND words @@ CAST(:scope AS tsquery)"
    return matching, values
