"""What two transactions must not write at the same time.

SQLite has one writer at a time anyway. On PostgreSQL a transaction that asks here waits for the one that
has asked before, and has the right until it ends.
"""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import Connection, text

_NAMESPACE = 0x62686B
"""The first half of the key of these advisory locks, so that they are nobody else's."""


class Alone(IntEnum):
    """The rights, in the order in which a transaction that wants both must ask for them."""

    LINKS = 1
    """To write the rows about articles, sections and spellings that all workers of a ``reparse`` find links
    to: several statements each, so two that met at the same rows would stop one another."""
    DUPLICATES = 2
    """To seek duplicates: of two that sought at once, neither would see what the other has just written.
    It is the last thing that a transaction asks for, so whoever has it waits for nobody."""


def alone(connection: Connection, right: Alone) -> None:
    """Wait until no other transaction has a right, and have it until this one ends."""
    if connection.dialect.name == "postgresql":
        query = text("SELECT pg_advisory_xact_lock(:space, :right)")
        connection.execute(query, {"space": _NAMESPACE, "right": int(right)})
