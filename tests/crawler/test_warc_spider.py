"""Archive files that someone else made become articles with a history."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from archive import ArchiveWriter, Exchange, Original
from newspapers import read_article_url
from schemas import tables
from tests import reading
from tests.crawler.test_crawl import by_key, compare_fields
from tests.crawling import NOBODY, Collection, crawl
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

    done = crawl("warc", f"path={tmp_path}/theirs", database_url=sqlite_url, mirror=NOBODY)

    [row] = rows(sqlite_url, tables.Article)
    assert (row.headline, row.revision) == (article.headline, 1)
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


def test_a_payload_that_is_nowhere_is_counted(
    site: SampleSite, server: SiteServer, sqlite_url: str, tmp_path: Path
) -> None:
    article = site.expected("first")[-1]
    body, now = server.page(article.canonical_url), datetime.now(UTC)
    sent = _exchange(article.canonical_url, body, now)
    with ArchiveWriter(tmp_path / "theirs", run="theirs") as writer:
        writer.keep(sent, Original(sent.url, now - timedelta(days=1), sent.digest))

    done = crawl("warc", f"path={tmp_path}/theirs", database_url=sqlite_url, mirror=NOBODY)

    assert "'captures/passed_over/revisit': 1" in done.stderr
    assert not rows(sqlite_url, tables.Article)


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
