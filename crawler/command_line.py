"""What the commands about the collection share: options with clear errors, the open database, output."""

from __future__ import annotations

import argparse
import csv
import errno
import json
import os
import re
import sys
from calendar import monthrange
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from inspect import getdoc, getmembers
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeVar

from attrs import asdict
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from scrapy.exceptions import UsageError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from crawler.accepted_settings import check_settings
from crawler.arguments import EditionNames, SectionNames, explain
from crawler.newspaper_choice import NewspaperCommand, wrong_usage
from crawler.run.interruption import StoppedBySignal, interruptible
from schemas.database import SchemaError, open_engine, prepare_schema, require_schema
from schemas.local_time import local
from schemas.part import Part
from schemas.shown_text import printable
from schemas.spreadsheet import LIST_SEPARATOR
from schemas.spreadsheet import escape as safe_cell
from schemas.unfit import unfit

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

FILE_WIDTH = 160  # columns of a table that goes into a file or a mail, which have no width of their own

M = TypeVar("M", bound=BaseModel)

_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)


def _period(value: Any) -> tuple[date, date]:
    """The first and the last day of what is written ``2024``, ``2024-04`` or ``2024-04-24``."""
    match = _PERIOD.fullmatch(str(value).strip())
    try:
        year, month, day = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
        last = day or monthrange(year, month or 12)[1]
        return date(year, month or 1, day or 1), date(year, month or 12, last)
    except ValueError:
        raise ValueError(f"{value!r} is no date; accepted: 2024-04-24, 2024-04 or 2024") from None


FirstDay = Annotated[date, BeforeValidator(lambda value: _period(value)[0])]
"""An option that takes a day, a month or a year, and means its first day."""
LastDay = Annotated[date, BeforeValidator(lambda value: _period(value)[1])]
"""The same, and means its last day."""


def one_of(*accepted: str) -> BeforeValidator:
    """The validator of an option that takes one of a few words."""

    def check(value: Any) -> str:
        if value in accepted:
            return str(value)
        raise ValueError(f"{value!r} is none of what is accepted: {', '.join(accepted)}")

    return BeforeValidator(check)


class Format(StrEnum):
    """How a command prints what it has found."""

    TABLE = "table"
    CSV = "csv"
    JSONL = "jsonl"


FormatName = Annotated[str, one_of(*Format)]


def output() -> Console:
    """Standard output for tables."""
    return Console(width=None if sys.stdout.isatty() else FILE_WIDTH)


def progress_bar(*columns: ProgressColumn) -> Progress:
    """A bar on standard error; without a terminal nothing is shown."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    usual = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns or usual, console=console, disable=not console.is_terminal, transient=True)


UNKNOWN = "unknown"


def show_table(console: Console, title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print a table for people.

    :param rows: texts as they are, counts with thousands apart, shares (``float``) in per cent, times in the
        newspaper's time zone, ``None`` as unknown.
    """
    cells = [list(row) for row in rows]
    made = Table(title=title, title_justify="left")
    for at, name in enumerate(columns):
        numeric = any(isinstance(row[at], int | float) for row in cells)
        made.add_column(name, justify="right" if numeric else "left")
    for row in cells:
        made.add_row(*map(_shown, row))
    console.print(made)


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return minute(value)
    if isinstance(value, float):
        return f"{value:.1%}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str):
        return escape(printable(value))
    return UNKNOWN if value is None else value


def minute(moment: datetime) -> str:
    """A time for people, to the minute."""
    return local(moment).strftime("%Y-%m-%d %H:%M")


def as_record(line: Any) -> dict[str, Any]:
    """An attrs object as JSON has it, with its properties; times are UTC."""
    derived = {name for name, value in getmembers(type(line)) if isinstance(value, property)}
    values = asdict(line) | {name: getattr(line, name) for name in derived}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return (value.astimezone(UTC) if isinstance(value, datetime) else value).isoformat()
    return round(value, 4) if isinstance(value, float) else value


def write_records(records: Iterable[dict[str, Any]], columns: Iterable[str], form: str) -> None:
    """Write records to standard output as CSV or as JSON, one a line.

    :param columns: of the CSV; one that a record does not have stays empty.
    """
    if form == Format.CSV:
        writer = csv.DictWriter(sys.stdout, list(columns), lineterminator="\n")
        writer.writeheader()
        for record in records:
            writer.writerow({name: _cell(record.get(name)) for name in writer.fieldnames})
    else:
        for record in records:
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def _cell(value: Any) -> Any:
    text = LIST_SEPARATOR.join(value) if isinstance(value, list) else value
    return safe_cell(text) if isinstance(text, str) else text


def missing_package(command: str, package: str | None) -> UsageError:
    """The error of a command that needs a package which only those need who read the collection."""
    install = ".venv/bin/python -m pip install -e '.[analysis]'"
    return wrong_usage(
        f"scrapy {command} needs the packages for analysis ({package} is missing); run: {install}"
    )


class Options(BaseModel):
    """The options of a command: a field ``dry_run``, or one of this alias, is what ``--dry-run`` gives.

    A field's description is the option's help, its first example what stands for a value there. A field
    that is a ``bool`` is an option without a value.
    """

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class FormatOptions(Options):
    """The option of a command that prints what it has found."""

    format: FormatName = Field(
        default=Format.TABLE, description="default: table", examples=["|".join(Format)]
    )


class PartOptions(Options):
    """The options that choose a part of the collection."""

    edition: EditionNames = Field(default=[], description="editions; default: all", examples=["vi,en"])
    section: SectionNames = Field(default=[], description="sections; default: all", examples=["11,en/2"])
    since: FirstDay | None = Field(
        default=None,
        description="first day of publication, local time: 2024-04-24, 2024-04 or 2024",
        examples=["DATE"],
    )
    until: LastDay | None = Field(default=None, description="last day of publication", examples=["DATE"])

    @model_validator(mode="after")
    def _check_part(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since={self.since} is later than until={self.until}")
        for section in self.section:
            if self.edition and section.edition not in self.edition:
                named = ",".join(self.edition)
                accepted = "sections of the editions named"
                raise ValueError(f"section={section} is not of edition={named}; accepted: {accepted}")
        return self

    @property
    def part(self) -> Part:
        """The part that they name."""
        return Part(tuple(self.edition), tuple(self.section), self.since, self.until)


class CollectionCommand(NewspaperCommand):
    """A command that reads or mends the collection and makes no request; its docstring is its help.

    A wrong option, or a database that cannot be used, ends it with exit code 2 and a line that names
    what is wrong and what is accepted.
    """

    requires_project = True
    requires_crawler_process = False
    options: ClassVar[type[Options]] = Options
    """What the command understands, beside the options of every command of Scrapy."""

    def short_desc(self) -> str:
        return self.long_desc().partition("\n")[0].rstrip(".")

    def long_desc(self) -> str:
        return getdoc(type(self)) or ""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        for name, field in self.options.model_fields.items():
            option = (field.alias or name).replace("_", "-")
            flags = [f"--{option}"] if option != "output" else ["-o", "--output"]
            if field.annotation is bool:
                parser.add_argument(*flags, action="store_true", help=field.description)
            else:
                metavar = (field.examples or [name.upper()])[0]
                parser.add_argument(*flags, metavar=metavar, help=field.description)

    def read_options(self, model: type[M], opts: argparse.Namespace, args: list[str] | None = None) -> M:
        """The options that were given, checked; one that was not given has the model's default.

        :param args: what stands on the command line beside the options, if the command takes none.
        :raises UsageError: with a line for each fault.
        """
        if args:
            raise wrong_usage(f"{args[0]!r}: there is no such argument; accepted: options only")
        names = (field.alias or name for name, field in model.model_fields.items())
        given = {name: getattr(opts, name) for name in names}
        try:
            return model.model_validate({name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            faults = [f"--{fault}" for fault in explain(error).splitlines()]
            raise wrong_usage("\n".join(faults)) from None

    def archive_folder(self) -> Path:
        """Where pages are archived.

        :raises UsageError: if they are not, or if the folder is not there.
        """
        if not (name := self.settings.get("ARCHIVE_DIR")):
            raise wrong_usage("ARCHIVE_DIR is empty: no pages are archived")
        folder = Path(name).resolve()
        if not folder.is_dir():
            raise wrong_usage(f"ARCHIVE_DIR={folder}: no such folder; name the archive's, or mount its disk")
        return folder

    makes_database = False
    """Whether a database that is empty, or not there, gets its tables."""

    @contextmanager
    def collection(self) -> Iterator[Engine]:
        """The database that ``DATABASE_URL`` names, with its schema checked.

        :raises UsageError: if it cannot be used; the message names the remedy.
        """
        try:
            check_settings(self.settings, os.environ)
            engine = open_engine(self.settings["DATABASE_URL"])
        except ValueError as error:
            raise wrong_usage(error) from None
        try:
            if self.makes_database:
                prepare_schema(engine)
            else:
                require_schema(engine)
            with interruptible():
                yield engine
            sys.stdout.flush()
        except StoppedBySignal as stopped:
            raise SystemExit(stopped.exit_code) from None
        except SchemaError as error:
            raise wrong_usage(error) from None
        except DBAPIError as error:
            if fault := unfit(error, engine.url):
                raise wrong_usage(fault) from None
            raise
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ENOSPC):
                raise
            # The reader has seen enough (`| head`), or a disk is full: the rest must not fail again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if error.errno == errno.ENOSPC:
                raise wrong_usage(f"{error.strerror}: make room, or write to another disk") from None
        finally:
            engine.dispose()
