"""``scrapy doctor``: what it finds, by the real command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from scrapy.http import Response
from sqlalchemy import text

from crawler.run.diagnosis import check_archive, check_clock, check_contact
from schemas.database import open_engine
from tests.builders import SITE
from tests.crawling import NOBODY, SCRAPY, Collection, crawl, environment, run
from tests.site import SampleSite
from tests.site.server import SiteServer
from tests.small_site import Answer, SmallSite, page

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[SiteServer]:
    with SampleSite(filler=0).serve() as server:
        yield server


def test_all_is_well_where_a_run_has_been(server: SiteServer, sqlite_url: str, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    crawl("latest", "limit=1", database_url=sqlite_url, mirror=server.url, archive=archive)

    said = doctor(sqlite_url, server.url, archive, expect=0)

    assert said[-1] == "doctor: all is well"
    fine = "has this version's schema, is whole and can be written to"
    assert f"ok     database    {sqlite_url} {fine}" in said
    assert "ok     pages       all 1 archive files that the database names are there" in said
    assert f"ok     archive     {archive} can be written to" in said
    [article] = [line for line in said if line.startswith("ok     article")]
    assert "was read by post/1" in article


def test_nothing_is_made_before_the_first_run(
    server: SiteServer, absent_sqlite_url: str, tmp_path: Path
) -> None:
    said = doctor(absent_sqlite_url, server.url, tmp_path / "archive", expect=0)

    assert any(line.endswith("absent.db does not exist yet; the first run makes it") for line in said)
    assert any("was read by post/1" in line for line in said), "one to which the front page links"
    assert list(tmp_path.iterdir()) == []


def test_a_broken_database_is_told_from_one_of_another_version(tmp_path: Path, sqlite_url: str) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database at all" * 100)
    said = doctor(f"sqlite:///{broken}", NOBODY, tmp_path / "archive", expect=1)
    assert any("broken.db: file is not a database" in line for line in said)

    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    said = doctor(sqlite_url, NOBODY, tmp_path / "archive", expect=1)
    [number] = [number for number, line in enumerate(said) if line.startswith("FAULT  database")]
    assert said[number].endswith("has schema 9999, which this version does not know")
    assert said[number + 1].strip() == "to do: update the program"


def test_damage_inside_the_database_and_pages_that_are_missing_or_cut_off_are_found(
    pictured: Collection, tmp_path: Path
) -> None:
    collection = pictured.copy(tmp_path / "collection")
    pages, pictures = sorted(collection.archive.glob("*.warc.gz"))
    with pages.open("r+b") as archive:
        archive.truncate(pages.stat().st_size // 2)
    pictures.rename(pictures.with_name("elsewhere"))
    said = doctor(collection.url, NOBODY, collection.archive, expect=1)
    assert f"FAULT  pages       2 of 2 archive files: {pages} is cut off; {pictures} is missing" in said

    with (collection.folder / "collection.db").open("r+b") as database:
        database.seek(os.fstat(database.fileno()).st_size // 2)
        database.write(os.urandom(40 * 4096))
    said = doctor(collection.url, NOBODY, collection.archive, expect=1)
    faults = "".join(line for line in said if line.startswith("FAULT  database"))
    assert "is damaged: " in faults or "disk image is malformed" in faults


@pytest.mark.parametrize(
    ("database_url", "fault"),
    [
        ("mysql://host/database", "settings    DATABASE_URL is for 'mysql'; accepted: "),
        (
            "postgresql://nobody:secret@127.0.0.1:9/none",
            "database    postgresql+psycopg://nobody:***@127.0.0.1:9/none: ",
        ),
    ],
)
def test_a_database_that_cannot_be_used_and_a_site_that_does_not_answer_are_faults_with_a_remedy(
    tmp_path: Path, database_url: str, fault: str
) -> None:
    said = doctor(database_url, NOBODY, tmp_path / "archive", expect=1)

    assert any(line.startswith(f"FAULT  {fault}") for line in said)
    assert said[-1] == "doctor: 2 to be repaired", "the site is looked at all the same"
    assert "secret" not in "".join(said)
    [number] = [number for number, line in enumerate(said) if line.startswith("FAULT  site")]
    assert f"SITE_MIRROR {NOBODY}: " in said[number]
    assert said[number + 1].strip() == "to do: start the mirror, or unset SITE_MIRROR"


@pytest.mark.parametrize(
    ("path", "answer", "why"),
    [
        ("/robots.txt", (503, {}, ""), "robots.txt cannot be had: HTTP 503"),
        ("/", (302, {"Location": "https://example.org/"}, ""), "OffsiteError: "),
    ],
    ids=["no robots.txt", "led away"],
)
def test_only_rules_are_called_a_robots_txt_that_forbids_us(
    small: SmallSite, sqlite_url: str, tmp_path: Path, path: str, answer: Answer, why: str
) -> None:
    small.answers[path] = answer

    said = doctor(sqlite_url, small.url, tmp_path / "archive", expect=1)

    [fault] = [line for line in said if line.startswith("FAULT")]
    assert fault.startswith(f"FAULT  site        SITE_MIRROR {small.url}: {why}")


def test_robots_txt_that_forbids_us_is_obeyed(small: SmallSite, sqlite_url: str, tmp_path: Path) -> None:
    small.answers["/robots.txt"] = page("User-agent: *\nDisallow: /\n")

    said = doctor(sqlite_url, small.url, tmp_path / "archive", expect=1)

    assert any(line.startswith("FAULT  robots.txt  forbids us") for line in said)


def test_a_page_that_is_no_article_and_a_wrong_clock_are_faults(
    small: SmallSite, sqlite_url: str, tmp_path: Path
) -> None:
    date = format_datetime(datetime.now(UTC) - timedelta(hours=2), usegmt=True)
    body = '<html><a href="/11/CHINH-TRI.htm">Chính trị</a> <a href="/11/5/Moi.htm">Tin mới</a>'
    small.answers["/"] = (200, {"Date": date}, body)
    small.answers["/11/5/Moi.htm"] = page("<html><p>Bảo trì</p></html>")

    said = doctor(sqlite_url, small.url, tmp_path / "archive", expect=1)

    assert any(line.startswith("ok     robots.txt  allows us") for line in said)
    assert any(line.startswith("FAULT  clock       72") for line in said)
    assert any(line.startswith("FAULT  article     https://baohoabinh.com.vn/11/5/Moi.htm") for line in said)


class TestSingleFindings:
    @pytest.mark.parametrize("seconds", [-119, 0, 119])
    def test_two_minutes_make_no_wrong_clock(self, seconds: int) -> None:
        there = saying(format_datetime(NOW - timedelta(seconds=seconds), usegmt=True).encode())

        assert check_clock(there, NOW).remedy is None
        assert check_clock(there, NOW + timedelta(minutes=5)).remedy

    @pytest.mark.parametrize("date", [None, b"", b"yesterday"])
    def test_a_site_that_tells_no_time_proves_nothing(self, date: bytes | None) -> None:
        assert check_clock(saying(date), NOW).found.startswith("not compared")

    def test_who_does_not_say_who_he_is_is_told_how_to(self) -> None:
        assert check_contact("you@example.org").remedy is None
        assert "CRAWLER_CONTACT" in (check_contact(None).remedy or "")

    def test_a_folder_that_is_none_is_a_fault(self, tmp_path: Path) -> None:
        (tmp_path / "archive").write_text("a file")

        [finding] = check_archive(str(tmp_path / "archive"))

        assert finding.remedy


def saying(date: bytes | None) -> Response:
    """An answer with this header ``Date``."""
    return Response(SITE, headers={"Date": date} if date is not None else {})


def doctor(database_url: str, mirror: str, archive: Path, expect: int) -> list[str]:
    """The lines that it prints."""
    env = environment(database_url, mirror, archive) | {"CRAWLER_CONTACT": "you@example.org"}
    done = run([*SCRAPY, "doctor"], env, expect=expect)
    assert done.stderr == ""
    return done.stdout.splitlines()
