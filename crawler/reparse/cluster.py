"""The workers of a Dask cluster: connected, and checked that they read as this machine does.

Needs the optional extra ``cluster``. A worker reads the files below ``ARCHIVE_DIR`` by the paths that this
machine uses, and must run the same program, or what it reads would be stored under another one's name.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from distributed import Client, KilledWorker, Security
from distributed.comm.core import connect

from crawler.parser_build import parser_build
from crawler.reparse.executors import AHEAD, ClusterError, Group, Read, read_in_order
from crawler.reparse.reading import read_group
from newspapers import UnknownNewspaperError, choose, current_name
from schemas.items import Reading

CONNECT_TIMEOUT = 10
"""Seconds within which scheduler and first worker must answer at the start."""

GROUP_TIMEOUT = 300
"""Seconds for a group, which takes less than one: after that no worker is left, or none can be reached."""


class UnfitWorkerError(Exception):
    """A worker would read otherwise than this machine, or cannot read at all."""


@contextmanager
def connected(address: str, folder: Path) -> Iterator[Read]:
    """The workers of the scheduler that listens at an address as in ``tcp://scheduler:8786``.

    They may come and go. What is yielded raises :class:`ClusterError` if the cluster no longer answers, or
    has a worker that is not fit.

    :param folder: of the archive.
    :raises ClusterError: if there is no scheduler, or it has no worker, or one that is not fit.
    """
    try:
        asyncio.run(_reach(address))  # a client that reaches nobody takes half a minute to go away
    except (OSError, TypeError, ValueError) as error:
        raise ClusterError(
            f"no scheduler can be had at {address!r} ({str(error).splitlines()[0]}); "
            "accepted: as in tcp://host:8786, of one that was started with python -m dask scheduler"
        ) from None
    read = partial(
        read_there,
        folder=folder if folder.is_dir() else None,
        build=parser_build(),
        newspaper=current_name(),
    )
    with Client(address, timeout=CONNECT_TIMEOUT, set_as_default=False) as client:
        _check(client, address, read)
        yield partial(_read_groups, client, read)


async def _reach(address: str) -> None:
    comm = await connect(address, timeout=CONNECT_TIMEOUT, **Security().get_connection_args("client"))
    await comm.close()


def _check(client: Client, address: str, read: partial[list[Reading]]) -> None:
    """Ask the workers that are there now; one that comes later is asked with each group."""
    try:
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


def _read_groups(
    client: Client, read: partial[list[Reading]], groups: Iterable[Group]
) -> Iterator[list[Reading]]:
    def most() -> int:
        return AHEAD * max(1, int(client.scheduler_info(n_workers=0)["total_threads"]))

    executor = client.get_executor(pure=False)
    try:
        yield from read_in_order(executor, read, groups, most, timeout=GROUP_TIMEOUT, died=(KilledWorker,))
    except UnfitWorkerError as error:
        raise ClusterError(str(error)) from None
    except CancelledError:
        raise ClusterError("the scheduler is gone") from None
    except TimeoutError:
        raise ClusterError(f"no worker has answered for {GROUP_TIMEOUT} s") from None
    except OSError as error:
        raise ClusterError(f"the scheduler does not answer: {error}") from None


def read_there(group: Group, folder: Path | None, build: str, newspaper: str) -> list[Reading]:
    """What a worker does.

    :param folder: must be there, if given.
    :param build: of the program that asks.
    :param newspaper: that it is for.
    :raises UnfitWorkerError: if this machine has not what it takes.
    """
    try:
        choose(newspaper)
    except UnknownNewspaperError as error:
        raise UnfitWorkerError(f"the worker on {socket.gethostname()} cannot read it: {error}") from None
    if parser_build() != build:
        raise UnfitWorkerError(
            f"the worker on {socket.gethostname()} runs another version of this program "
            f"({parser_build()}, here {build}), or NEWSPAPER differs: install the same and start it again"
        )
    if folder and not folder.is_dir():
        raise UnfitWorkerError(
            f"the worker on {socket.gethostname()} has no folder {folder}: "
            "mount ARCHIVE_DIR there under the same path"
        )
    return read_group(group)
