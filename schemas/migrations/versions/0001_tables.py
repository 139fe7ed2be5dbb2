"""The tables, as they are at first.

Their definitions are frozen: what ``schemas/`` declares may have gone on since. Views, triggers and comments
are made after the last migration, see ``schemas/derived.py``.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TYPES: dict[str, Any] = {
    "text": sa.Text(),
    "number": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "float": sa.Float(),
    "boolean": sa.Boolean(),
    "time": sa.DateTime(timezone=True),
    "json": sa.JSON().with_variant(JSONB(), "postgresql"),
}

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def table(name: str, columns: str, *more: Any, key: str = "id", index: str = "", **options: Any) -> None:
    """Declare a table.

    :param columns: of each, separated by commas, name and type; ``?`` behind the type if it may be null, and
        ``-> table`` if it refers to another table's ``id``.
    :param key: columns of the primary key.
    :param index: columns of the indexes, which are separated by commas.
    """
    declared = []
    for column in columns.split(","):
        column_name, kind, *reference = column.split()
        target = (
            [sa.ForeignKey(f"{reference[1]}.id", ondelete=" ".join(reference[2:]) or None)]
            if reference
            else []
        )
        nullable = kind.endswith("?")
        declared.append(sa.Column(column_name, TYPES[kind.rstrip("?")], *target, nullable=nullable))
    indexes = [sa.Index(None, *names.split()) for names in index.split(",") if names]
    primary = [sa.PrimaryKeyConstraint(*key.split())] if key else []
    sa.Table(name, metadata, *declared, *primary, *more, *indexes, **options)


table(
    "archived_captures",
    "archive text, edition text, site_article_id number, captured_at time, url text",
    key="archive edition site_article_id captured_at",
    index="edition site_article_id",
)
table(
    "article_urls",
    "url text, edition text, site_article_id number, first_seen_at time",
    key="url",
    index="edition site_article_id",
)
table("authors", "id number, name text", sa.UniqueConstraint("name"))
table(
    "frontier",
    """
    edition text, site_article_id number, url text, found_by text, found_at time, state text,
    next_check_at time?, attempts number, tried_at time?, reason text?
    """,
    key="edition site_article_id",
    index="state next_check_at",
)
table("notices", "spider text, matter text, told_at time", key="spider matter")
table(
    "pictures",
    """
    url text, tried_at time, attempts number, next_try_at time?, reason text?, media_type text?,
    bytes number?, width number?, height number?, phash text?, looks_like text?, digest text?,
    warc_file text?, warc_offset number?, warc_skip number?, warc_length number?, revisit boolean?
    """,
    key="url",
    index="digest, looks_like",
)
table(
    "places",
    """
    id number, kind text, name text, district_id number? -> places, latitude float, longitude float,
    successor text?, successor_latitude float?, successor_longitude float?
    """,
)
metadata.tables["places"].c.id.autoincrement = False
table(
    "runs",
    """
    id number, spider text, arguments json, started_at time, host text?, pid number?,
    finished_at time?, verdict text?, reason text?, new number, changed number, unchanged number,
    duplicate number, rejected number, failed number, stats json?
    """,
    index="started_at",
)
table(
    "sections",
    "id number, edition text, site_section_id number, slug text?, name text?",
    sa.UniqueConstraint("edition", "site_section_id"),
)
table(
    "validators",
    "url text, etag text?, last_modified text?, read_at time, misled_at time?",
    key="url",
)
table(
    "list_walks",
    """
    id text, section_id number -> sections, run_id number -> runs, spider text, to_end boolean,
    next_page number, started_at time, finished_at time?, confirmed_at time
    """,
    index="section_id finished_at",
)
table(
    "pages",
    """
    id number, url text, edition text?, site_article_id number?, fetched_at time, status number,
    etag text?, last_modified text?, digest text, warc_file text, warc_offset number,
    warc_skip number, warc_length number?, revisit boolean, run_id number -> runs
    """,
    sa.UniqueConstraint("warc_file", "warc_offset", "warc_skip"),
    index="edition site_article_id fetched_at, url digest",
)
table(
    "rejects",
    "id number, run_id number -> runs, url text, reason text, payload json?, at time",
    index="run_id, url",
)
table(
    "run_findings",
    """
    id number, run_id number -> runs, monitor text, subject text, value float, usual float,
    text text
    """,
    index="run_id",
)
table(
    "articles",
    """
    id number, edition text, site_article_id number, section_id number? -> sections, kind text,
    headline text, agency text?, lead text?, body text, tables json?, captions text?, byline text?,
    source text?, published_at time?, published_raw text?, published_basis text?, canonical_url text,
    word_count number, content_hash text, revision number, first_seen_at time, last_seen_at time,
    changed_at time, parser text, parser_build text?, rules json, page_id number? -> pages
    """,
    sa.CheckConstraint("kind IN ('text', 'interview', 'photo', 'video')", name="kind"),
    sa.CheckConstraint("(published_at IS NULL) = (published_basis IS NULL)", name="published"),
    sa.CheckConstraint(
        "published_basis IN ('page', 'picture-folder', 'neighbouring-ids')", name="published_basis"
    ),
    sa.UniqueConstraint("edition", "site_article_id"),
    index="canonical_url, parser_build, published_at, section_id",
)
table(
    "list_entries",
    """
    section_id number -> sections, site_article_id number, walk_id text -> list_walks,
    headline text?, teaser text?, first_seen_at time
    """,
    key="section_id site_article_id",
    index="walk_id",
)
table(
    "article_authors",
    "article_id number -> articles, position number, author_id number -> authors",
    key="article_id position",
    index="author_id",
)
table(
    "article_places",
    "article_id number -> articles, place_id number -> places, mentions number, sure boolean",
    key="article_id place_id",
    index="place_id",
)
table(
    "article_revisions",
    """
    article_id number -> articles, revision number, seen_at time, last_seen_at time,
    replaced_at time, changed json, cause text, kind text, headline text, agency text?, lead text?,
    body text, byline text?, source text?, published_at time?, published_raw text?,
    published_basis text?, images json, content_hash text, parser text
    """,
    key="article_id revision",
    index="replaced_at",
)
table(
    "catalogue",
    """
    article_id number -> articles CASCADE, headline text, published text?, section text,
    authors text, edition text, kind text, year text?, words number, pictures number,
    revision number, copies number, section_id number? -> sections, estimated number
    """,
    key="article_id",
    index="published",
)
table(
    "text_anchors",
    "anchor number, article_id number -> articles, numbers number, anchors number",
    sa.PrimaryKeyConstraint("anchor", "article_id", postgresql_include=["numbers", "anchors"]),
    key="",
    index="article_id",
    sqlite_with_rowid=False,
)
table(
    "duplicates",
    """
    article_id number -> articles, of_article_id number -> articles, method text, similarity float,
    containment float, algorithm text
    """,
    sa.CheckConstraint("method IN ('exact', 'near', 'part')", name="method"),
    key="article_id of_article_id",
    index="of_article_id",
)
table(
    "images",
    "article_id number -> articles, position number, url text, caption text?, credit text?",
    key="article_id position",
)
table(
    "related_links",
    """
    article_id number -> articles, target_edition text, target_site_article_id number,
    position number, url text, headline text, teaser text?, first_seen_at time, last_seen_at time
    """,
    sa.Index("ix_related_links_target", "target_edition", "target_site_article_id", "first_seen_at"),
    key="article_id target_edition target_site_article_id",
)
table(
    "saved_searches",
    "id number, name text, query text, part json, match text, saved_at time",
    sa.UniqueConstraint("name"),
)
table(
    "saved_search_hits",
    """
    search_id number -> saved_searches, article_id number -> articles, text_since time,
    edited boolean, found_at time, told_at time?
    """,
    key="search_id article_id text_since",
    index="told_at",
)


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    if op.get_bind().dialect.name == "sqlite":
        _create_search_index_of_sqlite()
    else:
        _create_search_index_of_postgresql()


def _create_search_index_of_sqlite() -> None:
    """What is in it, and why there are two tables of it: ``schemas/search_index.py``."""
    marks = "\u0300\u0301\u0302\u0303\u0306\u0308\u0309\u030a\u0312\u031b\u0323\u0327\u032d"
    words = f"content='', tokenize=\"unicode61 remove_diacritics 0 tokenchars '{marks}'\""
    columns = "headline, body, headline_spelled, body_spelled, scope"
    op.execute(f"CREATE VIRTUAL TABLE article_search USING fts5({columns}, {words})")
    op.execute(
        f"CREATE VIRTUAL TABLE article_search_words USING fts5(text, columnsize=0, detail=none, {words})"
    )
    op.execute("CREATE VIRTUAL TABLE article_search_vocabulary USING fts5vocab(article_search_words, row)")


def _create_search_index_of_postgresql() -> None:
    article = sa.ForeignKey("articles.id", ondelete="CASCADE")
    op.create_table(
        "article_search",
        sa.Column("article_id", sa.BigInteger(), article, primary_key=True, autoincrement=False),
        sa.Column("key", sa.BigInteger(), nullable=False, unique=True),
        sa.Column("words", TSVECTOR(), nullable=False),
    )
    op.create_index("ix_article_search_words", "article_search", ["words"], postgresql_using="gin")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("article_search_vocabulary")
        op.drop_table("article_search_words")
    op.drop_table("article_search")
    metadata.drop_all(op.get_bind())
