"""Archived pages of a part of the collection, for replay: as a WACZ file, or as the index of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from sqlalchemy import Connection, Row, Select, literal, select

from analysis.search.keys import Search, first_keys
from archive import DamagedError, read_at
from archive.fields import without_codings
from archive.records import Exchange
from archive.wacz_file import WaczWriter, cdxj_line
from archive.writer import response_member
from newspapers import HomeRef, ListRef, current, read_url
from pipelines.records.upsert import chunks, one_of
from schemas.part import Part
from schemas.search_index import ID_SPAN
from schemas.tables import Article, Image, Page, Picture, Section

MOST_HITS = 1_000_000

_PLACE = ("warc_file", "warc_offset", "warc_skip", "warc_length", "digest", "revisit", "url")
_PICTURES: Select[Any] = select(
    *(getattr(Picture, name) for name in _PLACE),
    Picture.tried_at.label("fetched_at"),
    literal(200).label("status"),
).where(Picture.reason.is_(None))
"""Those that are archived, with the names that pages have."""


@frozen
class Packed:
    """What went into a file."""

    articles: int
    lists: int
    records: int
    lost: list[str]
    """URLs of captures that could not be had."""


def pack(
    connection: Connection,
    folder: Path,
    target: Path,
    part: Part,
    search: Search | None,
    passed: Callable[[int], object],
) -> Packed:
    """Write a WACZ file of the articles of a part, and of the lists of its sections.

    :param folder: of the archive.
    :param search: only articles that it finds, and no lists.
    :param passed: is told of each capture that has been packed.
    :raises OSError: if the file cannot be written.
    """
    articles = _articles(connection, part, search)
    counts = {"articles": 0, "lists": 0, "records": 0}
    lost: list[str] = []
    packed = set[tuple[str, int, int]]()
    about = {"title": current().name, "description": f"{len(articles):,} articles"}
    with WaczWriter(target, about) as wacz:
        for kind, page, shown in _captures(connection, part, articles, lists=search is None):
            place = (page.warc_file, page.warc_offset, page.warc_skip)
            if place in packed:  # a picture of several articles
                continue
            packed.add(place)
            try:
                member = _member(folder, page)
            except (OSError, DamagedError) as error:
                lost.append(f"{page.url}: {error}")
                continue
            wacz.add_record(member, page)
            counts["records"] += 1
            passed(1)
            if shown:
                counts[kind] += 1
                wacz.add_page(page.url, page.fetched_at, **shown)
    return Packed(**counts, lost=lost)


def index_lines(connection: Connection) -> Iterator[str]:
    """The index of all archived pages and pictures that lie in a member of their own."""
    pages = select(Page).where(Page.warc_length.is_not(None))
    for query in (pages, _PICTURES.where(Picture.warc_length.is_not(None))):
        for page in connection.execute(query.execution_options(yield_per=1000)):
            yield cdxj_line(page, page.warc_file, page.warc_offset, page.warc_length)


def _articles(connection: Connection, part: Part, search: Search | None) -> dict[tuple[str, int], Row[Any]]:
    query = select(Article).where(*part.conditions())
    rows = list(connection.execute(query))
    if search:
        keys = first_keys(connection, evolve(search, part=part, limit=MOST_HITS))
        found = {key % ID_SPAN for key in keys}
        rows = [row for row in rows if row.id in found]
    return {(row.edition, row.site_article_id): row for row in rows}


def _captures(
    connection: Connection, part: Part, articles: dict[tuple[str, int], Row[Any]], *, lists: bool
) -> Iterator[tuple[str, Row[Any], dict[str, Any] | None]]:
    """The captures, and of the latest of each page what a reader is shown of it."""
    key = (Page.edition, Page.site_article_id)
    for keys in chunks(sorted(articles)):
        rows = connection.execute(select(Page).where(one_of(key, keys)).order_by(Page.id)).all()
        for page, is_last in _with_last(rows):
            yield "articles", page, _shown(articles[page.edition, page.site_article_id]) if is_last else None
        for picture in _pictures(connection, [articles[key].id for key in keys]):
            yield "pictures", picture, None
    if not lists or part.has_days:
        return
    names = {(row.edition, row.site_section_id): row.name for row in connection.execute(select(Section))}
    of_no_article = connection.execute(select(Page).where(Page.edition.is_(None)).order_by(Page.id)).all()
    for page, is_last in _with_last(of_no_article):
        named = read_url(page.url)
        if isinstance(named, ListRef | HomeRef):
            section = named.section_id if isinstance(named, ListRef) else None
            if part.has_section(named.edition, section):
                name = names.get((named.edition, section)) or current().name
                yield "lists", page, {"title": name, "text": ""} if is_last else None


def _pictures(connection: Connection, article_ids: list[int]) -> Iterator[Row[Any]]:
    """The pictures of articles, and those whose bytes they repeat."""
    urls = select(Image.url).where(Image.article_id.in_(article_ids))
    rows: list[Any] = list(connection.execute(_PICTURES.where(Picture.url.in_(urls))))
    for part in chunks([row.digest for row in rows if row.revisit]):
        same = _PICTURES.where(Picture.digest.in_(part), Picture.revisit.is_(False))
        rows += connection.execute(same)
    yield from rows


def _with_last(rows: Sequence[Row[Any]]) -> Iterator[tuple[Row[Any], bool]]:
    """Each capture, and whether it is the latest of its page that shows it."""
    last = {row.url: row.id for row in rows if row.status in (200, 304)}
    return ((row, last.get(row.url) == row.id) for row in rows)


def _shown(article: Row[Any]) -> dict[str, Any]:
    text = "\n\n".join(filter(None, (article.lead, article.body)))
    date = article.published_at and article.published_at.isoformat()
    return {"title": article.headline, "text": text, "published": date}


def _member(folder: Path, page: Row[Any]) -> bytes:
    """The record as it is packed; one that shares its member with others is made anew.

    :raises OSError: if it cannot be read.
    :raises DamagedError: if it is damaged.
    """
    path = folder / page.warc_file
    if page.warc_length is not None:
        with path.open("rb") as file:
            file.seek(page.warc_offset)
            member: bytes = file.read(page.warc_length)
        if len(member) == page.warc_length:
            return member
        raise OSError("the file ends before it")
    capture = read_at(path, page.warc_offset, page.warc_skip)
    exchange = Exchange(
        url=capture.url,
        status=page.status,
        body=capture.body,
        fetched_at=page.fetched_at,
        response_headers=without_codings(capture.headers),
    )
    return response_member(exchange)
