"""``scrapy export``: the collection as a file for a spreadsheet, a notebook or another database."""

from __future__ import annotations

import argparse
import sys
import unicodedata
from pathlib import Path
from typing import Annotated

from attrs import asdict, evolve
from pydantic import BeforeValidator, Field

from analysis.exports.datasets import ArticleChoice, Dataset, datasets
from analysis.exports.exporting import Request, Result, TargetError, export
from analysis.exports.formats import Compression, Format
from analysis.exports.text_forms import with_forms
from crawler.arguments import split_commas
from crawler.command_line import (
    CollectionCommand,
    PartOptions,
    missing_package,
    one_of,
    output,
    progress_bar,
    show_table,
)
from crawler.newspaper_choice import wrong_usage
from schemas.items import Kind
from schemas.verdicts import Verdict

INSTALL_SEGMENTATION = ".venv/bin/python -m pip install -e '.[segmentation]'"

WRITING_FAILED = 1
"""Exit code if the files could not be written."""

ENDINGS = ".csv, .csv.gz, .csv.zst, .jsonl, .jsonl.gz, .jsonl.zst, .parquet"

KindName = Annotated[str, one_of(*Kind)]


class ExportOptions(PartOptions):
    """What the command understands, beside the table's name."""

    output: Path | None = Field(
        default=None, description=f"default: articles.csv; its name ends in {ENDINGS}", examples=["FILE"]
    )
    columns: Annotated[list[str], BeforeValidator(split_commas)] = Field(
        default=[], description="columns, in this order; default: all", examples=["headline,body"]
    )
    kind: Annotated[list[KindName], BeforeValidator(split_commas)] = Field(
        default=[], description="kinds of article; default: all", examples=[",".join(Kind)]
    )
    author: str | None = Field(
        default=None, description="only articles of which this person is an author", examples=["NAME"]
    )
    distinct: bool = Field(default=False, description="only one article of each story")
    dates_from_page: bool = Field(default=False, description="leave out articles whose date is an estimate")
    by_year: bool = Field(default=False, description="write a folder with a Parquet file for each year")
    normalised: bool = Field(default=False, description="with columns of text in one spelling, lower case")
    segmented: bool = Field(default=False, description="with columns of text in which words are told apart")
    bom: bool = Field(default=False, description="begin a CSV with a byte order mark, for Excel")
    force: bool = Field(default=False, description="replace an output that exists")
    only_list: bool = Field(
        default=False,
        alias="list",
        description="show the tables or, with a table's name, its columns",
    )

    @property
    def choice(self) -> ArticleChoice:
        """The articles that the options name."""
        return ArticleChoice(
            **asdict(self.part, recurse=False),
            kinds=tuple(Kind(kind) for kind in self.kind),
            author=unicodedata.normalize("NFC", self.author) if self.author else None,
            distinct=self.distinct,
            dates_from_page=self.dates_from_page,
        )


class Command(CollectionCommand):
    """Write the collection to CSV, JSON Lines or Parquet.

    A table goes to a file, with a description of it beside; --list shows which there are.
    """

    options = ExportOptions

    def syntax(self) -> str:
        return "[table] [options]"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        name, *rest = args or ["articles"]
        options = self.read_options(ExportOptions, opts, rest)
        known = datasets()
        if name not in known:
            raise wrong_usage(f"{name!r}: there is no such table; accepted: {', '.join(known)}")
        if options.only_list:
            _show(known[name] if args else None)
            return
        with self.collection() as engine:
            try:
                request = _request(known[name], options)
                with progress_bar() as bar:
                    task = bar.add_task(request.dataset.name)
                    result = export(
                        engine, request, lambda done, total: bar.update(task, completed=done, total=total)
                    )
            except TargetError as error:
                raise wrong_usage(str(error)) from None
            except ModuleNotFoundError as error:
                if error.name == "underthesea":
                    raise wrong_usage(f"--segmented needs underthesea; run: {INSTALL_SEGMENTATION}") from None
                raise missing_package("export", error.name) from None
            except KeyboardInterrupt:
                sys.stderr.write("export: interrupted; nothing was written\n")
                self.exitcode = Verdict.INTERRUPTED.exit_code
            except OSError as error:
                sys.stderr.write(f"export: not written: {error}\n")
                self.exitcode = WRITING_FAILED
            else:
                _report(request, result)


def _request(dataset: Dataset, options: ExportOptions) -> Request:
    path, format_, compression = _target(dataset.name, options)
    if dataset.name != "articles" and (options.normalised or options.segmented or options.by_year):
        raise wrong_usage("--normalised, --segmented and --by-year are for articles")
    columns = {column.name: column for column in dataset.columns}
    if unknown := [name for name in options.columns if name not in columns]:
        accepted = ", ".join(columns)
        raise wrong_usage(f"--columns: {unknown[0]!r} is no column of {dataset.name}; accepted: {accepted}")
    if options.choice != ArticleChoice() and dataset.article_id is None:
        given = ", ".join(options.choice.as_given())
        accepted = ", ".join(name for name, known in datasets().items() if known.article_id is not None)
        raise wrong_usage(
            f"{given}: rows of {dataset.name} belong to no article, so they cannot be chosen by it; "
            f"accepted for {accepted}"
        )
    if options.bom and format_ is not Format.CSV:
        raise wrong_usage(f"--bom is for CSV, not for {format_}")
    chosen = evolve(
        dataset, columns=tuple(columns[name] for name in dict.fromkeys(options.columns or columns))
    )
    return Request(
        dataset=with_forms(chosen, normalised=options.normalised, segmented=options.segmented),
        output=path,
        format=format_,
        choice=options.choice,
        compression=compression,
        bom=options.bom,
        by_year=options.by_year,
        replace=options.force,
    )


def _target(table: str, options: ExportOptions) -> tuple[Path, Format, Compression | None]:
    """Where to write, and in which format, as the output's name tells it."""
    if options.by_year:
        return options.output or Path(table), Format.PARQUET, None
    path = options.output or Path(f"{table}.csv")
    endings = [suffix.removeprefix(".").lower() for suffix in path.suffixes]
    compression = Compression(endings.pop()) if endings and endings[-1] in list(Compression) else None
    if not endings or endings[-1] not in list(Format) or (compression and endings[-1] == Format.PARQUET):
        raise wrong_usage(
            f"--output: {str(path)!r} does not tell its format; accepted: names that end in {ENDINGS}"
        )
    return path, Format(endings[-1]), compression


def _show(dataset: Dataset | None) -> None:
    """Print what can be exported; of a single table its columns."""
    if dataset is None:
        rows = ((known.name, known.meaning) for known in datasets().values())
        show_table(output(), "What can be exported", ("table", "holds"), rows)
    else:
        columns = ((column.name, column.type.standard, column.meaning) for column in dataset.columns)
        show_table(output(), dataset.name, ("column", "type", "meaning"), columns)


def _report(request: Request, result: Result) -> None:
    """Say what was written, on standard error like all that is for people."""
    size = result.bytes / 1e6
    sys.stderr.write(
        f"export: {result.rows:,} rows of {request.dataset.name} in {request.output}, {size:,.1f} MB\n"
    )
    if result.undated:
        sys.stderr.write(f"left out: {result.undated:,} rows whose article has no date\n")
