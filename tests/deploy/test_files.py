"""The files in ``deploy`` can be pasted: each is read, or run, by the program it is made for."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import reading
from tests.crawling import IMPATIENT, ROOT, environment
from tests.site import SampleSite
from tests.site.server import SiteServer

pytestmark = pytest.mark.slow

DEPLOY = ROOT / "deploy"
PACKAGES = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
INSTALLED = "/opt/baohoabinh"
"""Where the files expect the project."""


@pytest.fixture
def server() -> Iterator[SiteServer]:
    with SampleSite(filler=0).serve() as server:
        yield server


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The project's folder as it would stand on a server, with its environment."""
    folder = tmp_path / "installed"
    folder.mkdir()
    for name in (*PACKAGES, "pyproject.toml", "scrapy.cfg"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


class TestSystemd:
    """systemd-analyze belongs to Debian's package systemd; ``.ci/run`` installs it."""

    @pytest.fixture
    def units(self, tmp_path: Path, installed: Path) -> list[str]:
        if shutil.which("systemd-analyze") is None:
            pytest.skip("NOT VERIFIED, systemd-analyze is missing: apt-get install systemd")
        service = (DEPLOY / "baohoabinh@.service").read_text().replace(INSTALLED, str(installed))
        (tmp_path / "baohoabinh@latest.service").write_text(service)
        (tmp_path / "baohoabinh@backfill.service").write_text(service)
        timers = [shutil.copy(timer, tmp_path) for timer in DEPLOY.glob("*.timer")]
        return [f"{tmp_path}/baohoabinh@latest.service", *map(str, timers)]

    def test_the_units_have_no_fault(self, units: list[str]) -> None:
        analysed = analyse("verify", "--man=no", *units)

        assert (analysed.returncode, analysed.stderr) == (0, "")

    def test_the_service_is_shut_in(self, units: list[str]) -> None:
        analysed = analyse("security", "--offline=yes", "--threshold=20", units[0])

        assert analysed.returncode == 0, analysed.stdout


class TestCron:
    @pytest.fixture
    def line(self, installed: Path, tmp_path: Path) -> str:
        """The command of the crontab's line, with the folders of this test."""
        lines = (DEPLOY / "crontab").read_text().splitlines()
        [line] = [line for line in lines if "scrapy crawl" in line and not line.startswith("#")]
        command = line.split(maxsplit=5)[5]
        assert "%" not in command, "cron takes it for the end of the line"
        impatient = " ".join(f"-s {name}={value}" for name, value in IMPATIENT.items())
        return (
            command.replace(INSTALLED, str(installed))
            .replace("/var/lib/baohoabinh", str(tmp_path))
            .replace("/var/log/baohoabinh", str(tmp_path))
            .replace("crawl latest", f"crawl latest {impatient}")
        )

    def test_a_run_that_goes_well_sends_no_mail(
        self, line: str, server: SiteServer, sqlite_url: str, tmp_path: Path
    ) -> None:
        done = run_as_cron_does(line, sqlite_url, server.url)

        assert (done.stdout, done.stderr) == ("", ""), "what cron sends as a mail"
        assert reading.articles(sqlite_url)
        assert (tmp_path / "latest.log").read_text().splitlines()[-1].startswith("latest: ok")

    def test_a_run_that_fails_sends_the_end_of_its_log(self, line: str, tmp_path: Path) -> None:
        done = run_as_cron_does(line, "mysql://host/database", "http://127.0.0.1:9")

        assert "DATABASE_URL is for 'mysql'" in done.stdout


def test_the_container_gets_all_that_the_program_is_made_of() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)

    sources = [source for line in copied for source in line.split()]
    assert {*PACKAGES, "pyproject.toml", "scrapy.cfg"} <= set(sources)
    assert all((ROOT / source).exists() for source in sources)


def analyse(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)


def run_as_cron_does(line: str, database_url: str, mirror: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", line],
        env=environment(database_url, mirror),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
