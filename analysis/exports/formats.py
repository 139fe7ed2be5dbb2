"""The files that an export is written as: CSV, JSON Lines and Parquet.

JSON Lines and Parquet keep every value exactly. Parquet and Zstandard need pyarrow, which is imported
only for them. CSV is for spreadsheets: it has no types, joins
lists, and its cells are escaped (:mod:`analysis.exports.spreadsheet`).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from analysis.exports.columns import Column, Type
from analysis.exports.spreadsheet import escape

BOM = "\ufeff"
LIST_SEPARATOR = "; "
"""Between the texts of a list in a CSV cell."""

ROW_GROUP_ROWS = 10_000
ROW_GROUP_BYTES = 8 * 1024 * 1024
"""A row group of a Parquet file is written when it has so many rows or bytes; until then it is in memory."""


class Format(StrEnum):
    """How an export is written."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        return {"csv": "text/csv", "jsonl": "application/jsonl"}.get(self, "application/vnd.apache.parquet")


class Compression(StrEnum):
    """How a text file is compressed."""

    GZIP = "gz"
    ZSTANDARD = "zst"


class TextWriter:
    """Writes rows as lines of text. Use it as a context manager; the file is complete at its end."""

    def __init__(
        self, path: Path, to_line: Callable[[Sequence[Any]], str], head: str, compression: Compression | None
    ) -> None:
        self._to_line = to_line
        self._open = ExitStack()
        self._file = self._open.enter_context(_open(path, compression))
        self._file.write(head.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        self._file.write("".join(map(self._to_line, rows)).encode())


def _open(path: Path, compression: Compression | None) -> Any:
    if compression is Compression.GZIP:
        return gzip.open(path, "wb", compresslevel=6)
    if compression is Compression.ZSTANDARD:
        import pyarrow

        return pyarrow.CompressedOutputStream(str(path), "zstd")
    return path.open("wb")


# --- CSV -------------------------------------------------------------------------------------------


def csv_writer(
    path: Path,
    columns: Sequence[Column],
    compression: Compression | None = None,
    *,
    bom: bool = False,
    escaped: bool = True,
) -> TextWriter:
    """CSV as RFC 4180 has it, with line feeds. Every text is quoted, so an empty cell without quotes is null.

    Quoting all texts also keeps a spreadsheet that splits at tabs or semicolons, too, from splitting
    them; the standard library quotes a text only where its own reader needs it.

    :param bom: begin with a byte order mark, by which Excel knows UTF-8.
    :param escaped: keep spreadsheets from taking a text for a formula.
    """
    guard = escape if escaped else str
    cells = [_CSV_CELLS.get(column.type, str) for column in columns]
    is_bare = [column.type in _BARE for column in columns]

    def cell(value: Any, to_text: Callable[[Any], str], bare: bool) -> str:
        if value is None:
            return ""
        text = to_text(value)
        return text if bare else '"' + guard(text).replace('"', '""') + '"'

    def line(row: Sequence[Any]) -> str:
        return ",".join(map(cell, row, cells, is_bare)) + "\n"

    head = ",".join(column.name for column in columns) + "\n"
    return TextWriter(path, line, BOM + head if bom else head, compression)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


_BARE = {Type.INTEGER, Type.NUMBER, Type.FLAG, Type.TIME, Type.DATE}
_CSV_CELLS: dict[Type, Callable[[Any], str]] = {
    Type.FLAG: lambda value: "true" if value else "false",
    Type.TIME: datetime.isoformat,
    Type.DATE: date.isoformat,
    Type.TEXTS: LIST_SEPARATOR.join,
    Type.PICTURES: _json,
    Type.JSON: _json,
}


# --- JSON Lines ------------------------------------------------------------------------------------


def jsonl_writer(path: Path, columns: Sequence[Column], compression: Compression | None = None) -> TextWriter:
    """One JSON object a line, in UTF-8; lists and documents are nested, times are ISO 8601."""
    names = [column.name for column in columns]

    def line(row: Sequence[Any]) -> str:
        return json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=_iso) + "\n"

    return TextWriter(path, line, "", compression)


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no form in JSON")


# --- Parquet ---------------------------------------------------------------------------------------


class ParquetWriter:
    """Writes rows as Parquet, a row group at a time. Use it as a context manager."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        import pyarrow
        from pyarrow import parquet

        # Arrow's own pool keeps some 50 MB that were used for a moment; the system's gives them back.
        pyarrow.set_memory_pool(pyarrow.system_memory_pool())
        self._arrow = pyarrow
        self._schema = _arrow_schema(columns)
        self._to_json = [column.type is Type.JSON for column in columns]
        self._writer = parquet.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            self._flush()
        self._writer.close()

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        values = list(zip(*rows, strict=True))
        arrays = [
            self._arrow.array(map(_json_or_none, column) if to_json else column, type=field.type)
            for column, field, to_json in zip(values, self._schema, self._to_json, strict=True)
        ]
        self._waiting.append(self._arrow.RecordBatch.from_arrays(arrays, schema=self._schema))
        if (
            sum(batch.num_rows for batch in self._waiting) >= ROW_GROUP_ROWS
            or sum(batch.nbytes for batch in self._waiting) >= ROW_GROUP_BYTES
        ):
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            # Each batch has met other values, so each has a dictionary of its own.
            table = self._arrow.Table.from_batches(self._waiting).unify_dictionaries()
            self._writer.write_table(table, row_group_size=table.num_rows)
            self._waiting.clear()


def _json_or_none(value: Any) -> str | None:
    return None if value is None else _json(value)


def _arrow_schema(columns: Sequence[Column]) -> Any:
    import pyarrow as pa

    picture = pa.struct([("url", pa.string()), ("caption", pa.string()), ("credit", pa.string())])
    types = {
        Type.TEXT: pa.string(),
        Type.CATEGORY: pa.dictionary(pa.int32(), pa.string()),
        Type.INTEGER: pa.int64(),
        Type.NUMBER: pa.float64(),
        Type.FLAG: pa.bool_(),
        Type.TIME: pa.timestamp("us", tz="UTC"),
        Type.DATE: pa.date32(),
        Type.TEXTS: pa.list_(pa.string()),
        Type.PICTURES: pa.list_(picture),
        Type.JSON: pa.string(),
    }
    return pa.schema(
        [
            pa.field(column.name, types[column.type], metadata={"description": column.meaning})
            for column in columns
        ]
    )
