"""A wrong option of a command is refused before anything is done, with what is accepted."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Any

import pytest
from scrapy.exceptions import UsageError
from scrapy.utils.project import get_project_settings

from tests.crawling import scrapy

NO_DATE = "is no date; accepted: 2024-04-24, 2024-04 or 2024"

REFUSED = [
    ("gaps", ["--edition", "fr"], "--edition: 'fr' is no edition; accepted: vi, en, mu"),
    ("gaps", ["--section", "sport"], "--section: 'sport' is no section; accepted: numbers as in 11 or en/2"),
    ("gaps", ["--since", "2024-13"], f"--since: '2024-13' {NO_DATE}"),
    ("gaps", ["--since=2024-05", "--until=2024-04"], "--since=2024-05-01 is later than until=2024-04-30"),
    ("gaps", ["--format", "xml"], "--format: 'xml' is none of what is accepted: table, csv, jsonl"),
    ("gaps", ["--edition=vi", "--section=en/2"], "--section=en/2 is not of edition=vi"),
    ("gaps", ["--list", "--format=csv"], "--format: 'csv' does not go with --list"),
    ("gaps", ["wanted"], "'wanted': there is no such argument"),
    ("status", ["--runs", "none"], "--runs: 'none' is no count; accepted: a whole number above 0"),
    ("status", ["--since", "24.4.2024"], f"--since: '24.4.2024' {NO_DATE}"),
    ("search", ['"giảm'], "a quotation mark is not closed"),
    ("search", ["a", "--sort=best"], "--sort: 'best' is none of what is accepted: relevance, newest, oldest"),
    ("search", ["a", "--rebuild"], "'a': --rebuild, --saved and --forget search nothing"),
    ("export", ["article"], "'article': there is no such table; accepted: runs, run_findings,"),
    ("export", ["runs", "--since", "2024"], "since: rows of runs belong to no article"),
    ("export", ["--columns", "title"], "--columns: 'title' is no column of articles; accepted: id, edition,"),
    ("export", ["--kind", "sport"], "'sport' is none of what is accepted: text, interview, photo, video"),
    ("export", ["-o", "a.xlsx"], "--output: 'a.xlsx' does not tell its format; accepted: names that"),
    ("export", ["-o", "a.jsonl", "--bom"], "--bom is for CSV, not for jsonl"),
    ("export", ["images", "--by-year"], "--normalised, --segmented and --by-year are for articles"),
    ("export", ["images", "--segmented"], "--normalised, --segmented and --by-year are for articles"),
    ("export", ["-o", "/nowhere/a.csv"], "/nowhere is no folder; accepted: a name in a folder that exists"),
    ("report", ["--language", "fr"], "--language: 'fr' is none of what is accepted: en, vi"),
    (
        "report",
        ["--output", "/nowhere/a.html"],
        "--output: there is no folder '/nowhere'; accepted: a file",
    ),
    ("report", ["--output", "/"], "--output: '/' is a folder; accepted: the name of a file"),
    ("explore", ["--port", "0"], "--port: '0' is no port; accepted: a whole number from 1 to 65535"),
    ("explore", ["--port", "http"], "--port: 'http' is no port"),
    ("reparse", ["--section", "sport"], "--section: 'sport' is no section"),
    ("reparse", ["--since", "1/2/2024"], f"--since: '1/2/2024' {NO_DATE}"),
    ("reparse", ["--processes", "0"], "--processes: '0' is no count; accepted: a whole number above 0"),
    ("reparse", ["--missing", "--outdated"], "--missing: what could not be read has neither"),
    ("reparse", ["all"], "'all': there is no such argument"),
    ("prune", [], "--before: Field required"),
]


def command(name: str, database_url: str) -> Any:
    """One of the project's commands, as Scrapy sets it up."""
    made = import_module(f"crawler.commands.{name}").Command()
    made.settings = get_project_settings()
    made.settings.set("DATABASE_URL", database_url, priority="cmdline")
    return made


@pytest.mark.parametrize(("name", "options", "message"), REFUSED)
def test_a_wrong_option_is_named_with_what_is_accepted(
    sqlite_url: str, name: str, options: list[str], message: str
) -> None:
    asked = command(name, sqlite_url)
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    asked.add_options(parser)
    given, arguments = parser.parse_known_args(options)

    with pytest.raises(UsageError) as refused:
        asked.run(arguments, given)
    assert message in str(refused.value)


@pytest.mark.slow
def test_it_ends_with_the_exit_code_of_bad_arguments(sqlite_url: str) -> None:
    done = scrapy("gaps", "--section", "sport", database_url=sqlite_url, expect=2)

    assert "--section: 'sport' is no section" in done.stderr
