"""Captures as the table ``pages`` names them."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from archive import Capture
from archive.fields import field
from archive.records import digest_of
from newspapers import canonical_url, read_article_url
from schemas.items import ArchivedPage


def archived_page(capture: Capture, folder: str | Path | None) -> ArchivedPage:
    """Where a capture lies and what it is of.

    :param folder: ``ARCHIVE_DIR``; the file of a capture below it is named relative to it.
    """
    reference = read_article_url(capture.url)
    return ArchivedPage(
        url=canonical_url(capture.url) or capture.url,
        edition=reference.edition if reference else None,
        article_id=reference.article_id if reference else None,
        fetched_at=capture.fetched_at,
        status=capture.status or HTTPStatus.OK,  # a revisit record need not repeat it
        etag=field(capture.headers, "ETag"),
        last_modified=field(capture.headers, "Last-Modified"),
        digest=capture.digest or digest_of(capture.body),
        warc_file=_name(capture.file, folder),
        warc_offset=capture.offset,
        warc_skip=capture.skip,
        warc_length=capture.length,
        revisit=capture.revisit_of is not None,
    )


def _name(file: str, folder: str | Path | None) -> str:
    path = Path(file).resolve()
    own = Path(folder).resolve() if folder else None
    return str(path.relative_to(own)) if own and path.is_relative_to(own) else str(path)
