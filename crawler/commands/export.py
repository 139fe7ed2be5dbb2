"""``scrapy export``: the collection as a file for a spreadsheet, a notebook or another database."""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from attrs import define, frozen
from pydantic import BeforeValidator, Field
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.exceptions import UsageError

from analysis.exports.catalogue import datasets
from analysis.exports.datasets import Dataset
from analysis.exports.export import Request, Result, export
from analysis.exports.formats import Compression, Format
from analysis.exports.normalised import NORMALISED, SEGMENTED, NormalisedDataset, with_forms
from analysis.exports.selection import Selection
from analysis.exports.target import TargetError
from crawler.command_line import CollectionCommand, DaysOptions, add_part, lacking, one_of, output, table
from schemas.items import Kind
from schemas.verdicts import Verdict

INSTALL_SEGMENTATION = ".venv/bin/python -m pip install -e '.[segmentation]'"

WRITING_FAILED = 1
"""Exit code if the files could not be written."""


def _words(value: Any) -> Any:
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


KindName = Annotated[str, one_of(*Kind)]
Names = Annotated[list[str], BeforeValidator(_words)]


class ExportOptions(DaysOptions):
    """What the command understands, beside the table's name."""

    output: str | None = None
    format: Annotated[str, one_of(*Format)] | None = None
    columns: Names = Field(default=[])
    kind: Annotated[list[KindName], BeforeValidator(_words)] = Field(default=[])
    author: str | None = None
    distinct: bool = False
    dates_from_page: bool = False
    normalised: bool = False
    segmented: bool = False
    bom: bool = False
    unescaped: bool = False
    by_year: bool = False
    force: bool = False

    @property
    def selection(self) -> Selection:
        """The articles that the options name."""
        return Selection(
            editions=tuple(self.edition),
            sections=tuple(self.section),
            since=self.since,
            until=self.until,
            kinds=tuple(Kind(kind) for kind in self.kind),
            author=unicodedata.normalize("NFC", self.author) if self.author else None,
            distinct=self.distinct,
            dates_from_page=self.dates_from_page,
        )


class Command(CollectionCommand):
    """Writes a table of the collection to a file, with a description of it beside."""

    def syntax(self) -> str:
        return "[table] [options]"

    def short_desc(self) -> str:
        return "Write the collection to CSV, JSON Lines or Parquet"

    def long_desc(self) -> str:
        return (
            "Write the articles, or another table, to a file, with a description of it beside. "
            "scrapy export --list shows what there is."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add = parser.add_argument
        add("-o", "--output", metavar="FILE", help="default: the table's name, as in articles.csv")
        add("--format", metavar="|".join(Format), help="default: as the output's name ends, else csv")
        add("--columns", metavar="headline,body", help="columns to write, in this order; default: all")
        add_part(parser, "write")
        add("--kind", metavar=",".join(Kind), help="kinds of article to write; default: all")
        add("--author", metavar="NAME", help="only articles of which this person is an author")
        add("--distinct", action="store_true", help="only one article of each story")
        add("--dates-from-page", action="store_true", help="leave out articles whose date is an estimate")
        add("--by-year", action="store_true", help="write a folder with a Parquet file for each year")
        add("--normalised", action="store_true", help="with columns of text in one spelling, lower case")
        add("--segmented", action="store_true", help="with columns of text in which words are told apart")
        add("--bom", action="store_true", help="begin a CSV with a byte order mark, for Excel")
        add("--unescaped", action="store_true", help="CSV for programs only: never open it as a spreadsheet")
        add("--force", action="store_true", help="replace an output that exists")
        add("--list", action="store_true", help="show the tables or, with a table's name, its columns")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        name, *rest = args or ["articles"]
        options = self.read_options(ExportOptions, opts, rest)
        known = datasets()
        if name not in known:
            raise _usage(f"{name!r}: there is no such table; accepted: {', '.join(known)}")
        if opts.list:
            _show(output(), [known[name]] if args else list(known.values()))
            return
        request = _request(known[name], options)
        with self.collection() as engine:
            try:
                with _progress(request.dataset.name) as progress:
                    result = export(engine, request, progress)
            except TargetError as error:
                raise _usage(str(error)) from None
            except ModuleNotFoundError as error:
                if error.name == "underthesea":
                    raise _usage(f"--segmented needs underthesea; run: {INSTALL_SEGMENTATION}") from None
                raise lacking("export", error.name) from None
            except KeyboardInterrupt:
                sys.stderr.write("export: interrupted; nothing was written\n")
                self.exitcode = Verdict.INTERRUPTED.exit_code
            except OSError as error:
                sys.stderr.write(f"export: not written: {error}\n")
                self.exitcode = WRITING_FAILED
            else:
                _report(request, result)


def _usage(message: str) -> UsageError:
    return UsageError(message, print_help=False)


@frozen
class _Target:
    output: Path
    format: Format
    compression: Compression | None


def _request(dataset: Dataset, options: ExportOptions) -> Request:
    target = _target(dataset.name, options)
    forms = [
        form for form, asked in ((NORMALISED, options.normalised), (SEGMENTED, options.segmented)) if asked
    ]
    if forms and dataset.name != "articles":
        raise _usage("--normalised and --segmented are for articles")
    columns = [column.name for column in dataset.columns]
    for name in options.columns:
        if name not in columns:
            accepted = ", ".join(columns)
            raise _usage(f"--columns: {name!r} is no column of {dataset.name}; accepted: {accepted}")
    if options.selection != Selection() and not dataset.of_articles:
        given = ", ".join(options.selection.as_given())
        accepted = ", ".join(name for name, known in datasets().items() if known.of_articles)
        raise _usage(
            f"{given}: rows of {dataset.name} belong to no article, so they cannot be chosen by it; "
            f"accepted for {accepted}"
        )
    if target.format is not Format.CSV and (options.bom or options.unescaped):
        raise _usage(f"--bom and --unescaped are for CSV, not for {target.format}")
    if options.by_year and (target.format is not Format.PARQUET or dataset.name != "articles"):
        raise _usage("--by-year is for articles in Parquet")
    return Request(
        dataset=NormalisedDataset(dataset, tuple(forms)) if forms else dataset,
        output=target.output,
        format=target.format,
        selection=options.selection,
        names=tuple(with_forms(dict.fromkeys(options.columns), forms)),
        compression=target.compression,
        bom=options.bom,
        escaped=not options.unescaped,
        by_year=options.by_year,
        replace=options.force,
    )


def _target(table: str, options: ExportOptions) -> _Target:
    """Where to write and in which format, by the output's name and the option; they must not disagree."""
    asked = Format(options.format) if options.format else None
    if options.by_year:
        return _Target(Path(options.output or table), asked or Format.PARQUET, None)
    output = Path(options.output or f"{table}.{asked or Format.CSV}")
    suffixes = [suffix.removeprefix(".").lower() for suffix in output.suffixes]
    compression = Compression(suffixes.pop()) if suffixes and suffixes[-1] in list(Compression) else None
    named = Format(suffixes[-1]) if suffixes and suffixes[-1] in list(Format) else None
    if named and asked and named is not asked:
        raise _usage(f"--format: {asked} does not go with {output}, which is named as {named}")
    format_ = named or asked
    if format_ is None or (compression and format_ is Format.PARQUET):
        endings = ".csv, .csv.gz, .csv.zst, .jsonl, .jsonl.gz, .jsonl.zst, .parquet"
        raise _usage(
            f"--output: {str(output)!r} does not tell its format; accepted: names that end in {endings}"
        )
    return _Target(output, format_, compression)


def _show(console: Console, shown: list[Dataset]) -> None:
    """Print what can be exported; of a single table its columns."""
    if len(shown) > 1:
        made = table("What can be exported", ["table", "holds"])
        for dataset in shown:
            made.add_row(dataset.name, dataset.meaning)
    else:
        [dataset] = shown
        made = table(dataset.name, ["column", "type", "meaning"])
        for column in dataset.columns:
            made.add_row(column.name, column.type.standard, column.meaning)
    console.print(made)


@define
class _Bar:
    """A progress bar on standard error; without a terminal nothing is shown."""

    progress: Progress
    name: str

    def start(self, rows: int) -> None:
        self.progress.add_task(self.name, total=rows)

    def advance(self, rows: int) -> None:
        self.progress.advance(self.progress.task_ids[0], rows)


@contextmanager
def _progress(name: str) -> Iterator[_Bar]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        yield _Bar(progress, name)


def _report(request: Request, result: Result) -> None:
    """Say what was written, on standard error like all that is for people."""
    size = result.bytes / 1e6
    sys.stderr.write(
        f"export: {result.rows:,} rows of {request.dataset.name} in {request.output}, {size:,.1f} MB\n"
    )
    if result.undated:
        sys.stderr.write(f"left out: {result.undated:,} rows whose article has no date\n")
