"""What Datasette is told about the collection: ``metadata.yaml``, and what the schema says of its columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasette.utils import parse_metadata

from analysis.dictionary import describe
from newspapers import HomeRef, current

DATABASE = "collection"
"""The name under which Datasette has it."""


def metadata() -> dict[str, Any]:
    """Datasette's metadata."""
    told: dict[str, Any] = parse_metadata((Path(__file__).parent / "metadata.yaml").read_text("utf-8"))
    newspaper = current()
    told["title"] = told["source"] = told["databases"][DATABASE]["title"] = newspaper.name
    told["source_url"] = HomeRef(newspaper.codes[0]).url
    described = told["databases"][DATABASE]["tables"]
    for entry in describe():
        meanings = {part.name: part.meaning for part in entry.columns}
        described.setdefault(entry.name, {}).setdefault("columns", meanings)
    return told
