"""What each of several workers of one job has in hand.

A worker is a run that says again and again that it lives (``runs.alive_until``), and whose session holds
a lock that ends with its process. What it has in hand is its own as long as it lives; once it has ended,
was killed, or has not said for a while that it lives, others may take it. All times are the database's:
the clocks of the workers' machines may differ.
"""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, text, update

from pipelines.records.upsert import chunks, insert
from schemas.tables import Lease, Run, Turn

RUN_LOCKS = 0x626869
"""The first half of the key of the advisory lock that a worker's session holds; the second is its run."""

_HAS_SESSION = text(
    "runs.id IN (SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted"
    " AND classid = :space AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
).bindparams(space=RUN_LOCKS)


def clock(connection: Connection) -> datetime:
    """The database's time, not that of the transaction's begin; SQLite's is the machine's."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return now


def join_job(connection: Connection, run_id: int, job: str, lease: timedelta) -> None:
    """Make a run a worker of a job. If no other worker lives, the job begins: nothing is in hand or done."""
    if connection.dialect.name == "postgresql":  # of two that begin at once, the second joins the first
        connection.execute(text("LOCK TABLE leases IN SHARE ROW EXCLUSIVE MODE"))
    if not connection.scalar(select(exists().where(Run.spider == job, Run.id != run_id, alive(connection)))):
        connection.execute(delete(Lease).where(Lease.job == job))
    stay_alive(connection, run_id, lease)


def stay_alive(connection: Connection, run_id: int, lease: timedelta) -> None:
    """Say that a worker lives, and will for as long as a lease lasts."""
    connection.execute(update(Run).where(Run.id == run_id).values(alive_until=clock(connection) + lease))


def alive(connection: Connection) -> ColumnElement[bool]:
    """SQL: a run is a worker that lives: it has said so lately, and the session that says so is open."""
    lately = and_(Run.finished_at.is_(None), Run.alive_until > clock(connection))
    return lately if connection.dialect.name == "sqlite" else and_(lately, _HAS_SESSION)


def take(connection: Connection, run_id: int, job: str, kind: str, names: Iterable[str]) -> set[str]:
    """Put into a worker's hands what is neither done nor in the hands of another that lives; its names."""
    in_hand = select(Lease.run_id).where(Lease.job == job, ~Lease.done)
    dead = connection.scalars(select(Run.id).where(Run.id.in_(in_hand), ~alive(connection))).all()
    taken: set[str] = set()
    for part in chunks(sorted(names)):  # sorted: two workers must not wait for each other
        statement = insert(connection, Lease)
        taken |= set(
            connection.scalars(
                statement.values([_row(run_id, job, kind, name) for name in part])
                .on_conflict_do_update(
                    index_elements=["job", "kind", "name"],
                    set_={"run_id": run_id},
                    where=~Lease.done & Lease.run_id.in_([*dead, run_id]),
                )
                .returning(Lease.name)
            )
        )
    return taken


def _row(run_id: int, job: str, kind: str, name: str) -> dict[str, object]:
    return {"job": job, "kind": kind, "name": name, "run_id": run_id, "done": False}


def free(connection: Connection, run_id: int, job: str, kind: str, names: Sequence[str]) -> list[str]:
    """What is neither done nor in the hands of another worker that lives, in the order given."""
    other = _of_others(connection, run_id, job, kind)
    held = {
        name
        for part in chunks(names)
        for name in connection.scalars(select(Lease.name).where(other, Lease.name.in_(part)))
    }
    return [name for name in names if name not in held]


def put_back(connection: Connection, run_id: int, kind: str, names: Iterable[str]) -> None:
    """Take out of a worker's hands what is to be in nobody's: it is stored, or need not be had."""
    for part in chunks(sorted(names)):
        connection.execute(
            delete(Lease).where(Lease.run_id == run_id, Lease.kind == kind, Lease.name.in_(part))
        )


def end(connection: Connection, run_id: int, kind: str, names: Iterable[str]) -> None:
    """Have nobody take these again in this job."""
    for part in chunks(sorted(names)):
        connection.execute(
            update(Lease)
            .where(Lease.run_id == run_id, Lease.kind == kind, Lease.name.in_(part))
            .values(done=True)
        )


def end_all(connection: Connection, run_id: int) -> None:
    """Have nobody take again what a worker still has in hand: it can do no more about it."""
    connection.execute(update(Lease).where(Lease.run_id == run_id, ~Lease.done).values(done=True))


def held(connection: Connection, run_id: int, job: str, kind: str, names: Iterable[str]) -> set[str]:
    """What of this a worker has in hand. Nobody takes that before the transaction's end."""
    mine = select(Lease.name).where(Lease.job == job, Lease.kind == kind, Lease.run_id == run_id, ~Lease.done)
    return {
        name
        for part in chunks(sorted(names))
        for name in connection.scalars(
            mine.where(Lease.name.in_(part)).order_by(Lease.name).with_for_update()
        )
    }


def not_done(connection: Connection, job: str, kind: str) -> list[str]:
    """What has been taken in hand, by whichever worker, and is not done; in order."""
    taken = select(Lease.name).where(Lease.job == job, Lease.kind == kind, ~Lease.done)
    return sorted(connection.scalars(taken))


def is_done(connection: Connection, job: str, kind: str, name: str) -> bool:
    """Whether nobody is to take a thing any more in this job."""
    thing = (Lease.job == job, Lease.kind == kind, Lease.name == name)
    return bool(connection.scalar(select(exists().where(*thing, Lease.done))))


def others_at_work(connection: Connection, run_id: int, job: str) -> bool:
    """Whether another worker that lives has something in hand."""
    return bool(
        connection.scalar(
            select(
                exists().where(
                    Lease.job == job,
                    ~Lease.done,
                    Lease.run_id != run_id,
                    Lease.run_id == Run.id,
                    alive(connection),
                )
            )
        )
    )


def is_free(
    connection: Connection, run_id: int, job: str, kind: str, name: ColumnElement[str]
) -> ColumnElement[bool]:
    """SQL: what has this name is neither done nor in the hands of another worker that lives."""
    return ~exists().where(_of_others(connection, run_id, job, kind), Lease.name == name)


def _of_others(connection: Connection, run_id: int, job: str, kind: str) -> ColumnElement[bool]:
    lives = select(Run.id).where(Run.spider == job, alive(connection), Run.id != run_id)
    return and_(Lease.job == job, Lease.kind == kind, or_(Lease.done, Lease.run_id.in_(lives)))


def take_turn(connection: Connection, host: str, delay: timedelta) -> float:
    """Take the turn to ask a host now, if nobody has one; else the seconds until it may be had.

    :param delay: how long nobody else has one then.
    """
    turn = _locked_turn(connection, host)
    left = (turn - (now := clock(connection))).total_seconds()
    if left <= 0:
        connection.execute(update(Turn).where(Turn.host == host).values(next_at=now + delay))
    return max(0.0, left)


def rest(connection: Connection, host: str, pause: timedelta) -> None:
    """Have nobody ask a host for a while."""
    until = max(_locked_turn(connection, host), clock(connection) + pause)
    connection.execute(update(Turn).where(Turn.host == host).values(next_at=until))


def _locked_turn(connection: Connection, host: str) -> datetime:
    locked = select(Turn.next_at).where(Turn.host == host).with_for_update()
    if turn := connection.scalar(locked):
        return turn
    new = insert(connection, Turn).on_conflict_do_nothing()
    connection.execute(new, {"host": host, "next_at": clock(connection)})
    return connection.execute(locked).scalar_one()


def article_names(keys: Many[tuple[str, int]]) -> set[str]:
    """The names of articles, given by edition and number."""
    return {f"{edition}/{number}" for edition, number in keys}
