"""What Datasette is told about the collection: ``metadata.yaml``, and what the schema says of its columns."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from datasette.utils import parse_metadata

from analysis.data_dictionary import describe
from analysis.report.language import Language
from newspapers import HomeRef, current

DATABASE = "collection"
"""The name under which Datasette has it."""


def metadata(language: Language = Language.ENGLISH) -> dict[str, Any]:
    """Datasette's metadata, and the language that its pages are in."""
    both = parse_metadata((Path(__file__).parent / "metadata.yaml").read_text("utf-8"))
    found = both.pop("found").strip()
    told: dict[str, Any] = _in(language, both)
    told["language"] = str(language)
    newspaper, collection = current(), told["databases"][DATABASE]
    told["title"] = told["source"] = collection["title"] = newspaper.name
    told["source_url"] = HomeRef(newspaper.codes[0]).url
    for question in collection["queries"].values():
        question |= {"sql": question["sql"].replace("{found}", found), "hide_sql": True}
    translated = tomllib.loads((Path(__file__).parent / "columns_vi.toml").read_text("utf-8"))
    for entry in describe():
        table = collection["tables"].setdefault(entry.name, {})
        meanings = {part.name: part.meaning for part in entry.columns}
        if language is Language.ENGLISH:
            table |= {"columns": meanings, "description": entry.meaning}
        else:
            of_table = translated["*"] | translated.get(entry.name, {})
            table["columns"] = {name: of_table[name] for name in meanings}
    return told


def say(both: str, language: Language) -> str:
    """One of two languages of a text: Vietnamese, a dot between blanks, English."""
    vietnamese, _, english = both.partition(" · ")
    return english if english and language is Language.ENGLISH else vietnamese


def _in(language: Language, told: Any) -> Any:
    """The same with the titles and descriptions in one language."""
    match told:
        case dict():
            return {
                name: say(value, language) if name in ("title", "description") else _in(language, value)
                for name, value in told.items()
            }
        case list():
            return [_in(language, value) for value in told]
        case _:
            return told
