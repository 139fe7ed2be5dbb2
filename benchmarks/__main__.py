"""Runs measurements and prints their tables: all that need no folder of saved pages, or those that are named.

``python -m benchmarks crawl ingest`` runs those two.
"""

from __future__ import annotations

import importlib
import os
import platform
import sqlite3
import sys
from datetime import date
from pathlib import Path

SUITE = ("extraction", "crawl", "ingest", "duplicates", "reparse")


def machine() -> str:
    """What the figures are measured on."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    cpu = next(named, platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; {date.today():%Y-%m-%d}"  # noqa: DTZ011
    )


def main(names: list[str]) -> None:
    """Run them one after the other."""
    print(machine())
    for name in names or SUITE:
        print(f"\n## {name.capitalize()}\n", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
