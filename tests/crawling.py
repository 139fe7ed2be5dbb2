"""Runs the real command on the sample site, as cron and operators do."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.prepared import PreparedScrapy
from tests.site.server import Request, SiteServer

ROOT = Path(__file__).resolve().parent.parent

NOBODY = "http://127.0.0.1:9"
"""A mirror that nobody answers on, for what must not ask anybody."""

SCRAPY = [sys.executable, "-m", "scrapy"]

prepared = True
"""Whether commands start in processes that have imported what they need; else as on a command line."""

may_start = True
"""Whether a command may be started: the tests of ``make check`` start none."""

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
    ahead: timedelta = timedelta(0),
    **settings: str,
) -> subprocess.CompletedProcess[str]:
    """Run a crawl to its end and check its exit code, unless any is expected.

    :param ahead: how far its clock is ahead.
    :param program: the folder of the project, if it is to be another version of it.
    """
    command = crawl_command(spider, *arguments, **settings)
    env = environment(database_url, mirror, archive) | {"CLOCK_AHEAD": str(ahead.total_seconds())}
    return run(command, env, expect=expect, program=program)


def last_line(spider: str, *arguments: str, url: str, mirror: str, expect: int = 0, **settings: Any) -> str:
    """The verdict of a run, as the command says it last."""
    done = crawl(spider, *arguments, database_url=url, mirror=mirror, expect=expect, **settings)
    return done.stderr.splitlines()[-1]


def scrapy(
    *arguments: str, database_url: str, archive: Path | None = None, expect: int = 0, program: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run another command of ``scrapy`` to its end and check its exit code; nobody answers it."""
    command = [*SCRAPY, *arguments]
    return run(command, environment(database_url, NOBODY, archive), expect=expect, program=program)


def reparse(*options: str, **where: Any) -> subprocess.CompletedProcess[str]:
    """``scrapy reparse`` in one process: to start others takes longer than the sample site does."""
    return scrapy("reparse", "--processes=1", *options, **where)


class Command:
    """A command under way; what it has said so far can be read at any time."""

    def __init__(self, command: list[str], env: dict[str, str], folder: Path = ROOT) -> None:
        assert may_start, "it starts a command: mark the test slow"
        self._place = tempfile.TemporaryDirectory()
        self._out, self._err = Path(self._place.name, "out"), Path(self._place.name, "err")
        self._out.touch()
        self._err.touch()
        self.process: PreparedScrapy | subprocess.Popen[bytes]
        if prepared and command[: len(SCRAPY)] == SCRAPY and folder == ROOT:
            self.process = PreparedScrapy(command[len(SCRAPY) :], env, folder, self._out, self._err)
        else:
            with self._out.open("ab") as out, self._err.open("ab") as err:
                self.process = subprocess.Popen(command, env=env, cwd=folder, stdout=out, stderr=err)
        self.pid = self.process.pid

    @property
    def stdout(self) -> str:
        return self._out.read_text(encoding="utf-8")

    @property
    def stderr(self) -> str:
        return self._err.read_text(encoding="utf-8")

    def runs(self) -> bool:
        return self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self, seconds: float = SECONDS) -> int:
        """Wait for its end; its exit code."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"{error}: {self.stderr[-3000:]}") from None

    def kill(self) -> None:
        """End it without warning, if it has not ended."""
        self.send(signal.SIGKILL)
        self.end(30)

    def reaches(self, reached: Callable[[], Any], seconds: float = 120) -> None:
        """Wait for an event that the command brings about before it ends."""
        deadline = time.monotonic() + seconds
        while True:
            looked = time.monotonic()
            if reached():
                return
            assert self.runs(), f"it ended too early: {self.stderr[-3000:]}"
            assert looked < deadline, "it has not happened"
            took = time.monotonic() - looked
            time.sleep(0.01 + 3 * took)  # who looks all the time takes the processor that is waited for

    def close(self) -> None:
        self.kill()
        self._place.cleanup()


def started(command: list[str], env: dict[str, str]) -> AbstractContextManager[Command]:
    """A command under way, killed without warning if it still runs at the end of the block."""
    return closing(Command(command, env))


def crawling(
    spider: str,
    *arguments: str,
    database_url: str,
    mirror: str,
    archive: Path | None = None,
    **settings: str,
) -> AbstractContextManager[Command]:
    """A crawl under way, killed without warning if it still runs at the end of the block."""
    return started(crawl_command(spider, *arguments, **settings), environment(database_url, mirror, archive))


def run(
    command: list[str], env: dict[str, str], *, expect: int | None, program: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; check its exit code; trouble of the site is no traceback."""
    with closing(Command(command, env, program)) as process:
        done = subprocess.CompletedProcess(command, process.end(), process.stdout, process.stderr)
    assert expect in (None, done.returncode), done.stderr[-6000:]
    if done.returncode in (0, 3, 4):  # well, degraded, site unreachable
        assert "Traceback (most recent call last)" not in done.stderr, done.stderr[-6000:]
    return done


@dataclass
class Collection:
    """A collection of the sample site in a folder: an SQLite database and the archive of its pages."""

    folder: Path
    requests: list[Request] = field(default_factory=list)
    """What the site was asked for, to the last run that is told here."""

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/collection.db"

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def crawl(self, spider: str, server: SiteServer, *arguments: str, **settings: Any) -> None:
        where: dict[str, Any] = {"database_url": self.url, "mirror": server.url, "archive": self.archive}
        crawl(spider, *arguments, **where, **settings)

    def copy(self, folder: Path) -> Collection:
        """The same in another folder."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Collection(folder, list(self.requests))
