"""Kept pages, read again on the machines of a Dask cluster: by the same code, and stored here as ever.

Needs the optional extra ``cluster``. A worker reads the files below ``ARCHIVE_DIR`` by the paths that this
machine uses, and must run the same program, or what it reads would be stored under another one's name.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen
from distributed import Client, KilledWorker, Security
from distributed.comm.core import connect

from crawler.parser_build import parser_build
from crawler.reparse.reading import AHEAD, ClusterError, in_order, read_group
from schemas.items import KeptCopy, Reading, Unread

PATIENCE = 10
"""Seconds within which scheduler and first worker must answer at the start."""

LONGEST_WAIT = 300
"""Seconds for a group, which takes less than one: after that no worker is left, or none can be reached."""


class UnfitWorkerError(Exception):
    """A worker would read otherwise than this machine, or cannot read at all."""


@contextmanager
def connected(address: str, folder: Path) -> Iterator[Cluster]:
    """The cluster whose scheduler listens at an address as in ``tcp://scheduler:8786``.

    :param folder: where pages are kept.
    :raises ClusterError: if there is no scheduler, or it has no worker.
    """
    try:
        asyncio.run(_reach(address))  # a client that reaches nobody takes half a minute to go away
    except (OSError, TypeError, ValueError) as error:
        raise ClusterError(
            f"no scheduler can be had at {address!r} ({str(error).splitlines()[0]}); "
            "accepted: as in tcp://host:8786, of one that was started with python -m dask scheduler"
        ) from None
    with Client(address, timeout=PATIENCE, set_as_default=False) as client:
        cluster = Cluster(client, folder if folder.is_dir() else None)
        cluster.check(address)
        yield cluster


async def _reach(address: str) -> None:
    comm = await connect(address, timeout=PATIENCE, **Security().get_connection_args("client"))
    await comm.close()


@frozen
class Cluster:
    """A cluster that reads pages."""

    client: Client
    folder: Path | None
    """Which workers must have, too."""

    def check(self, address: str) -> None:
        """Ask those who are there now; who comes later is asked with each group.

        :raises ClusterError: if there is no worker, or one that is not fit.
        """
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
            self.client.run_on_scheduler(parser_build)
            self.client.run(read_there, [], self.folder, parser_build())
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

    def read_copies(self, groups: Iterable[Sequence[KeptCopy]]) -> Iterator[list[Reading]]:
        """Read groups of pages, in their order; workers may come and go.

        :raises ClusterError: if the cluster no longer answers, or has a worker that is not fit.
        """
        try:
            yield from in_order(groups, self._ask, lambda: AHEAD * self._threads())
        except UnfitWorkerError as error:
            raise ClusterError(str(error)) from None
        except CancelledError:
            raise ClusterError("the scheduler is gone") from None
        except TimeoutError:
            raise ClusterError(f"no worker has answered for {LONGEST_WAIT} s") from None
        except OSError as error:
            raise ClusterError(f"the scheduler does not answer: {error}") from None

    def _ask(self, group: Sequence[KeptCopy]) -> _Asked:
        future = self.client.submit(read_there, group, self.folder, parser_build(), pure=False)
        return _Asked(group, future)

    def _threads(self) -> int:
        return max(1, int(self.client.scheduler_info(n_workers=0)["total_threads"]))


def read_there(group: Sequence[KeptCopy], folder: Path | None, build: str) -> list[Reading]:
    """What a worker does.

    :param folder: must be there, if given.
    :param build: of the program that asks.
    :raises UnfitWorkerError: if this machine has not what it takes.
    """
    if parser_build() != build:
        raise UnfitWorkerError(
            f"the worker on {socket.gethostname()} runs another version of this program "
            f"({parser_build()}, here {build}): install the same and start it again"
        )
    if folder and not folder.is_dir():
        raise UnfitWorkerError(
            f"the worker on {socket.gethostname()} has no folder {folder}: "
            "mount ARCHIVE_DIR there under the same path"
        )
    return read_group(group)


@frozen
class _Asked:
    """A group that a worker has in hand."""

    group: Sequence[KeptCopy]
    future: Any

    def result(self) -> list[Reading]:
        try:
            readings: list[Reading] = self.future.result(LONGEST_WAIT)
        except KilledWorker as error:  # by a page, it may be: it must not cost the others
            said = Unread("each worker that had it in hand died", fault=str(error))
            return [Reading(copy.page_id, copy.url, copy.fetched_at, said) for copy in self.group]
        finally:
            self.future.release()
        return readings

    def cancel(self) -> None:
        self.future.release()
