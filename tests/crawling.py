"""Runs the real command on the sample site, as cron and operators do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.prepared import run_scrapy

ROOT = Path(__file__).resolve().parent.parent

NOBODY = "http://127.0.0.1:9"
"""A mirror that nobody answers on, for what must not ask anybody."""

SCRAPY = [sys.executable, "-m", "scrapy"]

prepared = True
"""Whether commands start in processes that have imported what they need; else as on a command line."""

SECONDS = 300
"""The longest that a command may take."""

IMPATIENT = {
    "DOWNLOAD_DELAY": "0",  # the sample site need not be spared
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
    "CONCURRENT_REQUESTS": "16",
}


def crawl_command(spider: str, *arguments: str, **settings: str) -> list[str]:
    """The command line of a crawl; arguments as in ``since=2024-04-24``."""
    command = [*SCRAPY, "crawl", spider]
    for argument in arguments:
        command += ["-a", argument]
    for name, value in (IMPATIENT | settings).items():
        command += ["-s", f"{name}={value}"]
    return command


def environment(database_url: str, mirror: str, archive: Path | None = None) -> dict[str, str]:
    """The environment of a crawl: database, mirror and archive, no proxy between them."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return kept | {
        "DATABASE_URL": database_url,
        "SITE_MIRROR": mirror,
        "ARCHIVE_DIR": str(archive) if archive else "",
        "PYTHONHASHSEED": "random",
    }


def crawl(
    spider: str,
    *arguments: str,
    database_url: str,
    mirror: str,
    archive: Path | None = None,
    expect: int | None = 0,
    program: Path = ROOT,
    **settings: str,
) -> subprocess.CompletedProcess[str]:
    """Run a crawl to its end and check its exit code, unless any is expected.

    :param program: the folder of the project, if it is to be another version of it.
    """
    command = crawl_command(spider, *arguments, **settings)
    return run(command, environment(database_url, mirror, archive), expect=expect, program=program)


def scrapy(
    *arguments: str, database_url: str, archive: Path | None = None, expect: int = 0, program: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run another command of ``scrapy`` to its end and check its exit code; nobody answers it."""
    command = [*SCRAPY, *arguments]
    return run(command, environment(database_url, NOBODY, archive), expect=expect, program=program)


def run(
    command: list[str], env: dict[str, str], *, expect: int | None, program: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and check its exit code."""
    if prepared and command[:3] == SCRAPY and program == ROOT:
        done = run_scrapy(command[3:], env, ROOT, SECONDS)
    else:
        done = subprocess.run(
            command, env=env, cwd=program, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    assert expect in (None, done.returncode), done.stderr[-6000:]
    return done


@contextmanager
def under_way(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A command under way that can be asked what it says, killed if it still runs at the end of the block."""
    process = subprocess.Popen(
        command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)
        assert process.stderr
        process.stderr.close()


@contextmanager
def crawling(
    spider: str,
    *arguments: str,
    database_url: str,
    mirror: str,
    archive: Path | None = None,
    **settings: str,
) -> Iterator[subprocess.Popen[bytes]]:
    """A crawl under way, killed without warning if it is still running at the end of the block."""
    process = subprocess.Popen(
        crawl_command(spider, *arguments, **settings),
        env=environment(database_url, mirror, archive),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
