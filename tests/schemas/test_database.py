"""The schema comes from the migrations alone, on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from analysis.search.find import find
from analysis.search.keys import Search
from analysis.search.query import parse
from pipelines.records.run_rows import start_run
from pipelines.records.upsert import one_of
from schemas.database import (
    ROOT,
    DatabaseUrlError,
    SchemaError,
    migrations_config,
    open_engine,
    parse_url,
    prepare_schema,
    shown_url,
    sqlite_file,
    write_transaction,
)
from schemas.derived import is_derived
from schemas.folding import MARKS
from schemas.items import Image
from schemas.tables import Article, Author, Reject, Run, Table
from tests.builders import FETCHED, article, related, signed, step, store
from tests.reading import everything


@pytest.fixture
def engine(new_database_url: str) -> Iterator[Engine]:
    """A database whose schema a test may change."""
    engine = open_engine(new_database_url)
    yield engine
    engine.dispose()


def test_an_empty_database_is_created_through_the_migrations(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    prepare_schema(engine)

    tables = {name for name in inspect(engine).get_table_names() if not is_derived(name)}
    assert tables == {*Table.metadata.tables, "alembic_version"}
    engine.dispose()


def test_the_migrations_and_the_declarations_agree(engine: Engine) -> None:
    command.check(migrations_config(engine))


def test_the_migrations_can_be_taken_back(engine: Engine) -> None:
    command.downgrade(migrations_config(engine), "base")

    assert inspect(engine).get_table_names() == ["alembic_version"]


HEAD = max(file.name[:4] for file in (ROOT / "schemas/migrations/versions").glob("[0-9]*.py"))
NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9999", "{head}"


def upgrade() -> None:
    with op.batch_alter_table("articles") as articles:
        articles.add_column(sa.Column("added", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("articles") as articles:
        articles.drop_column("added")
"""


@pytest.fixture
def with_next_migration(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version of the program whose migrations go one further than those of the test's database."""
    request.getfixturevalue("engine" if "engine" in request.fixturenames else "sqlite_url")
    folder = Path(shutil.copytree(ROOT / "schemas/migrations", tmp_path / "migrations"))
    (folder / "versions/9999_added.py").write_text(NEXT.format(head=HEAD), encoding="utf-8")
    monkeypatch.setattr("schemas.database._migrations", lambda: folder)


@pytest.mark.usefixtures("with_next_migration")
def test_an_older_schema_stops_the_program_and_names_the_command(engine: Engine) -> None:
    with pytest.raises(
        SchemaError, match=rf"schema {HEAD}, this version needs 9999: .*DATABASE_URL=.* upgrade head"
    ):
        prepare_schema(engine)


@pytest.mark.usefixtures("with_next_migration")
def test_a_migration_of_the_articles_loses_no_row_and_nothing_of_the_search(engine: Engine) -> None:
    picture = Image(url="https://ims.baohoabinh.com.vn/NewsImg/4_2024/1.jpg")
    item = article(authors=["Đức Phượng"], images=[picture], related=[related(7)])
    item.body = [" ".join(f"xã {number}" for number in range(30))]  # long enough to be signed
    store(engine, [step("a", 1, [188942], finished=True), signed(item)])
    before = everything(engine)

    command.upgrade(migrations_config(engine), "head")
    assert "added" in {column["name"] for column in inspect(engine).get_columns("articles")}
    command.downgrade(migrations_config(engine), HEAD)
    command.upgrade(migrations_config(engine), "head")

    assert everything(engine) == before
    with engine.connect() as connection:
        assert [hit.site_article_id for hit in find(connection, Search(parse("xã")))] == [188942]
        assert connection.scalar(text("SELECT authors FROM article_overview")) == "Đức Phượng"


@pytest.mark.usefixtures("with_next_migration")
def test_a_migration_that_would_leave_rows_that_point_nowhere_is_taken_back(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    config = migrations_config(engine)
    store(engine, [article(authors=["Đức Phượng"])])
    [step] = Path(config.get_main_option("script_location") or "").glob("versions/9999_*")
    step.write_text(
        NEXT.format(head=HEAD).replace(
            "def upgrade() -> None:", 'def upgrade() -> None:\n    op.execute("DELETE FROM authors")'
        )
    )

    with pytest.raises(RuntimeError, match="would leave rows that point nowhere"):
        command.upgrade(config, "head")

    with engine.connect() as connection:
        assert connection.scalar(select(Author.name)) == "Đức Phượng"
    engine.dispose()


def test_the_search_index_takes_the_marks_that_words_have_for_letters(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    made = "SELECT sql FROM sqlite_master WHERE name IN ('article_search', 'article_search_words')"
    with engine.connect() as connection:
        statements = list(connection.scalars(text(made)))
    engine.dispose()

    assert [f"tokenchars '{MARKS}'" in statement for statement in statements] == [True, True]


def test_a_schema_from_the_future_stops_the_program(engine: Engine) -> None:
    command.stamp(migrations_config(engine), "base")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('0000')"))

    with pytest.raises(SchemaError, match="has schema 0000, which this version does not know"):
        prepare_schema(engine)


def test_a_database_of_something_else_is_left_alone(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    if file := sqlite_file(engine.url):
        file.touch()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoices (id INTEGER)"))

    with pytest.raises(SchemaError, match="give DATABASE_URL a database of its own"):
        prepare_schema(engine)

    assert inspect(engine).get_table_names() == ["invoices"]
    engine.dispose()


def test_times_come_back_in_utc_whatever_their_zone(engine: Engine) -> None:
    local = datetime(2024, 4, 24, 9, 56, 5, tzinfo=timezone(timedelta(hours=7)))
    with engine.begin() as connection:
        connection.execute(insert(Run).values(_run(started_at=local)))
        read = connection.scalar(select(Run.started_at))

    assert read == local
    assert read.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(StatementError, match="without a zone"):
        connection.execute(insert(Run).values(_run(started_at=datetime(2024, 4, 24))))  # noqa: DTZ001


def test_foreign_keys_are_enforced(engine: Engine) -> None:
    row = {"run_id": 404, "url": "x", "reason": "x", "payload": None, "at": datetime.now(UTC)}
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(Reject).values(row))


def test_a_kind_that_does_not_exist_is_refused(engine: Engine) -> None:
    constraints = {check["name"] for check in inspect(engine).get_check_constraints(Article.__tablename__)}

    assert {"ck_articles_kind", "ck_articles_published"} <= constraints


def test_sqlite_keeps_readers_and_the_writer_apart(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA busy_timeout")) >= 10_000
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://host/db", "is for 'mysql'"),
        ("not a url", "is not a database URL"),
        ("sqlite://", "names no SQLite file"),
        ("sqlite://data/news.db", "has 'data' beside a file"),
        ("sqlite:///news.db?mode=ro", r"has '.mode' beside a file"),
    ],
)
def test_a_database_url_that_cannot_be_used_says_what_is_accepted(url: str, complaint: str) -> None:
    with pytest.raises(DatabaseUrlError, match=f"{complaint}.*accepted: sqlite:///data/baohoabinh.db or"):
        parse_url(url)


def test_a_postgresql_url_needs_no_driver_name() -> None:
    assert parse_url("postgres://u:p@host/db").drivername == "postgresql+psycopg"
    assert create_engine(parse_url("postgresql://u:p@host/db")).driver == "psycopg"


def _run(**values: object) -> dict[str, object]:
    counts = dict.fromkeys(("new", "changed", "unchanged", "duplicate", "rejected", "failed"), 0)
    return {"spider": "latest", "arguments": {}, "started_at": datetime.now(UTC), **counts, **values}


def test_a_url_is_shown_without_its_password() -> None:
    assert shown_url("postgresql://crawler:secret@host/db") == "postgresql+psycopg://crawler:***@host/db"


def test_a_look_up_by_keys_reads_no_whole_table(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    keys = [("vi", 1), ("vi", 2), ("en", 1)]
    query = select(Article.body).where(one_of((Article.edition, Article.site_article_id), keys))
    with engine.connect() as connection:
        shown = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {shown}")]
    engine.dispose()

    assert not [step for step in plan if step.startswith("SCAN")]


def test_vietnamese_letters_stay_letters_in_json(engine: Engine) -> None:
    with write_transaction(engine) as connection:
        run = start_run(connection, "test", {"folder": "Đà Bắc"}, FETCHED)
        stored = connection.scalar(
            text("SELECT CAST(arguments AS text) FROM runs WHERE id = :run"), {"run": run}
        )

    assert "Đà Bắc" in str(stored)
