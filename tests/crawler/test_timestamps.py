"""The log of the archive is stamped after each run by an authority for time stamps, here OpenSSL's."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.timestamps import STAMPS
from tests.crawling import Collection, crawl_command, environment, run, scrapy
from tests.serving import Asked, Reply, Server
from tests.site.server import SiteServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]

CONFIG = """
[req]
distinguished_name = name
x509_extensions = authority
prompt = no
[name]
CN = Authority of the test
[authority]
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/certificate.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
"""


def openssl(*arguments: str | Path, content: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=content, capture_output=True, check=True).stdout


def answer_no_http(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(1 << 16)
        connection.sendall(b"no HTTP\r\n\r\n")


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Server]:
    config, key, certificate = (tmp_path / name for name in ("openssl.cnf", "key.pem", "certificate.pem"))
    config.write_text(CONFIG.format(folder=tmp_path))
    (tmp_path / "serial").write_text("01")
    openssl(
        "req",
        "-x509",
        "-config",
        config,
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        certificate,
    )

    def answer(asked: Asked) -> Reply:
        (tmp_path / "query").write_bytes(asked.body)
        reply = openssl("ts", "-reply", "-config", config, "-queryfile", tmp_path / "query")
        return 200, {"Content-Type": "application/timestamp-reply"}, reply

    with Server(answer) as server:
        yield server


def test_each_run_has_the_log_stamped_and_verify_holds_the_stamps_against_it(
    server: SiteServer, authority: Server, tmp_path: Path
) -> None:
    collection = Collection(tmp_path)
    env = environment(collection.url, server.url, collection.archive)

    def latest(stamped_by: str) -> str:
        command = crawl_command("latest", "sections=11", "limit=1")
        return run(command, env | {"TIMESTAMP_URL": stamped_by}, expect=None).stderr

    def verify(expect: int) -> str:
        done = scrapy("verify", database_url=collection.url, archive=collection.archive, expect=expect)
        return done.stdout + done.stderr

    assert "No time stamp" not in latest(authority.url)
    assert "No time stamp" in latest(server.url), "it answers with a page"
    with socket.create_server(("127.0.0.1", 0)) as mute:
        threading.Thread(target=answer_no_http, args=[mute]).start()
        assert "No time stamp" in latest(f"http://127.0.0.1:{mute.getsockname()[1]}")
    assert "covers log.jsonl up to line 1" in verify(expect=0)
    assert "No time stamp" not in latest(authority.url)
    assert "covers log.jsonl up to line 4" in verify(expect=0)

    stamps = collection.archive / STAMPS
    first, last = map(json.loads, stamps.read_text().splitlines())
    (tmp_path / "stamped").write_text(last["hash"])
    (tmp_path / "stamp.tsr").write_bytes(base64.b64decode(last["response"]))
    stamped, stamp, certificate = (tmp_path / name for name in ("stamped", "stamp.tsr", "certificate.pem"))
    openssl("ts", "-verify", "-data", stamped, "-in", stamp, "-CAfile", certificate)

    stamps.write_text(json.dumps(first | {"hash": last["hash"]}) + "\n" + json.dumps({"hash": "00"}) + "\n")
    said = verify(expect=3)
    assert f"{STAMPS}: line 1: it stamps something else" in said
    assert f"{STAMPS}: line 2: is of no entry of the log" in said
