"""Runs the real export, and reads text files back with the standard library only."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from tests.crawling import scrapy


def run_export(*arguments: str | Path, database_url: str, expect: int = 0) -> str:
    """``scrapy export``; what it said on both channels."""
    done = scrapy("export", *map(str, arguments), database_url=database_url, expect=expect)
    assert "Traceback" not in done.stderr
    return done.stderr + done.stdout


def csv_rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV, with cells as they are in the file."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def jsonl_rows(text: str) -> list[dict[str, Any]]:
    """The rows of a file in JSON Lines."""
    return [json.loads(line) for line in text.split("\n") if line]
