"""How long questions about the whole collection take: each view's, the commands, each page of the browser.

``python -m benchmarks.reading FOLDER 215000`` makes a collection of :mod:`tests.years` in each database
in the folder, unless it is there, and asks each thing twice; the second answer is told. The browser is asked
on SQLite only: of what lies in PostgreSQL it has a copy.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from analysis.collection_status import read_status
from analysis.coverage import coverage
from analysis.data_dictionary import look_up
from analysis.explore.metadata import DATABASE, metadata
from analysis.missing_articles import missing, unseen_runs
from analysis.report.language import Language, Wording
from analysis.report.page import render
from benchmarks import search
from schemas.database import prepare_schema, write_transaction
from schemas.derived import create_derived, drop_derived
from schemas.part import Part
from tests.analysis.explore.exploring import exploring, get
from tests.years import fill

ARTICLES = 20_000
PAGE = 1000
"""Rows read of an answer."""

QUESTIONS = {
    "article_overview": "SELECT local_month, section, count(*), avg(word_count) FROM article_overview"
    " GROUP BY 1, 2",
    "article_overview, the newest": "SELECT * FROM article_overview ORDER BY local_time DESC LIMIT 50",
    "catalogue, the newest": "SELECT * FROM catalogue ORDER BY published DESC LIMIT 50",
    "catalogue, the longest": "SELECT * FROM catalogue ORDER BY words DESC LIMIT 50",
    "catalogue, facet": "SELECT section, count(*) FROM catalogue GROUP BY 1 ORDER BY 2 DESC",
    "story_members": "SELECT copies, count(*) FROM story_members GROUP BY 1",
    "stories": "SELECT story_id, copies, headline FROM stories WHERE copies > 1 ORDER BY copies DESC",
    "related_headlines": "SELECT target_edition, target_site_article_id, count(*) FROM related_headlines"
    " GROUP BY 1, 2 ORDER BY 3 DESC",
    "monthly_coverage": "SELECT * FROM monthly_coverage ORDER BY local_month",
    "author_output": "SELECT * FROM author_output ORDER BY articles DESC",
    "revision_changes": "SELECT field, count(*) FROM revision_changes GROUP BY 1",
    "republished": "SELECT * FROM republished ORDER BY local_date DESC",
    "place_months": "SELECT * FROM place_months ORDER BY articles DESC",
}


def build(engine: Engine, articles: int) -> None:
    """Make the collection, unless it is there; the search index at the end, which is quicker."""
    prepare_schema(engine)
    with engine.connect() as connection:
        if connection.scalar(text("SELECT count(*) FROM articles")):
            return
    with write_transaction(engine) as connection:
        drop_derived(connection)
    fill(engine, articles)
    with write_transaction(engine) as connection:
        create_derived(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _report(connection: Connection) -> None:
    render(connection, Wording(Language("vi")), "benchmark", datetime.now(UTC))


def _gaps(connection: Connection) -> None:
    for found in (missing, unseen_runs):
        for _ in found(connection, Part()):
            pass
    coverage(connection, Part())


COMMANDS: dict[str, Callable[[Connection], object]] = {
    "scrapy gaps": _gaps,
    "scrapy status": read_status,
    "scrapy dictionary": look_up,
    "scrapy report": _report,
}


def asked(engine: Engine) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is asked of a database, and how."""

    def through(question: Callable[[Connection], object]) -> Callable[[], None]:
        def ask() -> None:
            with engine.connect() as connection:
                question(connection)

        return ask

    for name, query in QUESTIONS.items():
        yield name, through(lambda connection, query=query: connection.execute(text(query)).fetchmany(PAGE))  # type: ignore[misc]
    for name, command in COMMANDS.items():
        yield name, through(command)


def browsed(address: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """The pages of the browser, and how each is asked for."""
    told = metadata()["databases"][DATABASE]
    pages: dict[str, dict[str, str]] = {"/": {}, f"/{DATABASE}": {}, "/search": {"q": "giảm nghèo"}}
    pages |= {f"/{DATABASE}/articles/1000": {}, "/report/vi": {}}
    pages |= {f"/{DATABASE}/{name}": {} for name, of in told["tables"].items() if not of.get("hidden")}
    pages |= {f"/{DATABASE}/{name}": query.get("example") or {} for name, query in told["queries"].items()}
    for path, parameters in pages.items():
        yield path, lambda path=path, parameters=parameters: _get(address, path, parameters)  # type: ignore[misc]


def _get(address: str, path: str, parameters: dict[str, str]) -> None:
    status, body = get(address, path, **parameters)
    if status != 200:
        raise RuntimeError(f"{path}: {status} {body[:200]}")


def _time(ask: Callable[[], object]) -> str:
    """Seconds of the second answer; in brackets those of this process's CPU time."""
    ask()
    started, cpu = time.perf_counter(), time.process_time()
    ask()
    return f"{time.perf_counter() - started:.2f} ({time.process_time() - cpu:.2f})"


def main(folder: Path | None = None, articles: int = ARTICLES) -> None:
    """Print the table: asked, seconds on each database."""
    found: dict[str, dict[str, str]] = {}
    databases = ("sqlite", "postgresql")
    with ExitStack() as stack:
        for database in databases:
            place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bhb")))
            place.mkdir(exist_ok=True, parents=True)
            engine = search.open_database(stack, database, place)
            build(engine, articles)
            for name, ask in asked(engine):
                found.setdefault(name, {})[database] = _time(ask)
            if database == "sqlite":
                started = time.perf_counter()
                address, _ = stack.enter_context(exploring(str(engine.url)))
                _get(address, "/", {})
                found["scrapy explore, to the first page"] = {
                    database: f"{time.perf_counter() - started:.2f}"
                }
                for name, ask in browsed(address):
                    found.setdefault(name, {})[database] = _time(ask)
            engine.dispose()
    print(f"| asked, {articles:,} articles | {' | '.join(databases)} |\n| --- | ---: | ---: |")
    for name, times in found.items():
        print(f"| {name} | {' | '.join(times.get(database, '') for database in databases)} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
