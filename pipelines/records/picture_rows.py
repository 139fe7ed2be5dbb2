"""The files of articles' pictures: what was archived of them, and which are still to be had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import Connection, func, or_, select

from archive import Original
from pipelines.records.frontier_rows import pause_after
from pipelines.records.upsert import upsert
from schemas import items
from schemas.tables import Article, Image, Picture

SAME_LOOK = 4
"""Bits of 64 in which the hashes of two pictures may differ that look the same: scaled or packed again."""

_DIGITS = 4
"""Of a hash, in a part of it: two that differ in three bits at most have one of four parts in common."""

_COLUMNS = tuple(column.name for column in Picture.__table__.c)


def write_pictures(connection: Connection, pictures: Iterable[items.PictureFile]) -> None:
    """Note what was archived, or why not. What is archived stays so if a later fetch fails."""
    for picture in pictures:
        row: dict[str, Any] = attrs.asdict(picture)
        row["tried_at"] = at = row.pop("at")
        before = connection.execute(select(Picture).where(Picture.url == picture.url)).first()
        if before is not None and before.reason is None:
            continue
        row |= {"attempts": 0, "next_try_at": None, "looks_like": None}
        if picture.revisit and not picture.phash:
            row |= _measures(connection, picture.digest)
        if row["reason"]:
            row["attempts"] = (before.attempts if before else 0) + 1
            row["next_try_at"] = at + pause_after(row["attempts"])
        elif row["phash"]:
            row["looks_like"] = _look(connection, row["phash"])
        upsert(connection, Picture, [row], _COLUMNS)


def lacking_pictures(
    connection: Connection, now: datetime, since: datetime | None, before: tuple[int, int], limit: int
) -> Sequence[Any]:
    """Pictures that are to be fetched by now, from the newest article on.

    :param since: only of articles that were seen then or later.
    :param before: row number of an article and position of a picture behind which to begin.
    :returns: for each ``article_id``, ``position``, ``url``, and ``canonical_url`` of the article.
    """
    is_behind = (Image.article_id < before[0]) | (
        (Image.article_id == before[0]) & (Image.position > before[1])
    )
    query = (
        select(Image.article_id, Image.position, Image.url, Article.canonical_url)
        .join(Article, Article.id == Image.article_id)
        .outerjoin(Picture, Picture.url == Image.url)
        .where(is_behind, Picture.url.is_(None) | (Picture.next_try_at <= now))
        .order_by(Image.article_id.desc(), Image.position)
        .limit(limit)
    )
    if since:
        query = query.where(Article.last_seen_at >= since)
    return connection.execute(query).all()


def archived_bytes(connection: Connection, digest: str) -> Original | None:
    """Where the bytes of this digest are archived."""
    query = select(Picture).where(Picture.digest == digest, Picture.revisit.is_(False)).limit(1)
    row = connection.execute(query).first()
    return row and Original(row.url, row.tried_at, digest)


def _measures(connection: Connection, digest: str | None) -> dict[str, Any]:
    """What is known of a picture by another address where the same bytes lay."""
    names = ("media_type", "bytes", "width", "height", "phash")
    same = (Picture.digest == digest) & Picture.revisit.is_(False)
    row = connection.execute(select(*(getattr(Picture, name) for name in names)).where(same)).first()
    return dict(row._mapping) if row else {"reason": "the bytes that it repeats are not archived"}  # noqa: SLF001


def _look(connection: Connection, phash: str) -> str:
    """The hash of the first picture that looks like one with this hash; its own, if there is none."""
    starts = range(1, len(phash) + 1, _DIGITS)
    parts = (
        func.substr(Picture.looks_like, start, _DIGITS) == phash[start - 1 :][:_DIGITS] for start in starts
    )
    found = connection.scalars(select(Picture.looks_like).distinct().where(or_(*parts)))
    alike = [look for look in found if look and _differing_bits(look, phash) <= SAME_LOOK]
    return min(alike, key=lambda look: (_differing_bits(look, phash), look), default=phash)


def _differing_bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()
