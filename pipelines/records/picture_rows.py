"""The files of articles' pictures: what was archived of them, or why nothing was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
from sqlalchemy import Connection, func, or_, select

from pipelines.records.frontier_rows import pause_after
from pipelines.records.upsert import upsert
from schemas import items
from schemas.tables import Picture

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
