"""Time that passes between two runs."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from schemas.database import open_engine


def let_time_pass(database_url: str, time_passed: timedelta) -> None:
    """Make every article due, and every page read, as much earlier as if so much time had passed."""
    engine = open_engine(database_url)
    seconds = int(time_passed.total_seconds())
    with engine.begin() as connection:
        for table, column in (("frontier", "next_check_at"), ("validators", "read_at")):
            earlier = (
                f"datetime({column}, '-{seconds} seconds')"
                if engine.dialect.name == "sqlite"
                else f"{column} - interval '{seconds} seconds'"
            )
            connection.execute(text(f"UPDATE {table} SET {column} = {earlier}"))
    engine.dispose()
