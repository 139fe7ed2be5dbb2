"""Pictures of articles are archived after the articles, once for equal bytes, and hurt nobody."""

from __future__ import annotations

import gzip
import io
import json
import re
import struct
import zipfile
import zlib
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image as Bitmap
from sqlalchemy import Engine, select

from analysis.missing_articles import count_pictures
from archive import read_at
from archive.records import digest_of
from crawler.picture_reader import MOST_PIXELS, PictureError, PictureRef, measure
from pipelines.collection import Collection as Collected
from pipelines.records.picture_rows import write_pictures
from schemas import tables
from schemas.database import write_transaction
from schemas.items import Image, PictureFile
from schemas.part import Part
from tests.analysis.explore.exploring import OPENER, exploring, get
from tests.browsing import chromium, fits_everywhere, visit
from tests.builders import article
from tests.crawling import Collection, crawl, scrapy
from tests.pipelines.test_records import Store
from tests.reading import rows
from tests.site.links import PICTURES
from tests.site.pictures import PICTURE_FOLDERS, picture
from tests.small_site import Answer, SmallSite, page

KEEP: dict[str, Any] = {"KEEP_PICTURES": "1"}


@pytest.mark.slow
def test_pictures_are_archived_after_the_articles(pictured: Collection) -> None:
    kept = {row.url: row for row in rows(pictured.url, tables.Picture)}
    assert kept.keys() == {image.url for image in rows(pictured.url, tables.Image)}
    by_bytes: dict[str, list[Any]] = {}
    for row in kept.values():
        content = picture(urlsplit(row.url).path)
        assert (row.reason, row.digest, row.bytes) == (None, digest_of(content), len(content))
        by_bytes.setdefault(row.digest, []).append(row)
    for digest, same in by_bytes.items():
        [first] = [row for row in same if not row.revisit]
        capture = read_at(pictured.archive / first.warc_file, first.warc_offset)
        assert digest_of(capture.body) == digest
    assert len(by_bytes) < len(kept), "the sample site has the same file at several addresses"
    assert len({row.looks_like for row in kept.values()}) < len(by_bytes), "or in another size"
    paths = [request.path for request in pictured.requests if request.path != "/robots.txt"]
    first_picture = next(number for number, path in enumerate(paths) if path.startswith(PICTURE_FOLDERS))
    assert all(path.startswith(PICTURE_FOLDERS) for path in paths[first_picture:])


@pytest.mark.slow
def test_pictures_are_had_back_after_the_database_was_lost(
    pictured: Collection, absent_sqlite_url: str
) -> None:
    scrapy("reparse", database_url=absent_sqlite_url, archive=pictured.archive)

    assert everything_but_state(absent_sqlite_url) == everything_but_state(pictured.url)
    assert not [row for row in rows(absent_sqlite_url, tables.Page) if "/NewsImg/" in row.url]


@pytest.mark.slow
def test_pictures_are_read_out_of_the_files_of_others(pictured: Collection, sqlite_url: str) -> None:
    done = crawl(
        "warc",
        f"path={pictured.archive}/*.warc.gz",
        database_url=sqlite_url,
        mirror="",
        archive=pictured.folder / "none",
        **KEEP,
    )

    kept = rows(sqlite_url, tables.Picture)
    assert {row.digest for row in kept} == {row.digest for row in rows(pictured.url, tables.Picture)}
    assert f"pictures: {len(kept)} asked, {len(kept)} kept" in done.stderr


@pytest.mark.slow
def test_the_report_holds_small_copies_and_asks_nobody(pictured: Collection, tmp_path: Path) -> None:
    made = {name: tmp_path / f"{name}.html" for name in ("with", "without")}
    for name, archive in ("with", pictured.archive), ("without", None):
        scrapy("report", "--output", str(made[name]), database_url=pictured.url, archive=archive)

    page, without = (path.read_text("utf-8") for path in made.values())
    shown = re.findall(r"<img [^>]*>", page)
    assert len(shown) == 12
    for element in shown:
        [content] = re.findall(r'^<img src="data:image/jpeg;base64,([^"]*)" alt="">$', element)
        with Bitmap.open(io.BytesIO(b64decode(content))) as small:
            assert small.width <= 160
            assert small.height <= 120
    assert sum(map(len, shown)) < 150_000
    assert not re.search(r"src=[\"'](?!data:)", page)
    assert "<img" not in without


@pytest.mark.slow
def test_pictures_are_packed_for_replay(pictured: Collection, tmp_path: Path) -> None:
    target = tmp_path / "all.wacz"
    scrapy("wacz", "-o", str(target), database_url=pictured.url, archive=pictured.archive)

    with zipfile.ZipFile(target) as packed:
        index = gzip.decompress(packed.read("indexes/index.cdx.gz")).decode()
        pages = [json.loads(line) for line in packed.read("pages/pages.jsonl").splitlines()][1:]
    found = {json.loads(line.split(" ", 2)[2])["url"] for line in index.splitlines()}
    assert {image.url for image in rows(pictured.url, tables.Image)} <= found
    assert not [page for page in pages if page["url"].endswith(".jpg")]


@pytest.mark.slow
def test_the_browser_shows_archived_pictures_and_asks_nobody_for_them(pictured: Collection) -> None:
    image = rows(pictured.url, tables.Image)[0]
    with exploring(pictured.url, pictured.archive) as (address, _):
        _, article = get(address, f"/collection/articles/{image.article_id}")
        with OPENER.open(f"{address}/picture/{image.article_id}/{image.position}", timeout=60) as answer:
            headers, content = answer.headers, answer.read()
        missing, _ = get(address, "/picture/1/99")
        assert get(address, "/report/en")[0] == 200
        with chromium() as browser, visit(browser) as seen:
            for path in (f"/collection/articles/{image.article_id}", "/report/en"):
                seen.page.goto(address + path)
                assert seen.page.evaluate(
                    "document.images.length && [...document.images].every(i => i.naturalWidth)"
                )
                fits_everywhere(seen.page)
            assert seen.complaints + seen.elsewhere == []

    assert f'<img src="/picture/{image.article_id}/{image.position}"' in article
    assert '<img src="http' not in article
    assert content == picture(urlsplit(image.url).path)
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert missing == 404


@pytest.mark.slow
def test_what_could_not_be_had_is_counted_and_asked_for_again_later(
    small: SmallSite, tmp_path: Path, sqlite_url: str
) -> None:
    small.list_of([1, 2])
    told: dict[str, Answer] = {
        "a": (200, {}, "<svg onload='alert(1)'/>"),
        "b": (500, {}, ""),
        "c": (404, {}, ""),
    }
    for name, answer in told.items():
        small.answers[f"/NewsImg/4_2024/1_{name}.jpg"] = answer
    images = "".join(
        f'<div style="text-align: justify;"><img src="{PICTURES}/NewsImg/4_2024/1_{name}.jpg"></div>'
        for name in told
    )
    path = "/11/1/Bai-1.htm"
    small.answers[path] = page(small.body(path).replace("</div></html>", f"{images}</div></html>"))
    where: dict[str, Any] = {"database_url": sqlite_url, "mirror": small.url, "archive": tmp_path / "archive"}
    done = crawl("backfill", "editions=vi", "sections=11", expect=3, **where, **KEEP, RETRY_ENABLED="0")
    crawl("backfill", "editions=vi", "sections=11", expect=None, **where, **KEEP, RETRY_ENABLED="0")
    asked = len(small.asked)
    crawl("backfill", "editions=vi", "sections=11", expect=None, **where, **KEEP)

    assert "pictures: 3 asked, 0 kept, 1 gone, 2 failed" in done.stderr
    reasons = {row.url[-5]: row.reason for row in rows(sqlite_url, tables.Picture)}
    assert reasons == {"a": "no picture of a type that is kept", "b": "HTTP 500", "c": "HTTP 404"}
    assert not [path for path in small.asked[asked:] if path.startswith("/NewsImg/")]


def everything_but_state(database_url: str) -> list[Any]:
    """What is known of each picture, and not where it came from."""
    names = ("url", "tried_at", "media_type", "bytes", "width", "height", "phash", "digest", "warc_offset")
    return [[getattr(row, name) for name in names] for row in rows(database_url, tables.Picture)]


def png(width: int, height: int) -> bytes:
    """A small file that says it is a large picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (png(60_000, 60_000), f"more than {MOST_PIXELS:,} pixels"),
        (png(640, 480), "broken, or cut off"),
        (picture("/a.jpg")[:-900], "broken, or cut off"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no picture of a type"),
        (b"<html><script>alert(1)</script></html>", "no picture of a type"),
        (b"GIF89a", "no picture of a type"),
        (b"", "no picture of a type"),
    ],
)
def test_what_is_no_whole_picture_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(PictureError, match=why):
        measure(content)


def test_a_picture_is_known_by_its_bytes_whatever_was_said_of_it() -> None:
    with Bitmap.new("RGB", (30, 20), "red") as red:
        packed = io.BytesIO()
        red.save(packed, "PNG")

    measured = measure(packed.getvalue())

    assert (measured["media_type"], measured["width"], measured["height"]) == ("image/png", 30, 20)


@pytest.mark.parametrize(("other", "is_same"), [("c5001b0065008c00", True), ("c5ff1b0065008c00", False)])
def test_a_picture_that_was_packed_again_looks_like_the_first(
    engine: Engine, other: str, is_same: bool
) -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    with write_transaction(engine) as connection:
        for url, phash in (("https://a.vn/1", "c4001b0065008c00"), ("https://a.vn/2", other)):
            write_pictures(connection, [PictureFile(url=url, at=at, phash=phash)])
        looks = [row.looks_like for row in connection.execute(select(tables.Picture))]

    assert (len(set(looks)) == 1) == is_same


def test_pictures_are_asked_for_once_and_then_after_a_pause(engine: Engine) -> None:
    Store(engine).write(article(images=[Image(url="https://ims.baohoabinh.com.vn/1.jpg")]))
    collection = Collected(engine)
    now = datetime(2024, 6, 1, tzinfo=UTC)

    def lacking(days: int) -> int:
        return len(list(collection.lacking_pictures(now + timedelta(days=days), None)))

    found = [lacking(0)]
    for reason in ("HTTP 500", "HTTP 500", None):
        with write_transaction(engine) as connection:
            write_pictures(
                connection, [PictureFile(url="https://ims.baohoabinh.com.vn/1.jpg", at=now, reason=reason)]
            )
            states = [(one.state, one.pictures) for one in count_pictures(connection, Part())]
        assert states == [(reason or "archived", 1)]
        found += [lacking(0), lacking(40)]
    assert found == [1, 1, 1, 0, 1, 0, 0]


def test_spellings_of_an_address_are_one_picture() -> None:
    one = "https://ims.baohoabinh.com.vn/NewsImg/3_2018/1_dan%20van.jpg"

    assert (
        PictureRef(one).key == PictureRef("http://ims.baohoabinh.com.vn:80//NewsImg/3_2018/1_dan van.jpg").key
    )
