"""Several workers read kept pages again together: the collection is the one that a single worker makes."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import psutil
import pytest
from scrapy.settings import Settings

from archive import ArchiveWriter, Exchange
from crawler.run.lock import claimed
from pipelines.records.alone import Alone, alone
from schemas import tables
from schemas.database import open_engine
from tests import reading
from tests.crawling import NOBODY, SCRAPY, environment, scrapy, under_way
from tests.faulty import until
from tests.reading import rows
from tests.site import SampleSite
from tests.site.model import State

SHARED = ("-s", "SHARED_JOB=1", "-s", "LEASE_SECONDS=600")
"""Leases last so long that a killed worker must be seen otherwise to be dead."""

BEGIN = datetime(2024, 5, 1, tzinfo=UTC)

FRONT = "https://baohoabinh.com.vn/"

HOURS, AN_HOUR = 3, 100
"""In each hour the front page was fetched so often, with another slug of the section Chính trị each time."""


@pytest.fixture(scope="module")
def site() -> SampleSite:
    """Articles enough that each of three workers finds some to take."""
    return SampleSite(filler=100)


@pytest.fixture(scope="module")
def kept(site: SampleSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    for day, state in enumerate(map(State, ("first", "first", "later"))):
        with ArchiveWriter(folder, run=f"articles-{day}") as writer:
            for minutes, article in enumerate(site.expected(state)):
                at = BEGIN + timedelta(days=day, minutes=minutes)
                writer.keep(fetched(site, article.canonical_url, state, at))
    for hour in range(HOURS):
        with ArchiveWriter(folder, run=f"lists-{hour}") as writer:
            for count in range(AN_HOUR):
                at = BEGIN + timedelta(hours=hour, seconds=count)
                page = fetched(site, FRONT, State("first"), at)
                slug = f"CHINH-TRI-{hour}-{count}".encode()
                writer.keep(attrs.evolve(page, body=page.body.replace(b"/CHINH-TRI.htm", b"/%b.htm" % slug)))
    return folder


@pytest.fixture
def archive(kept: Path, tmp_path: Path) -> Path:
    """Every article before and after its edits, and front pages; a killed run has left a file open."""
    folder = tmp_path / "archive"
    shutil.copytree(kept, folder)
    last = max(folder.glob("*lists-1*.gz"))
    last.rename(f"{last}.open")
    return folder


def fetched(site: SampleSite, url: str, state: State, at: datetime) -> Exchange:
    parts = urlsplit(url)
    answer = site.pages.answer("GET", parts.netloc, parts.path, b"", state)
    headers = (("Content-Type", answer.content_type),)
    return Exchange(url=url, status=answer.status, body=answer.body, fetched_at=at, response_headers=headers)


def worker(
    database_url: str, archive: Path, *options: str, processes: str = "1"
) -> AbstractContextManager[subprocess.Popen[str]]:
    command = [*SCRAPY, "reparse", "--processes", processes, *SHARED, *options]
    return under_way(command, environment(database_url, NOBODY, archive))


@contextmanager
def nothing_stored(database_url: str) -> Iterator[None]:
    """Whoever has read something cannot store it before the end of the block."""
    engine = open_engine(database_url)
    try:
        with engine.begin() as connection:
            alone(connection, Alone.LINKS)
            yield
    finally:
        engine.dispose()


def in_hand(database_url: str, kind: str) -> dict[int, list[str]]:
    """What each worker has in hand of a kind, by the number of its process; who has the first thing first."""
    pids = {run.id: run.pid for run in rows(database_url, tables.Run)}
    taken = [it for it in rows(database_url, tables.Lease) if it.kind == kind and not it.done]
    found = defaultdict(list)
    for lease in sorted(taken, key=lambda lease: lease.name):
        found[pids[lease.run_id]].append(lease.name)
    return found


def states(database_url: str) -> dict[Any, Any]:
    return {
        (row.edition, row.site_article_id): (row.state, row.attempts, row.tried_at)
        for row in rows(database_url, tables.Frontier)
    }


def assert_same(database_url: str, alone: str) -> None:
    expected = reading.content(alone, times=True)
    assert expected["article_revisions"], "some articles were edited"
    assert expected["duplicates"], "some repeat others"
    for table, found in reading.content(database_url, times=True).items():
        assert found == expected[table], table
    assert states(database_url) == states(alone)


@pytest.mark.parametrize(("kind", "options"), [("list", []), ("article", ["--edition", "vi,en,mu"])])
def test_three_workers_of_which_one_is_killed_make_what_one_does(
    postgres_url: str, sqlite_url: str, archive: Path, kind: str, options: list[str]
) -> None:
    with ExitStack() as started:
        with nothing_stored(postgres_url):
            workers = [started.enter_context(worker(postgres_url, archive, *options)) for _ in range(3)]
            until(lambda: len(in_hand(postgres_url, kind)) == 3)
            pid, names = next(iter(in_hand(postgres_url, kind).items()))
            [killed] = [process for process in workers if process.pid == pid]
            killed.kill()
            killed.wait()
            assert in_hand(postgres_url, kind)[pid] == names, "it had something in hand"
        ends = [process.communicate(timeout=240)[1] for process in workers if process is not killed]
    scrapy("reparse", *options, database_url=sqlite_url, archive=archive)

    assert [end.splitlines()[-1].split(": ")[:2] for end in ends] == [["reparse", "ok"]] * 2, ends
    assert_same(postgres_url, sqlite_url)
    if kind == "list":
        [slug] = [row.slug for row in rows(postgres_url, tables.Section) if row.site_section_id == 11]
        assert slug == f"CHINH-TRI-{HOURS - 1}-{AN_HOUR - 1}", "what the last page says"
    assert all(lease.done for lease in rows(postgres_url, tables.Lease))


def test_each_page_is_stored_by_one_and_counted_by_it(
    postgres_url: str, sqlite_url: str, archive: Path
) -> None:
    with ExitStack() as started:
        with nothing_stored(postgres_url):
            workers = [started.enter_context(worker(postgres_url, archive)) for _ in range(2)]
            until(lambda: len(in_hand(postgres_url, "list")) == 2)
        ends = [(process.communicate(timeout=240)[1], process.returncode) for process in workers]
    scrapy("reparse", database_url=sqlite_url, archive=archive)

    assert [code for _, code in ends] == [0, 0], ends
    assert not any("next try" in said for said, _ in ends), "they do not stop one another"
    assert_same(postgres_url, sqlite_url)
    one, other = rows(postgres_url, tables.Run)
    [single] = rows(sqlite_url, tables.Run)
    for count in ("pages", "new", "changed", "unchanged", "unread", "lost"):
        name = f"reparse/{count}"
        assert one.stats[name] + other.stats[name] == single.stats[name], count
    assert min(one.stats["reparse/pages"], other.stats["reparse/pages"]) > 0, "each has done something"
    assert {run.verdict for run in (one, other)} <= {"ok", "nothing new"}


def test_the_processes_that_read_end_with_a_killed_worker(postgres_url: str, archive: Path) -> None:
    with nothing_stored(postgres_url), worker(postgres_url, archive, processes="2") as process:
        until(lambda: in_hand(postgres_url, "list"))
        # One more than read: it looks after the others' resources.
        until(lambda: len(psutil.Process(process.pid).children()) > 2)
        readers = psutil.Process(process.pid).children()
        process.kill()

        assert psutil.wait_procs(readers, timeout=60)[1] == []


def test_the_next_job_begins_anew(postgres_url: str, archive: Path) -> None:
    command = ["reparse", *SHARED, "--edition", "mu"]
    first = scrapy(*command, database_url=postgres_url, archive=archive)
    second = scrapy(*command, database_url=postgres_url, archive=archive)

    assert first.stderr.splitlines()[-1].startswith("reparse: ok")
    assert second.stderr.splitlines()[-1].startswith("reparse: nothing new")
    one, other = (run.stats["reparse/pages"] for run in rows(postgres_url, tables.Run))
    assert one == other > 0


def test_on_sqlite_the_job_has_one_worker(sqlite_url: str, tmp_path: Path, archive: Path) -> None:
    alone = f"sqlite:///{tmp_path}/alone.db"
    scrapy("reparse", *SHARED, database_url=sqlite_url, archive=archive)
    scrapy("reparse", database_url=alone, archive=archive)

    assert_same(sqlite_url, alone)
    with claimed(settings(sqlite_url), "reparse"):
        done = scrapy("reparse", *SHARED, database_url=sqlite_url, archive=archive, expect=9)
    assert done.stderr.splitlines()[-1].startswith("reparse: already running")


def test_workers_and_a_run_that_does_not_share_exclude_one_another(postgres_url: str, archive: Path) -> None:
    with nothing_stored(postgres_url), claimed(settings(postgres_url), "reparse"):
        done = scrapy("reparse", database_url=postgres_url, archive=archive, expect=9)

    assert done.stderr.splitlines()[-1].startswith("reparse: already running")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--dry-run"], "SHARED_JOB: with --dry-run nothing is stored"),
        (["--cluster", "tcp://127.0.0.1:9"], "SHARED_JOB: with --cluster one command stores"),
        (["-s", "ONE_RUN_PER=database"], "SHARED_JOB: ONE_RUN_PER='database'; accepted: 'spider'"),
    ],
)
def test_what_cannot_be_shared_is_named(
    sqlite_url: str, archive: Path, options: list[str], message: str
) -> None:
    done = scrapy("reparse", *SHARED, *options, database_url=sqlite_url, archive=archive, expect=2)

    assert message in done.stderr


def settings(database_url: str) -> Settings:
    """Those of another worker."""
    found = Settings()
    found.setmodule("crawler.settings")
    return Settings({**found, "DATABASE_URL": database_url, "SHARED_JOB": True})
