"""News of the hour: what was published, edited and added while someone was looking."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tests.site.content.written import News, news
from tests.site.model import Piece, at

_WRITTEN_AT = at(2025, 1, 1, 12)
"""When somebody looked, by the times in ``fresh.toml``."""


def news_at(now: datetime) -> News:
    """Three articles of the last one and a half hours, these once edited, and five of the last half hour."""
    written = news()
    first, edited, new = (
        [_moved(piece, now) for piece in part] for part in (written.first, written.edited, written.new)
    )
    return News(first, edited, new)


def _moved(piece: Piece, now: datetime) -> Piece:
    """An article as it would be had somebody looked now."""
    truth = piece.truth
    posted = (now - (_WRITTEN_AT - truth.posted)).replace(second=0, microsecond=0)
    folder = f"/{posted.month}_{posted.year}/"
    pictures = tuple(replace(each, src=each.src.replace("/1_2025/", folder)) for each in truth.pictures)
    return replace(piece, truth=replace(truth, posted=posted, pictures=pictures))
