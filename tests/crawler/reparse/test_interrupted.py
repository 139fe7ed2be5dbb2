"""A reading that is killed or stopped says so, and the next one completes it."""

from __future__ import annotations

import gzip
import signal
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from schemas import tables
from tests import reading
from tests.archive.building import record
from tests.crawler.reparse.other_versions import READ, another_version
from tests.crawling import NOBODY, SCRAPY, Collection, Command, environment, reparse, started
from tests.reading import rows

pytestmark = pytest.mark.slow


KILLING = """
import os, sys
from crawler.reparse import reparse_run

reparse_run.PAGES_AT_ONCE = 20  # so that some are stored
sys.read = getattr(sys, "read", 0) + 1
if sys.read == 60:
    os.kill(os.getpid(), 9)
"""


def test_a_killed_run_is_made_up_for_by_the_next(
    revised: Collection, tmp_path: Path, sqlite_url: str
) -> None:
    program = another_version(tmp_path, {READ: f"exec({KILLING!r}); {READ}"})
    where: Any = {"database_url": sqlite_url, "archive": revised.archive}

    reparse(**where, program=program, expect=-signal.SIGKILL)

    assert 0 < len(rows(sqlite_url, tables.Article)) < len(rows(revised.url, tables.Article))
    reparse(**where)
    expected = reading.content(revised.url, times=True)
    for table, found in reading.content(sqlite_url, times=True).items():
        assert found == expected[table], table


def test_a_run_that_is_stopped_says_so(collection: Collection) -> None:
    multiply(collection.archive)

    with reparsing(collection.url, collection.archive) as process:
        process.reaches(lambda: "reparse" in {run.spider for run in rows(collection.url, tables.Run)})
        process.send(signal.SIGTERM)
        assert process.end() == 6
        assert process.stderr.splitlines()[-1].startswith("reparse: interrupted: stopped by a signal")

    assert rows(collection.url, tables.Run)[-1].verdict == "interrupted"


def test_ctrl_c_while_a_library_runs_text_as_code_leaves_the_exit_code_as_it_is(
    collection: Collection, tmp_path: Path
) -> None:
    stopping = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    program = another_version(tmp_path / "stopping", {READ: f"exec({stopping!r}); {READ}"})

    done = reparse(
        "--processes=1",
        database_url=collection.url,
        archive=collection.archive,
        program=program,
        expect=6,
    )

    assert done.stderr.splitlines()[-1].startswith("reparse: interrupted: stopped by a signal")


def multiply(archive: Path) -> None:
    """Lay the same captures beside each file, at other places in it: enough work to be caught amid it."""
    for file in sorted(archive.glob("*.gz")):
        for number in range(4):
            other = gzip.compress(record(b"", kind="warcinfo")) + file.read_bytes()
            (archive / f"copy-{number}-{file.name}").write_bytes(other)


def reparsing(database_url: str, archive: Path) -> AbstractContextManager[Command]:
    """The command under way, killed at the end of the block if it still runs."""
    return started([*SCRAPY, "reparse", "--processes=1"], environment(database_url, NOBODY, archive))
