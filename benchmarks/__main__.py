"""Runs every measurement and writes the tables to ``docs/benchmarks-measured.md``: ``make benchmark``.

``python -m benchmarks crawl ingest`` runs those two and prints them only.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import platform
import sqlite3
import sys
from datetime import date
from pathlib import Path

from schemas.database import ROOT

MEASURED = ROOT / "docs" / "benchmarks-measured.md"
SUITE = ("extraction", "crawl", "cron", "ingest", "duplicates", "archive", "reparse")


def machine() -> str:
    """What the figures were measured on."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    cpu = next(named, platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; {date.today():%Y-%m-%d}"  # noqa: DTZ011
    )


def run(name: str) -> str:
    """What a measurement prints, under its name and what it says of itself."""
    module = importlib.import_module(f"benchmarks.{name}")
    print(f"\n## {name.capitalize()}\n", flush=True)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        module.main()
    print(printed.getvalue(), flush=True)
    summary = (module.__doc__ or "").strip()
    parts = [f"## {name.capitalize()}", f"`python -m benchmarks.{name}`", summary, printed.getvalue().strip()]
    return "\n\n".join(parts) + "\n"


def main(names: list[str]) -> None:
    """Run some measurements, or all and write them down."""
    print(machine())
    parts = [run(name) for name in names or SUITE]
    if not names:
        MEASURED.write_text(
            "# Measured\n\nWritten by `make benchmark`; [what each says](benchmarks.md). "
            f"{machine()}.\n\n" + "\n".join(parts),
            encoding="utf-8",
        )


if __name__ == "__main__":
    main(sys.argv[1:])
