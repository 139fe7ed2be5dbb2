"""The search index: what it holds, the triggers that keep it up to date, and filling it.

The same on both databases, in what each has for it: ``article_search`` is an FTS5 table on SQLite, a table
with a ``tsvector`` on PostgreSQL. The migrations make these tables; what works on them is made here. An
article is found by its headline, its lead, its body and its captions. All words are indexed twice, folded
and spelled (:mod:`schemas.folding`). The triggers are plain SQL, so whatever writes articles, with whatever
program, the index follows in the same transaction.

Three things make a million articles answer at once:

- ``key`` (``rowid`` on SQLite) is the day of publication before the row number of the article:
  202404240000188942. So the newest hits are read first, and a range of days is a range of keys.
- Edition and section are words too (``editionvi``, ``sectionvi11``; on PostgreSQL with a full stop before
  them, for which no text has a word), so that a search in one section reads only what it must.
- On SQLite, ``article_search_vocabulary`` lists all words, to find those that begin with some letters: FTS5
  itself would read all places of all of them, hundreds of megabytes from a disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, text

from schemas.folding import LETTERS, MARKS, PLACEMENTS
from schemas.local_time import sqlite_offset, zone_name

ID_SPAN = 10_000_000_000
"""``key`` is the day (``YYYYMMDD``, local; 0: not known) times this, plus ``articles.id``."""

BATCH = 2000
"""Articles indexed by one statement when the index is filled."""

_COLUMNS = "headline, body, headline_spelled, body_spelled, scope"
_INDEXED = "edition, section_id, headline, lead, body, captions, published_at"
"""Columns of an article whose change changes the index."""

_REPLACED_AT_ONCE = 20
"""Nested calls of ``replace`` that SQLite's parser takes without a stack overflow, and to spare."""

# --- SQLite ----------------------------------------------------------------------------------------

_ROWS = 512
"""FTS5 keeps no list of words without their places. So all texts are indexed once more, in
``article_search_words``, as if there were only so many of them and no places to know. A word that is gone
stays: it finds nothing. The fewer rows, the smaller the table; but FTS5 writes a segment whenever a row comes
again."""


def _sqlite_key() -> str:
    """The key of an article ``a``."""
    return f"coalesce(strftime('%Y%m%d', a.published_at, '{sqlite_offset()}'), 0) * {ID_SPAN} + a.id"


def _sqlite_printed() -> str:
    """A SELECT with the text of each article, before its letters are folded."""
    return f"""
    SELECT a.id AS article_id,
           {_sqlite_key()} AS "key",
           a.headline,
           coalesce(a.lead || char(10), '') || a.body || coalesce(char(10) || a.captions, '') AS body,
           'edition' || a.edition || coalesce(' section' || s.edition || s.site_section_id, '') AS scope
    FROM articles a
    LEFT JOIN sections s ON s.id = a.section_id
"""


def _replace(column: str, pairs: list[tuple[str, str]]) -> str:
    for old, new in pairs:
        column = f"replace({column}, '{old}', '{new}')"
    return column


def _sqlite_text() -> str:
    """The view with the text of each article as it is indexed."""
    letters, placements = list(LETTERS.items()), list(PLACEMENTS.items())
    steps = [f"printed AS ({_sqlite_printed()})"]
    steps.append(
        'step0 AS (SELECT article_id, "key", scope, headline, body, headline AS headline_spelled,'
        " body AS body_spelled FROM printed)"
    )
    for start in range(0, len(letters), _REPLACED_AT_ONCE):
        folded = letters[start : start + _REPLACED_AT_ONCE]
        placed = placements[start : start + _REPLACED_AT_ONCE]
        columns = ", ".join(
            f"{_replace(name, pairs)} AS {name}"
            for name, pairs in (
                ("headline", folded),
                ("body", folded),
                ("headline_spelled", placed),
                ("body_spelled", placed),
            )
        )
        last, this = len(steps) - 2, len(steps) - 1
        steps.append(f'step{this} AS (SELECT article_id, "key", scope, {columns} FROM step{last})')
    listed = ",\n".join(steps)
    return f"CREATE VIEW article_search_text AS WITH {listed} SELECT * FROM step{len(steps) - 2}"


def _sqlite_triggers() -> dict[str, str]:
    def add(article: str) -> str:
        return (
            f"INSERT INTO article_search_text SELECT * FROM article_search_text WHERE article_id = {article};"
        )

    def remove(article: str) -> str:
        # A table without content is told what it held. So this must run before the row changes.
        return (
            f"INSERT INTO article_search (article_search, rowid, {_COLUMNS})"
            f" SELECT 'delete', \"key\", {_COLUMNS} FROM article_search_text WHERE article_id = {article};"
        )

    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _INDEXED.split(", "))
    text_of_all = " || ' ' || ".join(f"NEW.{name}" for name in _COLUMNS.split(", ") if name != "scope")
    parts = {
        # To fold a text takes longest: here it is written to both tables and folded once.
        "text_insert": "INSTEAD OF INSERT ON article_search_text BEGIN"
        f" INSERT INTO article_search (rowid, {_COLUMNS})"
        f""" VALUES (NEW."key", {", ".join(f"NEW.{name}" for name in _COLUMNS.split(", "))});"""
        f" INSERT INTO article_search_words (rowid, text) VALUES (NEW.article_id % {_ROWS}, {text_of_all});"
        " END",
        "articles_insert": f"AFTER INSERT ON articles BEGIN {add('NEW.id')} END",
        "articles_before_update": f"BEFORE UPDATE OF {_INDEXED} ON articles WHEN {changed} "
        f"BEGIN {remove('OLD.id')} END",
        "articles_update": f"AFTER UPDATE OF {_INDEXED} ON articles WHEN {changed} BEGIN {add('NEW.id')} END",
        "articles_before_delete": f"BEFORE DELETE ON articles BEGIN {remove('OLD.id')} END",
    }
    return {f"search_{name}": f"CREATE TRIGGER search_{name} {body}" for name, body in parts.items()}


# --- PostgreSQL ------------------------------------------------------------------------------------

_BLANKED = "-./:@_&<~+\u00a0«»·–—‘’“”…"
"""What PostgreSQL's parser joins words with, or takes for letters where the database has no locale."""


def _translate(value: str, letters: str, others: str) -> str:
    quoted = (f"'{part}'" for part in (letters, others))
    return f"translate({value}, {', '.join(quoted)})"


def _postgresql_functions() -> list[str]:
    head = "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE"
    # Decomposed, capitals are ASCII letters: lower() of any locale knows them.
    lower = _translate("normalize($1, NFD)", f"ĐÐð{_BLANKED}", f"đđđ{' ' * len(_BLANKED)}")
    folded = _translate("$1", f"đø{MARKS}", "do")
    spelled = _replace("normalize($1, NFC)", [pair for pair in PLACEMENTS.items() if pair[0].islower()])
    return [
        f"CREATE FUNCTION search_lower(text) RETURNS text {head} AS $$ SELECT lower({lower}) $$",
        f"CREATE FUNCTION search_fold_lower(text) RETURNS text {head} AS $$"
        f" SELECT normalize({folded}, NFC) $$",
        f"CREATE FUNCTION search_spell_lower(text) RETURNS text {head} AS $$ SELECT {spelled} $$",
        f"CREATE FUNCTION search_fold(text) RETURNS text {head} AS $$"
        " SELECT search_fold_lower(search_lower($1)) $$",
        f"CREATE FUNCTION search_spell(text) RETURNS text {head} AS $$"
        " SELECT search_spell_lower(search_lower($1)) $$",
        # The same words with a circumflex before each, for searches in headlines only.
        f"CREATE FUNCTION search_headed(tsvector) RETURNS tsvector {head} AS $$"
        r" SELECT regexp_replace($1::text, '(^| )''', '\1''^', 'g')::tsvector $$",
        # Text beyond 80,000 characters (18,000 words) is left out: a tsvector holds a megabyte. Between
        # two texts stand the words of the scope, so that no phrase goes across.
        f"""
CREATE FUNCTION search_words(headline text, body text, scope text) RETURNS tsvector {head} AS $$
    SELECT h || scope::tsvector || search_headed(h) || scope::tsvector
        || setweight(to_tsvector('pg_catalog.simple', search_fold_lower(b)), 'C')
        || scope::tsvector
        || to_tsvector('pg_catalog.simple', search_spell_lower(b))
    FROM (
        SELECT setweight(to_tsvector('pg_catalog.simple', search_fold_lower(h)), 'A') || scope::tsvector
               || setweight(to_tsvector('pg_catalog.simple', search_spell_lower(h)), 'B') AS h, b
        FROM (SELECT search_lower(headline) AS h, search_lower(left(body, 80000)) AS b OFFSET 0) lower
        OFFSET 0
    ) words
$$""",
        """
CREATE FUNCTION search_refresh() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO article_search (article_id, "key", words)
    SELECT article_id, "key", words FROM article_search_text WHERE article_id = NEW.id
    ON CONFLICT (article_id) DO UPDATE SET "key" = excluded."key", words = excluded.words;
    RETURN NULL;
END
$$""",
    ]


_FUNCTIONS = (
    "search_refresh()",
    "search_words(text, text, text)",
    "search_headed(tsvector)",
    "search_spell(text)",
    "search_fold(text)",
    "search_spell_lower(text)",
    "search_fold_lower(text)",
    "search_lower(text)",
)


def _postgresql_text() -> str:
    """The view with the words of each article as they are indexed."""
    return f"""
CREATE VIEW article_search_text AS
SELECT a.id AS article_id,
       coalesce(to_char(a.published_at AT TIME ZONE '{zone_name()}', 'YYYYMMDD')::bigint, 0) * {ID_SPAN}
           + a.id AS "key",
       search_words(
           a.headline,
           concat_ws(E'\\n', a.lead, a.body, a.captions),
           '.edition' || a.edition || ':1'
               || coalesce(' .section' || s.edition || s.site_section_id || ':2', '')
       ) AS words
FROM articles a
LEFT JOIN sections s ON s.id = a.section_id
"""


_POSTGRESQL_TRIGGER = f"""
CREATE TRIGGER search_articles AFTER INSERT OR UPDATE OF {_INDEXED} ON articles
FOR EACH ROW EXECUTE FUNCTION search_refresh()
"""

# --- both ------------------------------------------------------------------------------------------


def create_triggers(connection: Connection) -> None:
    """What keeps the index up to date."""
    if _is_sqlite(connection):
        _run(connection, _sqlite_text())
        for statement in _sqlite_triggers().values():
            _run(connection, statement)
        return
    for statement in (*_postgresql_functions(), _postgresql_text(), _POSTGRESQL_TRIGGER):
        _run(connection, statement)


def drop_triggers(connection: Connection) -> None:
    """Take away what keeps the index up to date, if it is there: nothing then refers to the tables."""
    if _is_sqlite(connection):
        for name in _sqlite_triggers():
            _run(connection, f"DROP TRIGGER IF EXISTS {name}")
        _run(connection, "DROP VIEW IF EXISTS article_search_text")
        return
    # The table itself is not there yet in the first migration.
    if connection.scalar(text("SELECT to_regclass('articles')")):
        _run(connection, "DROP TRIGGER IF EXISTS search_articles ON articles")
    _run(connection, "DROP VIEW IF EXISTS article_search_text")
    for function in _FUNCTIONS:
        _run(connection, f"DROP FUNCTION IF EXISTS {function}")


def empty_index(connection: Connection) -> None:
    """Forget what is indexed."""
    if not _is_sqlite(connection):
        _run(connection, "TRUNCATE article_search")
        return
    for name in ("article_search", "article_search_words"):
        _run(connection, f"INSERT INTO {name} ({name}) VALUES ('delete-all')")


def index_is_empty(connection: Connection) -> bool:
    """Whether nothing is indexed: the collection is empty, or the index is new."""
    return connection.execute(text("SELECT 1 FROM article_search LIMIT 1")).first() is None


def found_among(connection: Connection, match: str, article_ids: Iterable[int]) -> list[int]:
    """Which of some articles a search finds.

    :param match: the search in the words of this database's index, of :mod:`analysis.search.match`.
    """
    values: dict[str, Any] = {"match": match, "ids": str(list(article_ids))}
    if not _is_sqlite(connection):
        query = (
            "SELECT article_id FROM article_search WHERE words @@ CAST(:match AS tsquery)"
            " AND article_id IN (SELECT value::bigint FROM json_array_elements_text(:ids))"
        )
        return list(connection.scalars(text(query), values))
    keys = f"{_sqlite_key()} FROM articles a WHERE a.id IN (SELECT value FROM json_each(:ids))"
    of_articles = sorted(connection.scalars(text(f"SELECT {keys}"), {"ids": values["ids"]}))
    if not of_articles:
        return []
    # Between the least and the greatest key, so that FTS5 does not go through all years.
    values |= {"first": of_articles[0], "last": of_articles[-1]}
    query = (
        f"SELECT rowid % {ID_SPAN} FROM article_search WHERE article_search MATCH :match"
        f" AND rowid BETWEEN :first AND :last AND +rowid IN (SELECT {keys})"
    )
    return list(connection.scalars(text(query), values))


def fill_index(connection: Connection) -> Iterator[int]:
    """Index all articles anew, in the caller's transaction; after each batch, how many are done."""
    sqlite = _is_sqlite(connection)
    empty_index(connection)
    if sqlite:
        # In the order of the keys: FTS5 writes a segment whenever a row does not follow the one before.
        keys = f'SELECT article_id FROM ({_sqlite_printed()}) s ORDER BY "key"'
        add = (
            f'INSERT INTO article_search (rowid, {_COLUMNS}) SELECT "key", {_COLUMNS}'
            ' FROM article_search_text WHERE article_id IN (SELECT value FROM json_each(:ids)) ORDER BY "key"'
        )
    else:
        _run(connection, "DROP INDEX ix_article_search_words")
        _run(connection, "SET LOCAL maintenance_work_mem = '512MB'")
        keys = "SELECT id FROM articles ORDER BY id"
        add = (
            'INSERT INTO article_search (article_id, "key", words)'
            ' SELECT article_id, "key", words FROM article_search_text'
            " WHERE article_id IN (SELECT value::bigint FROM json_array_elements_text(:ids))"
        )
    ids = list(connection.scalars(text(keys)))
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        connection.execute(text(add), {"ids": str(part)})
        yield start + len(part)
    if sqlite:
        _fill_vocabulary(connection)
    else:
        _run(connection, "CREATE INDEX ix_article_search_words ON article_search USING gin (words)")


def _fill_vocabulary(connection: Connection) -> None:
    _run(
        connection,
        "CREATE VIRTUAL TABLE temp.article_search_terms USING fts5vocab(main, article_search, row)",
    )
    _run(
        connection,
        "INSERT INTO article_search_words (rowid, text)"
        " SELECT 0, group_concat(term, ' ') FROM temp.article_search_terms",
    )
    _run(connection, "DROP TABLE temp.article_search_terms")


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _run(connection: Connection, statement: str) -> None:
    # As it stands: text() would take ":name" for a parameter, the driver of PostgreSQL "%" for one.
    if not _is_sqlite(connection):
        statement = statement.replace("%", "%%")
    connection.exec_driver_sql(statement)
