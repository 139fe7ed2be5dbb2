"""Archived pages: where in the archive each fetch lies."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from sqlalchemy import Connection, select

from pipelines.records.upsert import chunks, insert, insert_all, one_of
from schemas import items
from schemas.tables import Page

Place = tuple[str, int, int]
"""File, offset, skip."""


def write_pages(connection: Connection, pages: Iterable[items.ArchivedPage], run_id: int) -> None:
    """Point at archived pages; one that is known stays as it is."""
    rows = []
    for page in pages:
        row = attrs.asdict(page, recurse=False)
        row["edition"] = page.edition and str(page.edition)
        row["site_article_id"] = row.pop("article_id")
        rows.append(row | {"run_id": run_id})
    if rows:
        insert_all(connection, insert(connection, Page).on_conflict_do_nothing(), rows)


def page_ids(connection: Connection, articles: Iterable[items.Article]) -> dict[Place | None, int]:
    """Place -> row id of the pages that articles were read from."""
    place = (Page.warc_file, Page.warc_skip, Page.warc_offset)  # the offset last: by it they differ
    places = sorted({(page[0], page[2], page[1]) for article in articles if (page := article.page)})
    return {
        (row.warc_file, row.warc_offset, row.warc_skip): row.id
        for part in chunks(places)
        for row in connection.execute(select(Page.id, *place).where(one_of(place, part)))
    }
