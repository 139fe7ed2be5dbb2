"""One export from the first row to its description: all of one moment, complete or absent.

The description follows the Data Package standard (https://datapackage.org), version 2. What the standard has
no word for stands beside its properties: ``rows``, ``files``, ``filters``, ``database``, ``schema_version``.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import Factory, evolve, frozen
from sqlalchemy import URL, Connection, Engine, select

from analysis.exports.datasets import ArticleChoice, Condition, Dataset
from analysis.exports.formats import Compression, Format, written
from schemas.database import schema_version
from schemas.tables import Article, CatalogueLine

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

UNDATED = "0"
"""What stands for the year of articles without a date: pandas cannot read a partition that is null."""


class TargetError(ValueError):
    """A file or folder cannot be written to or must not be; the message says why."""


@frozen
class Request:
    """What is to be exported, and how."""

    dataset: Dataset
    output: Path
    format: Format
    choice: ArticleChoice = Factory(ArticleChoice)
    compression: Compression | None = None
    bom: bool = False
    by_year: bool = False
    """Write a folder with a Parquet file for each year of publication."""
    replace: bool = False


@frozen
class Result:
    """What was written."""

    rows: int
    bytes: int
    undated: int
    """Rows that were left out because their article has no date and only some days were asked for."""


Progress = Callable[[int, int], None]
"""Is told, again and again, how many rows are written, and how many there are."""


def export(engine: Engine, request: Request, progress: Progress) -> Result:
    """Write an export and, beside it, its description.

    All rows are as they were at one moment, whatever a crawl writes meanwhile.

    :raises TargetError: if the output must not be written, before anything is read.
    :raises ModuleNotFoundError: if the format or the dataset needs a package that is not installed.
    :raises OSError: if writing fails; nothing of the export is left then.
    """
    sidecar = sidecar_of(request.output)
    for path in (request.output, sidecar):
        check_target(path, request.replace)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        created = datetime.now(UTC)
        total, done = request.dataset.count(connection, request.choice), 0

        def advance(rows: int) -> None:
            nonlocal done
            done += rows
            progress(done, total)

        with complete_or_absent(request.output, folder=request.by_year) as place:
            files = [
                _describe_file(path, rows, place.parent)
                for path, rows in _write(connection, request, place, advance)
            ]
            description = _describe(request, files) | _origin(engine, connection, request, created)
            undated = _undated(connection, request)
            # A description that does not fit its data would be worse than none.
            sidecar.unlink(missing_ok=True)
    with complete_or_absent(sidecar) as place:
        place.write_text(json.dumps(description, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return Result(sum(file["rows"] for file in files), sum(file["bytes"] for file in files), undated)


def _write(
    connection: Connection, request: Request, place: Path, advance: Callable[[int], None]
) -> Iterator[tuple[Path, int]]:
    """Write the files; each with its rows when it is complete."""
    if not request.by_year:
        yield place, _write_file(connection, request, place, advance)
        return
    for year, condition in _years(connection, request):
        path = place / f"year={year}" / "part-0.parquet"
        path.parent.mkdir()
        yield path, _write_file(connection, request, path, advance, condition)


def _write_file(
    connection: Connection, request: Request, path: Path, advance: Callable[[int], None], *more: Condition
) -> int:
    columns, total = request.dataset.columns, 0
    with written(path, columns, request.format, request.compression, bom=request.bom) as write:
        for rows in request.dataset.batches(connection, request.choice, *more):
            write(rows)
            total += len(rows)
            advance(len(rows))
    return total


def _years(connection: Connection, request: Request) -> Iterator[tuple[str, Condition]]:
    """The years in which the chosen articles were published, local time, each with its condition."""
    year = CatalogueLine.year
    query = select(year).distinct().join(Article).where(*request.choice.conditions())
    found = sorted(connection.scalars(query), key=lambda year: year or "9999")
    for one in found or [None]:  # an export of nothing, too, has a file that names the columns
        of_year = select(CatalogueLine.article_id).where(year.is_(one) if one is None else year == one)
        yield one or UNDATED, Article.id.in_(of_year)


def _undated(connection: Connection, request: Request) -> int:
    if not request.choice.has_days:
        return 0
    of_all_days = evolve(request.choice, since=None, until=None)
    return request.dataset.count(connection, of_all_days, Article.published_at.is_(None))


# --- the description -------------------------------------------------------------------------------


def sidecar_of(path: Path) -> Path:
    """Where the description of an export lies."""
    return path.with_name(path.name + ".datapackage.json")


def _describe(request: Request, files: list[dict[str, Any]]) -> dict[str, Any]:
    paths = [file["path"] for file in files]
    resource: dict[str, Any] = {
        "name": request.dataset.name,
        "path": paths[0] if len(paths) == 1 else paths,
        "format": request.format,
        "mediatype": request.format.media_type,
        "encoding": "utf-8",
        "bytes": sum(file["bytes"] for file in files),
        "rows": sum(file["rows"] for file in files),
        "files": files,
        "schema": {
            "fields": [
                {"name": column.name, "type": column.type.standard, "description": column.meaning}
                for column in request.dataset.columns
            ]
        },
    }
    if len(files) == 1:
        resource["hash"] = files[0]["hash"]
    return {
        "$schema": PROFILE,
        "name": request.dataset.name,
        "description": request.dataset.meaning,
        "resources": [resource],
    }


def _describe_file(path: Path, rows: int, folder: Path) -> dict[str, Any]:
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {
        "path": path.relative_to(folder).as_posix(),
        "rows": rows,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
    }


def _origin(engine: Engine, connection: Connection, request: Request, created: datetime) -> dict[str, Any]:
    """What tells a reader years later where an export comes from; no user's name, no password."""
    url = URL.create(engine.url.drivername, host=engine.url.host, database=engine.url.database)
    return {
        "created": created.isoformat(timespec="seconds"),
        "database": url.render_as_string(),
        "schema_version": schema_version(connection),
        "filters": request.choice.as_given(),
    }


# --- the file or folder ----------------------------------------------------------------------------


def check_target(path: Path, replace: bool) -> None:
    """See to it that something may be written under this name.

    :param replace: whether what is there may be replaced.
    :raises TargetError: if not.
    """
    if not path.parent.is_dir():
        raise TargetError(f"{path.parent} is no folder; accepted: a name in a folder that exists")
    if not path.exists():
        return
    if not replace:
        raise TargetError(f"{path} exists; give another name, or --force to replace it")
    if path.is_dir() and not all(
        part.parent.name.startswith("year=") and part.suffix == ".parquet"
        for part in path.rglob("*")
        if not part.is_dir()
    ):
        raise TargetError(f"{path} is a folder that holds other things than an export; give another name")


@contextmanager
def complete_or_absent(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """A place to write to, beside ``path``, which gets that name at the end of the block.

    If the block fails, what it wrote is removed. If the process is killed, it is left under a name
    that begins with a dot and ends with ``.part``. What had the name before is replaced.
    """
    place = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    made = place / path.name
    if folder:
        made.mkdir()
    try:
        yield made
        for file in made.rglob("*") if folder else [made]:
            if file.is_file():
                with file.open("rb") as content:
                    os.fsync(content.fileno())  # on the disk before its name tells that it is complete
        if path.is_dir():
            path.rename(place / "replaced")
        made.rename(path)
    finally:
        shutil.rmtree(place)
