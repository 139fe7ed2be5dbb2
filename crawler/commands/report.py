"""``scrapy report``: a page about the collection, with plots, for people."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from crawler.command_line import CollectionCommand, Options, missing_package, one_of
from schemas.database import shown_url

DEFAULT_OUTPUT = Path("data/report.html")


def _writable(path: Path) -> Path:
    if path.is_dir():
        raise ValueError(f"{str(path)!r} is a folder; accepted: the name of a file")
    if path.parent.is_dir() or path == DEFAULT_OUTPUT:
        return path
    raise ValueError(f"there is no folder {str(path.parent)!r}; accepted: a file in a folder that exists")


class ReportOptions(Options):
    """What the command understands."""

    language: Annotated[str, one_of("en", "vi")] = Field(
        default="en", description="default: en", examples=["en|vi"]
    )
    output: Annotated[Path, AfterValidator(_writable)] = Field(
        default=DEFAULT_OUTPUT, description=f"default: {DEFAULT_OUTPUT}", examples=["FILE"]
    )


class Command(CollectionCommand):
    """Write a page with plots about the collection.

    It is one HTML file that needs no network, no server and no script.
    """

    options = ReportOptions

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(ReportOptions, opts, args)
        try:
            from analysis.report.language import Language, Wording
            from analysis.report.page import render
        except ModuleNotFoundError as error:
            raise missing_package("report", error.name) from None
        with self.collection() as engine, engine.connect() as connection:
            say = Wording(Language(options.language))
            archive = Path(self.settings["ARCHIVE_DIR"] or "").resolve()
            page = render(connection, say, shown_url(engine.url), datetime.now(UTC), archive)
        options.output.parent.mkdir(parents=True, exist_ok=True)
        unfinished = options.output.with_name(options.output.name + ".part")
        unfinished.write_text(page, encoding="utf-8")
        unfinished.replace(options.output)
        sys.stdout.write(f"{options.output}\n")
