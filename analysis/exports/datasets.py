"""What can be exported, as the formats and the command see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection

from analysis.exports.columns import Column
from analysis.exports.selection import Selection

CHUNK = 500
"""Rows that are held at a time."""

Rows = list[tuple[Any, ...]]
Condition = ColumnElement[bool]


class Dataset(Protocol):
    """Something that can be exported, row by row."""

    @property
    def name(self) -> str: ...

    @property
    def meaning(self) -> str: ...

    @property
    def columns(self) -> tuple[Column, ...]: ...

    @property
    def of_articles(self) -> bool:
        """Whether each row belongs to an article, so that a selection of articles has a meaning."""

    def count(self, connection: Connection, selection: Selection, *more: Condition) -> int:
        """How many rows :meth:`batches` will give."""

    def batches(
        self, connection: Connection, selection: Selection, names: Sequence[str], *more: Condition
    ) -> Iterator[Rows]:
        """The rows, some at a time, in an order that depends on the content only.

        :param names: the columns to give, in this order.
        :param more: further conditions on the table ``articles``.
        """


def stream(connection: Connection, query: Any) -> Iterator[Sequence[Any]]:
    """A query's rows, :data:`CHUNK` at a time; the database does not send more."""
    with connection.execute(query, execution_options={"yield_per": CHUNK}) as result:
        yield from result.partitions()
