"""Runs, what they rejected, and what people were told of them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from pipelines.records.upsert import insert_rows, upsert
from schemas import items
from schemas.tables import Article, ListWalk, Notice, Page, Reject, Run, RunFinding
from schemas.verdicts import Finding, Judgement, Verdict

TELLING = tuple(map(str, (Verdict.OK, Verdict.NOTHING_NEW, Verdict.DEGRADED, Verdict.LAYOUT_CHANGED)))
"""Verdicts of runs that tell what is usual."""

KILLED = "killed: no end was recorded"
"""The reason of a run that ended without a word."""

RUN_KEY = ("spider", "started_at", "host", "pid")
"""What tells runs apart, on whichever database they are recorded."""

COUNTS = ("new", "changed", "unchanged", "duplicate", "rejected", "failed")


def start_run(connection: Connection, spider: str, arguments: dict[str, Any], at: datetime) -> int:
    """The id of a new run; earlier ones of the spider that did not end were killed."""
    connection.execute(
        update(Run).where(_unfinished(spider)).values(verdict=str(Verdict.INTERRUPTED), reason=KILLED)
    )
    row = {"spider": spider, "arguments": arguments, "started_at": at} | dict.fromkeys(COUNTS, 0)
    row |= {"host": socket.gethostname(), "pid": os.getpid()}
    [new] = insert_rows(connection, Run, [row], Run.id)
    return int(new.id)


def running(
    connection: Connection, spider: str | None
) -> Row[int, str, str | None, int | None, datetime] | None:
    """The last run that has not ended, of a spider or of any."""
    columns = (Run.id, Run.spider, Run.host, Run.pid, Run.started_at)
    query = select(*columns).where(_unfinished(spider)).order_by(Run.id.desc()).limit(1)
    return connection.execute(query).first()


def earlier_stats(connection: Connection, run_id: int, most: int) -> list[dict[str, Any]]:
    """The statistics of the last runs with the same spider and arguments that saw the site, newest first."""
    this = connection.execute(select(Run.spider, Run.arguments).where(Run.id == run_id)).one()
    query = (
        select(Run.arguments, Run.stats)
        .where(Run.id < run_id, Run.spider == this.spider, Run.verdict.in_(TELLING))
        .order_by(Run.id.desc())
        .limit(most)
    )
    return [row.stats or {} for row in connection.execute(query) if row.arguments == this.arguments]


def newest_published(connection: Connection) -> datetime | None:
    """When the newest article appeared, of those whose date was read from their page."""
    return connection.scalar(select(func.max(Article.published_at)).where(Article.published_basis == "page"))


def write_findings(connection: Connection, run_id: int, findings: Iterable[Finding]) -> None:
    """Store what was not as usual about a run."""
    insert_rows(connection, RunFinding, [attrs.asdict(finding) | {"run_id": run_id} for finding in findings])


def monitors_of_last_run(connection: Connection, spider: str) -> list[str]:
    """The monitors that found something about the last run of a spider, in order of their names."""
    last = select(func.max(Run.id)).where(Run.spider == spider).scalar_subquery()
    query = select(RunFinding.monitor).where(RunFinding.run_id == last).distinct()
    return list(connection.scalars(query.order_by(RunFinding.monitor)))


def last_told(connection: Connection, spider: str) -> str | None:
    """The last matter that people were told of a spider."""
    query = select(Notice.matter).where(Notice.spider == spider).order_by(Notice.told_at.desc()).limit(1)
    return connection.scalar(query)


def told_at(connection: Connection, spider: str, matter: str) -> datetime | None:
    """When a matter was last told."""
    return connection.scalar(select(Notice.told_at).where(Notice.spider == spider, Notice.matter == matter))


def note_told(connection: Connection, spider: str, matter: str, at: datetime) -> None:
    """Remember that a matter was told."""
    upsert(connection, Notice, [{"spider": spider, "matter": matter, "told_at": at}], ["told_at"])


def _unfinished(spider: str | None) -> ColumnElement[bool]:
    unfinished = Run.finished_at.is_(None) & Run.verdict.is_(None)
    return unfinished if spider is None else unfinished & (Run.spider == spider)


def add_counts(connection: Connection, run_id: int, counts: Mapping[str, int]) -> None:
    """Count what was stored, in the same transaction: a run that is killed keeps its counts."""
    more = {name: getattr(Run, name) + counts[name] for name in COUNTS if counts.get(name)}
    if more:
        connection.execute(update(Run).where(Run.id == run_id).values(**more))


def finish_run(
    connection: Connection,
    run_id: int,
    judgement: Judgement,
    counts: Mapping[str, int],
    stats: dict[str, Any],
    at: datetime,
) -> None:
    """Say how a run went.

    :param counts: those of :data:`COUNTS` that nobody has added while it ran.
    """
    values: dict[str, Any] = {**counts}
    values |= {"verdict": str(judgement.verdict), "reason": storable(judgement.reason), "finished_at": at}
    values["stats"] = {key: _jsonable(value) for key, value in stats.items()}
    connection.execute(update(Run).where(Run.id == run_id).values(values))


def run_as_json(connection: Connection, run_id: int) -> dict[str, Any]:
    """A run and its findings, without the numbers of their rows; times as text."""
    run = connection.execute(select(Run.__table__).where(Run.id == run_id)).mappings().one()
    findings = connection.execute(select(RunFinding.__table__).where(RunFinding.run_id == run_id)).mappings()
    rows = [{name: row[name] for name in row if name not in ("id", "run_id")} for row in (run, *findings)]
    plain, *found = [{name: _jsonable(value) for name, value in row.items()} for row in rows]
    return plain | {name: run[name] for name in ("arguments", "stats")} | {"findings": found}


def restore_run(connection: Connection, run: Mapping[str, Any]) -> int:
    """Write a run that :func:`run_as_json` gave; its id. What it lacks was never recorded."""
    values: dict[str, Any] = {name: run.get(name) for name in Run.__table__.c.keys() if name != "id"}  # noqa: SIM118 - no dict
    for name in ("started_at", "finished_at"):
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    values |= {name: values[name] or 0 for name in COUNTS}
    if not values["verdict"]:
        values |= {"verdict": str(Verdict.INTERRUPTED), "reason": KILLED}
    [new] = insert_rows(connection, Run, [values], Run.id)
    write_findings(connection, new.id, (Finding(**finding) for finding in run.get("findings", ())))
    return int(new.id)


def prune(connection: Connection, before: datetime, keep: int) -> dict[str, int]:
    """Take away what is told of old runs; how many rows of each kind.

    A run that archived pages, rejects or walks name keeps its row, without its statistics. The last notice of
    each spider stays: the end of a bad time is told only if its beginning was.

    :param keep: the last runs of each spider stay: later ones are compared with them.
    """
    place = func.row_number().over(partition_by=Run.spider, order_by=Run.id.desc())
    numbered = select(Run.id, Run.started_at, place.label("place")).subquery()
    old = select(numbered.c.id).where(numbered.c.place > keep, numbered.c.started_at < before)
    named = [
        select(table.run_id).where(table.run_id == Run.id).exists() for table in (Page, Reject, ListWalk)
    ]
    later = aliased(Notice)
    followed = select(later).where(later.spider == Notice.spider, later.told_at > Notice.told_at).exists()
    done = {
        "findings": delete(RunFinding).where(RunFinding.run_id.in_(old)),
        "notices": delete(Notice).where(Notice.told_at < before, followed),
        "runs": delete(Run).where(Run.id.in_(old), ~or_(*named)),
        "statistics": update(Run).where(Run.id.in_(old), Run.stats.is_not(None)).values(stats=None),
    }
    return {name: connection.execute(statement).rowcount for name, statement in done.items()}


def write_rejects(connection: Connection, failures: Iterable[items.Failure], run_id: int) -> None:
    """Store what could not be stored as an article; the same once more is not stored again."""
    rows = []
    for failure in failures:
        row = {"url": failure.url, "reason": storable(failure.reason), "payload": storable(failure.payload)}
        last = select(Reject.reason, Reject.payload).where(Reject.url == failure.url)
        stored = connection.execute(last.order_by(Reject.id.desc()).limit(1)).first()
        if stored is None or (stored.reason, stored.payload) != (row["reason"], row["payload"]):
            rows.append(row | {"run_id": run_id, "at": failure.at})
    insert_rows(connection, Reject, rows)


def storable(value: Any) -> Any:
    """The value without what no JSON document of PostgreSQL can hold: NUL and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {storable(key): storable(inner) for key, inner in value.items()}
    return [storable(inner) for inner in value] if isinstance(value, list) else value


def _jsonable(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)
