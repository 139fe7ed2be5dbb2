"""Runs every measurement: ``make benchmark``."""

from __future__ import annotations

from benchmarks import archive, crawl, duplicates

crawl.main()
print()
duplicates.main()
print()
archive.main()
