"""Who reads archived pages: local processes or a cluster's workers, both of them an ``Executor``."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Thread

from crawler.garbage import collect_rarely
from crawler.reparse.reading import read_group
from schemas.items import PageCopy, Reading, Unread

Group = Sequence[PageCopy]

Read = Callable[[Iterable[Group]], Iterator[list[Reading]]]
"""Reads groups of pages, in their order."""

AHEAD = 16
"""Groups that wait for each process: enough while the first one stores, few enough to keep memory flat."""


class ClusterError(Exception):
    """The cluster that is to read cannot be used, or no longer; the message says why."""


@contextmanager
def local_processes(count: int) -> Iterator[Read]:
    """So many processes; memory does not grow with the number of groups.

    :param count: 1 reads within this process.
    """
    if count == 1:
        yield partial(map, read_group)
        return
    context = multiprocessing.get_context("spawn")  # a fork would copy open connections and threads
    with ProcessPoolExecutor(count, context, initializer=_prepare) as pool:
        yield lambda groups: read_in_order(pool, read_group, groups, lambda: AHEAD * count)


def read_in_order(
    executor: Executor,
    read: Callable[[Group], list[Reading]],
    groups: Iterable[Group],
    most: Callable[[], int],
    *,
    timeout: float | None = None,
    died: tuple[type[Exception], ...] = (),
) -> Iterator[list[Reading]]:
    """Have groups of pages read side by side; what they give, in the order of the groups.

    :param most: how many groups may be in hand at the moment.
    :param timeout: seconds to wait for a group.
    :param died: raised where the worker that had a group in hand has died of it, it may be: that must not
        cost the other groups.
    :raises TimeoutError: if a group took longer.
    """
    waiting: deque[tuple[Group, Future[list[Reading]]]] = deque()

    def first() -> list[Reading]:
        group, future = waiting.popleft()
        try:
            return future.result(timeout)
        except died as error:
            unread = Unread("each worker that had it in hand died", fault=str(error))
            return [Reading(copy.page_id, copy.url, copy.fetched_at, unread) for copy in group]

    try:
        for group in groups:
            waiting.append((group, executor.submit(read, group)))
            if len(waiting) >= most():
                yield first()
        while waiting:
            yield first()
    finally:
        for _, future in waiting:
            future.cancel()


def usable_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _prepare() -> None:
    """Make a process fit to read.

    Ctrl-C reaches all processes of a terminal: the first one decides, and this one ends with it, even if it
    is killed.
    """
    collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)  # it waits for work that nobody will send
