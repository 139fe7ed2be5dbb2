"""What both databases can do, in the form that each does well: INSERT with ON CONFLICT, look-ups by key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Insert,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
)
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


def insert_all(
    connection: Connection, statement: Insert, rows: Sequence[dict[str, Any]]
) -> CursorResult[Any]:
    """Execute an INSERT, perhaps with RETURNING, for rows that name the same columns.

    PostgreSQL is sent one array for each column: a statement for each row costs both sides several times as
    much. SQLite lives in this process.
    """
    if connection.dialect.name != "postgresql":
        return connection.execute(statement, rows)
    columns = [statement.table.c[name] for name in rows[0]]
    arrays = (
        bindparam(None, [row[column.name] for row in rows], type_=postgresql.ARRAY(column.type))
        for column in columns
    )
    given = func.unnest(*arrays).table_valued(*(column.name for column in columns)).render_derived()
    return connection.execute(statement.from_select(columns, select(given)))


def upsert(
    connection: Connection,
    table: type[DeclarativeBase],
    rows: Mapping[Any, dict[str, Any]],
    replace: Sequence[str] = (),
    where: Callable[[Any], ColumnElement[bool]] | None = None,
) -> None:
    """Insert rows, and replace some columns of those whose primary key is there.

    :param rows: by what sorts them: two transactions that meet at the same rows must take them in one order.
    :param replace: names of columns; none: a row that is there stays as it is.
    :param where: which rows that are there are replaced at all, given the columns of those to be inserted.
    """
    if not rows:
        return
    statement = insert(connection, table)
    new = statement.excluded
    if replace:
        statement = statement.on_conflict_do_update(
            index_elements=[column.name for column in table.__mapper__.primary_key],
            set_={name: new[name] for name in replace},
            where=where(new) if where else None,
        )
    else:
        statement = statement.on_conflict_do_nothing()
    insert_all(connection, statement, [rows[key] for key in sorted(rows)])


def chunks(values: Sequence[T], size: int = LOOK_UP) -> Iterator[Sequence[T]]:
    """Consecutive parts of a sequence, each small enough for one query."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def one_of(columns: Sequence[Any], keys: Iterable[tuple[Any, ...]]) -> ColumnElement[bool]:
    """Whether a row's key, of several columns, is one of these.

    Not ``(a, b) IN ((1, 2), …)``: SQLite reads the whole table for that, whatever indexes there are.
    """
    *first, last = columns
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for *beginning, end in keys:
        groups[tuple(beginning)].append(end)
    return or_(
        *(
            and_(*(column == value for column, value in zip(first, beginning, strict=True)), last.in_(ends))
            for beginning, ends in groups.items()
        )
    )
