"""Runs migrations on the engine a caller hands over, else on the one ``DATABASE_URL`` names."""

from __future__ import annotations

import os

from alembic import context

from schemas.database import DEFAULT_URL, open_engine
from schemas.tables import Table

engine = context.config.attributes.get("engine") or open_engine(os.environ.get("DATABASE_URL") or DEFAULT_URL)

with engine.connect() as connection:
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
            transactional_ddl=True,  # SQLite can; Alembic does not assume so
        )
        with context.begin_transaction():
            context.run_migrations()
            if driver and (broken := driver.execute("PRAGMA foreign_key_check").fetchall()):
                raise RuntimeError(f"the migration would leave rows that point nowhere: {broken[:5]}")
    finally:
        if driver:
            driver.execute("PRAGMA foreign_keys = ON")
