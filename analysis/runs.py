"""How the last runs went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, select

from pipelines.records.upsert import chunks
from schemas.tables import Run, RunFinding


@frozen
class RunLine:
    """One run in one line."""

    id: int
    spider: str
    arguments: dict[str, Any]
    """Those that differ from the default."""
    started_at: datetime
    finished_at: datetime | None
    """``None``: under way, or killed."""
    verdict: str | None
    reason: str | None
    """Why this verdict, in words."""
    new: int
    changed: int
    unchanged: int
    duplicate: int
    rejected: int
    failed: int
    requests: int | None
    """Requests sent; ``None`` until the run is finished."""
    findings: list[str]
    """What was not as usual (:mod:`crawler.run.monitors`), in words."""

    @property
    def seconds(self) -> float | None:
        """How long the run took; ``None`` if it is not finished."""
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else None


_COLUMNS = tuple(Run.__table__.c[name] for name in RunLine.__annotations__ if name in Run.__table__.c)
_REQUESTS = Run.stats["downloader/request_count"].as_integer().label("requests")


def last_runs(
    connection: Connection,
    *,
    spider: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> Iterator[RunLine]:
    """Runs, the newest first.

    :param since: only those that started then or later.
    :param limit: the most runs; ``None`` for all.
    """
    query = select(*_COLUMNS, _REQUESTS).order_by(Run.id.desc()).limit(limit)
    if spider is not None:
        query = query.where(Run.spider == spider)
    if since is not None:
        query = query.where(Run.started_at >= since)
    rows = connection.execute(query).mappings().all()
    findings = _findings(connection, [row["id"] for row in rows])
    for row in rows:
        yield RunLine(**row, findings=findings[row["id"]])


def _findings(connection: Connection, runs: Sequence[int]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for part in chunks(runs):
        query = select(RunFinding.run_id, RunFinding.text).where(RunFinding.run_id.in_(part))
        for row in connection.execute(query.order_by(RunFinding.id)):
            found[row.run_id].append(row.text)
    return found
