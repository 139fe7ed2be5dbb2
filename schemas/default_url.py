"""The database that is used if none is named. A module of its own: settings need it, and no database yet."""

from __future__ import annotations

from newspapers import current_name

DEFAULT_URL = f"sqlite:///data/{current_name().rpartition('.')[2]}.db"
"""One database for each newspaper."""
