"""What both databases can do, in the form that each does well: INSERT with ON CONFLICT, look-ups by key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Delete,
    Insert,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

T = TypeVar("T")

AnyRow = Row[*tuple[Any, ...]]

LOOK_UP = 400
"""How many keys one look-up query names: far below the parameter limits of both databases."""


def insert_rows(
    connection: Connection, table: type[DeclarativeBase], rows: Sequence[dict[str, Any]], *returning: Any
) -> Sequence[AnyRow]:
    """Insert rows that name the same columns.

    :param returning: columns that are asked for; their rows come in any order.
    """
    if not rows:
        return ()
    statement = _insert(connection, table)
    if returning:
        return _execute(connection, statement.returning(*returning), rows).all()
    _execute(connection, statement, rows)
    return ()


def upsert(
    connection: Connection,
    table: type[DeclarativeBase],
    rows: Iterable[dict[str, Any]],
    replace: Sequence[str] | Callable[[Any], Mapping[str, Any]] = (),
    *,
    key: Sequence[str] | None = None,
    where: Callable[[Any], ColumnElement[bool]] | None = None,
) -> int:
    """Insert rows, and change those that are there; how many were written.

    Of several rows with one key the last counts. They are taken in the order of their keys: two transactions
    that meet at the same rows must take them in one order.

    :param replace: names of columns to replace, or what gives the new values of columns, given the columns of
        the rows to be inserted. Without it a row that is there stays as it is.
    :param key: columns by which a row is known; without them the primary key.
    :param where: which rows that are there are changed at all, given the same.
    """
    key = key or [column.name for column in table.__mapper__.primary_key]
    by_key = {tuple(row[name] for name in key): row for row in rows}
    if not by_key:
        return 0
    statement = _insert(connection, table)
    new = statement.excluded
    if replace:
        values = replace(new) if callable(replace) else {name: new[name] for name in replace}
        condition = where(new) if where else None
        statement = statement.on_conflict_do_update(index_elements=key, set_=values, where=condition)
    else:
        statement = statement.on_conflict_do_nothing()
    return _execute(connection, statement, [by_key[its] for its in sorted(by_key)]).rowcount


def for_keys(
    connection: Connection,
    statement: Select[*tuple[Any, ...]] | Update | Delete,
    key: Any,
    keys: Iterable[Any],
) -> Iterator[AnyRow]:
    """Execute a statement for the rows that have one of these keys; the rows that it gives.

    :param key: a column, or several; then each key is a tuple.
    """
    parts = chunks(sorted(set(keys)))
    results = [connection.execute(statement.where(one_of(key, part))) for part in parts]
    return chain.from_iterable(result for result in results if result.returns_rows)


def hanging_on(
    connection: Connection, table: type[Any], article_ids: Iterable[int]
) -> dict[int, list[dict[str, Any]]]:
    """The rows of a table that belong to articles, by the article's row id, in the order of their keys."""
    query = select(table).order_by(*table.__mapper__.primary_key)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in for_keys(connection, query, table.article_id, article_ids):
        values = row._asdict()
        found[values.pop("article_id")].append(values)
    return found


def chunks(values: Sequence[T], size: int = LOOK_UP) -> Iterator[Sequence[T]]:
    """Consecutive parts of a sequence, each small enough for one query."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def one_of(key: Any, keys: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a row's key, a column or several, is one of these.

    Not ``(a, b) IN ((1, 2), …)``: SQLite reads the whole table for that, whatever indexes there are.
    """
    if not isinstance(key, tuple):
        return key.in_(keys)  # type: ignore[no-any-return]
    *first, last = key
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for *beginning, end in keys:
        groups[tuple(beginning)].append(end)
    return or_(
        *(
            and_(*(column == value for column, value in zip(first, beginning, strict=True)), last.in_(ends))
            for beginning, ends in groups.items()
        )
    )


def _insert(connection: Connection, table: type[DeclarativeBase]) -> sqlite.Insert | postgresql.Insert:
    is_postgresql = connection.dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


def _execute(
    connection: Connection, statement: Insert, rows: Sequence[dict[str, Any]]
) -> CursorResult[*tuple[Any, ...]]:
    """Insert rows; PostgreSQL is sent one array for each column.

    A statement for each row costs both sides several times as much; but SQLite lives in this process.
    """
    if connection.dialect.name != "postgresql":
        return connection.execute(statement, rows)
    columns = [statement.table.c[name] for name in rows[0]]
    arrays = (
        bindparam(None, [row[column.name] for row in rows], type_=postgresql.ARRAY(column.type, dimensions=1))
        for column in columns
    )
    given = func.unnest(*arrays).table_valued(*(column.name for column in columns)).render_derived()
    return connection.execute(statement.from_select(columns, select(given)))
