"""INSERT with ON CONFLICT, which both databases spell alike but SQLAlchemy keeps in two places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

T = TypeVar("T")

LOOK_UP = 400
"""How many keys one look-up query names: far below the parameter limits of both databases."""


def insert(connection: Connection, table: type[DeclarativeBase]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT into a table that understands ``on_conflict_do_…`` on this connection's database."""
    target = table.__table__
    assert isinstance(target, Table)  # noqa: S101 - tells the type checker
    return postgresql.insert(target) if connection.dialect.name == "postgresql" else sqlite.insert(target)


def chunks(values: Sequence[T], size: int = LOOK_UP) -> Iterator[Sequence[T]]:
    """Consecutive parts of a sequence, each small enough for one query."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
