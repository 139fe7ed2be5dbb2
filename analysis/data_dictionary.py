"""The data dictionary: what each table, view and column means, with examples from the collection at hand.

Meanings come from the comments of the schema (``schemas/tables/``, ``schemas/views.py``);
examples and shares from the database.

``python -m analysis.data_dictionary`` writes the meanings into ``docs/tables.md``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, Float, Integer, column, func, select, table
from sqlalchemy.types import TypeDecorator, TypeEngine

from schemas.shown_columns import type_of
from schemas.tables import Table
from schemas.views import VIEWS

LONGEST_EXAMPLE = 60
"""Characters of an example; a longer one is cut."""

_TYPES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Boolean, "yes or no"),
    (DateTime, "time, UTC"),
    (Date, "day"),
    (JSON, "JSON"),
    (Float, "number"),
    (Integer, "whole number"),
)


@frozen
class Column:
    """A column."""

    name: str
    type: str
    """In words."""
    meaning: str
    example: str | None = None
    filled: float | None = None
    """Share of a table's rows that have a value, 0 to 1; ``None`` if there is no row, or nobody asked."""


@frozen
class Entry:
    """A table or a view."""

    name: str
    kind: str
    """``table`` or ``view``."""
    meaning: str
    columns: tuple[Column, ...]
    rows: int | None = None
    """Of a table, if somebody asked."""


def describe() -> list[Entry]:
    """All tables and views, without looking at a database."""
    tables = [
        Entry(
            name=one.name,
            kind="table",
            meaning=one.comment or "",
            columns=tuple(Column(part.name, _type(part.type), part.comment or "") for part in one.columns),
        )
        for one in Table.metadata.tables.values()
    ]
    views = [
        Entry(
            name=view.name,
            kind="view",
            meaning=view.comment,
            columns=tuple(
                Column(name, _type(type_of(name)), meaning) for name, meaning in view.columns.items()
            ),
        )
        for view in VIEWS
    ]
    return views + tables


def look_up(connection: Connection) -> list[Entry]:
    """All tables and views, with examples from this database and how often columns of tables are filled."""
    return [_with_figures(connection, entry) for entry in describe()]


def markdown(entry: Entry) -> str:
    """A table or view as the documentation has it."""
    lines = [f"### {entry.name}", "", entry.meaning, "", "| Column | Meaning |", "|---|---|"]
    for part in entry.columns:
        meaning = part.meaning.replace("|", "\\|")
        lines.append(f"| {part.name} | {meaning} |")
    return "\n".join(lines)


def renewed(page: str) -> str:
    """A page of documentation with its tables and views as the schema has them.

    Below the heading of each, its meaning and its columns are replaced; what is written behind them stays.
    """
    for entry in describe():
        block = re.search(
            rf"^### {entry.name}\n.*?^\| Column \|.*?(?=\n\n|\Z)", page, re.MULTILINE | re.DOTALL
        )
        if block:
            page = page[: block.start()] + markdown(entry) + page[block.end() :]
    return page


def _with_figures(connection: Connection, entry: Entry) -> Entry:
    source = table(entry.name, *(column(part.name) for part in entry.columns))
    row = connection.execute(select(source).limit(1)).first()
    first: dict[str, Any] = row._asdict() if row else {}
    if entry.kind == "view":  # its rows are those of tables, and to count all takes long
        columns = (evolve(part, example=_shown(first.get(part.name))) for part in entry.columns)
        return evolve(entry, columns=tuple(columns))
    nullable = [of.name for of in Table.metadata.tables[entry.name].c if of.nullable]
    counted = (func.count(source.c[name]).label(name) for name in nullable)
    counts = connection.execute(select(func.count().label(" rows"), *counted)).mappings().one()
    found, rows = [], counts[" rows"]
    for part in entry.columns:
        value, filled = first.get(part.name), counts.get(part.name, rows)
        if value is None and filled:
            of = source.c[part.name]
            value = connection.scalar(select(of).where(of.is_not(None)).limit(1))
        found.append(evolve(part, example=_shown(value), filled=filled / rows if rows else None))
    return evolve(entry, columns=tuple(found), rows=rows)


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    shown = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST_EXAMPLE else line[: LONGEST_EXAMPLE - 1] + "…"


def _type(kind: TypeEngine[Any]) -> str:
    plain = kind.impl if isinstance(kind, TypeDecorator) else kind
    plain = plain() if isinstance(plain, type) else plain
    return next((word for one, word in _TYPES if isinstance(plain, one)), "text")


if __name__ == "__main__":
    page = Path("docs/tables.md")
    page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
