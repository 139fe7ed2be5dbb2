"""A database that is there and cannot be used is named, with what mends it; none is made by mistake."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from schemas import tables
from schemas.database import open_engine, parse_url, upgrade_command
from schemas.run_lock import EVERYTHING, take
from tests.analysis.explore.exploring import exploring, get
from tests.conftest import new_database
from tests.crawling import NOBODY, ROOT, SCRAPY, Collection, crawl, environment, run, scrapy
from tests.reading import articles, rows
from tests.site.server import SiteServer

pytestmark = pytest.mark.slow

SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "0 bytes": (lambda file: file.write_bytes(b""), "has 0 bytes: put a backup in place"),
    "text": (lambda file: file.write_bytes(b"text" * 500), "file is not a database: put a backup in place"),
    "no folder": (lambda file: shutil.rmtree(file.parent), "is not there: mount it, or make it"),
    "gone": (lambda file: file.unlink(), "has its pages: mount the database's disk, put a backup in place"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_was_a_collection_ends_the_run_with_its_verdict(how: str, collection: Collection) -> None:
    spoil, said = SPOILT[how]
    spoil(collection.folder / "collection.db")
    notices = collection.folder.parent / "notices"

    env = environment(collection.url, NOBODY, collection.archive) | {"NOTIFY_FILE": str(notices)}
    done = run([*SCRAPY, "crawl", "latest"], env, expect=5)
    read = scrapy("status", database_url=collection.url, expect=2)

    assert said in done.stderr.splitlines()[-1]
    assert "latest: storage failed" in notices.read_text()
    assert "Traceback" not in done.stderr + read.stderr


def test_a_folder_that_lost_its_archive_is_no_new_one(collection: Collection, server: SiteServer) -> None:
    shutil.rmtree(collection.archive)
    collection.archive.mkdir()

    done = crawl(
        "latest", database_url=collection.url, mirror=server.url, archive=collection.archive, expect=5
    )

    assert "holds nothing, though the database names files in it: mount it" in done.stderr.splitlines()[-1]
    assert not server.requests


def test_a_first_start_says_so_unless_there_must_be_a_database(server: SiteServer, tmp_path: Path) -> None:
    where = {"database_url": f"sqlite:///{tmp_path}/new.db", "mirror": server.url}

    refused = crawl("latest", "limit=1", **where, expect=5, DATABASE_MUST_EXIST="1")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
    done = crawl("latest", "limit=1", **where)  # type: ignore[arg-type]

    assert "there is no collection at sqlite:///" in refused.stderr.splitlines()[-1]
    assert "A new collection is begun: sqlite:///" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["new.db"], "no lock is left"


@pytest.mark.parametrize("command", ["status", "export -o x.csv"])
def test_a_mistyped_path_makes_no_database(command: str, tmp_path: Path) -> None:
    done = scrapy(*command.split(), database_url=f"sqlite:///{tmp_path}/typo.db", expect=2)

    assert f"there is no collection at sqlite:///{tmp_path}/typo.db" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    ["status", "gaps", "search xã", "export -o OUT.csv", "report --output OUT.html", "explore"],
)
def test_who_may_only_read_can_read(command: str, collection: Collection, tmp_path: Path) -> None:
    powerless = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    execute(collection.url, "PRAGMA wal_checkpoint")  # a reader of another test may have left its log
    for path in (collection.folder, collection.folder / "collection.db"):
        path.chmod(path.stat().st_mode & 0o555)

    if command == "explore":
        with exploring(collection.url, powerless=powerless) as (address, _):
            said = get(address, "/search", q="xã")[1] + get(address, "/collection/catalogue")[1]
    else:
        given = command.replace("OUT", f"{tmp_path}/made").split()
        done = run([*powerless, *SCRAPY, *given], environment(collection.url, NOBODY), expect=0)
        said = done.stdout or (tmp_path / "made.csv").read_text("utf-8")

    collection.folder.chmod(0o755)
    assert said
    assert {path.name for path in collection.folder.iterdir()} == {"archive", "collection.db"}


def execute(url: str, *statements: str) -> None:
    engine = create_engine(parse_url(url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def stranger(postgres_server: str) -> Iterator[str]:
    """A role of PostgreSQL that owns nothing."""
    name = f"stranger_{uuid4().hex}"
    execute(postgres_server, f"CREATE ROLE {name} LOGIN PASSWORD 'hush-hush'")
    yield name
    execute(postgres_server, f"DROP ROLE {name}")


@pytest.mark.parametrize(
    ("schema", "database", "remedy"),
    [
        (False, None, "GRANT USAGE, CREATE ON SCHEMA public TO {role}"),
        (True, None, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"),
        (False, "absent", "CREATE DATABASE absent OWNER {role} ENCODING 'UTF8' TEMPLATE template0"),
    ],
)
def test_postgresql_that_lets_somebody_do_too_little_is_told_by_the_statement_that_mends_it(
    stranger: str, schema: bool, database: str | None, remedy: str, request: pytest.FixtureRequest
) -> None:
    template = request.getfixturevalue("postgres_template") if schema else "template1"
    with new_database(request.getfixturevalue("postgres_server"), template) as owners:
        execute(owners, "REVOKE CREATE ON SCHEMA public FROM public")
        there = make_url(owners).set(username=stranger, password="hush-hush")  # noqa: S106
        url = there.set(database=database or there.database).render_as_string(hide_password=False)

        done = crawl("latest", database_url=url, mirror=NOBODY, expect=5)
        doctor = scrapy("doctor", database_url=url, expect=1)

    assert remedy.format(role=stranger) in done.stderr.splitlines()[-1]
    assert remedy.format(role=stranger) in doctor.stdout
    assert "Traceback" not in done.stderr
    assert "hush-hush" not in done.stderr + doctor.stdout


@pytest.mark.parametrize(
    ("template", "setting", "remedy"),
    [
        ("full", "default_transaction_read_only = on", "SET default_transaction_read_only = off"),
        ("template1", "search_path = nowhere", "RESET search_path, or make a schema that it names"),
    ],
)
def test_a_database_that_is_set_otherwise_is_told_with_what_mends_it(
    template: str, setting: str, remedy: str, postgres_server: str, postgres_template: str
) -> None:
    with new_database(postgres_server, postgres_template if template == "full" else template) as url:
        name = make_url(url).database
        execute(url, f"ALTER DATABASE {name} SET {setting}")

        done = crawl("latest", database_url=url, mirror=NOBODY, expect=5)
        doctor = scrapy("doctor", database_url=url, expect=1)

    assert f"ALTER DATABASE {name} {remedy}" in done.stderr.splitlines()[-1]
    assert f"ALTER DATABASE {name} {remedy}" in doctor.stdout
    assert "Traceback" not in done.stderr + doctor.stderr


def test_what_is_usual_on_a_server_is_in_nobodys_way(
    postgres_server: str, postgres_template: str, server: SiteServer
) -> None:
    with new_database(postgres_server, postgres_template) as url:
        name = make_url(url).database
        for setting in ("DateStyle = German", "TimeZone = 'Asia/Ho_Chi_Minh'", "statement_timeout = 60000"):
            execute(url, f"ALTER DATABASE {name} SET {setting}")

        crawl("backfill", "sections=11", database_url=url, mirror=server.url)

        assert "backfill" in scrapy("status", database_url=url).stdout
        engine = open_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(text("SHOW statement_timeout")) == "0"
        engine.dispose()


def test_a_database_that_cannot_hold_vietnamese_is_told_with_what_mends_it(postgres_server: str) -> None:
    with new_database(postgres_server, "template0 ENCODING 'LATIN1' LOCALE 'C'") as url:
        done = crawl("latest", database_url=url, mirror=NOBODY, expect=2)
        doctor = scrapy("doctor", database_url=url, expect=1)

    said = f"is encoded in LATIN1: CREATE DATABASE {make_url(url).database} ENCODING 'UTF8'"
    assert said in done.stderr.splitlines()[-1]
    assert "is encoded in LATIN1" in doctor.stdout
    assert "Traceback" not in done.stderr + doctor.stderr


def alembic(url: str | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [str(ROOT / ".venv" / "bin" / "alembic"), *arguments]
    given = {"DATABASE_URL": url} if url else {}
    return subprocess.run(command, cwd=ROOT, env=env | given, capture_output=True, text=True, check=False)


def test_alembic_falls_back_to_no_database() -> None:
    done = alembic(None, "upgrade", "head")

    assert done.returncode
    assert "DATABASE_URL is not set: name the database" in done.stdout + done.stderr


def test_no_schema_is_changed_below_a_run(new_database_url: str) -> None:
    engine = open_engine(new_database_url)
    held = take(engine, {EVERYTHING: True})
    assert held is not None
    with held:
        done = alembic(new_database_url, "downgrade", "base")
    engine.dispose()

    assert done.returncode
    assert "a run is at work on" in done.stdout + done.stderr
    assert rows(new_database_url, tables.Run) == []


def test_the_line_that_upgrades_names_the_database_it_means(sqlite_url: str) -> None:
    line = upgrade_command(parse_url(sqlite_url))
    done = subprocess.run(line, shell=True, cwd="/", capture_output=True, text=True, check=False)  # noqa: S602
    assert (done.returncode, sqlite_url in line) == (0, True), done.stderr

    secret = upgrade_command(parse_url("postgresql://me:hush@host/db?sslmode=require&password=hush"))
    assert shlex.split(secret)[1] == "DATABASE_URL=postgresql+psycopg://me@host/db?sslmode=require"


def test_what_the_database_refuses_because_it_was_changed_is_no_fault_of_a_page(
    server: SiteServer, sqlite_url: str
) -> None:
    execute(sqlite_url, "ALTER TABLE articles ADD COLUMN later TEXT NOT NULL DEFAULT ''")
    execute(
        sqlite_url,
        "CREATE TRIGGER refuses BEFORE INSERT ON articles BEGIN SELECT RAISE(ABORT, 'NOT NULL'); END",
    )

    done = crawl("latest", "limit=3", database_url=sqlite_url, mirror=server.url, expect=3)

    assert "3 items refused by the database" in done.stderr.splitlines()[-1]
    assert "could not be read as an article" not in done.stderr.splitlines()[-1]
    assert articles(sqlite_url) == {}
