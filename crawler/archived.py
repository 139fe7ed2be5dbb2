"""What lies in the archive, as the database names it, and what the crawl notes there for a lost database."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from cattrs.preconf.json import make_converter

from archive import Capture, Exchange, KeptRecord
from archive.fields import field
from archive.records import Headers, digest_of
from newspapers import canonical_url, read_article_url
from schemas.items import ArchivedPage, ArchiveIndex, Failure, WalkStep


def kept_page(exchange: Exchange, record: KeptRecord) -> ArchivedPage:
    """An answer that was written to our own archive."""
    return _page(
        exchange.url,
        exchange.response_headers,
        fetched_at=exchange.fetched_at,
        status=exchange.status,
        digest=record.digest,
        warc_file=record.file,
        warc_offset=record.offset,
        warc_length=record.length,
        revisit=record.revisit,
    )


def archived_page(capture: Capture, folder: str | Path | None) -> ArchivedPage:
    """A capture that lies in a file.

    :param folder: ``ARCHIVE_DIR``; the file of a capture below it is named relative to it.
    """
    return _page(
        capture.url,
        capture.headers,
        fetched_at=capture.fetched_at,
        status=capture.status or HTTPStatus.OK,  # a revisit record need not repeat it
        digest=capture.digest or digest_of(capture.body),
        warc_file=name_below(capture.file, folder),
        warc_offset=capture.offset,
        warc_skip=capture.skip,
        warc_length=capture.length,
        revisit=capture.revisit_of is not None,
    )


def _page(url: str, headers: Headers, **more: Any) -> ArchivedPage:
    reference = read_article_url(url)
    return ArchivedPage(
        url=canonical_url(url) or url,
        edition=reference.edition if reference else None,
        article_id=reference.article_id if reference else None,
        etag=field(headers, "ETag"),
        last_modified=field(headers, "Last-Modified"),
        **more,
    )


@lru_cache(maxsize=64)  # many captures lie in one file
def name_below(file: str, folder: str | Path | None) -> str:
    """What the database calls an archive file: relative to a folder, if it lies below it."""
    path = Path(file).resolve()
    own = Path(folder).resolve() if folder else None
    return str(path.relative_to(own)) if own and path.is_relative_to(own) else str(path)


Noted = WalkStep | ArchiveIndex | Failure

KINDS: tuple[type[Noted], ...] = (WalkStep, ArchiveIndex, Failure)
"""How far lists were walked, what web archives have, what could not be fetched or read."""

_converter = make_converter()


def to_note(item: Noted) -> bytes:
    """The note of an item."""
    return _converter.dumps({type(item).__name__: _converter.unstructure(item)}, ensure_ascii=False).encode()


def from_note(note: bytes | str) -> Noted | None:
    """The item of a note; ``None`` if it is none of ours.

    :raises ValueError: if it is damaged.
    """
    read: Any = _converter.loads(note, dict[str, Any])
    for kind in KINDS:
        if kind.__name__ in read:
            return _converter.structure(read[kind.__name__], kind)
    return None
