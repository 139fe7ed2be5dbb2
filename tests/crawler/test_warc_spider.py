"""Archive files that someone else made become articles with a history."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from archive import ArchiveWriter, Exchange, Original
from archive.records import digest_of
from newspapers import read_article_url
from schemas import tables
from tests import reading
from tests.archive.building import http, packed, record, write
from tests.crawler.test_crawl import by_key, compare_fields
from tests.crawling import NOBODY, Collection, crawl, reparse
from tests.reading import rows
from tests.site import ExpectedArticle, SampleSite
from tests.site.server import SiteServer

pytestmark = pytest.mark.slow


@pytest.fixture
def archive(collection: Collection) -> Path:
    """Our own archive of the sample site."""
    return collection.archive


def test_an_archive_gives_the_articles_that_the_crawl_gave(collection: Collection, database_url: str) -> None:
    archive = collection.archive
    crawl("warc", f"path={archive}", database_url=database_url, mirror=NOBODY, archive=archive)

    crawled, read = reading.articles(collection.url), reading.articles(database_url)
    assert read.keys() == crawled.keys()
    for key, article in read.items():
        for field in (
            "headline",
            "lead",
            "body",
            "byline",
            "published_at",
            "images",
            "related",
            "changed_at",
        ):
            assert article[field] == crawled[key][field], (key, field)
        assert article["changed_at"] == crawled[key]["changed_at"], "the capture's time is the time of fetch"
    pages = {page.id: page for page in rows(database_url, tables.Page)}
    assert all((archive / pages[article["page_id"]].warc_file).exists() for article in read.values())


def test_reading_again_whatever_it_is_packed_in_changes_nothing(
    archive: Path, sqlite_url: str, tmp_path: Path
) -> None:
    [file] = archive.glob("*.gz")
    with ZipFile(tmp_path / "crawl.WACZ", "w") as container:
        container.write(file, f"archive/{file.name}")
    write(tmp_path / "plain.warc", gzip.decompress(file.read_bytes()))
    crawl("warc", f"path={tmp_path}/*.WACZ", database_url=sqlite_url, mirror=NOBODY)
    before = reading.content(sqlite_url)
    assert before["articles"]

    done = crawl("warc", f"path={tmp_path}/plain.warc", database_url=sqlite_url, mirror=NOBODY)

    assert done.stderr.splitlines()[-1].startswith("warc: nothing new: ")
    assert reading.content(sqlite_url) == before


def test_captures_in_any_order_become_a_history_and_what_cannot_be_used_is_counted(
    site: SampleSite, server: SiteServer, sqlite_url: str, tmp_path: Path
) -> None:
    edited, repeated, postdated, lost = site.expected("first")[-4:]
    captured = datetime.now(UTC) - timedelta(days=9)

    def capture(article: ExpectedArticle, title: str | None, day: float) -> Exchange:
        page = server.page(article.canonical_url)
        if title:
            page = page.replace(article.headline.encode(), title.encode())
        html = (("Content-Type", "text/html; charset=utf-8"),)
        url = article.canonical_url.replace("https://", "http://www.")
        return Exchange(url, 200, page, captured + timedelta(days=day), response_headers=html)

    known: dict[str, Original] = {}
    with ArchiveWriter(tmp_path / "theirs", run="theirs", max_bytes=1) as writer:
        for title, day in (("Tít hai", 1), (None, 2), ("Tít một", 0)):
            writer.keep(capture(edited, title, day))
        for title, day in ((None, 0), ("Tít khác", 1), (None, 2)):
            sent = capture(repeated, title, day)
            writer.keep(sent, known.get(sent.digest))
            known[sent.digest] = Original(sent.url, sent.fetched_at, sent.digest)
        writer.keep(capture(postdated, "Mai sau", 30_000))
        writer.keep(capture(postdated, None, 0))
        sent = capture(lost, None, 0)
        writer.keep(sent, Original(sent.url, captured - timedelta(days=1), sent.digest))

    done = crawl("warc", f"path={tmp_path}/theirs", database_url=sqlite_url, mirror=NOBODY, expect=3)
    again = reparse(database_url=sqlite_url, archive=tmp_path / "theirs", expect=3)

    articles = {row.site_article_id: row for row in rows(sqlite_url, tables.Article)}
    assert articles.keys() == {edited.article_id, repeated.article_id, postdated.article_id}
    said = {key: (row.headline, row.revision, row.last_seen_at) for key, row in articles.items()}
    assert said[edited.article_id] == (edited.headline, 3, captured + timedelta(days=2))
    assert said[repeated.article_id] == (repeated.headline, 3, captured + timedelta(days=2))
    assert said[postdated.article_id] == (postdated.headline, 1, captured)
    history = sorted(rows(sqlite_url, tables.ArticleRevision), key=lambda old: old.revision)
    of_edited = [old.headline for old in history if old.article_id == articles[edited.article_id].id]
    assert of_edited == ["Tít một", "Tít hai"]
    unused = "2 captures could not be used (postdated: 1, revisit: 1)"
    assert done.stderr.splitlines()[-1] == f"warc: degraded: {unused}"
    assert "1 captures in 3 records; passed over: 1 warcinfo, 1 request" in done.stderr
    assert "dated in the future" in again.stdout


def test_a_file_cut_in_the_middle_gives_what_stands_before_the_cut(archive: Path, sqlite_url: str) -> None:
    [file] = archive.glob("*.gz")
    whole = len(file.read_bytes())
    file.write_bytes(file.read_bytes()[: whole // 2])

    done = crawl("warc", f"path={file}", database_url=sqlite_url, mirror=NOBODY, expect=3)

    assert f"Damaged: {file}, at byte " in done.stderr
    assert done.stderr.splitlines()[-1] == "warc: degraded: 1 place in the files could not be read"
    assert reading.articles(sqlite_url)


@pytest.mark.skipif(shutil.which("wget") is None, reason="not tested with wget: it is not installed")
def test_a_mirror_made_by_wget_is_ingested_whole(
    site: SampleSite, server: SiteServer, sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "mirror").mkdir()
    subprocess.run(
        ["wget", "-q", "--mirror", f"--warc-file={tmp_path}/theirs", "http://baohoabinh.com.vn/"],
        cwd=tmp_path / "mirror",
        env={"PATH": os.environ["PATH"], "http_proxy": server.url},
        check=False,  # 8: some links lead to pages that are gone
        timeout=120,
    )
    served = {
        reference.key
        for request in server.requests
        if request.status == 200
        and (reference := read_article_url(f"http://{request.host}{request.path}"))
        and reference.key not in site.gone()
    }
    assert len(served) > 50, "wget found its way"

    done = crawl("warc", f"path={tmp_path}/theirs.warc.gz", database_url=sqlite_url, mirror=NOBODY)

    stored, expected = reading.articles(sqlite_url), by_key(site.expected("first"))
    assert stored.keys() == served
    _, faults = compare_fields(
        stored, {key: expected[key] for key in served}, skip={"canonical_url", "section_id"}
    )
    assert not faults, "\n".join(faults[:20])
    assert done.stderr.splitlines()[-1].startswith("warc: ok")


SHA1 = {
    "base32": lambda body: digest_of(body, "sha1"),
    "base16": lambda body: f"sha-1:{sha1(body, usedforsecurity=False).hexdigest()}",
}
REVISITS: dict[str, dict[str, Any]] = {
    "by its digest": {"WARC_Payload_Digest": SHA1["base32"]},
    "by its digest in another spelling": {"WARC_Payload_Digest": SHA1["base16"]},
    "by address and date": {
        "WARC_Refers_To_Target_URI": "http://www.baohoabinh.com.vn{path}",
        "WARC_Refers_To_Date": "2024-04-25T03:00:00Z",
    },
    "by its record": {"WARC_Refers_To": "<urn:uuid:00000000-0000-4000-8000-{number}>"},
}


def test_what_a_revisit_repeats_is_found_wherever_it_stands(
    site: SampleSite, server: SiteServer, sqlite_url: str, tmp_path: Path
) -> None:
    cases = [(fields, "ba") for fields in REVISITS.values()]
    cases += [(REVISITS["by its digest"], "ab"), (REVISITS["by its record"], "ab")]
    articles = site.expected("first")[-len(cases) :]
    (tmp_path / "theirs").mkdir()
    for number, ((named, names), article) in enumerate(zip(cases, articles, strict=True), start=1):
        body = server.page(article.canonical_url)
        path = article.canonical_url.removeprefix("https://baohoabinh.com.vn")
        fields = {
            name: value(body) if callable(value) else value.format(path=path, number=f"{number:012}")
            for name, value in named.items()
        }
        html = http(body, "Content-Type: text/html; charset=utf-8")
        address: dict[str, Any] = {"WARC_Target_URI": article.canonical_url}
        original = record(html, number=number, **address)  # without a digest
        moment = "2024-05-01T03:00:00Z"
        revisit = record(http(b""), kind="revisit", number=99, WARC_Date=moment, **address, **fields)
        for name, content in zip(names, (original, revisit), strict=True):
            write(tmp_path / "theirs" / f"{number}{name}.warc.gz", packed(content))
    seen = datetime(2024, 5, 1, 3, tzinfo=UTC)

    crawl("warc", f"path={tmp_path}/theirs", database_url=sqlite_url, mirror=NOBODY)
    again = f"sqlite:///{tmp_path}/again.db"
    reparse(database_url=again, archive=tmp_path / "theirs")

    for url in (sqlite_url, again):
        found = {(row.headline, row.revision, row.last_seen_at) for row in rows(url, tables.Article)}
        assert found == {(article.headline, 1, seen) for article in articles}


CDX = (" CDX N b a m s k r M S V g\n", "no archive but a CDX index; an index names captures and holds none")
PACKED = ("BZh9", "packed by bzip2, which is not read; unpack it, and give what is in it")


@pytest.mark.parametrize(
    ("name", "file", "expect", "verdict"),
    [
        ("THEIRS.WARC.GZ", CDX, 0, "ok: 1 new"),
        ("THEIRS.WARC.GZ", PACKED, 3, "degraded: 1 file could not be read as an archive"),
        (None, CDX, 3, "degraded: 1 file could not be read as an archive"),
    ],
    ids=["an index beside an archive", "a packed file beside an archive", "an index alone"],
)
def test_each_file_of_a_folder_is_read_or_named(
    site: SampleSite,
    sqlite_url: str,
    tmp_path: Path,
    name: str | None,
    file: tuple[str, str],
    expect: int,
    verdict: str,
) -> None:
    article = site.expected("first")[-1]
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "other").write_text(file[0])
    if name:
        with site.serve() as server:
            html = http(server.page(article.canonical_url), "Content-Type: text/html; charset=utf-8")
        content = packed(record(html, WARC_Target_URI=article.canonical_url))
        write(tmp_path / "theirs" / name, content)

    done = crawl("warc", f"path={tmp_path}/theirs", database_url=sqlite_url, mirror=NOBODY, expect=expect)

    assert done.stderr.splitlines()[-1] == f"warc: {verdict}"
    assert f"{tmp_path}/theirs/other: {file[1]}" in done.stderr


def test_a_limit_holds(archive: Path, sqlite_url: str) -> None:
    for _ in range(2):
        crawl("warc", f"path={archive}", "limit=3", database_url=sqlite_url, mirror=NOBODY)

        assert len(rows(sqlite_url, tables.Article)) == 3
