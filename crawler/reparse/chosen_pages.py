"""Which archived pages are to be read again, and where each lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from http import HTTPStatus
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, false, func, or_, select, tuple_

from crawler.parser_build import parser_build
from newspapers import read_article_url
from pipelines.records.upsert import chunks, one_of
from pipelines.retry import RetryPolicy
from schemas.items import PageCopy
from schemas.part import Part
from schemas.tables import Article, Page

ARTICLES_AT_ONCE = 500
PAGES_IN_GROUP = 24
"""Pages that one process reads before it hands them back: some tenths of a second of work."""

Originals = dict[str, Row[Any]]
"""Digest -> the page that holds the payload."""

Pages = tuple[Sequence[Row[Any]], Originals]
"""Some pages, and those whose payloads they repeat."""


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
    is_chosen = and_(Page.edition == keys.c.edition, Page.site_article_id == keys.c.site_article_id)
    of_articles = select(func.count()).select_from(Page).join(keys, is_chosen)
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
    lists = _lists(engine, retry) if selection.is_everything else iter(())
    group: list[PageCopy] = []
    for pages, originals in chain(lists, _articles(engine, retry, selection)):
        group += [_copy(page, folder, originals) for page in pages]
        if len(group) >= PAGES_IN_GROUP:
            yield group
            group = []
    if group:
        yield group


def _lists(engine: Engine, retry: RetryPolicy) -> Iterator[Pages]:
    """The pages that are of no article, one by one, in order of time."""
    last: tuple[datetime, int] | None = None

    def following() -> Pages:
        query = select(Page).where(Page.edition.is_(None)).order_by(Page.fetched_at, Page.id)
        if last:
            query = query.where(tuple_(Page.fetched_at, Page.id) > last)
        with engine.connect() as connection:
            return _with_originals(connection, connection.execute(query.limit(ARTICLES_AT_ONCE)).all())

    while (read := retry.run_now(following))[0]:
        rows, originals = read
        yield from (([row], originals) for row in rows)
        last = rows[-1].fetched_at, rows[-1].id


def _articles(engine: Engine, retry: RetryPolicy, selection: Selection) -> Iterator[Pages]:
    """The pages of one article after the other."""
    last: tuple[str, int] | None = None
    key = (Page.edition, Page.site_article_id)

    def following() -> Pages:
        chosen = _keys(selection).order_by(*key).limit(ARTICLES_AT_ONCE)
        if last:
            chosen = chosen.where(tuple_(*key) > last)
        query = select(Page).order_by(*key, Page.fetched_at, Page.id)
        with engine.connect() as connection:
            keys = [tuple(row) for row in connection.execute(chosen)]
            rows = connection.execute(query.where(one_of(key, keys))).all() if keys else ()
            return _with_originals(connection, rows)

    while (read := retry.run_now(following))[0]:
        rows, originals = read
        for _, of_one in groupby(rows, key=lambda row: (row.edition, row.site_article_id)):
            pages = list(of_one)
            if _is_of_sections(pages, selection):
                yield pages, originals
        last = rows[-1].edition, rows[-1].site_article_id


def _with_originals(connection: Connection, rows: Sequence[Row[Any]]) -> Pages:
    # Of two with the same payload the last: an earlier one may be marked as truncated.
    originals = {page.digest: page for page in rows if not page.revisit}
    missing = sorted({page.digest for page in rows if page.revisit} - originals.keys())
    for part in chunks(missing):  # of another address, or a list's
        repeated = select(Page).where(~Page.revisit, Page.digest.in_(part)).order_by(Page.fetched_at)
        originals.update({page.digest: page for page in connection.execute(repeated)})
    return rows, originals


def _is_of_sections(pages: Iterable[Row[Any]], selection: Selection) -> bool:
    """Whether an article is of the sections asked for; one that is not collected, by its URLs."""
    if not (selection.missing and selection.sections):
        return True
    references = [read_article_url(page.url) for page in pages]
    return any(reference and reference.section in selection.sections for reference in references)


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
    if "/" not in parser:
        return Article.parser.startswith(f"{parser}/")
    return or_(Article.parser == parser, Article.parser.startswith(f"{parser}:"))  # ":doubtful"
