"""Places that a newspaper writes about: districts and communes by name, with what has become of them."""

from __future__ import annotations

import csv
from importlib.resources.abc import Traversable

import cattrs
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
        rows = ({name: value or None for name, value in row.items()} for row in csv.DictReader(lines))
        return tuple(cattrs.structure(row, Place) for row in rows)
