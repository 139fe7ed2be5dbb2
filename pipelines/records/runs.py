"""Runs and what they rejected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from pipelines.records.upsert import insert
from schemas import items
from schemas.tables import Reject, Run

COUNTS = ("new", "changed", "unchanged", "duplicate", "rejected", "failed")


def start_run(connection: Connection, spider: str, arguments: dict[str, Any], at: datetime) -> int:
    """The id of a new run."""
    row = {"spider": spider, "arguments": arguments, "started_at": at} | dict.fromkeys(COUNTS, 0)
    return connection.execute(insert(connection, Run).returning(Run.id), row).scalar_one()


def finish_run(
    connection: Connection,
    run_id: int,
    verdict: str,
    counts: Mapping[str, int],
    stats: dict[str, Any],
    at: datetime,
) -> None:
    """Say how a run went."""
    connection.execute(
        update(Run)
        .where(Run.id == run_id)
        .values(
            verdict=verdict,
            finished_at=at,
            stats={key: _jsonable(value) for key, value in stats.items()},
            **{name: counts.get(name, 0) for name in COUNTS},
        )
    )


def write_rejects(connection: Connection, failures: Iterable[items.Failure], run_id: int) -> None:
    """Keep what could not be stored as an article."""
    rows = [
        {
            "run_id": run_id,
            "url": failure.url,
            "reason": failure.reason,
            "payload": failure.payload,
            "at": failure.at,
        }
        for failure in failures
    ]
    if rows:
        connection.execute(insert(connection, Reject), rows)


def _jsonable(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)
