"""What web archives could give."""

from __future__ import annotations

from sqlalchemy import Connection

from pipelines.records.frontier import write_links
from pipelines.records.upsert import upsert
from schemas import items
from schemas.tables import ArchivedCapture


def write_archive_index(connection: Connection, index: items.ArchiveIndex, found_by: str) -> None:
    """Remember captures; the articles that they are of are known to exist from now on."""
    rows = {
        (str(capture.edition), capture.article_id, capture.captured_at): {
            "archive": index.archive,
            "edition": str(capture.edition),
            "site_article_id": capture.article_id,
            "captured_at": capture.captured_at,
            "url": capture.url,
            "listed_at": index.at,
        }
        for capture in index.captures
    }
    upsert(connection, ArchivedCapture, rows, ["listed_at"])
    write_links(connection, ((capture, index.at) for capture in index.captures), found_by)
