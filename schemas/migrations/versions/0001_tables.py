"""The tables, as they are at first.

Their definitions are frozen: what ``schemas/`` declares may have gone on since. Views, triggers and comments
are made after the last migration, see ``schemas/derived.py``.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

TABLES = (
    "archived_captures",
    "article_urls",
    "authors",
    "frontier",
    "notices",
    "pictures",
    "places",
    "runs",
    "sections",
    "validators",
    "list_walks",
    "pages",
    "rejects",
    "run_findings",
    "saved_searches",
    "articles",
    "list_entries",
    "article_authors",
    "article_places",
    "article_revisions",
    "catalogue",
    "text_anchors",
    "duplicates",
    "images",
    "related_links",
    "saved_search_hits",
)


def upgrade() -> None:
    op.create_table(
        "archived_captures",
        sa.Column("archive", TEXT, nullable=False),
        sa.Column("edition", TEXT, nullable=False),
        sa.Column("site_article_id", NUMBER, nullable=False),
        sa.Column("captured_at", TIME, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("listed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint(
            "archive", "edition", "site_article_id", "captured_at", name="pk_archived_captures"
        ),
    )
    op.create_index(
        "ix_archived_captures_edition_site_article_id", "archived_captures", ["edition", "site_article_id"]
    )
    op.create_table(
        "article_urls",
        sa.Column("url", TEXT, nullable=False),
        sa.Column("edition", TEXT, nullable=False),
        sa.Column("site_article_id", NUMBER, nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("url", name="pk_article_urls"),
    )
    op.create_index("ix_article_urls_edition_site_article_id", "article_urls", ["edition", "site_article_id"])
    op.create_table(
        "authors",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_authors"),
        sa.UniqueConstraint("name", name="uq_authors_name"),
    )
    op.create_table(
        "frontier",
        sa.Column("edition", TEXT, nullable=False),
        sa.Column("site_article_id", NUMBER, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("found_by", TEXT, nullable=False),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("next_check_at", TIME),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("tried_at", TIME),
        sa.Column("reason", TEXT),
        sa.PrimaryKeyConstraint("edition", "site_article_id", name="pk_frontier"),
    )
    op.create_index("ix_frontier_state_next_check_at", "frontier", ["state", "next_check_at"])
    op.create_table(
        "notices",
        sa.Column("spider", TEXT, nullable=False),
        sa.Column("matter", TEXT, nullable=False),
        sa.Column("told_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("spider", "matter", name="pk_notices"),
    )
    op.create_table(
        "pictures",
        sa.Column("url", TEXT, nullable=False),
        sa.Column("tried_at", TIME, nullable=False),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("next_try_at", TIME),
        sa.Column("reason", TEXT),
        sa.Column("media_type", TEXT),
        sa.Column("bytes", NUMBER),
        sa.Column("width", NUMBER),
        sa.Column("height", NUMBER),
        sa.Column("phash", TEXT),
        sa.Column("looks_like", TEXT),
        sa.Column("digest", TEXT),
        sa.Column("warc_file", TEXT),
        sa.Column("warc_offset", NUMBER),
        sa.Column("warc_skip", NUMBER),
        sa.Column("warc_length", NUMBER),
        sa.Column("revisit", sa.Boolean()),
        sa.PrimaryKeyConstraint("url", name="pk_pictures"),
    )
    op.create_index("ix_pictures_digest", "pictures", ["digest"])
    op.create_index("ix_pictures_looks_like", "pictures", ["looks_like"])
    op.create_table(
        "places",
        sa.Column("id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("district_id", NUMBER, sa.ForeignKey("places.id", name="fk_places_district_id")),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("successor", TEXT),
        sa.Column("successor_latitude", sa.Float()),
        sa.Column("successor_longitude", sa.Float()),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
    )
    op.create_table(
        "runs",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("spider", TEXT, nullable=False),
        sa.Column("arguments", JSON, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("host", TEXT),
        sa.Column("pid", NUMBER),
        sa.Column("finished_at", TIME),
        sa.Column("verdict", TEXT),
        sa.Column("reason", TEXT),
        sa.Column("new", NUMBER, nullable=False),
        sa.Column("changed", NUMBER, nullable=False),
        sa.Column("unchanged", NUMBER, nullable=False),
        sa.Column("duplicate", NUMBER, nullable=False),
        sa.Column("rejected", NUMBER, nullable=False),
        sa.Column("failed", NUMBER, nullable=False),
        sa.Column("stats", JSON),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_started_at", "runs", ["started_at"])
    op.create_table(
        "sections",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("edition", TEXT, nullable=False),
        sa.Column("site_section_id", NUMBER, nullable=False),
        sa.Column("slug", TEXT),
        sa.Column("name", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_sections"),
        sa.UniqueConstraint("edition", "site_section_id", name="uq_sections_edition_site_section_id"),
    )
    op.create_table(
        "validators",
        sa.Column("url", TEXT, nullable=False),
        sa.Column("etag", TEXT),
        sa.Column("last_modified", TEXT),
        sa.Column("read_at", TIME, nullable=False),
        sa.Column("misled_at", TIME),
        sa.PrimaryKeyConstraint("url", name="pk_validators"),
    )
    op.create_table(
        "list_walks",
        sa.Column("id", TEXT, nullable=False),
        sa.Column(
            "section_id",
            NUMBER,
            sa.ForeignKey("sections.id", name="fk_list_walks_section_id"),
            nullable=False,
        ),
        sa.Column("run_id", NUMBER, sa.ForeignKey("runs.id", name="fk_list_walks_run_id"), nullable=False),
        sa.Column("spider", TEXT, nullable=False),
        sa.Column("to_end", sa.Boolean(), nullable=False),
        sa.Column("next_page", NUMBER, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME),
        sa.Column("confirmed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_list_walks"),
    )
    op.create_index("ix_list_walks_section_id_finished_at", "list_walks", ["section_id", "finished_at"])
    op.create_table(
        "pages",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("edition", TEXT),
        sa.Column("site_article_id", NUMBER),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("status", NUMBER, nullable=False),
        sa.Column("etag", TEXT),
        sa.Column("last_modified", TEXT),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("warc_file", TEXT, nullable=False),
        sa.Column("warc_offset", NUMBER, nullable=False),
        sa.Column("warc_skip", NUMBER, nullable=False),
        sa.Column("warc_length", NUMBER),
        sa.Column("revisit", sa.Boolean(), nullable=False),
        sa.Column("run_id", NUMBER, sa.ForeignKey("runs.id", name="fk_pages_run_id"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pages"),
        sa.UniqueConstraint(
            "warc_file", "warc_offset", "warc_skip", name="uq_pages_warc_file_warc_offset_warc_skip"
        ),
    )
    op.create_index(
        "ix_pages_edition_site_article_id_fetched_at", "pages", ["edition", "site_article_id", "fetched_at"]
    )
    op.create_index("ix_pages_url_digest", "pages", ["url", "digest"])
    op.create_table(
        "rejects",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_id", NUMBER, sa.ForeignKey("runs.id", name="fk_rejects_run_id"), nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("payload", JSON),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rejects"),
    )
    op.create_index("ix_rejects_run_id", "rejects", ["run_id"])
    op.create_index("ix_rejects_url", "rejects", ["url"])
    op.create_table(
        "run_findings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("run_id", NUMBER, sa.ForeignKey("runs.id", name="fk_run_findings_run_id"), nullable=False),
        sa.Column("monitor", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("usual", sa.Float(), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run_findings"),
    )
    op.create_index("ix_run_findings_run_id", "run_findings", ["run_id"])
    op.create_table(
        "articles",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("edition", TEXT, nullable=False),
        sa.Column("site_article_id", NUMBER, nullable=False),
        sa.Column("section_id", NUMBER, sa.ForeignKey("sections.id", name="fk_articles_section_id")),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("headline", TEXT, nullable=False),
        sa.Column("agency", TEXT),
        sa.Column("lead", TEXT),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("tables", JSON),
        sa.Column("byline", TEXT),
        sa.Column("source", TEXT),
        sa.Column("published_at", TIME),
        sa.Column("published_raw", TEXT),
        sa.Column("published_basis", TEXT),
        sa.Column("canonical_url", TEXT, nullable=False),
        sa.Column("word_count", NUMBER, nullable=False),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("last_seen_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("parser", TEXT, nullable=False),
        sa.Column("parser_build", TEXT),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("page_id", NUMBER, sa.ForeignKey("pages.id", name="fk_articles_page_id")),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.CheckConstraint("kind IN ('text', 'interview', 'photo', 'video')", name=op.f("ck_articles_kind")),
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_basis IS NULL)", name=op.f("ck_articles_published")
        ),
        sa.CheckConstraint(
            "published_basis IN ('page', 'picture-folder', 'neighbouring-ids')",
            name=op.f("ck_articles_published_basis"),
        ),
        sa.UniqueConstraint("edition", "site_article_id", name="uq_articles_edition_site_article_id"),
    )
    op.create_index("ix_articles_canonical_url", "articles", ["canonical_url"])
    op.create_index("ix_articles_parser_build", "articles", ["parser_build"])
    op.create_index("ix_articles_published_at", "articles", ["published_at"])
    op.create_index("ix_articles_section_id", "articles", ["section_id"])
    op.create_table(
        "list_entries",
        sa.Column(
            "section_id",
            NUMBER,
            sa.ForeignKey("sections.id", name="fk_list_entries_section_id"),
            nullable=False,
        ),
        sa.Column("site_article_id", NUMBER, nullable=False),
        sa.Column(
            "walk_id", TEXT, sa.ForeignKey("list_walks.id", name="fk_list_entries_walk_id"), nullable=False
        ),
        sa.Column("headline", TEXT),
        sa.Column("teaser", TEXT),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("section_id", "site_article_id", name="pk_list_entries"),
    )
    op.create_index("ix_list_entries_walk_id", "list_entries", ["walk_id"])
    op.create_table(
        "article_authors",
        sa.Column(
            "article_id",
            NUMBER,
            sa.ForeignKey("articles.id", name="fk_article_authors_article_id"),
            nullable=False,
        ),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column(
            "author_id",
            NUMBER,
            sa.ForeignKey("authors.id", name="fk_article_authors_author_id"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name="pk_article_authors"),
    )
    op.create_index("ix_article_authors_author_id", "article_authors", ["author_id"])
    op.create_table(
        "article_places",
        sa.Column(
            "article_id",
            NUMBER,
            sa.ForeignKey("articles.id", name="fk_article_places_article_id"),
            nullable=False,
        ),
        sa.Column(
            "place_id", NUMBER, sa.ForeignKey("places.id", name="fk_article_places_place_id"), nullable=False
        ),
        sa.Column("mentions", NUMBER, nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "place_id", name="pk_article_places"),
    )
    op.create_index("ix_article_places_place_id", "article_places", ["place_id"])
    op.create_table(
        "article_revisions",
        sa.Column(
            "article_id",
            NUMBER,
            sa.ForeignKey("articles.id", name="fk_article_revisions_article_id"),
            nullable=False,
        ),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("last_seen_at", TIME, nullable=False),
        sa.Column("replaced_at", TIME, nullable=False),
        sa.Column("changed", JSON, nullable=False),
        sa.Column("cause", TEXT, server_default="edit", nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("headline", TEXT, nullable=False),
        sa.Column("agency", TEXT),
        sa.Column("lead", TEXT),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("byline", TEXT),
        sa.Column("source", TEXT),
        sa.Column("published_at", TIME),
        sa.Column("published_raw", TEXT),
        sa.Column("published_basis", TEXT),
        sa.Column("images", JSON, nullable=False),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("parser", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "revision", name="pk_article_revisions"),
    )
    op.create_index("ix_article_revisions_replaced_at", "article_revisions", ["replaced_at"])
    op.create_table(
        "catalogue",
        sa.Column(
            "article_id",
            NUMBER,
            sa.ForeignKey("articles.id", name="fk_catalogue_article_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("headline", TEXT, nullable=False),
        sa.Column("published", TEXT),
        sa.Column("section", TEXT, nullable=False),
        sa.Column("authors", TEXT, nullable=False),
        sa.Column("edition", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("year", TEXT),
        sa.Column("words", NUMBER, nullable=False),
        sa.Column("pictures", NUMBER, nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("copies", NUMBER, nullable=False),
        sa.Column("section_id", NUMBER, sa.ForeignKey("sections.id", name="fk_catalogue_section_id")),
        sa.Column("estimated", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_catalogue"),
    )
    op.create_index("ix_catalogue_published", "catalogue", ["published"])
    op.create_table(
        "text_anchors",
        sa.Column("anchor", NUMBER, nullable=False),
        sa.Column(
            "article_id",
            NUMBER,
            sa.ForeignKey("articles.id", name="fk_text_anchors_article_id"),
            nullable=False,
        ),
        sa.Column("numbers", NUMBER, nullable=False),
        sa.Column("anchors", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint(
            "anchor", "article_id", name="pk_text_anchors", postgresql_include=["numbers", "anchors"]
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_text_anchors_article_id", "text_anchors", ["article_id"])
    op.create_table(
        "duplicates",
        sa.Column(
            "article_id",
            NUMBER,
            sa.ForeignKey("articles.id", name="fk_duplicates_article_id"),
            nullable=False,
        ),
        sa.Column(
            "of_article_id",
            NUMBER,
            sa.ForeignKey("articles.id", name="fk_duplicates_of_article_id"),
            nullable=False,
        ),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("containment", sa.Float(), nullable=False),
        sa.Column("algorithm", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "of_article_id", name="pk_duplicates"),
        sa.CheckConstraint("method IN ('exact', 'near', 'part')", name=op.f("ck_duplicates_method")),
    )
    op.create_index("ix_duplicates_of_article_id", "duplicates", ["of_article_id"])
    op.create_table(
        "images",
        sa.Column(
            "article_id", NUMBER, sa.ForeignKey("articles.id", name="fk_images_article_id"), nullable=False
        ),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("caption", TEXT),
        sa.Column("credit", TEXT),
        sa.PrimaryKeyConstraint("article_id", "position", name="pk_images"),
    )
    op.create_table(
        "related_links",
        sa.Column(
            "article_id",
            NUMBER,
            sa.ForeignKey("articles.id", name="fk_related_links_article_id"),
            nullable=False,
        ),
        sa.Column("target_edition", TEXT, nullable=False),
        sa.Column("target_site_article_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("headline", TEXT, nullable=False),
        sa.Column("teaser", TEXT),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("last_seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint(
            "article_id", "target_edition", "target_site_article_id", name="pk_related_links"
        ),
    )
    op.create_index(
        "ix_related_links_target",
        "related_links",
        ["target_edition", "target_site_article_id", "first_seen_at"],
    )
    op.create_table(
        "saved_searches",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("query", TEXT, nullable=False),
        sa.Column("part", JSON, nullable=False),
        sa.Column("match", TEXT, nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_searches"),
        sa.UniqueConstraint("name", name="uq_saved_searches_name"),
    )
    op.create_table(
        "saved_search_hits",
        sa.Column(
            "search_id",
            NUMBER,
            sa.ForeignKey("saved_searches.id", name="fk_saved_search_hits_search_id"),
            nullable=False,
        ),
        sa.Column(
            "article_id",
            NUMBER,
            sa.ForeignKey("articles.id", name="fk_saved_search_hits_article_id"),
            nullable=False,
        ),
        sa.Column("text_since", TIME, nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("told_at", TIME),
        sa.PrimaryKeyConstraint("search_id", "article_id", "text_since", name="pk_saved_search_hits"),
    )
    op.create_index("ix_saved_search_hits_told_at", "saved_search_hits", ["told_at"])
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
    for name in reversed(TABLES):
        op.drop_table(name)
