"""Archived pages: where in the archive each fetch lies."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from sqlalchemy import Connection, select

from pipelines.records.upsert import for_keys, upsert
from schemas import items
from schemas.items import Place
from schemas.tables import Page

PLACE = ("warc_file", "warc_offset", "warc_skip")


def write_pages(connection: Connection, pages: Iterable[items.ArchivedPage], run_id: int) -> None:
    """Point at archived pages; one that is known stays as it is."""
    rows = [attrs.asdict(page, recurse=False) | {"run_id": run_id} for page in pages]
    for row in rows:
        row["site_article_id"] = row.pop("article_id")
    upsert(connection, Page, rows, key=PLACE)


def page_ids(connection: Connection, articles: Iterable[items.Article]) -> dict[Place | None, int]:
    """Place -> row id of the pages that articles were read from."""
    key = (Page.warc_file, Page.warc_skip, Page.warc_offset)  # the offset last: by it they differ
    places = {(page[0], page[2], page[1]) for article in articles if (page := article.page)}
    return {
        (row.warc_file, row.warc_offset, row.warc_skip): row.id
        for row in for_keys(connection, select(Page.id, *key), key, places)
    }
