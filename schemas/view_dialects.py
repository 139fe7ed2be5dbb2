"""What SQLite and PostgreSQL say differently in the definitions of views."""

from __future__ import annotations

from attrs import frozen

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

_WORDINGS: dict[str, tuple[str, str]] = {
    # A moment as the newspaper's clock shows it.
    "local": ("datetime({}, '{offset}')", "({} AT TIME ZONE '{zone}')"),
    # The day, the month (2024-04) and the day of the week (1 is Monday) of a local moment. No index of
    # PostgreSQL can have to_char, which depends on the server's settings.
    "day": ("date({})", "({})::date"),
    "month": (
        "strftime('%Y-%m', {})",
        "(extract(year FROM {})::int::text || '-' || lpad(extract(month FROM {})::int::text, 2, '0'))",
    ),
    "weekday": ("((strftime('%w', {}) + 6) % 7 + 1)", "extract(isodow FROM {})::int"),
    # A local moment to the minute, as text: 2024-04-24 10:00.
    "minute": ("substr({}, 1, 16)", "to_char({}, 'YYYY-MM-DD HH24:MI')"),
    # The authors of the article with this id, in one line, and as a JSON list; jsonb would have a space
    # behind each comma.
    "authors": (
        f"(SELECT group_concat(name, ', ') FROM ({_NAMES}) n)",
        f"(SELECT string_agg(name, ', ' ORDER BY position) FROM ({_NAMES}) n)",
    ),
    "names": (
        f"(SELECT json_group_array(name) FROM ({_NAMES}) n)",
        f"(SELECT coalesce(array_to_json(array_agg(name ORDER BY position))::text, '[]') FROM ({_NAMES}) n)",
    ),
    # Its pictures as one JSON text; and with all of PICTURE_FIELDS.
    "pictures": (
        "(SELECT json_group_array(json_object('url', url, 'caption', caption, 'credit', credit))"
        f" FROM ({_PICTURES}) p)",
        "(SELECT coalesce(jsonb_agg(jsonb_build_object('url', url, 'caption', caption, 'credit', credit)"
        f" ORDER BY position), '[]')::text FROM ({_PICTURES}) p)",
    ),
    "archived_pictures": (
        "(SELECT json_group_array(json(image))"
        f" FROM (SELECT json_object({_FIELDS}) AS image {_ARCHIVED} ORDER BY i.position) f)",
        f"(SELECT coalesce(json_agg(json_build_object({_FIELDS}) ORDER BY i.position), '[]')::text"
        f" {_ARCHIVED})",
    ),
    # FROM item c(value): the elements of the JSON list in the column.
    "changed": ("json_each({}) c", "LATERAL jsonb_array_elements_text({}) c(value)"),
    "text": ("CAST({} AS text)", "({})::text"),
}
"""What SQLite says, and PostgreSQL; ``{}`` takes the place of a column."""


def worded(select: str, database: str) -> str:
    """A SELECT for one database: ``{wording:column}`` is replaced from the inside to the outside.

    :param database: the name of SQLAlchemy's dialect.
    """
    said = {name: words[database == "postgresql"] for name, words in _WORDINGS.items()}
    said |= {"zone": zone_name(), "offset": sqlite_offset()}
    while (end := select.find("}")) >= 0:
        start = select.rindex("{", 0, end)
        wording, _, column = select[start + 1 : end].partition(":")
        select = select[:start] + said[wording].replace("{}", column) + select[end + 1 :]
    return select
