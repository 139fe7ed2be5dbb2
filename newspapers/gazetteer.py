"""Places that a newspaper writes about: districts and communes by name, with what has become of them."""

from __future__ import annotations

import csv
from importlib.resources.abc import Traversable

from attrs import frozen


@frozen
class Place:
    """A district or a commune, as it was before the units of July 2025."""

    id: int
    """The number that the General Statistics Office gave it."""
    kind: str
    """``huyện``, ``thành phố``, ``xã``, ``phường`` or ``thị trấn``."""
    name: str
    """Without its kind: ``Lạc Sơn``."""
    district_id: int | None
    """Of a commune: the district it was in."""
    latitude: float
    """Degrees, of its middle."""
    longitude: float
    successor: str | None = None
    """The unit of July 2025 that the commune, or most of it, went to: ``Xã Thượng Cốc``."""
    successor_latitude: float | None = None
    successor_longitude: float | None = None


def read_places(file: Traversable) -> tuple[Place, ...]:
    """Read a list of places, districts before communes: a CSV file with a column for each attribute.

    It may lie in an egg, as scrapyd imports it.
    """
    with file.open(encoding="utf-8") as lines:
        return tuple(
            Place(
                id=int(row["id"]),
                kind=row["kind"],
                name=row["name"],
                district_id=int(row["district_id"]) if row["district_id"] else None,
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
                successor=row["successor"] or None,
                successor_latitude=float(row["successor_latitude"]) if row["successor"] else None,
                successor_longitude=float(row["successor_longitude"]) if row["successor"] else None,
            )
            for row in csv.DictReader(lines)
        )
