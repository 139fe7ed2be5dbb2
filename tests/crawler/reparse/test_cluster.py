"""Kept pages are read by the workers of a Dask cluster, to the same end as on one machine."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the optional extra 'cluster' is not installed")

from distributed import Client, LocalCluster
from pydantic import ValidationError
from scrapy.exceptions import UsageError

from crawler.commands.reparse import ReparseOptions, reader
from crawler.parser_build import parser_build
from crawler.reparse.chosen_pages import Selection, copies
from crawler.reparse.readers import AHEAD, UnfitWorkerError, cluster, read_there
from crawler.reparse.reading import read_group
from pipelines.retry import RetryPolicy
from schemas.database import open_engine
from schemas.items import PageCopy
from tests import reading
from tests.crawling import Collection, scrapy

pytestmark = pytest.mark.slow

WORKERS = 2


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a cluster on this machine; a worker that dies is started again."""
    with LocalCluster(
        n_workers=WORKERS,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        local_directory=str(tmp_path_factory.mktemp("dask")),
    ) as cluster:
        yield cluster.scheduler_address


def test_a_cluster_reads_what_the_crawl_has_read(
    scheduler: str, backfilled: Collection, sqlite_url: str
) -> None:
    done = scrapy("reparse", "--cluster", scheduler, database_url=sqlite_url, archive=backfilled.archive)

    assert done.stderr.splitlines()[-1].startswith("reparse: ok")
    crawled = reading.content(backfilled.url, times=True)
    for table, found in reading.content(sqlite_url, times=True).items():
        assert found == crawled[table], table


def test_what_a_killed_worker_had_in_hand_is_read_by_another(scheduler: str, backfilled: Collection) -> None:
    archive = backfilled.archive
    groups = [[copy] for copy in kept(backfilled.url, archive)]
    assert len(groups) > 2 * AHEAD * WORKERS, "more than are asked for at a time"

    with cluster(scheduler, archive) as read, Client(scheduler, set_as_default=False) as client:
        answers = read(groups)
        found = [next(answers)]
        victim = next(iter(client.run(os.getpid).values()))
        os.kill(victim, signal.SIGKILL)
        found += answers

    assert found == [read_group(group) for group in groups]


def test_a_worker_that_would_read_otherwise_does_not_read(tmp_path: Path) -> None:
    with pytest.raises(UnfitWorkerError, match=r"runs another version of this program .*, here 0123"):
        read_there([], None, "0123", "baohoabinh")
    with pytest.raises(UnfitWorkerError, match=r"has no folder .*: mount ARCHIVE_DIR"):
        read_there([], tmp_path / "not-mounted", parser_build(), "baohoabinh")
    with pytest.raises(UnfitWorkerError, match=r"this process is for 'Báo Hòa Bình'"):
        read_there([], None, parser_build(), "tests.newspapers.tin_ven_song")


def test_a_cluster_that_is_not_fit_is_refused_at_the_start(
    scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.reparse.readers.parser_build", lambda: "0123")

    for address, seconds, message in (
        ("tcp://127.0.0.1:9", 0.2, "no scheduler can be had at 'tcp://127.0.0.1:9'"),
        ("http://127.0.0.1:9", 0.2, "unknown address scheme 'http'"),
        (scheduler, 60, "runs another version of this program"),
    ):
        monkeypatch.setattr("crawler.reparse.readers.CONNECT_TIMEOUT", seconds)
        with pytest.raises(UsageError, match=f"--cluster: .*{message}"):
            choose(address, tmp_path)


def test_either_processes_or_a_cluster_read() -> None:
    with pytest.raises(ValidationError, match="accepted: cluster or processes, not both"):
        ReparseOptions(cluster="tcp://127.0.0.1:9", processes=2)


def test_without_the_extra_the_message_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(UsageError, match=r"--cluster needs distributed; run: .*\[cluster\]"):
        choose("tcp://127.0.0.1:9", tmp_path)


def choose(address: str, folder: Path) -> None:
    with reader(ReparseOptions(cluster=address), folder):
        pass


def kept(url: str, archive: Path) -> list[PageCopy]:
    engine = open_engine(url)
    try:
        return [copy for group in copies(engine, RetryPolicy(0), Selection(), archive) for copy in group]
    finally:
        engine.dispose()
