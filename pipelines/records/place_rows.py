"""The places that articles name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

import attrs
from sqlalchemy import Connection

from newspapers import current
from pipelines.place_names import PlaceFinder
from pipelines.records.upsert import upsert
from schemas import items
from schemas.tables import Place


def place_rows(connection: Connection, written: Iterable[tuple[int, items.Article]]) -> list[dict[str, Any]]:
    """Rows of the places that articles name; the places that were not named before are written."""
    rows = [
        {"article_id": article_id, "place_id": place_id, "mentions": mentions, "sure": sure}
        for article_id, article in written
        for (place_id, sure), mentions in _named(article).items()
    ]
    named = {row["place_id"] for row in rows}
    communes = [place for place in current().places if place.id in named and place.district_id]
    named |= {place.district_id or 0 for place in communes}
    districts = [place for place in current().places if place.id in named and not place.district_id]
    for places in districts, communes:  # communes refer to districts
        upsert(connection, Place, map(attrs.asdict, places))
    return rows


def _named(article: items.Article) -> Counter[tuple[int, bool]]:
    """How often an article names each place; a place that it names for sure is not noted as unsure, too."""
    text = "\n\n".join(filter(None, (article.headline, article.lead, *article.body)))
    found = Counter((mention.place.id, mention.sure) for mention in _finder().find(text))
    for place_id, sure in list(found):
        if not sure and (place_id, True) in found:
            found[place_id, True] += found.pop((place_id, False))
    return found


@cache
def _finder() -> PlaceFinder:
    return PlaceFinder(current().places, current().province)
