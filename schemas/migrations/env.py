"""Runs migrations on the engine a caller hands over, else on the one ``DATABASE_URL`` names.

By hand they take the database to themselves: a run of the version before would not know the new tables.
"""

from __future__ import annotations

import os
import warnings
from contextlib import ExitStack
from typing import Any, Literal

from alembic import context
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from schemas import run_lock
from schemas.database import DatabaseUrlError, SchemaError, open_engine, shown_url, sqlite_file
from schemas.derived import create_derived, drop_derived, is_derived
from schemas.tables import Table
from schemas.types import Json, UtcDateTime
from schemas.unfit import unfit


def frozen_type(kind: str, declared: object, _context: object) -> str | Literal[False]:
    """How a new migration spells our types: without importing them, so that it stays what it is."""
    if kind == "type" and isinstance(declared, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if declared is Json:
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def next_number(_context: object, _revision: object, directives: list[Any]) -> None:
    """Migrations are numbered: 0002 follows 0001."""
    directives[
        0
    ].rev_id = f"{int(ScriptDirectory.from_config(context.config).get_current_head() or 0) + 1:04}"


def moves_the_schema() -> bool:
    """Whether the command is one that takes steps: not ``current``, ``check`` or ``revision``."""
    try:
        context.get_revision_argument()
    except KeyError:
        return False
    return True


# Those are the views', and nothing that a migration has to compare.
warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")


def named_engine(held: ExitStack) -> Engine:
    """The database that ``DATABASE_URL`` names, held until the end if its schema is to be changed."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        raise CommandError("DATABASE_URL is not set: name the database, as in sqlite:////absolute/path.db")
    try:
        named = open_engine(url)
        if file := sqlite_file(named.url):
            file.touch()
        if moves_the_schema():
            locks = run_lock.take(named, {run_lock.EVERYTHING: False})
            if locks is None:
                raise CommandError(f"a run is at work on {shown_url(url)}: wait for its end, or stop it")
            held.enter_context(locks)
    except (DatabaseUrlError, SchemaError, OSError) as error:
        raise CommandError(str(error)) from None
    except DBAPIError as error:
        raise CommandError(str(unfit(error, named.url) or error.orig)) from None
    return named


with ExitStack() as held:
    engine = context.config.attributes.get("engine") or named_engine(held)
    connection = held.enter_context(engine.connect())
    # SQLite alters a table by making a new one and dropping the old: with foreign keys enforced that
    # would take the rows that point at it along. The switch works only outside a transaction.
    driver = connection.connection.driver_connection if engine.dialect.name == "sqlite" else None
    if driver:
        driver.execute("PRAGMA foreign_keys = OFF")
    try:
        context.configure(
            connection=connection,
            target_metadata=Table.metadata,
            render_as_batch=True,
            render_item=frozen_type,
            process_revision_directives=next_number,
            transactional_ddl=True,  # SQLite can; Alembic does not assume so
            include_name=lambda name, kind, _parents: kind not in ("table", "index") or not is_derived(name),
        )
        with context.begin_transaction():
            if moves_the_schema():
                drop_derived(connection)
            context.run_migrations()
            if (
                moves_the_schema()
                and context.get_context().get_current_revision() == context.get_head_revision()
            ):
                create_derived(connection)
            if driver and (broken := driver.execute("PRAGMA foreign_key_check").fetchall()):
                raise RuntimeError(f"the migration would leave rows that point nowhere: {broken[:5]}")
    finally:
        if driver:
            driver.execute("PRAGMA foreign_keys = ON")
