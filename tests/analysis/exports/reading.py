"""Runs the real export, and reads text files back with the standard library only."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.crawling import ROOT, environment


def run_export(*arguments: str | Path, database_url: str, expect: int = 0, path: Path | None = None) -> str:
    """``scrapy export``; what it said on both channels.

    :param path: a folder of modules that come before those installed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "export", *map(str, arguments)],
        env=environment(database_url, "http://127.0.0.1:9") | ({"PYTHONPATH": str(path)} if path else {}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == expect, done.stderr[-6000:]
    assert "Traceback" not in done.stderr
    return done.stderr + done.stdout


def csv_rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV, with cells as they are in the file."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def jsonl_rows(text: str) -> list[dict[str, Any]]:
    """The rows of a file in JSON Lines."""
    return [json.loads(line) for line in text.removesuffix("\n").split("\n")]
