"""Processes that have imported what the commands need: half of a small crawl's time is importing.

A command runs in a process of its own, as on a command line: with its own environment, signals, exit code
and output. Only its first second and a half is spared.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import pkgutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import scrapy.commands
import scrapy.downloadermiddlewares
import scrapy.spidermiddlewares
import time_machine

import crawler.commands
import crawler.middlewares
import crawler.run
import crawler.spiders

PRELOADED = [
    "scrapy.cmdline",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.scraper",
    "scrapy.extensions.feedexport",
    "alembic.autogenerate",
    "analysis.explore.server",
    "analysis.report.page",
    "newspapers.baohoabinh",
    "pipelines.store",
    *(
        module.name
        for package in (
            *(scrapy.commands, scrapy.downloadermiddlewares, scrapy.spidermiddlewares),
            *(crawler.commands, crawler.middlewares, crawler.run, crawler.spiders),
        )
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    ),
]
"""Not the settings: they read the environment."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(PRELOADED)


class PreparedScrapy:
    """What ``python -m scrapy`` with these arguments does, under way; as :class:`subprocess.Popen`."""

    def __init__(self, arguments: list[str], env: dict[str, str], folder: Path, out: Path, err: Path) -> None:
        self._arguments = arguments
        self._process = _context.Process(target=_scrapy, args=(arguments, env, str(folder), out, err))
        self._process.start()
        self.pid = self._process.pid or 0

    def poll(self) -> int | None:
        """The exit code, if it has ended."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """The exit code, when it has ended.

        :raises subprocess.TimeoutExpired: if that takes more seconds than these.
        """
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._arguments, timeout)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def _scrapy(arguments: list[str], env: dict[str, str], folder: str, out: Path, err: Path) -> None:
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.path.insert(0, folder)
    for descriptor, name in ((1, out), (2, err)):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, descriptor)
        os.close(file)
    # Those of the parent have noted whether what they write to can be sought.
    sys.stdout, sys.stderr = (os.fdopen(descriptor, "w", 1, closefd=False) for descriptor in (1, 2))
    sys.argv = ["scrapy", *arguments]
    from scrapy.cmdline import execute

    ahead = timedelta(seconds=float(env.get("CLOCK_AHEAD", 0)))
    try:
        if ahead:
            time_machine.travel(datetime.now(UTC) + ahead).start()
        execute()
    finally:
        atexit._run_exitfuncs()  # which a process of multiprocessing leaves out
        sys.stdout.flush()
        sys.stderr.flush()
