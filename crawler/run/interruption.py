"""Ending a command that somebody stops, in good order."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StoppedBySignal(BaseException):
    """Somebody asks the run to end.

    No `KeyboardInterrupt`: where one leaves an `exec` of text, as libraries use it, Python notes it and in
    the end dies of SIGINT, whatever exit code is asked for and whoever has caught it.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number
        """As a shell gives it to a command that a signal ends."""


@contextmanager
def signals_wait() -> Iterator[None]:
    """What would interrupt the block comes at its end; threads that it starts are never interrupted."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM, and a terminal that is closed, end the block as Ctrl-C does, even if SIGINT was ignored (`&`).

    :raises StoppedBySignal: when one of them comes.
    """

    def interrupt(number: int, _: object) -> NoReturn:
        raise StoppedBySignal(number)

    before = {sent: signal.signal(sent, interrupt) for sent in _STOPPING}
    try:
        yield
    finally:
        for sent, handler in before.items():
            signal.signal(sent, handler)
