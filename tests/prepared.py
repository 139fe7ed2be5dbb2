"""Processes that have imported what the commands need: half of a small crawl's time is importing.

A command runs in a process of its own, as on a command line: with its own environment, signals, exit code
and output. Only its first second and a half is spared.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PRELOADED = [
    "scrapy.cmdline",
    "crawler.commands.crawl",
    "crawler.commands.reparse",
    "crawler.spiders.backfill",
    "crawler.spiders.latest",
    "crawler.run.progress",
    "crawler.middlewares.archiving",
    "pipelines.store",
    "scrapy.core.downloader.handlers.http11",
]
"""Not the settings: they read the environment."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(PRELOADED)


def run_scrapy(
    arguments: list[str], env: dict[str, str], folder: Path, seconds: float
) -> subprocess.CompletedProcess[str]:
    """What ``python -m scrapy`` with these arguments does, from its start to its end.

    :raises TimeoutError: if it takes longer than so many seconds.
    """
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        process = _context.Process(target=_scrapy, args=(arguments, env, str(folder), str(out), str(err)))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(
                f"scrapy {arguments} has not ended after {seconds} s: {err.read_text()[-3000:]}"
            )
        code = process.exitcode
        process.close()
        return subprocess.CompletedProcess(
            ["scrapy", *arguments], code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
        )


def _scrapy(arguments: list[str], env: dict[str, str], folder: str, out: str, err: str) -> None:
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.path.insert(0, folder)
    for descriptor, name in ((1, out), (2, err)):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, descriptor)
        os.close(file)
    sys.argv = ["scrapy", *arguments]
    from scrapy.cmdline import execute

    try:
        execute()
    finally:
        atexit._run_exitfuncs()  # which a process of multiprocessing leaves out
        sys.stdout.flush()
        sys.stderr.flush()
