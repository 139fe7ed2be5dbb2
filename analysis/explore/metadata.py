"""What Datasette is told about the collection: ``metadata.yaml``, and what the schema says of its columns."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from datasette.utils import parse_metadata

from analysis.dictionary import Column, Entry
from newspapers import HomeRef, current

DATABASE = "collection"
"""The name under which Datasette has the snapshot."""


def metadata(taken: str, entries: Iterable[Entry]) -> dict[str, Any]:
    """Datasette's metadata.

    :param taken: when the snapshot was taken, as people write it.
    :param entries: the data dictionary.
    """
    told: dict[str, Any] = parse_metadata((Path(__file__).parent / "metadata.yaml").read_text("utf-8"))
    told["description"] = (
        f"Bản chụp lúc {taken}; chỉ đọc. · A snapshot taken {taken}; nothing here changes the collection."
    )
    newspaper = current()
    told["title"] = told["source"] = told["databases"][DATABASE]["title"] = newspaper.name
    told["source_url"] = HomeRef(newspaper.codes[0]).url
    described = told["databases"][DATABASE]["tables"]
    for entry in entries:
        meanings = {part.name: _meaning(part) for part in entry.columns}
        described.setdefault(entry.name, {}).setdefault("columns", meanings)
    return told


def _meaning(part: Column) -> str:
    if part.filled is None or part.filled == 1:
        return part.meaning
    return f"{part.meaning} (filled: {part.filled:.0%})"
