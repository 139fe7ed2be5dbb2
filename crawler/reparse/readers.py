"""Who reads archived pages: processes here, or the workers of a Dask cluster, both of them an ``Executor``.

A cluster needs the optional extra ``cluster``. Its workers read the files below ``ARCHIVE_DIR`` by the paths
that this machine uses, and must run the same program, or what they read would be stored under another one's
name.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread

from crawler.garbage import collect_rarely
from crawler.parser_build import parser_build
from crawler.reparse.reading import read_group
from newspapers import UnknownNewspaperError, choose, current_name
from schemas.items import PageCopy, Reading, Unread

Group = Sequence[PageCopy]

Read = Callable[[Iterable[Group]], Iterator[list[Reading]]]
"""Reads groups of pages, in their order."""

AHEAD = 16
"""Groups that wait for each process: enough while the first one stores, few enough to keep memory flat."""

CONNECT_TIMEOUT = 10
"""Seconds within which scheduler and first worker must answer at the start."""

GROUP_TIMEOUT = 300
"""Seconds for a group, which takes less than one: after that no worker is left, or none can be reached."""


class ClusterError(Exception):
    """The cluster that is to read cannot be used, or no longer; the message says why."""


class UnfitWorkerError(Exception):
    """A worker would read otherwise than this machine, or cannot read at all."""


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


@contextmanager
def cluster(address: str, folder: Path) -> Iterator[Read]:
    """The workers of the scheduler that listens at an address as in ``tcp://scheduler:8786``.

    They may come and go. What is yielded raises :class:`ClusterError` if the cluster no longer answers, or
    has a worker that is not fit.

    :param folder: of the archive.
    :raises ClusterError: if there is no scheduler, or it has no worker, or one that is not fit.
    :raises ModuleNotFoundError: without the extra.
    """
    from distributed import Client, KilledWorker, Security
    from distributed.comm.core import connect

    async def reach() -> None:
        await (
            await connect(address, timeout=CONNECT_TIMEOUT, **Security().get_connection_args("client"))
        ).close()

    try:
        asyncio.run(reach())  # a client that reaches nobody takes half a minute to go away
    except (OSError, TypeError, ValueError) as error:
        raise ClusterError(
            f"no scheduler can be had at {address!r} ({str(error).splitlines()[0]}); "
            "accepted: as in tcp://host:8786, of one that was started with python -m dask scheduler"
        ) from None
    there = folder if folder.is_dir() else None
    read = partial(read_there, folder=there, build=parser_build(), newspaper=current_name())

    def read_groups(groups: Iterable[Group]) -> Iterator[list[Reading]]:
        def most() -> int:
            return AHEAD * max(1, int(client.scheduler_info(n_workers=0)["total_threads"]))

        executor = client.get_executor(pure=False)
        try:
            yield from read_in_order(
                executor, read, groups, most, timeout=GROUP_TIMEOUT, died=(KilledWorker,)
            )
        except UnfitWorkerError as error:
            raise ClusterError(str(error)) from None
        except CancelledError:
            raise ClusterError("the scheduler is gone") from None
        except TimeoutError:
            raise ClusterError(f"no worker has answered for {GROUP_TIMEOUT} s") from None
        except OSError as error:
            raise ClusterError(f"the scheduler does not answer: {error}") from None

    with Client(address, timeout=CONNECT_TIMEOUT, set_as_default=False) as client:
        try:  # those that are there now; one that comes later is asked with each group
            client.wait_for_workers(1, timeout=CONNECT_TIMEOUT)
            client.run_on_scheduler(parser_build)
            client.run(read, [])
        except TimeoutError:
            raise ClusterError(
                f"the scheduler at {address} has no worker; start some: python -m dask worker {address}"
            ) from None
        except UnfitWorkerError as error:
            raise ClusterError(str(error)) from None
        except Exception as error:  # distributed has no type of its own for what cannot be imported there
            raise ClusterError(
                f"scheduler or worker cannot run this program ({error}): start both in its folder"
            ) from None
        yield read_groups


def read_there(group: Group, folder: Path | None, build: str, newspaper: str) -> list[Reading]:
    """What a worker does.

    :param folder: must be there, if given.
    :param build: of the program that asks.
    :param newspaper: that it is for.
    :raises UnfitWorkerError: if this machine has not what it takes.
    """
    here = f"the worker on {socket.gethostname()}"
    try:
        choose(newspaper)
    except UnknownNewspaperError as error:
        raise UnfitWorkerError(f"{here} cannot read it: {error}") from None
    if parser_build() != build:
        raise UnfitWorkerError(
            f"{here} runs another version of this program ({parser_build()}, here {build}),"
            " or NEWSPAPER differs: install the same and start it again"
        )
    if folder and not folder.is_dir():
        raise UnfitWorkerError(f"{here} has no folder {folder}: mount ARCHIVE_DIR there under the same path")
    return read_group(group)
