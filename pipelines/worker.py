"""One of several workers of a job that a command does; a spider is one by ``SHARED_JOB`` and its pipelines.

``docs/workers.md`` tells how it works, :mod:`pipelines.records.leases` what a worker has in hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from threading import Event, Thread
from typing import TypeVar

from sqlalchemy import Connection, Engine

from crawler.collection import StorageError
from crawler.run.lock import Presence
from pipelines.records import leases
from pipelines.retry import Patience
from schemas.database import write_transaction

T = TypeVar("T")

LOOK_EVERY = 1.0
"""Seconds between two looks at what others have in hand."""


class Worker:
    """Takes things in hand, each of which only one worker has, and says all the while that it lives.

    Every method but :meth:`leave` raises ``StorageError`` if the database did not answer for
    ``STORE_PATIENCE`` seconds.

    :param job: the name that its runs have in ``runs.spider``.
    :param lease: after which time a worker that does not say that it lives loses what it has in hand.
    """

    def __init__(self, engine: Engine, patience: Patience, job: str, lease: timedelta) -> None:
        self.engine = engine
        self.patience = patience
        self.job = job
        self.lease = lease
        self.run_id = 0
        self._presence = Presence(engine)
        self._left = Event()
        self._living = Thread(target=self._stay_alive, name="alive", daemon=True)
        self._failure: Exception | None = None

    def join(self, start: Callable[[Connection], int]) -> int:
        """Begin a run as one of the workers; its id.

        :param start: makes the run's row.
        """

        def join(connection: Connection) -> int:
            run_id = start(connection)
            self._presence.hold(run_id)  # before the run can be seen, or it would be taken for a dead one
            leases.join_job(connection, run_id, self.job, self.lease)
            return run_id

        self.run_id = self._write(join)
        self._living.start()
        return self.run_id

    def leave(self) -> None:
        """Be a worker no more. What it still has in hand is free for the others once its run has ended."""
        self._left.set()
        if self._living.ident:
            self._living.join(LOOK_EVERY)  # it may wait for the database: the process's end ends it
        if not self._living.is_alive():
            self._presence.release()

    def share(self, kind: str, names: Iterable[Sequence[str]], work: Callable[[Iterator[str]], None]) -> None:
        """Do some of these things while the others do the rest; at the end all are done.

        :param names: those that are to be taken together, so far as they are free.
        :param work: does those that come into this worker's hands, and ends each. It gets them one by one,
            and may take further ones before it has ended the first.
        """
        work(name for together in names for name in self.take(kind, together))
        while left := self.left(kind):
            if mine := self.take(kind, left):  # of one that was killed
                work(iter(mine))
            else:
                self.wait()

    def once(self, kind: str, name: str, work: Callable[[], None]) -> None:
        """Have one of the workers do a thing; at the end it is done."""
        while not self._write(lambda connection: leases.is_done(connection, self.job, kind, name)):
            if self.take(kind, [name]):
                work()
                self.end(kind, name)
            else:
                self.wait()

    def take(self, kind: str, names: Sequence[str]) -> list[str]:
        """Take things in hand, but for those that are done or in the hands of another that lives.

        :returns: those that were taken, in order.
        """

        def take(connection: Connection) -> set[str]:
            # Looked at first: its holder keeps it locked while it stores.
            free = leases.free(connection, self.run_id, self.job, kind, names)
            return leases.take(connection, self.run_id, self.job, kind, free)

        taken = self._write(take)
        return [name for name in names if name in taken]

    def left(self, kind: str) -> list[str]:
        """What has been taken in hand, by whichever worker, and is not done; in order."""
        return self._write(lambda connection: leases.not_done(connection, self.job, kind))

    def held(self, connection: Connection, kind: str, names: Iterable[str]) -> set[str]:
        """Those that are still in this worker's hands, and will be till the transaction's end."""
        return leases.held(connection, self.run_id, self.job, kind, names)

    def end(self, kind: str, name: str) -> None:
        """Have nobody take a thing again in this job."""
        self._write(lambda connection: leases.end(connection, self.run_id, kind, [name]))

    def wait(self, seconds: float = LOOK_EVERY) -> None:
        """Let the others work for a while."""
        time.sleep(seconds)

    def _write(self, work: Callable[[Connection], T]) -> T:
        if self._failure:
            raise StorageError(f"that this worker lives could not be said: {self._failure}")

        def written() -> T:
            with write_transaction(self.engine) as connection:
                return work(connection)

        return self.patience.done_now(written)

    def _stay_alive(self) -> None:
        def say() -> None:
            self._presence.hold(self.run_id)
            with write_transaction(self.engine) as connection:
                leases.stay_alive(connection, self.run_id, self.lease)

        while not self._left.wait(self.lease.total_seconds() / 3):
            try:
                self.patience.done_now(say)
            except Exception as error:  # the thread that works tells it
                self._failure = error
                return
