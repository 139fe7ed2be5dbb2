"""What SQLite and PostgreSQL say differently in the definitions of views."""

from __future__ import annotations

from attrs import frozen
from sqlalchemy import Connection

from schemas.local_time import sqlite_offset, zone_name


@frozen
class View:
    """A view and what its columns mean."""

    name: str
    comment: str
    columns: dict[str, str]
    """Column → meaning, in the order in which the view has them."""
    select: str
    """With ``{local}`` and so on, which :func:`worded` replaces."""


@frozen
class Dialect:
    """How a database says what the two say differently; ``{}`` takes the place of a column."""

    local: str
    """A moment as the newspaper's clock shows it."""
    day: str
    """The day of a local moment."""
    month: str
    """The month of a local moment: ``2024-04``."""
    weekday: str
    """The day of the week of a local moment: 1 is Monday, 7 is Sunday."""
    authors: str
    """An article's authors in one line; ``{}`` is the article's id."""
    pictures: str
    """An article's pictures as one JSON text; ``{}`` is the article's id."""
    archived_pictures: str
    """An article's pictures as one JSON text, with all of :data:`PICTURE_FIELDS`."""
    changed: str
    """FROM item ``c(value)``: the elements of the JSON list in the column."""
    text: str
    """A value as text."""
    minute: str
    """A local moment to the minute, as text: ``2024-04-24 10:00``."""
    names: str
    """An article's authors as a JSON list; ``{}`` is the article's id."""

    @property
    def zone(self) -> str:
        """The newspaper's time zone."""
        return zone_name()

    @property
    def offset(self) -> str:
        """Its distance from UTC."""
        return sqlite_offset()


_NAMES = (
    "SELECT w.name, aa.position FROM article_authors aa JOIN authors w ON w.id = aa.author_id"
    " WHERE aa.article_id = {} ORDER BY aa.position"
)
PICTURE_FIELDS: dict[str, tuple[str, type]] = {
    **dict.fromkeys(("url", "caption", "credit"), ("i", str)),
    **dict.fromkeys(("media_type", "phash", "warc_file"), ("p", str)),
    **dict.fromkeys(("width", "height", "warc_offset"), ("p", int)),
}
"""What exports tell of each picture: where from, of which type; ``p`` are null if it is not archived."""
_FIELDS = ", ".join(f"'{name}', {table}.{name}" for name, (table, _) in PICTURE_FIELDS.items())
_ARCHIVED = "FROM images i LEFT JOIN pictures p ON p.url = i.url WHERE i.article_id = {}"
_PICTURES = "SELECT url, caption, credit, position FROM images WHERE article_id = {} ORDER BY position"

SQLITE = Dialect(
    local="datetime({}, '{offset}')",
    day="date({})",
    month="strftime('%Y-%m', {})",
    weekday="((strftime('%w', {}) + 6) % 7 + 1)",
    authors=f"(SELECT group_concat(name, ', ') FROM ({_NAMES}) n)",
    pictures="(SELECT json_group_array(json_object('url', url, 'caption', caption, 'credit', credit))"
    f" FROM ({_PICTURES}) p)",
    archived_pictures="(SELECT json_group_array(json(image))"
    f" FROM (SELECT json_object({_FIELDS}) AS image {_ARCHIVED} ORDER BY i.position) f)",
    changed="json_each({}) c",
    text="CAST({} AS text)",
    minute="substr({}, 1, 16)",
    names=f"(SELECT json_group_array(name) FROM ({_NAMES}) n)",
)
POSTGRESQL = Dialect(
    local="({} AT TIME ZONE '{zone}')",
    day="({})::date",
    # No index can have to_char, which depends on the server's settings.
    month="(extract(year FROM {})::int::text || '-' || lpad(extract(month FROM {})::int::text, 2, '0'))",
    weekday="extract(isodow FROM {})::int",
    authors=f"(SELECT string_agg(name, ', ' ORDER BY position) FROM ({_NAMES}) n)",
    pictures="(SELECT coalesce(jsonb_agg(jsonb_build_object('url', url, 'caption', caption, 'credit', credit)"
    f" ORDER BY position), '[]')::text FROM ({_PICTURES}) p)",
    archived_pictures=f"(SELECT coalesce(json_agg(json_build_object({_FIELDS}) ORDER BY i.position), '[]')"
    f"::text {_ARCHIVED})",
    changed="LATERAL jsonb_array_elements_text({}) c(value)",
    text="({})::text",
    minute="to_char({}, 'YYYY-MM-DD HH24:MI')",
    # Written as SQLite writes it: jsonb has a space behind each comma.
    names="(SELECT coalesce(array_to_json(array_agg(name ORDER BY position))::text, '[]')"
    f" FROM ({_NAMES}) n)",
)


def dialect_of(connection: Connection) -> Dialect:
    """How the connection's database says it."""
    return SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL


def worded(select: str, dialect: Dialect) -> str:
    """A SELECT for one database: ``{wording:column}`` is replaced from the inside to the outside."""
    while (end := select.find("}")) >= 0:
        start = select.rindex("{", 0, end)
        wording, _, column = select[start + 1 : end].partition(":")
        select = select[:start] + getattr(dialect, wording).replace("{}", column) + select[end + 1 :]
    return select
