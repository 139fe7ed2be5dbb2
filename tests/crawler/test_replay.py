"""The archive in pywb, where that is installed: each capture and each picture shows what was archived."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import ProxyHandler, build_opener

import pytest

from archive.records import digest_of
from schemas import tables
from tests.browsing import chromium, visit
from tests.crawling import NOBODY, ROOT, SCRAPY, Collection, environment, scrapy, started
from tests.reading import rows
from tests.serving import free_port

pytestmark = pytest.mark.slow


needs_pywb = pytest.mark.skipif(shutil.which("wayback") is None, reason="pywb is not installed")


SHOWN = "all => all.filter(one => one.naturalWidth).map(one => one.src.split('im_/').pop())"
"""The addresses of the pictures that a page shows, as they were in the newspaper."""


@contextmanager
def replaying(collection: Collection) -> Iterator[str]:
    """The address at which an archive is replayed."""
    port = free_port()
    env = environment(collection.url, NOBODY, collection.archive)
    with started([*SCRAPY, "replay", "--port", str(port)], env) as process, socket.socket() as probe:
        process.reaches(lambda: probe.connect_ex(("127.0.0.1", port)) == 0)
        yield f"http://127.0.0.1:{port}/archive"
        process.send(signal.SIGTERM)
        process.end()


@needs_pywb
@pytest.mark.parametrize("crawled", ["revised", "pictured"])
def test_every_capture_replays_with_its_digest(crawled: str, request: pytest.FixtureRequest) -> None:
    collection: Collection = request.getfixturevalue(crawled)
    pages, pictures = rows(collection.url, tables.Page), rows(collection.url, tables.Picture)
    kept = [(page.url, page.fetched_at, page.digest) for page in pages if page.status in (200, 304)]
    kept += [(picture.url, picture.tried_at, picture.digest) for picture in pictures]
    opener = build_opener(ProxyHandler({}))
    with replaying(collection) as address:
        for url, at, digest in kept:
            with opener.open(f"{address}/{at:%Y%m%d%H%M%S}id_/{url}") as answer:
                assert digest_of(answer.read()) == digest, url


@needs_pywb
def test_an_article_replays_with_its_pictures_and_asks_nobody(pictured: Collection) -> None:
    images = defaultdict[int, set[str]](set)
    for image in rows(pictured.url, tables.Image):
        images[image.article_id].add(image.url)
    by_id = {one.id: one for one in rows(pictured.url, tables.Article)}
    with replaying(pictured) as address, chromium() as browser, visit(browser) as visited:
        for number in sorted(images, key=lambda number: len(images[number]))[-3:]:
            article = by_id[number]
            visited.page.goto(f"{address}/{article.canonical_url}")
            replayed = visited.page.locator("#replay_iframe").element_handle().content_frame()
            assert replayed
            replayed.get_by_text(article.headline).first.wait_for()
            replayed.wait_for_load_state("load")

            assert set(replayed.eval_on_selector_all("img", SHOWN)) >= images[number]
    assert not visited.elsewhere


@pytest.mark.skipif((ROOT / ".venv-replay").exists(), reason="pywb is installed where replay looks for it")
def test_without_pywb_it_says_how_to_install_it(revised: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [folder for folder in os.environ["PATH"].split(":") if not shutil.which("wayback", path=folder)]
    monkeypatch.setenv("PATH", ":".join(folders))

    done = scrapy("replay", database_url=revised.url, archive=revised.archive, expect=2)

    assert "pip install pywb" in done.stderr
