"""Runs and what they rejected."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from crawler.verdict import Judgement, Verdict
from pipelines.records.upsert import insert
from schemas import items
from schemas.tables import Reject, Run

KILLED = "killed: no end was recorded"
"""The reason of a run that ended without a word."""

COUNTS = ("new", "changed", "unchanged", "duplicate", "rejected", "failed")


def start_run(connection: Connection, spider: str, arguments: dict[str, Any], at: datetime) -> int:
    """The id of a new run; earlier ones of the spider that did not end were killed."""
    connection.execute(
        update(Run).where(_unfinished(spider)).values(verdict=str(Verdict.INTERRUPTED), reason=KILLED)
    )
    row = {
        "spider": spider,
        "arguments": arguments,
        "started_at": at,
        "host": socket.gethostname(),
        "pid": os.getpid(),
    } | dict.fromkeys(COUNTS, 0)
    return connection.execute(insert(connection, Run).returning(Run.id), row).scalar_one()


def running(
    connection: Connection, spider: str | None
) -> Row[int, str, str | None, int | None, datetime] | None:
    """The last run that has not ended, of a spider or of any."""
    columns = (Run.id, Run.spider, Run.host, Run.pid, Run.started_at)
    query = select(*columns).where(_unfinished(spider)).order_by(Run.id.desc()).limit(1)
    return connection.execute(query).first()


def _unfinished(spider: str | None) -> ColumnElement[bool]:
    unfinished = Run.finished_at.is_(None) & Run.verdict.is_(None)
    return unfinished if spider is None else unfinished & (Run.spider == spider)


def finish_run(
    connection: Connection,
    run_id: int,
    judgement: Judgement,
    counts: Mapping[str, int],
    stats: dict[str, Any],
    at: datetime,
) -> None:
    """Say how a run went."""
    connection.execute(
        update(Run)
        .where(Run.id == run_id)
        .values(
            verdict=str(judgement.verdict),
            reason=storable(judgement.reason),
            finished_at=at,
            stats={key: _jsonable(value) for key, value in stats.items()},
            **{name: counts.get(name, 0) for name in COUNTS},
        )
    )


def write_rejects(connection: Connection, failures: Iterable[items.Failure], run_id: int) -> None:
    """Keep what could not be stored as an article; the same once more is not kept again."""
    rows = [
        {
            "run_id": run_id,
            "url": failure.url,
            "reason": storable(failure.reason),
            "payload": storable(failure.payload),
            "at": failure.at,
        }
        for failure in failures
    ]
    rows = [row for row in rows if not _is_kept(connection, row)]
    if rows:
        connection.execute(insert(connection, Reject), rows)


def storable(value: Any) -> Any:
    """The value without what no JSON document of PostgreSQL can hold: NUL and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {storable(key): storable(inner) for key, inner in value.items()}
    return [storable(inner) for inner in value] if isinstance(value, list) else value


def _is_kept(connection: Connection, row: dict[str, Any]) -> bool:
    last = select(Reject.reason, Reject.payload).where(Reject.url == row["url"])
    kept = connection.execute(last.order_by(Reject.id.desc()).limit(1)).first()
    return kept is not None and (kept.reason, kept.payload) == (row["reason"], row["payload"])


def _jsonable(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)
