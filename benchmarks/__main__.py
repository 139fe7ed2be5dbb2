"""Runs every measurement: ``make benchmark``."""

from __future__ import annotations

from benchmarks import archive, crawl, duplicates, reparse

crawl.main()
print()
duplicates.main()
print()
archive.main()
print()
reparse.main()
