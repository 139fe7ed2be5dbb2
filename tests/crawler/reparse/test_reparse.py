"""Kept pages are read again, and what that changes is known beforehand."""

from __future__ import annotations

import gzip
import json
import shutil
import signal
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from archive import ArchiveWriter, Exchange
from schemas import tables
from schemas.database import open_engine
from tests import reading
from tests.archive.building import record
from tests.clock import let_time_pass
from tests.crawling import (
    NOBODY,
    ROOT,
    SCRAPY,
    Collection,
    Command,
    crawl,
    environment,
    scrapy,
    started,
)
from tests.reading import rows
from tests.site import SampleSite
from tests.site.server import SiteServer

pytestmark = pytest.mark.slow


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def another_version(folder: Path, changes: dict[str, str]) -> Path:
    """A copy of the program in which the page object of articles differs.

    :param changes: what stands in its source -> what shall stand there.
    """
    for name in ("analysis", "archive", "crawler", "newspapers", "pipelines", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("scrapy.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    page = folder / "crawler/pages/article.py"
    text = page.read_text()
    for present, other in changes.items():
        assert present in text
        text = text.replace(present, other)
    page.write_text(text)
    return folder


OLDER = {
    "byline=content.byline,": "byline=None,",
    "authors=persons(content.byline) if content.byline else [],": "authors=[],",
    "body=content.body,": "body=content.body[:-1],",
}
"""An older version knew no bylines and overlooked the last paragraph."""

WORSE = {"headline=frame.headline,": 'headline="",'}
"""A version that loses the headline reads no valid article at all."""


def crawl_three_times(server: SiteServer, database_url: str, archive: Path, **more: Any) -> None:
    """A backfill, then two runs that find new, edited and unchanged articles."""
    where: dict[str, Any] = {"database_url": database_url, "mirror": server.url, "archive": archive} | more
    crawl("backfill", **where)
    server.state = "later"
    for passed in (timedelta(hours=2), timedelta(hours=5)):
        let_time_pass(database_url, passed)
        crawl("latest", **where)
    server.state = "first"


def test_a_database_that_was_deleted_is_had_back_from_the_archive(
    server: SiteServer, tmp_path: Path, database_url: str, archive: Path
) -> None:
    crawled = f"sqlite:///{tmp_path}/crawled.db"
    crawl_three_times(server, crawled, archive)

    done = scrapy("reparse", database_url=database_url, archive=archive)

    assert done.stderr.splitlines()[-1].startswith("reparse: ok")
    expected = reading.content(crawled, times=True)
    assert any(row for row in expected["article_revisions"])
    assert {page.status for page in rows(crawled, tables.Page)} >= {200, 304, 404}
    for table, found in reading.content(database_url, times=True).items():
        assert found == expected[table], table
    assert states(database_url) == states(crawled)
    [run] = [run for run in rows(database_url, tables.Run) if run.spider == "reparse"]
    assert (run.spider, run.new) == ("reparse", len(expected["articles"]))


def test_reading_again_with_the_same_parser_changes_nothing(
    server: SiteServer, sqlite_url: str, archive: Path
) -> None:
    crawl_three_times(server, sqlite_url, archive)
    before = unchanging(sqlite_url)

    done = scrapy("reparse", database_url=sqlite_url, archive=archive)

    assert done.stderr.splitlines()[-1].startswith("reparse: nothing new")
    assert unchanging(sqlite_url) == before


def test_a_better_parser_changes_what_the_dry_run_said_and_leaves_revisions(
    server: SiteServer, tmp_path: Path, database_url: str, archive: Path
) -> None:
    whole = f"sqlite:///{tmp_path}/whole.db"
    older = another_version(tmp_path / "older", OLDER)
    crawl_three_times(server, database_url, archive, program=older)
    scrapy("reparse", database_url=whole, archive=archive)
    before, better = reading.articles(database_url), reading.articles(whole)
    stood = unchanging(database_url)

    dry = report("--dry-run", database_url=database_url, archive=archive)

    assert unchanging(database_url) == stood, "a dry run writes nothing"
    for field in ("byline", "authors", "body", "headline", "lead", "images"):
        assert counted(dry, field) == expected_counts(before, better, field), field
    assert dry["statistics"]["reparse/new"] == 0
    for field in ("byline", "body"):
        for example in dry["examples"][field]:
            [key] = [key for key, row in before.items() if row["canonical_url"] == example["url"]]
            shown = "\n\n".join(better[key]["body"]) if field == "body" else better[key]["byline"]
            assert example["after"] == shown

    real = report(database_url=database_url, archive=archive)

    assert real["statistics"] == dry["statistics"]
    after = reading.articles(database_url)
    for key, article in better.items():
        assert without(article, "id", "page_id", "revision") == without(
            after[key], "id", "page_id", "revision"
        )
    revisions = rows(database_url, tables.ArticleRevision)
    edits = [row for row in revisions if row.cause == "edit"]
    assert len(edits) == len(rows(whole, tables.ArticleRevision)), "the newspaper's edits are as they were"
    by_parser = [row for row in revisions if row.cause == "parser"]
    assert len(by_parser) == dry["statistics"]["reparse/past_texts"] > 0
    texts = {(row.article_id, row.headline, row.body) for row in by_parser}
    old = {(row["id"], row["headline"], "\n\n".join(row["body"])) for row in before.values()}
    changed = {row["id"] for key, row in before.items() if row["body"] != better[key]["body"]}
    assert {text for text in old if text[0] in changed} <= texts, "what was read before is kept"
    again = report(database_url=database_url, archive=archive)
    assert again["statistics"]["reparse/changed"] == 0


def test_only_what_other_code_read_is_chosen(
    server: SiteServer, tmp_path: Path, sqlite_url: str, archive: Path
) -> None:
    where: dict[str, Any] = {"database_url": sqlite_url, "mirror": server.url, "archive": archive}
    crawl("backfill", "editions=mu", **where, program=another_version(tmp_path / "older", OLDER))
    crawl("backfill", "editions=en", **where)
    articles = reading.articles(sqlite_url)

    first = report("--outdated", database_url=sqlite_url, archive=archive)
    second = report("--outdated", database_url=sqlite_url, archive=archive)

    assert first["statistics"]["reparse/pages"] == len([key for key in articles if key[0] == "mu"])
    assert second["statistics"]["reparse/pages"] == 0


def test_section_days_and_layout_choose_articles(
    site: SampleSite, server: SiteServer, sqlite_url: str, archive: Path
) -> None:
    crawl("backfill", database_url=sqlite_url, mirror=server.url, archive=archive)
    articles = reading.articles(sqlite_url).values()
    dates = sorted(article["published_at"] for article in articles if article["published_at"])
    day = (dates[len(dates) // 2] + timedelta(hours=7)).date()

    def pages(*options: str) -> int:
        found = report("--dry-run", *options, database_url=sqlite_url, archive=archive)
        return int(found["statistics"]["reparse/pages"])

    of_section = [a for a in articles if (a["edition"], a["section_id"]) == ("en", 2)]
    assert pages("--section", "en/2") == len(of_section) > 0
    until = [
        a for a in articles if a["published_at"] and (a["published_at"] + timedelta(hours=7)).date() <= day
    ]
    assert pages("--until", day.isoformat()) == len(until) > 0
    assert pages("--since", day.isoformat(), "--until", day.isoformat()) > 0
    assert pages("--parser", "post") == len(articles)
    assert pages("--parser", "generic/1") == 0
    with open_engine(sqlite_url).begin() as connection:
        doubtful = update(tables.Article).where(tables.Article.id == 1).values(parser="generic/1:doubtful")
        connection.execute(doubtful)
    assert pages("--parser", "generic/1") == pages("--parser", "generic/1:doubtful") == 1
    soft = [key for key, answer in site.gone().items() if answer != "404"]
    assert 0 < pages("--missing") <= len(soft)


def test_what_a_worse_parser_cannot_read_stays_and_is_named(
    server: SiteServer, tmp_path: Path, sqlite_url: str, archive: Path
) -> None:
    crawl("backfill", "editions=mu", database_url=sqlite_url, mirror=server.url, archive=archive)
    before = reading.content(sqlite_url)
    worse = another_version(tmp_path / "worse", WORSE)

    done = scrapy("reparse", database_url=sqlite_url, archive=archive, expect=3, program=worse)

    assert done.stderr.splitlines()[-1].startswith("reparse: degraded")
    assert f"{len(before['articles'])} articles can no longer be read from their page" in done.stdout
    assert reading.content(sqlite_url) == before


def test_a_page_whose_file_is_missing_is_named_and_costs_nothing(
    server: SiteServer, sqlite_url: str, archive: Path
) -> None:
    crawl("backfill", "editions=mu", database_url=sqlite_url, mirror=server.url, archive=archive)
    before = reading.content(sqlite_url)
    [file] = archive.glob("*.gz")
    file.unlink()

    done = scrapy("reparse", database_url=sqlite_url, archive=archive, expect=3)

    assert str(file) in done.stdout
    assert reading.content(sqlite_url) == before


@pytest.mark.parametrize(
    ("damage", "read"),
    [
        (lambda whole: whole[: len(whole) // 2], range(1, 100)),
        (lambda whole: whole[:3000] + bytes([whole[3000] ^ 1]) + whole[3001:], range(1, 100)),
        (lambda whole: bytes(reversed(whole)), [0]),
        (lambda whole: b"", [0]),
    ],
    ids=["cut", "a flipped bit", "rubbish", "empty"],
)
def test_a_lost_database_hides_no_damage(
    collection: Collection, tmp_path: Path, damage: Any, read: Any
) -> None:
    [file] = collection.archive.glob("*.gz")
    file.write_bytes(damage(file.read_bytes()))
    lost = f"sqlite:///{tmp_path}/lost.db"

    for option in ([], [], ["--dry-run"]):
        done = scrapy("reparse", *option, database_url=lost, archive=collection.archive, expect=3)
        assert f"Damaged: {file}, at byte" in done.stderr
        assert "1 place in the files could not be read" in done.stderr.splitlines()[-1]

    assert len(reading.articles(lost)) in read


def test_what_is_no_archive_is_named(collection: Collection) -> None:
    (collection.archive / "index.cdx").write_text(" CDX N b a m s k r M S V g\n")

    done = scrapy("reparse", database_url=collection.url, archive=collection.archive)

    assert "Not read: " in done.stderr
    assert "no archive but a CDX index; an index names captures and holds none" in done.stderr


def test_a_killed_run_is_made_up_for_by_the_next(
    revised: Collection, tmp_path: Path, sqlite_url: str
) -> None:
    collection = revised.copy(tmp_path / "collection")
    multiply(collection.archive)

    with reparsing(sqlite_url, collection.archive) as process:
        process.reaches(lambda: stored(sqlite_url))
        process.kill()
    assert stored(sqlite_url) < stored(revised.url)
    scrapy("reparse", database_url=sqlite_url, archive=collection.archive)

    expected = reading.content(revised.url, times=True)
    for table, found in reading.content(sqlite_url, times=True).items():
        assert found == expected[table], table


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_says_so(collection: Collection, sent: signal.Signals) -> None:
    multiply(collection.archive)

    with reparsing(collection.url, collection.archive) as process:
        process.reaches(lambda: "reparse" in spiders_run(collection.url))
        process.send(sent)
        assert process.end() == 6
        assert process.stderr.splitlines()[-1].startswith("reparse: interrupted: stopped by a signal")

    assert rows(collection.url, tables.Run)[-1].verdict == "interrupted"


def test_a_signal_while_a_library_runs_text_as_code_leaves_the_exit_code_as_it_is(
    server: SiteServer, tmp_path: Path, sqlite_url: str, archive: Path
) -> None:
    crawl("backfill", "editions=mu", database_url=sqlite_url, mirror=server.url, archive=archive)
    stopping = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    program = another_version(
        tmp_path / "stopping", {"body=content.body,": f"body=exec({stopping!r}) or [],"}
    )

    done = scrapy(
        "reparse", "--processes", "1", database_url=sqlite_url, archive=archive, program=program, expect=6
    )

    assert done.stderr.splitlines()[-1].startswith("reparse: interrupted: stopped by a signal")


def test_an_archive_of_which_no_file_is_closed_yet_has_nothing_to_look_through(
    sqlite_url: str, archive: Path
) -> None:
    with ArchiveWriter(archive, run="crawl") as writer:
        writer.keep(
            Exchange(url="https://baohoabinh.com.vn/", status=200, body=b"", fetched_at=datetime.now(UTC))
        )

        done = scrapy("reparse", database_url=sqlite_url, archive=archive)

    assert done.stderr.splitlines()[-1].startswith("reparse: nothing new")


def test_without_an_archive_there_is_nothing_to_read(sqlite_url: str) -> None:
    done = scrapy("reparse", database_url=sqlite_url, expect=2)

    assert "ARCHIVE_DIR is empty: no pages are archived" in done.stderr


def multiply(archive: Path) -> None:
    """Lay the same captures beside each file, at other places in it: enough work to be caught amid it."""
    for file in sorted(archive.glob("*.gz")):
        for number in range(4):
            other = gzip.compress(record(b"", kind="warcinfo")) + file.read_bytes()
            (archive / f"copy-{number}-{file.name}").write_bytes(other)


def report(*options: str, database_url: str, archive: Path) -> dict[str, Any]:
    done = scrapy("reparse", "--format", "json", *options, database_url=database_url, archive=archive)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def counted(found: dict[str, Any], field: str) -> tuple[int, ...]:
    return tuple(
        found["statistics"].get(f"reparse/{field}/{kind}", 0) for kind in ("gained", "lost", "changed")
    )


def expected_counts(
    before: dict[Any, dict[str, Any]], after: dict[Any, dict[str, Any]], field: str
) -> tuple[int, ...]:
    pairs = [(before[key][field], after[key][field]) for key in after]
    return (
        sum(bool(not old and new) for old, new in pairs),
        sum(bool(old and not new) for old, new in pairs),
        sum(bool(old and new and old != new) for old, new in pairs),
    )


def without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def unchanging(database_url: str) -> dict[str, list[Any]]:
    """Every row but those of runs."""
    engine = open_engine(database_url)
    found = reading.everything(engine)
    engine.dispose()
    return without(found, "runs")


def states(database_url: str) -> dict[tuple[str, int], tuple[str, int]]:
    return {
        (row.edition, row.site_article_id): (row.state, row.attempts)
        for row in rows(database_url, tables.Frontier)
    }


def stored(database_url: str) -> int:
    return count(database_url, tables.Article)


def count(database_url: str, table: type[tables.Table]) -> int:
    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0
    except Exception:
        return 0
    finally:
        engine.dispose()


def spiders_run(database_url: str) -> list[str]:
    return [run.spider for run in rows(database_url, tables.Run)]


def reparsing(database_url: str, archive: Path) -> AbstractContextManager[Command]:
    """The command under way, killed at the end of the block if it still runs."""
    return started([*SCRAPY, "reparse", "--processes=1"], environment(database_url, NOBODY, archive))
