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

from attrs import frozen
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


_SUMS = {view.name for view in VIEWS if "GROUP BY" in view.select}
"""Views that sum up."""


@frozen
class Column:
    """A column."""

    name: str
    type: str
    """In words."""
    meaning: str
    example: str | None = None
    filled: float | None = None
    """Share of rows that have a value, 0 to 1; ``None`` if there is no row, or nobody asked."""


@frozen
class Entry:
    """A table or a view."""

    name: str
    kind: str
    """``table`` or ``view``."""
    meaning: str
    columns: tuple[Column, ...]
    rows: int | None = None


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
    """All tables and views, with examples from this database and how often each column is filled.

    Of views the rows are counted; the shares of their columns are those of the tables that they show.
    """
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
    # What may not be null is not counted, and a view is not gone through for each of its columns.
    declared = Table.metadata.tables.get(entry.name)
    nullable = [of.name for of in declared.c if of.nullable] if declared is not None else []
    counted = (func.count().label(" rows"), *(func.count(source.c[name]).label(name) for name in nullable))
    if entry.name in _SUMS:  # all of it must be computed for a row
        answer = connection.execute(select(source)).all()
        first, counts = next(iter(answer), None), {" rows": len(answer)}
    else:
        first = connection.execute(select(source).limit(1)).first()
        counts = dict(connection.execute(select(*counted).select_from(source)).mappings().one())
    rows = counts[" rows"]
    some: dict[str, Any] = first._asdict() if first else {}
    found = []
    for part in entry.columns:
        value, filled = some.get(part.name), counts.get(part.name, rows)
        if value is None and filled and part.name in nullable:
            of = source.c[part.name]
            value = connection.scalar(select(of).where(of.is_not(None)).limit(1))
        found.append(
            Column(
                name=part.name,
                type=part.type,
                meaning=part.meaning,
                example=None if value is None else _shown(value),
                filled=filled / rows if rows and entry.kind == "table" else None,
            )
        )
    return Entry(entry.name, entry.kind, entry.meaning, tuple(found), rows)


def _shown(value: Any) -> str:
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
