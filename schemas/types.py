"""Column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import JSON, BigInteger, DateTime, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Number = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit whole number. SQLite counts up only a column that is declared INTEGER."""

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON document; on PostgreSQL in the binary form, which can be indexed and asked for keys.

``None`` is stored as SQL's ``NULL``, as in every other column, not as the document ``null``.
"""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in time, kept in UTC.

    PostgreSQL keeps the zone, SQLite drops it: there the value is stored in UTC and gets its zone
    back on reading. A naive ``datetime`` is refused with ``ValueError``: nobody could say what
    moment it means.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
