"""Which archived pages are to be read again, and where each lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, false, func, or_, select, tuple_

from crawler.parser_build import parser_build
from newspapers import read_article_url
from pipelines.records.upsert import one_of
from pipelines.retry import RetryPolicy
from schemas.items import PageCopy
from schemas.part import Part
from schemas.tables import Article, Page

ARTICLES_AT_ONCE = 500
PAGES_IN_GROUP = 24
"""Pages that one process reads before it hands them back: some tenths of a second of work."""

Key = tuple[str, int]


@frozen
class Selection(Part):
    """Which articles are to be read again. Nothing chosen: every archived page, lists included."""

    parsers: tuple[str, ...] = ()
    """Layouts by name and version (``post/1``), or by name (``post``), that read what is stored."""
    outdated: bool = False
    """Only what other code than the present read."""
    missing: bool = False
    """Only articles of which pages are archived and none could be read."""

    @property
    def is_everything(self) -> bool:
        return self == Selection()


def count_pages(engine: Engine, selection: Selection) -> int:
    """How many archived pages are to be read."""
    keys = _keys(selection).subquery()
    of_articles = (
        select(func.count())
        .select_from(Page)
        .join(keys, and_(Page.edition == keys.c.edition, Page.site_article_id == keys.c.site_article_id))
    )
    with engine.connect() as connection:
        count = connection.scalar(of_articles) or 0
        if selection.is_everything:
            count += connection.scalar(select(func.count()).where(Page.edition.is_(None))) or 0
    return count


def copies(
    engine: Engine, retry: RetryPolicy, selection: Selection, folder: Path
) -> Iterator[list[PageCopy]]:
    """Archived pages in groups of some articles, all pages of an article together and in order of time.

    Lists come first, so that an article that they show is found there. No transaction stays open
    between two groups.

    :raises StorageError: if the database did not answer for as long as ``retry`` says.
    """
    if selection.is_everything:
        yield from list_copies(engine, retry, folder)
    yield from article_copies(engine, retry, selection, folder)


def article_copies(
    engine: Engine, retry: RetryPolicy, selection: Selection, folder: Path
) -> Iterator[list[PageCopy]]:
    """Those of :func:`copies` that are of articles."""
    group: list[PageCopy] = []
    for pages in _pages_of_articles(engine, retry, selection):
        group += _copies_of(pages, folder)
        if len(group) >= PAGES_IN_GROUP:
            yield group
            group = []
    if group:
        yield group


def list_copies(engine: Engine, retry: RetryPolicy, folder: Path) -> Iterator[list[PageCopy]]:
    """Those of :func:`copies` that are of no article, in order of time."""
    last: tuple[datetime, int] | None = None
    while True:
        rows, originals = retry.run_now(partial(_next_lists, engine, last))
        if not rows:
            return
        found = [_copy(row, folder, originals) for row in rows]
        for start in range(0, len(found), PAGES_IN_GROUP):
            yield found[start : start + PAGES_IN_GROUP]
        last = rows[-1].fetched_at, rows[-1].id


def _next_lists(
    engine: Engine, last: tuple[datetime, int] | None
) -> tuple[Sequence[Row[Any]], dict[str, Row[Any]]]:
    query = select(Page).where(Page.edition.is_(None)).order_by(Page.fetched_at, Page.id)
    if last:
        query = query.where(tuple_(Page.fetched_at, Page.id) > last)
    with engine.connect() as connection:
        rows = connection.execute(query.limit(ARTICLES_AT_ONCE)).all()
        return rows, _originals(connection, rows)


def _pages_of_articles(engine: Engine, retry: RetryPolicy, selection: Selection) -> Iterator[list[Row[Any]]]:
    last: Key | None = None
    while True:
        keys, rows = retry.run_now(partial(_next_articles, engine, selection, last))
        if not keys:
            return
        for _, of_one in groupby(rows, key=lambda row: (row.edition, row.site_article_id)):
            found = list(of_one)
            if _is_of_sections(found, selection):
                yield found
        last = keys[-1]


def _next_articles(
    engine: Engine, selection: Selection, last: Key | None
) -> tuple[list[Key], Sequence[Row[Any]]]:
    keys = _next_keys(engine, selection, last, ARTICLES_AT_ONCE)
    if not keys:
        return [], []
    pages = select(Page).order_by(Page.edition, Page.site_article_id, Page.fetched_at, Page.id)
    with engine.connect() as connection:
        of_keys = pages.where(one_of((Page.edition, Page.site_article_id), keys))
        return keys, connection.execute(of_keys).all()


def _next_keys(engine: Engine, selection: Selection, last: Key | None, most: int) -> list[Key]:
    query = _keys(selection).order_by(Page.edition, Page.site_article_id).limit(most)
    if last:
        query = query.where(tuple_(Page.edition, Page.site_article_id) > last)
    with engine.connect() as connection:
        return [(row[0], row[1]) for row in connection.execute(query)]


def _is_of_sections(pages: Iterable[Row[Any]], selection: Selection) -> bool:
    """Whether an article is of the sections asked for; one that is not collected, by its URLs."""
    if not (selection.missing and selection.sections):
        return True
    references = [read_article_url(page.url) for page in pages]
    return any(reference and reference.section in selection.sections for reference in references)


def _copies_of(pages: Sequence[Row[Any]], folder: Path) -> list[PageCopy]:
    originals = {page.digest: page for page in reversed(pages) if not page.revisit}
    return [_copy(page, folder, originals) for page in pages]


def _originals(connection: Connection, pages: Iterable[Row[Any]]) -> dict[str, Row[Any]]:
    digests = sorted({page.digest for page in pages if page.revisit})
    query = select(Page).where(Page.edition.is_(None), ~Page.revisit, Page.digest.in_(digests))
    return {page.digest: page for page in connection.execute(query)} if digests else {}


def _copy(page: Row[Any], folder: Path, originals: dict[str, Row[Any]]) -> PageCopy:
    holder = originals.get(page.digest) if page.revisit else page
    return PageCopy(
        page_id=page.id,
        url=page.url,
        fetched_at=page.fetched_at,
        status=page.status,
        etag=page.etag,
        last_modified=page.last_modified,
        place=(page.warc_file, page.warc_offset, page.warc_skip),
        payload=(folder / holder.warc_file, holder.warc_offset, holder.warc_skip) if holder else None,
    )


def _keys(selection: Selection) -> Any:
    """The articles that are chosen and of which pages are archived."""
    query: Any = select(Page.edition, Page.site_article_id).where(Page.edition.is_not(None)).distinct()
    if selection.editions:
        query = query.where(Page.edition.in_(selection.editions))
    if selection.is_everything or selection == Selection(editions=selection.editions):
        return query
    of_page = and_(Article.edition == Page.edition, Article.site_article_id == Page.site_article_id)
    if selection.missing:
        return query.outerjoin(Article, of_page).where(Article.id.is_(None), Page.status == HTTPStatus.OK)
    query = query.join(Article, of_page).where(*selection.conditions())
    if selection.parsers:
        query = query.where(or_(false(), *map(_is_read_by, selection.parsers)))
    if selection.outdated:
        query = query.where(Article.parser_build.is_distinct_from(parser_build()))
    return query


def _is_read_by(parser: str) -> ColumnElement[bool]:
    return Article.parser == parser if "/" in parser else Article.parser.startswith(f"{parser}/")
