"""Making the lines of the catalogue, of some articles or of all."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from schemas.tables.catalogue import CatalogueLine
from schemas.view_dialects import worded

_LINES = """
SELECT a.id AS article_id, a.headline,
       CASE a.published_basis WHEN 'page' THEN {minute:{local:a.published_at}}
           ELSE {month:{local:a.published_at}} || ' ≈' END AS published,
       coalesce(s.name, a.edition || ' ' || s.site_section_id, a.edition) AS section,
       coalesce({names:a.id}, '[]') AS authors,
       a.edition, a.kind, substr({month:{local:a.published_at}}, 1, 4) AS year, a.word_count AS words,
       (SELECT count(*) FROM images i WHERE i.article_id = a.id) AS pictures,
       a.revision,
       1 + (SELECT count(*) FROM duplicates d WHERE d.article_id = a.id)
         + (SELECT count(*) FROM duplicates d WHERE d.of_article_id = a.id) AS copies,
       a.section_id,
       CASE WHEN a.published_basis <> 'page' THEN 1 ELSE 0 END AS estimated
FROM articles a
LEFT JOIN sections s ON s.id = a.section_id
"""

_COLUMNS = [column.name for column in CatalogueLine.__table__.c]


def refresh_catalogue(connection: Connection, article_ids: Iterable[int]) -> None:
    """Make the lines of some articles anew, or for the first time."""
    listed = "SELECT value FROM json_each(:ids)"
    if connection.dialect.name == "postgresql":
        listed = "SELECT value::bigint FROM json_array_elements_text(:ids)"
    if ids := sorted(set(article_ids)):
        _write(connection, f"WHERE a.id IN ({listed})", str(ids))


def fill_catalogue(connection: Connection) -> None:
    """Make all lines, those of articles that were written past the store among them."""
    _write(connection, "WHERE true")


def _write(connection: Connection, of: str, ids: str | None = None) -> None:
    kept = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
    lines = worded(_LINES, connection.dialect.name)
    statement = (
        f"INSERT INTO catalogue ({', '.join(_COLUMNS)}) {lines} {of} ORDER BY a.id"
        f" ON CONFLICT (article_id) DO UPDATE SET {kept}"
    )
    connection.execute(text(statement), {"ids": ids} if ids else {})
