"""The description beside an export, by the Data Package standard (https://datapackage.org), version 2.

What the standard has no word for stands beside its properties: ``rows``, ``files``, ``filters``,
``database`` and ``schema_version``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import frozen

from analysis.exports.columns import Column

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


@frozen
class WrittenFile:
    """A file of an export that is complete."""

    path: Path
    rows: int


def sidecar_of(path: Path) -> Path:
    """Where the description of an export lies."""
    return path.with_name(path.name + ".datapackage.json")


def describe(
    *,
    name: str,
    meaning: str,
    output: Path,
    files: Sequence[WrittenFile],
    columns: Sequence[Column],
    format: str,  # noqa: A002 - the standard's word
    media_type: str,
    created: datetime,
    more: Mapping[str, Any],
) -> dict[str, Any]:
    """The description of an export; the files are read once more for their hashes.

    :param output: the file or folder of the export; paths are given from the folder it lies in.
    :param more: properties that say where the export comes from.
    """
    listed = [_file(file, output.parent) for file in files]
    paths = [file["path"] for file in listed]
    resource: dict[str, Any] = {
        "name": name,
        "path": paths[0] if len(paths) == 1 else paths,
        "format": format,
        "mediatype": media_type,
        "encoding": "utf-8",
        "bytes": sum(file["bytes"] for file in listed),
        "rows": sum(file["rows"] for file in listed),
        "files": listed,
        "schema": {"fields": [_field(column) for column in columns]},
    }
    if len(listed) == 1:
        resource["hash"] = listed[0]["hash"]
    return {
        "$schema": PROFILE,
        "name": name,
        "description": meaning,
        "created": created.isoformat(timespec="seconds"),
        **more,
        "resources": [resource],
    }


def write_description(description: Mapping[str, Any], path: Path) -> None:
    """Write a description as JSON."""
    path.write_text(json.dumps(description, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _file(file: WrittenFile, folder: Path) -> dict[str, Any]:
    with file.path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {
        "path": file.path.relative_to(folder).as_posix(),
        "rows": file.rows,
        "bytes": file.path.stat().st_size,
        "hash": f"sha256:{digest}",
    }


def _field(column: Column) -> dict[str, str]:
    return {"name": column.name, "type": column.type.standard, "description": column.meaning}
