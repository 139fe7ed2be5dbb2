"""Time that passes between two runs."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from schemas.database import open_engine


def let_time_pass(database_url: str, time_passed: timedelta) -> None:
    """Make every article due as much earlier as if so much time had passed."""
    engine = open_engine(database_url)
    seconds = int(time_passed.total_seconds())
    earlier = (
        f"datetime(next_check_at, '-{seconds} seconds')"
        if engine.dialect.name == "sqlite"
        else f"next_check_at - interval '{seconds} seconds'"
    )
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE frontier SET next_check_at = {earlier}"))
    engine.dispose()
