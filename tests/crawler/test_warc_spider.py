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
from tests.site import SampleSite
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


def test_reading_an_archive_twice_changes_nothing(archive: Path, sqlite_url: str) -> None:
    crawl("warc", f"path={archive}/*.gz", database_url=sqlite_url, mirror=NOBODY)
    before = reading.content(sqlite_url)

    done = crawl("warc", f"path={archive}/*.gz", database_url=sqlite_url, mirror=NOBODY)

    assert done.stderr.splitlines()[-1].startswith("warc: nothing new: ")
    assert reading.content(sqlite_url) == before


def test_captures_out_of_order_become_a_history_in_order(
    site: SampleSite, server: SiteServer, sqlite_url: str, tmp_path: Path
) -> None:
    article = site.expected("first")[-1]
    url = article.canonical_url
    body, captured = server.page(url), datetime.now(UTC) - timedelta(days=3)
    titles = {0: "Tít thứ nhất", 1: "Tít thứ hai", 2: article.headline}
    with ArchiveWriter(tmp_path / "theirs", run="theirs") as writer:
        for day in (1, 2, 0):
            writer.keep(
                Exchange(
                    url=url.replace("https://", "http://www."),
                    status=200,
                    body=body.replace(article.headline.encode(), titles[day].encode()),
                    fetched_at=captured + timedelta(days=day),
                    response_headers=(("Content-Type", "text/html; charset=utf-8"),),
                )
            )

    crawl("warc", f"path={tmp_path}/theirs", database_url=sqlite_url, mirror=NOBODY)

    [row] = rows(sqlite_url, tables.Article)
    assert (row.headline, row.revision) == (titles[2], 3)
    history = sorted(rows(sqlite_url, tables.ArticleRevision), key=lambda old: old.revision)
    assert [old.headline for old in history] == [titles[0], titles[1]]


def test_a_capture_dated_in_the_future_is_not_taken_for_the_latest(
    site: SampleSite, server: SiteServer, sqlite_url: str, tmp_path: Path
) -> None:
    article = site.expected("first")[-1]
    body = server.page(article.canonical_url)
    with ArchiveWriter(tmp_path / "theirs", run="theirs") as writer:
        for title, moment in (
            ("Mai sau", datetime(2099, 1, 1, tzinfo=UTC)),
            (article.headline, datetime.now(UTC)),
        ):
            page = body.replace(article.headline.encode(), title.encode())
            html = (("Content-Type", "text/html; charset=utf-8"),)
            writer.keep(Exchange(article.canonical_url, 200, page, moment, response_headers=html))

    done = crawl("warc", f"path={tmp_path}/theirs", database_url=sqlite_url, mirror=NOBODY, expect=3)
    again = reparse(database_url=sqlite_url, archive=tmp_path / "theirs", expect=3)

    [row] = rows(sqlite_url, tables.Article)
    assert (row.headline, row.revision) == (article.headline, 1)
    assert done.stderr.splitlines()[-1] == "warc: degraded: 1 capture could not be used (postdated: 1)"
    assert "dated in the future" in again.stdout
    assert (
        "2 captures in 5 records; passed over: 2 request, 1 warcinfo; dated in the future: 1" in done.stderr
    )


def test_a_file_cut_in_the_middle_gives_what_stands_before_the_cut(archive: Path, sqlite_url: str) -> None:
    [file] = archive.glob("*.gz")
    whole = len(file.read_bytes())
    file.write_bytes(file.read_bytes()[: whole // 2])

    done = crawl("warc", f"path={file}", database_url=sqlite_url, mirror=NOBODY, expect=3)

    assert f"Damaged: {file}, at byte " in done.stderr
    assert done.stderr.splitlines()[-1] == "warc: degraded: 1 place in the files could not be read"
    assert reading.articles(sqlite_url)


def test_a_wacz_is_read(archive: Path, sqlite_url: str, tmp_path: Path) -> None:
    [file] = archive.glob("*.gz")
    with ZipFile(tmp_path / "crawl.wacz", "w") as container:
        container.write(file, f"archive/{file.name}")
    (tmp_path / "plain.warc").write_bytes(gzip.decompress(file.read_bytes()))

    crawl("warc", f"path={tmp_path}/crawl.wacz", database_url=sqlite_url, mirror=NOBODY)
    done = crawl("warc", f"path={tmp_path}/plain.warc", database_url=sqlite_url, mirror=NOBODY)

    assert reading.articles(sqlite_url)
    assert done.stderr.splitlines()[-1].startswith("warc: nothing new: ")


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


def test_a_repeated_payload_is_a_sight_of_the_article(
    site: SampleSite, server: SiteServer, sqlite_url: str, tmp_path: Path
) -> None:
    article = site.expected("first")[-1]
    body, captured = server.page(article.canonical_url), datetime.now(UTC) - timedelta(days=9)
    other = body.replace(article.headline.encode(), "Tít khác".encode())
    known: dict[str, Original] = {}
    with ArchiveWriter(tmp_path / "theirs", run="theirs", max_bytes=1) as writer:
        for day, content in enumerate((body, other, body)):
            sent = _exchange(article.canonical_url, content, captured + timedelta(days=day))
            writer.keep(sent, known.get(sent.digest))
            known[sent.digest] = Original(sent.url, sent.fetched_at, sent.digest)

    done = crawl("warc", f"path={tmp_path}/theirs", database_url=sqlite_url, mirror=NOBODY)

    assert len(list((tmp_path / "theirs").iterdir())) == 3, "what it repeats lies in another file"
    [row] = rows(sqlite_url, tables.Article)
    assert (row.headline, row.revision, row.last_seen_at) == (
        article.headline,
        3,
        captured + timedelta(days=2),
    )
    assert "passed_over" not in done.stderr


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
    "by its record": {"WARC_Refers_To": "<urn:uuid:00000000-0000-4000-8000-000000000001>"},
}


@pytest.mark.parametrize(
    ("named", "ordered"),
    [*((named, "before") for named in REVISITS), ("by its digest", "behind"), ("by its record", "behind")],
)
def test_what_a_revisit_repeats_is_found_wherever_it_stands(
    site: SampleSite, sqlite_url: str, tmp_path: Path, named: str, ordered: str
) -> None:
    article = site.expected("first")[-1]
    path = article.canonical_url.removeprefix("https://baohoabinh.com.vn")
    with site.serve() as server:
        body = server.page(article.canonical_url)
    fields = {
        name: value(body) if callable(value) else value.format(path=path)
        for name, value in REVISITS[named].items()
    }
    html = http(body, "Content-Type: text/html; charset=utf-8")
    address: dict[str, Any] = {"WARC_Target_URI": article.canonical_url}
    original = record(html, **address)  # without a digest
    revisit = record(
        http(b""), kind="revisit", number=2, WARC_Date="2024-05-01T03:00:00Z", **address, **fields
    )
    (tmp_path / "theirs").mkdir()
    for name, content in zip("ab" if ordered == "behind" else "ba", (original, revisit), strict=True):
        write(tmp_path / "theirs" / f"{name}.warc.gz", packed(content))
    seen = datetime(2024, 5, 1, 3, tzinfo=UTC)

    crawl("warc", f"path={tmp_path}/theirs", database_url=sqlite_url, mirror=NOBODY)
    again = f"sqlite:///{tmp_path}/again.db"
    reparse(database_url=again, archive=tmp_path / "theirs")

    for url in (sqlite_url, again):
        [row] = rows(url, tables.Article)
        assert (row.headline, row.revision, row.last_seen_at) == (article.headline, 1, seen)


def test_a_payload_that_is_nowhere_is_counted(
    site: SampleSite, server: SiteServer, sqlite_url: str, tmp_path: Path
) -> None:
    article = site.expected("first")[-1]
    body, now = server.page(article.canonical_url), datetime.now(UTC)
    sent = _exchange(article.canonical_url, body, now)
    with ArchiveWriter(tmp_path / "theirs", run="theirs") as writer:
        writer.keep(sent, Original(sent.url, now - timedelta(days=1), sent.digest))

    done = crawl("warc", f"path={tmp_path}/theirs", database_url=sqlite_url, mirror=NOBODY, expect=3)

    assert done.stderr.splitlines()[-1] == "warc: degraded: 1 capture could not be used (revisit: 1)"
    assert not rows(sqlite_url, tables.Article)


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


def test_a_path_that_matches_nothing_is_named(sqlite_url: str) -> None:
    done = crawl("warc", "path=/nowhere/*.gz", database_url=sqlite_url, mirror=NOBODY, expect=2)

    assert "path: '/nowhere/*.gz': matches no file" in done.stderr


def _exchange(url: str, body: bytes, at: datetime) -> Exchange:
    return Exchange(
        url=url,
        status=200,
        body=body,
        fetched_at=at,
        response_headers=(("Content-Type", "text/html; charset=utf-8"),),
    )
