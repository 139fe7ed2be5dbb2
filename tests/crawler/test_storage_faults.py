"""A disk that is full: the run says so and stops, and the next one, with room, completes the collection."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from archive import Capture, read_captures
from schemas import tables
from tests import reading
from tests.crawling import ROOT, Collection, crawl, crawl_command, environment, run
from tests.reading import rows
from tests.site.server import SiteServer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def undisturbed(backfilled: Collection) -> dict[str, list[Any]]:
    return reading.content(backfilled.url)


class SmallDisk:
    """A disk of its own, in a name space of a process that does nothing else: root is not needed."""

    def __init__(self, holder: subprocess.Popen[str], folder: Path) -> None:
        self.folder = folder
        self.seen_from_outside = Path(f"/proc/{holder.pid}/root{folder}")
        inside = ["nsenter", "-t", str(holder.pid), "-U", "-m", "--preserve-credentials"]
        self.inside = [*inside, f"--wd={ROOT}"]

    def run(self, command: list[str], env: dict[str, str], expect: int = 0) -> str:
        """Run a command where the disk is mounted; the last line of what it says."""
        done = run([*self.inside, *command], env, expect=expect)
        return (done.stderr.splitlines() or [""])[-1]

    def enlarge(self) -> None:
        self.run(["mount", "-o", "remount,size=64m", str(self.folder)], dict(os.environ))


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[SmallDisk]:
    folder.mkdir()
    script = 'mount -t tmpfs -o size="$1" tmpfs "$2" && echo mounted && exec sleep 600'
    holder = subprocess.Popen(
        ["unshare", "-rm", "sh", "-c", script, "sh", size, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout
    try:
        if holder.stdout.readline() != "mounted\n":
            pytest.skip("this system lets nobody mount a disk in a name space of his own (unshare -rm)")
        yield SmallDisk(holder, folder)
    finally:
        holder.kill()
        holder.communicate()


def everything_kept_can_be_read(url: str, archive: Path) -> bool:
    kept = [capture for file in archive.iterdir() for capture in read_captures(file)]
    places = {(Path(read.file).name, read.offset) for read in kept if isinstance(read, Capture)}
    assert all(isinstance(read, Capture) for read in kept)
    return {(page.warc_file, page.warc_offset) for page in rows(url, tables.Page)} <= places


def test_a_full_disk_of_the_archive_stops_the_run_and_the_next_completes_it(
    server: SiteServer, undisturbed: dict[str, list[Any]], sqlite_url: str, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "small", "64k") as disk:
        archive = disk.folder / "archive"
        env = environment(sqlite_url, server.url, archive)
        line = disk.run(crawl_command("backfill"), env, expect=5)

        assert line == (
            f"backfill: storage failed: no page can be archived in ARCHIVE_DIR {archive}:"
            " No space left on device: make room on its disk, or let this user write there"
        )
        assert rows(sqlite_url, tables.Page)
        assert everything_kept_can_be_read(sqlite_url, disk.seen_from_outside / "archive")

        disk.enlarge()
        disk.run(crawl_command("backfill"), env)
        assert everything_kept_can_be_read(sqlite_url, disk.seen_from_outside / "archive")
    assert reading.content(sqlite_url) == undisturbed
    assert all(article.page_id for article in rows(sqlite_url, tables.Article))


def test_a_full_disk_of_the_database_stops_the_run_and_the_next_completes_it(
    server: SiteServer, undisturbed: dict[str, list[Any]], tmp_path: Path
) -> None:
    with small_disk(tmp_path / "small", "1200k") as disk:
        url = f"sqlite:///{disk.folder}/collection.db"
        command, env = crawl_command("backfill", DATABASE_RETRY_SECONDS="0.5"), environment(url, server.url)
        line = disk.run(command, env, expect=5)

        assert line == (
            "backfill: storage failed: the database has not answered for 0.5 s: database or disk is full:"
            f" make room on the disk of {url}, or let this user write there"
        )
        part = copied(disk, tmp_path / "part")
        assert len(rows(part, tables.Article)) < len(undisturbed["articles"])

        disk.enlarge()
        disk.run(command, env)
        assert reading.content(copied(disk, tmp_path / "whole")) == undisturbed


def copied(disk: SmallDisk, to: Path) -> str:
    """URL of a copy of the database: SQLite itself would not look into another name space."""
    shutil.copytree(disk.seen_from_outside, to)
    return f"sqlite:///{to}/collection.db"


def test_a_database_that_may_not_grow_at_the_start_is_made_by_the_next_run(
    server: SiteServer, absent_sqlite_url: str
) -> None:
    done = subprocess.run(
        crawl_command("latest", "limit=1", DATABASE_RETRY_SECONDS="0.5"),
        env=environment(absent_sqlite_url, server.url),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )

    assert done.returncode == 5, done.stderr[-3000:]
    assert "disk I/O error: make room on the disk of sqlite:///" in done.stderr.splitlines()[-1]
    crawl("latest", "limit=1", database_url=absent_sqlite_url, mirror=server.url)
    assert len(rows(absent_sqlite_url, tables.Article)) == 1
