"""Runs every measurement: ``make benchmark``."""

from __future__ import annotations

from benchmarks import crawl, duplicates

crawl.main()
print()
duplicates.main()
