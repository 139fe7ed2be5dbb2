"""The archive in pywb, where that is installed: each capture shows what was archived."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from urllib.request import ProxyHandler, build_opener

import pytest

from schemas import tables
from tests.crawling import NOBODY, ROOT, Collection, environment, scrapy
from tests.reading import rows
from tests.serving import free_port

pytestmark = pytest.mark.slow


@pytest.mark.skipif(shutil.which("wayback") is None, reason="pywb is not installed")
def test_every_capture_replays_with_its_digest(revised: Collection) -> None:
    port = free_port()
    command = [sys.executable, "-m", "scrapy", "replay", "--port", str(port)]
    env = environment(revised.url, NOBODY, revised.archive)
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr
        while "Starting" not in (line := server.stderr.readline()):
            assert line, "it ended too early"
        opener = build_opener(ProxyHandler({}))
        try:
            for page in rows(revised.url, tables.Page):
                if page.status in (200, 304):
                    url = f"http://127.0.0.1:{port}/archive/{page.fetched_at:%Y%m%d%H%M%S}id_/{page.url}"
                    with opener.open(url) as answer:
                        digest = base64.b32encode(hashlib.sha256(answer.read()).digest()).decode()
                    assert page.digest == f"sha256:{digest}", page.url
        finally:
            server.send_signal(signal.SIGTERM)


@pytest.mark.skipif((ROOT / ".venv-replay").exists(), reason="pywb is installed where replay looks for it")
def test_without_pywb_it_says_how_to_install_it(revised: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [folder for folder in os.environ["PATH"].split(":") if not shutil.which("wayback", path=folder)]
    monkeypatch.setenv("PATH", ":".join(folders))

    done = scrapy("replay", database_url=revised.url, archive=revised.archive, expect=2)

    assert "pip install pywb" in done.stderr
