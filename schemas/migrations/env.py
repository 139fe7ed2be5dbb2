"""Runs migrations on the engine a caller hands over, else on the one ``DATABASE_URL`` names."""

from __future__ import annotations

import os

from alembic import context

from schemas.database import DEFAULT_URL, open_engine
from schemas.tables import Table

engine = context.config.attributes.get("engine") or open_engine(os.environ.get("DATABASE_URL") or DEFAULT_URL)

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,  # SQLite alters a table by making a new one
        transactional_ddl=True,  # SQLite can; Alembic does not assume so
    )
    with context.begin_transaction():
        context.run_migrations()
