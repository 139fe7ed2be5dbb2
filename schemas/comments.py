"""What tables and columns mean, where ``schemas/tables`` has nothing to add to a name.

The comments of the schema are the one source of the data dictionary (``analysis/dictionary.py``) and of
PostgreSQL's ``COMMENT``.
"""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, text

from schemas.views import VIEWS

_TABLES = {
    "article_authors": "Who wrote an article, in the order of the byline.",
    "images": "A picture on an article's page; the file itself is not fetched.",
}

_COLUMNS = {
    "arguments": "those that differ from the default",
    "articles.canonical_url": "the one spelling under which it is requested; as at the first fetch",
    "articles.headline": "as printed, cleaned",
    "articles.section_id": "sections.id of the section in the URL at the first fetch",
    "article_urls.first_seen_at": "fetch in which the spelling was first seen, UTC",
    "article_urls.url": "the spelling, as linked or redirected to",
    "at": "time of the fetch, UTC",
    "authors.name": "as printed; two persons of one name are one row",
    "band": "hash of four rows of the signature, signed 64 bits",
    "duplicates.article_id": "articles.id of the one with the greater (edition, number): within one edition"
    " the later one",
    "edition": "vi, en or mu",
    "etag": "the header ETag as it came",
    "first_seen_at": "first fetch that showed it, UTC",
    "found_at": "when a link to it was first seen, UTC",
    "id": "row number in this database",
    "images.url": "address of the picture",
    "last_modified": "the header Last-Modified as it came",
    "last_seen_at": "last fetch that showed it, UTC",
    "payload": "html of a page that could not be read, or the fields of an article that failed validation,"
    " or item if the database refused it",
    "reason": "in words",
    "rejects.url": "canonical URL of the article",
    "related_links.headline": "as the block prints it",
    "site_article_id": "the site's number, counted per edition",
    "runs.spider": "name of the spider, or reparse",
    "spider": "the spider's name",
    "started_at": "UTC",
    "target_edition": "edition of the article linked to",
    "target_site_article_id": "the site's number of the article linked to, collected or not",
    "teaser": "as the list prints it",
    "tried_at": "last try, UTC",
    "turns.host": "as in a URL, in lower case",
    "validators.url": "canonical URL of an article or of a list's first page",
    "verdict": "how it ended; null: running, or killed",
}
"""Column, or table and column → meaning."""

_REVISED = "as in articles, before the change"


def complete_comments(metadata: MetaData, descriptions: dict[str, str]) -> None:
    """Give every table and column of a schema a comment.

    :param descriptions: table → what it says of itself, in one sentence.
    :raises KeyError: if something is described nowhere; the message names it.
    """
    for table in metadata.tables.values():
        table.comment = descriptions.get(table.name) or _TABLES[table.name]
        for column in table.columns:
            if column.comment:
                continue
            known = _COLUMNS.get(f"{table.name}.{column.name}")
            if column.foreign_keys:
                known = known or f"{next(iter(column.foreign_keys)).target_fullname}"
            elif table.name == "article_revisions":
                known = _REVISED
            column.comment = known or _COLUMNS[column.name]


def write_comments(connection: Connection, metadata: MetaData) -> None:
    """Put all comments into the database, if it keeps any: PostgreSQL does."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.tables.values():
        _comment(connection, f"TABLE {table.name}", table.comment or "")
        for column in table.columns:
            _comment(connection, f'COLUMN {table.name}."{column.name}"', column.comment or "")
    for view in VIEWS:
        _comment(connection, f"VIEW {view.name}", view.comment)
        for name, meaning in view.columns.items():
            _comment(connection, f'COLUMN {view.name}."{name}"', meaning)


def _comment(connection: Connection, target: str, meaning: str) -> None:
    literal = connection.scalar(text("SELECT quote_literal(:meaning)"), {"meaning": meaning})
    connection.exec_driver_sql(f"COMMENT ON {target} IS {literal}".replace("%", "%%"))
