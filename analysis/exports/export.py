"""One export from the first row to the description: all of one moment, complete or absent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol, Self

from attrs import Factory, evolve, frozen
from sqlalchemy import URL, Connection, Engine, and_, func, select

from analysis.exports.columns import Column
from analysis.exports.datasets import Condition, Dataset, Rows
from analysis.exports.formats import Compression, Format, ParquetWriter, csv_writer, jsonl_writer
from analysis.exports.package import WrittenFile, describe, sidecar_of, write_description
from analysis.exports.selection import Selection, midnight
from analysis.exports.target import check_target, complete_or_absent
from newspapers.baohoabinh.numbering import ZONE
from schemas.database import schema_version
from schemas.tables import Article

UNDATED = 0
"""What stands for the year of articles without a date: pandas cannot read a partition that is null."""


class Writer(Protocol):
    """A file that rows are appended to."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def write(self, rows: Rows) -> None: ...


@frozen
class Request:
    """What is to be exported, and how."""

    dataset: Dataset
    output: Path
    format: Format
    selection: Selection = Factory(Selection)
    names: tuple[str, ...] = ()
    """Columns to write, in this order; none named: all."""
    compression: Compression | None = None
    bom: bool = False
    escaped: bool = True
    by_year: bool = False
    """Write a folder with a Parquet file for each year of publication."""
    replace: bool = False

    @property
    def columns(self) -> list[Column]:
        of_name = {column.name: column for column in self.dataset.columns}
        return [of_name[name] for name in self.names or of_name]


@frozen
class Result:
    """What was written."""

    rows: int
    bytes: int
    undated: int
    """Rows that were left out because their article has no date and only some days were asked for."""


class Progress(Protocol):
    """Whoever wants to know how far an export is."""

    def start(self, rows: int) -> None:
        """So many rows will be written."""

    def advance(self, rows: int) -> None:
        """So many more are written."""


def export(engine: Engine, request: Request, progress: Progress) -> Result:
    """Write an export and, beside it, its description.

    All rows are as they were at one moment, whatever a crawl writes meanwhile.

    :raises TargetError: if the output must not be written, before anything is read.
    :raises ModuleNotFoundError: if the format or the dataset needs a package that is not installed.
    :raises OSError: if writing fails; nothing of the export is left then.
    """
    check_target(request.output, request.replace)
    sidecar = sidecar_of(request.output)
    check_target(sidecar, request.replace)
    with _snapshot(engine) as connection:
        created = datetime.now(UTC)
        progress.start(request.dataset.count(connection, request.selection))
        with complete_or_absent(request.output, folder=request.by_year) as place:
            files = list(_write(connection, request, place, progress))
            description = describe(
                name=request.dataset.name,
                meaning=request.dataset.meaning,
                output=place,
                files=files,
                columns=request.columns,
                format=request.format,
                media_type=request.format.media_type,
                created=created,
                more=_origin(engine, connection, request),
            )
            # A description that does not fit its data would be worse than none.
            sidecar.unlink(missing_ok=True)
            undated = _undated(connection, request)
    with complete_or_absent(sidecar) as place:
        write_description(description, place)
    [resource] = description["resources"]
    return Result(resource["rows"], resource["bytes"], undated)


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the collection as it is now, to its end."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def _write(
    connection: Connection, request: Request, place: Path, progress: Progress
) -> Iterator[WrittenFile]:
    if not request.by_year:
        yield WrittenFile(place, _write_file(connection, request, place, progress))
        return
    for year, condition in _years(connection, request):
        path = place / f"year={year}" / "part-0.parquet"
        path.parent.mkdir()
        yield WrittenFile(path, _write_file(connection, request, path, progress, condition))


def _write_file(
    connection: Connection, request: Request, path: Path, progress: Progress, *more: Condition
) -> int:
    names = [column.name for column in request.columns]
    written = 0
    with _writer(request, path) as writer:
        for rows in request.dataset.batches(connection, request.selection, names, *more):
            writer.write(rows)
            written += len(rows)
            progress.advance(len(rows))
    return written


def _writer(request: Request, path: Path) -> Writer:
    match request.format:
        case Format.CSV:
            return csv_writer(
                path, request.columns, request.compression, bom=request.bom, escaped=request.escaped
            )
        case Format.JSONL:
            return jsonl_writer(path, request.columns, request.compression)
        case Format.PARQUET:
            return ParquetWriter(path, request.columns)


def _years(connection: Connection, request: Request) -> Iterator[tuple[int, Condition]]:
    """The years in which articles of the selection were published, local, each with its condition."""
    dates = select(func.min(Article.published_at), func.max(Article.published_at))
    first, last = connection.execute(dates.where(*request.selection.conditions())).one()
    years = range(first.astimezone(ZONE).year, last.astimezone(ZONE).year + 1) if first and last else ()
    spans: list[tuple[int, Condition]] = [
        (
            year,
            and_(
                Article.published_at >= midnight(date(year, 1, 1)),
                Article.published_at < midnight(date(year + 1, 1, 1)),
            ),
        )
        for year in years
    ]
    spans.append((UNDATED, Article.published_at.is_(None)))
    some = [span for span in spans if request.dataset.count(connection, request.selection, span[1])]
    yield from some or spans[-1:]  # an export of nothing, too, has a file that names the columns


def _undated(connection: Connection, request: Request) -> int:
    if not request.selection.of_some_days:
        return 0
    whole = evolve(request.selection, since=None, until=None)
    return request.dataset.count(connection, whole, Article.published_at.is_(None))


def _origin(engine: Engine, connection: Connection, request: Request) -> dict[str, Any]:
    """What tells a reader years later where an export comes from; no user's name, no password."""
    url = URL.create(engine.url.drivername, host=engine.url.host, database=engine.url.database)
    origin: dict[str, Any] = {
        "database": url.render_as_string(),
        "schema_version": schema_version(connection),
        "filters": request.selection.as_given(),
    }
    if request.format is Format.CSV:
        origin["escaped"] = request.escaped
    return origin
