"""One word for how a run went, and the exit code that says it to cron."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How a run ended."""

    OK = "ok"
    NOTHING_NEW = "nothing new"
    DEGRADED = "degraded"
    """Finished, but some articles could not be fetched or read; they stay wanted."""
    UNREACHABLE = "site unreachable"
    STORAGE_FAILED = "storage failed"
    INTERRUPTED = "interrupted"
    BROKEN = "broken"
    """A fault in the program: see the log."""

    @property
    def exit_code(self) -> int:
        """What ``scrapy crawl`` exits with. 2 is left to bad arguments, as shells do."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    Verdict.OK: 0,
    Verdict.NOTHING_NEW: 0,
    Verdict.BROKEN: 1,
    Verdict.DEGRADED: 3,
    Verdict.UNREACHABLE: 4,
    Verdict.STORAGE_FAILED: 5,
    Verdict.INTERRUPTED: 6,
}


_LOSSES = ("store/failed", "store/rejected", "list/failed", "day/failed", "captures/failed")
"""Statistics that count what could not be had in this run."""


FEW_GONE = 10
"""So many articles may be gone in a run without further thought."""


def judge(reason: str, stats: Mapping[str, Any]) -> Verdict:
    """The verdict on a run.

    :param reason: Scrapy's close reason.
    :param stats: Scrapy's statistics, with the counts of the store.
    """
    if reason == "storage_failed":
        return Verdict.STORAGE_FAILED
    if stats.get("store/item_errors") or any(name.startswith("spider_exceptions/") for name in stats):
        return Verdict.BROKEN
    if reason == "site_down":
        return Verdict.UNREACHABLE
    if reason != "finished":
        return Verdict.INTERRUPTED
    if not stats.get("downloader/response_count"):
        return Verdict.UNREACHABLE if stats.get("downloader/request_count") else Verdict.NOTHING_NEW
    if any(stats.get(name) for name in _LOSSES) or _mostly_gone(stats):
        return Verdict.DEGRADED
    if stats.get("store/new") or stats.get("store/changed"):
        return Verdict.OK
    return Verdict.NOTHING_NEW


def _mostly_gone(stats: Mapping[str, Any]) -> bool:
    there = sum(stats.get(f"store/{count}", 0) for count in ("new", "changed", "unchanged"))
    return bool(stats.get("store/gone", 0) > max(FEW_GONE, there))
