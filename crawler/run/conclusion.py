"""The end of a run: its verdict, what was not as usual, and the record of both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from scrapy.settings import BaseSettings
from sqlalchemy import Connection

from crawler.run.monitors import REGULAR, Monitors
from crawler.run.verdict import Judge
from pipelines.records.runs import earlier_stats, finish_run, newest_days, write_findings
from schemas.verdicts import Finding, Judgement, Verdict

MOST_SHOWN = 3
"""So many findings stand in a verdict's reason; all of them stand in the table."""


@frozen
class Ended:
    """A run as Scrapy closed it."""

    run_id: int
    spider: str
    source: str
    """What was asked for pages, in words."""
    closed: str
    """Scrapy's close reason."""
    stats: Mapping[str, Any]
    counts: Mapping[str, int]


def conclude(connection: Connection, run: Ended, settings: BaseSettings) -> tuple[Judgement, list[Finding]]:
    """Judge a run by itself and by earlier ones, and finish its record."""
    now, stats = datetime.now(UTC), dict(run.stats)
    if run.spider in REGULAR and (days := newest_days(connection, now)) is not None:
        stats["collection/newest_days"] = days
    earlier = earlier_stats(connection, run.run_id, settings.getint("MONITOR_RUNS"))
    judgement = Judge.from_settings(settings).judge(run.closed, stats, run.source, earlier)
    findings = (
        Monitors.from_settings(settings).findings(run.spider, stats, earlier)
        if run.closed == "finished"
        else []
    )
    judgement = _with_findings(judgement, findings)
    finish_run(connection, run.run_id, judgement, run.counts, stats, now)
    write_findings(connection, run.run_id, findings)
    return judgement, findings


def _with_findings(judgement: Judgement, findings: list[Finding]) -> Judgement:
    """A run that is not as usual is degraded, if it is nothing worse."""
    if not findings or judgement.verdict not in (Verdict.OK, Verdict.NOTHING_NEW, Verdict.DEGRADED):
        return judgement
    shown = [finding.text for finding in findings[:MOST_SHOWN]]
    if len(findings) > MOST_SHOWN:
        shown.append(f"{len(findings) - MOST_SHOWN} more")
    return Judgement(Verdict.DEGRADED, f"{judgement.reason}; not as usual: {'; '.join(shown)}")
