"""The egg deploys to a real scrapyd, and a job that is scheduled there fills the database."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import pytest

from tests import reading
from tests.crawling import IMPATIENT, ROOT, environment
from tests.faulty import until
from tests.serving import free_port
from tests.site import SampleSite

pytestmark = pytest.mark.slow

PROJECT = (
    "analysis",
    "archive",
    "crawler",
    "newspapers",
    "pipelines",
    "schemas",
    "pyproject.toml",
    "setup.py",
    "scrapy.cfg",
    "README.md",
)
"""What the egg is made of, and what it takes to make it."""

PATIENCE = 120.0
"""Seconds after which scrapyd is taken not to do what is asked."""


class Scrapyd:
    """A scrapyd on the loopback, to be asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opener = build_opener(ProxyHandler({}))

    def ask(self, service: str, form: list[tuple[str, str]] | None = None) -> dict[str, Any]:
        """Its answer; with a form, to a POST."""
        data = urlencode(form).encode() if form else None
        with self._opener.open(f"{self.url}/{service}", data) as answer:
            answered: dict[str, Any] = json.load(answer)
        assert answered["status"] == "ok", answered
        return answered

    def is_up(self) -> bool:
        try:
            return bool(self.ask("daemonstatus.json"))
        except URLError:
            return False

    def has_finished(self, job: str) -> bool:
        jobs = self.ask("listjobs.json?project=baohoabinh")
        return job in [finished["id"] for finished in jobs["finished"]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, in which building leaves its traces."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def scrapyd(tmp_path: Path) -> Iterator[Scrapyd]:
    """A scrapyd in a folder of its own: only the egg can tell it of the project."""
    folder = tmp_path / "scrapyd"
    folder.mkdir()
    port = free_port()
    (folder / "scrapyd.conf").write_text(f"[scrapyd]\nhttp_port = {port}\npoll_interval = 0.2\n")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapyd"],
            cwd=folder,
            env=environment(f"sqlite:///{tmp_path}/unset.db", "http://127.0.0.1:9"),
            stdout=log,
            stderr=log,
        )
    server = Scrapyd(f"http://127.0.0.1:{port}")
    try:
        until(server.is_up, PATIENCE, every=0.2)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_an_egg_deploys_and_a_job_fills_the_database(
    project: Path, scrapyd: Scrapyd, sqlite_url: str, tmp_path: Path
) -> None:
    with (project / "scrapy.cfg").open("a") as targets:
        targets.write(f"\n[deploy:test]\nurl = {scrapyd.url}/\nproject = baohoabinh\n")
    deployed = subprocess.run(
        [sys.executable, "-m", "scrapyd_client.deploy", "test"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert '"status": "ok"' in deployed.stdout, deployed.stdout + deployed.stderr

    spiders = scrapyd.ask("listspiders.json?project=baohoabinh")["spiders"]
    assert {"backfill", "latest", "url"} <= set(spiders)
    with SampleSite(filler=0).serve() as site:
        settings = IMPATIENT | {"DATABASE_URL": sqlite_url, "SITE_MIRROR": site.url}
        form = [("project", "baohoabinh"), ("spider", "latest"), ("limit", "3")]
        form += [("setting", f"{name}={value}") for name, value in settings.items()]
        job = scrapyd.ask("schedule.json", form)["jobid"]
        until(lambda: scrapyd.has_finished(job), PATIENCE, every=0.2)

    assert len(reading.articles(sqlite_url)) == 3
