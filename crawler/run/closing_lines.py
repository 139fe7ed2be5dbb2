"""The few lines that a run ends with: what came of it, where it lies, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scrapy.settings import BaseSettings

from crawler.base_spiders.articles import ARTICLE_OUTCOMES
from crawler.run.progress import clock
from schemas.database import shown_url
from schemas.verdicts import Verdict

ADVICE = {
    Verdict.BROKEN: "read the traceback in the log, and report it with the URL",
    Verdict.DEGRADED: "what failed stays wanted and the next run asks for it; if it repeats: scrapy gaps",
    Verdict.UNREACHABLE: "scrapy doctor; then start it again, it goes on where it stopped",
    Verdict.BLOCKED: "look at the site in a browser on this machine; see docs/operations.md",
    Verdict.LAYOUT_CHANGED: "what was read is stored; look at a page in a browser; see docs/operations.md",
    Verdict.STORAGE_FAILED: "scrapy doctor; then start it again, it goes on where it stopped",
    Verdict.INTERRUPTED: "start it again, it goes on where it stopped",
}
"""What to do after each verdict that asks for something."""


def closing_lines(verdict: Verdict, stats: Mapping[str, Any], settings: BaseSettings) -> Iterator[str]:
    """What an operator wants to know of a run that is over.

    :param stats: Scrapy's statistics at the end.
    """
    counts = [f"{stats.get(name, 0):,} {name.removeprefix('store/')}" for name in ARTICLE_OUTCOMES]
    took = clock(stats.get("elapsed_time_seconds") or 0)
    yield f"articles: {', '.join(counts)}; {stats.get('downloader/request_count', 0):,} requests in {took}"
    kept = f"; pages as they came: {folder}" if (folder := settings.get("ARCHIVE_DIR")) else ""
    yield f"stored in {shown_url(settings['DATABASE_URL'])}{kept}"
    if advice := ADVICE.get(verdict):
        yield f"next: {advice}"
