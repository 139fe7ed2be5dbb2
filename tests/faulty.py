"""A site on its bad days, and what its tests share."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from schemas import tables
from schemas.database import open_engine


def until(happened: Callable[[], Any], seconds: float = 60) -> None:
    """Wait for an event in another process."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.01)


def rows(database_url: str, table: type[tables.Table]) -> list[Any]:
    """Every row of a table."""
    engine = open_engine(database_url)
    with engine.connect() as connection:
        found = list(connection.execute(select(table)))
    engine.dispose()
    return found
