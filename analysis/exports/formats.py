"""The files that an export is written as: CSV, JSON Lines and Parquet.

JSON Lines and Parquet keep every value exactly. Parquet and Zstandard need pyarrow, which is imported
only for them. CSV is for spreadsheets: it has no types, joins lists, and its cells are escaped
(:mod:`schemas.spreadsheet`).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from analysis.exports.datasets import Column, Rows, Type
from schemas.spreadsheet import LIST_SEPARATOR, escape
from schemas.view_dialects import PICTURE_FIELDS

BOM = "\ufeff"
Write = Callable[[Rows], None]
"""Appends rows to a file."""


class Format(StrEnum):
    """How an export is written."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        """As HTTP calls it."""
        return {"csv": "text/csv", "jsonl": "application/jsonl"}.get(self, "application/vnd.apache.parquet")


class Compression(StrEnum):
    """How a text file is compressed."""

    GZIP = "gz"
    ZSTANDARD = "zst"


@contextmanager
def written(
    path: Path,
    columns: Sequence[Column],
    format_: Format,
    compression: Compression | None = None,
    *,
    bom: bool = False,
) -> Iterator[Write]:
    """A file of one of the formats, complete at the end of the block.

    :param bom: begin a CSV with a byte order mark, by which Excel knows UTF-8.
    :raises ModuleNotFoundError: if the format needs pyarrow and it is not installed.
    """
    if format_ is Format.PARQUET:
        with _parquet(path, columns) as write:
            yield write
        return
    to_line = _csv_line(columns) if format_ is Format.CSV else _json_line(columns)
    with _open(path, compression) as file:
        if format_ is Format.CSV:
            head = ",".join(column.name for column in columns) + "\n"
            file.write(f"{BOM if bom else ''}{head}".encode())

        def write(rows: Rows) -> None:
            file.write("".join(map(to_line, rows)).encode())

        yield write


def _open(path: Path, compression: Compression | None) -> Any:
    if compression is Compression.GZIP:
        return gzip.open(path, "wb", compresslevel=6)
    if compression is Compression.ZSTANDARD:
        import pyarrow

        return pyarrow.CompressedOutputStream(str(path), "zstd")
    return path.open("wb")


# --- CSV -------------------------------------------------------------------------------------------


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


def _csv_line(columns: Sequence[Column]) -> Callable[[Sequence[Any]], str]:
    """CSV as RFC 4180 has it, with line feeds. Every text is quoted, so an empty cell without quotes is null.

    Quoting all texts also keeps a spreadsheet that splits at tabs or semicolons, too, from splitting
    them; the standard library quotes a text only where its own reader needs it.
    """
    cells = [_CSV_CELLS.get(column.type, str) for column in columns]
    is_bare = [column.type in _BARE for column in columns]

    def cell(value: Any, to_text: Callable[[Any], str], bare: bool) -> str:
        if value is None:
            return ""
        text = to_text(value)
        return text if bare else '"' + escape(text).replace('"', '""') + '"'

    return lambda row: ",".join(map(cell, row, cells, is_bare)) + "\n"


# --- JSON Lines ------------------------------------------------------------------------------------


def _json_line(columns: Sequence[Column]) -> Callable[[Sequence[Any]], str]:
    """One JSON object a line, in UTF-8; lists and documents are nested, times are ISO 8601."""
    names = [column.name for column in columns]
    to_json = json.JSONEncoder(ensure_ascii=False, default=lambda moment: moment.isoformat()).encode
    return lambda row: to_json(dict(zip(names, row, strict=True))) + "\n"


# --- Parquet ---------------------------------------------------------------------------------------


@contextmanager
def _parquet(path: Path, columns: Sequence[Column]) -> Iterator[Write]:
    """Parquet, a row group at a time."""
    import pyarrow
    from pyarrow import parquet

    # Arrow's own pool keeps some 50 MB that were used for a moment; the system's gives them back.
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    schema = _arrow_schema(columns)

    def array(values: Sequence[Any], column: Column, kind: Any) -> Any:
        if column.type is Type.JSON:
            values = [None if value is None else _json(value) for value in values]
        return pyarrow.array(values, type=kind)

    with parquet.ParquetWriter(path, schema, compression="zstd") as file:

        def write(rows: Rows) -> None:
            arrays = map(array, zip(*rows, strict=True), columns, schema.types)
            file.write_batch(pyarrow.RecordBatch.from_arrays(list(arrays), schema=schema))

        yield write


def _arrow_schema(columns: Sequence[Column]) -> Any:
    import pyarrow as pa

    told = {str: pa.string(), int: pa.int64()}
    picture = pa.struct([(name, told[kind]) for name, (_, kind) in PICTURE_FIELDS.items()])
    types = {
        Type.TEXT: pa.string(),
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
