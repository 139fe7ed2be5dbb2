"""What the commands about the collection share: options with clear errors, the open database, output."""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from sqlalchemy import Engine

from crawler.arguments import Day, EditionNames, SectionNames, explain
from schemas.database import DatabaseUrlError, SchemaError, open_engine, prepare_schema

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""Tables for people show the newspaper's own time; files show UTC."""

FILE_WIDTH = 160
"""Columns of a table that goes into a file or a mail, which have no width of their own."""

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T", date, str)


def _month(value: Any) -> Any:
    if _MONTH.fullmatch(str(value)):
        return value
    raise ValueError(f"{value!r} is no month; accepted: year-month as in 2024-04")


Month = Annotated[str, BeforeValidator(_month)]
"""An option that takes a month: ``2024-04``."""


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


def table(title: str, words: Iterable[str], numbers: Iterable[str] = ()) -> Table:
    """A table with columns of words, then of numbers."""
    made = Table(*words, title=title, title_justify="left")
    for name in numbers:
        made.add_column(name, justify="right")
    return made


def local(moment: datetime | None) -> str:
    """A time for people, to the minute; empty if there is none."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if moment else ""


def write_records(records: Iterable[dict[str, Any]], columns: Iterable[str], form: str) -> None:
    """Write records to standard output as CSV or as JSON, one a line. Times are UTC.

    :param columns: of the CSV; one that a record does not have stays empty.
    """
    plain = ({name: _plain(value) for name, value in record.items()} for record in records)
    if form == Format.CSV:
        writer = csv.DictWriter(sys.stdout, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in record.items()} for record in plain)
    else:
        for record in plain:
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, float):
        return round(value, 4)
    return str(value) if isinstance(value, StrEnum) else value


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


INSTALL_ANALYSIS = ".venv/bin/python -m pip install -e '.[analysis]'"
"""What installs the packages that only those need who read the collection."""


def lacking(command: str, package: str | None) -> UsageError:
    """The error of a command that needs one of these packages."""
    said = f"scrapy {command} needs the packages for analysis ({package} is missing); run: {INSTALL_ANALYSIS}"
    return UsageError(said, print_help=False)


class Options(BaseModel):
    """The options of a command; each field has the name of its ``--option``."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class FormatOptions(Options):
    """The option of a command that prints what it has found (:func:`add_format`)."""

    format: FormatName = Format.TABLE


class PartOptions(Options, Generic[T]):
    """The options that choose a part of the newspaper (:func:`add_part`), by days or by months."""

    edition: EditionNames = Field(default=[])
    """None named: all."""
    section: SectionNames = Field(default=[])
    """None named: all."""
    since: T | None = None
    """The first day or month of publication, local time."""
    until: T | None = None
    """The last."""

    @model_validator(mode="after")
    def _check_part(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since={self.since} is later than until={self.until}")
        for section in self.section:
            if self.edition and section.edition not in self.edition:
                named = ",".join(self.edition)
                raise ValueError(
                    f"section={section} is not of edition={named}; accepted: sections of the editions named"
                )
        return self


DaysOptions = PartOptions[Day]
MonthsOptions = PartOptions[Month]


def add_format(parser: argparse.ArgumentParser) -> None:
    """Let the command line have what :class:`FormatOptions` reads."""
    parser.add_argument("--format", metavar="|".join(Format), help="default: table")


def add_part(parser: argparse.ArgumentParser, purpose: str, unit: str = "day") -> None:
    """Let the command line have what :class:`PartOptions` reads.

    :param purpose: what is done with the articles: "search".
    :param unit: in which time is given, "day" or "month".
    """
    add, time = parser.add_argument, {"day": "YYYY-MM-DD", "month": "YYYY-MM"}[unit]
    add("--edition", metavar="vi,en,mu", help=f"editions to {purpose}; default: all")
    add("--section", metavar="11,en/2", help=f"sections to {purpose}; default: all")
    add("--since", metavar=time, help=f"first {unit} of publication, local time")
    add("--until", metavar=time, help=f"last {unit} of publication, local time")


class CollectionCommand(ScrapyCommand):
    """A command that reads or mends the collection and makes no request.

    A wrong option, or a database that cannot be used, ends it with exit code 2 and a line that names
    what is wrong and what is accepted.
    """

    requires_project = True
    requires_crawler_process = False

    def read_options(self, model: type[M], opts: argparse.Namespace, args: list[str] | None = None) -> M:
        """The options that were given, checked; one that was not given has the model's default.

        :param args: what stands on the command line beside the options, if the command takes none.
        :raises UsageError: with a line for each fault.
        """
        if args:
            raise UsageError(
                f"{args[0]!r}: there is no such argument; accepted: options only", print_help=False
            )
        given = {name: getattr(opts, name) for name in model.model_fields}
        try:
            return model.model_validate({name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            faults = [f"--{fault}" for fault in explain(error).splitlines()]
            raise UsageError("\n".join(faults), print_help=False) from None

    @contextmanager
    def collection(self) -> Iterator[Engine]:
        """The database that ``DATABASE_URL`` names, with its schema checked.

        :raises UsageError: if it cannot be used; the message names the remedy.
        """
        if self.settings is None:
            raise RuntimeError("scrapy has not set the command up")
        try:
            engine = open_engine(self.settings["DATABASE_URL"])
        except DatabaseUrlError as error:
            raise UsageError(str(error), print_help=False) from None
        try:
            prepare_schema(engine)
            yield engine
            sys.stdout.flush()
        except SchemaError as error:
            raise UsageError(str(error), print_help=False) from None
        except BrokenPipeError:
            # The reader has seen enough (`| head`); what is buffered must not fail again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        finally:
            engine.dispose()
