"""The collection: what analysts read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import schemas.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_urls",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("site_article_id", schemas.types.Number(), nullable=False),
        sa.Column("first_seen_at", schemas.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_article_urls")),
    )
    with op.batch_alter_table("article_urls", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_article_urls_edition_site_article_id"),
            ["edition", "site_article_id"],
            unique=False,
        )

    op.create_table(
        "authors",
        sa.Column("id", schemas.types.Number(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authors")),
        sa.UniqueConstraint("name", name=op.f("uq_authors_name")),
    )
    op.create_table(
        "runs",
        sa.Column("id", schemas.types.Number(), nullable=False),
        sa.Column("spider", sa.Text(), nullable=False),
        sa.Column("arguments", schemas.types.Json(), nullable=False),
        sa.Column("started_at", schemas.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "finished_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=True,
            comment="null: running, or killed",
        ),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column(
            "new", schemas.types.Number(), nullable=False, comment="articles stored for the first time"
        ),
        sa.Column(
            "changed",
            schemas.types.Number(),
            nullable=False,
            comment="articles of which a revision was written",
        ),
        sa.Column(
            "unchanged",
            schemas.types.Number(),
            nullable=False,
            comment="articles fetched and found as before",
        ),
        sa.Column("duplicate", schemas.types.Number(), nullable=False, comment="pairs of duplicates found"),
        sa.Column(
            "rejected", schemas.types.Number(), nullable=False, comment="pages or items kept in rejects"
        ),
        sa.Column(
            "failed", schemas.types.Number(), nullable=False, comment="articles that could not be fetched"
        ),
        sa.Column("stats", schemas.types.Json(), nullable=True, comment="Scrapy's statistics at the end"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_started_at"), ["started_at"], unique=False)

    op.create_table(
        "sections",
        sa.Column("id", schemas.types.Number(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False, comment="vi, en or mu"),
        sa.Column(
            "site_section_id",
            schemas.types.Number(),
            nullable=False,
            comment="the site's number, counted per edition",
        ),
        sa.Column("slug", sa.Text(), nullable=True, comment="as in the URL of the section's list"),
        sa.Column("name", sa.Text(), nullable=True, comment="as the navigation prints it"),
        sa.CheckConstraint("edition IN ('vi', 'en', 'mu')", name=op.f("ck_sections_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sections")),
        sa.UniqueConstraint("edition", "site_section_id", name=op.f("uq_sections_edition_site_section_id")),
    )
    op.create_table(
        "articles",
        sa.Column("id", schemas.types.Number(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False, comment="vi, en or mu"),
        sa.Column(
            "site_article_id",
            schemas.types.Number(),
            nullable=False,
            comment="the site's number, counted per edition",
        ),
        sa.Column("section_id", schemas.types.Number(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="text, interview, photo or video"),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column(
            "agency", sa.Text(), nullable=True, comment="dateline prefix without brackets: HBĐT, HBO, HBDT"
        ),
        sa.Column("lead", sa.Text(), nullable=True, comment="without the dateline prefix"),
        sa.Column(
            "body", sa.Text(), nullable=False, comment="paragraphs, separated by a blank line; empty if none"
        ),
        sa.Column("byline", sa.Text(), nullable=True, comment="as printed, cleaned"),
        sa.Column("source", sa.Text(), nullable=True, comment="where the piece was taken from: TTXVN"),
        sa.Column("published_at", schemas.types.UtcDateTime(timezone=True), nullable=True, comment="UTC"),
        sa.Column("published_raw", sa.Text(), nullable=True, comment="the date as the page prints it"),
        sa.Column(
            "published_basis",
            sa.Text(),
            nullable=True,
            comment="page; or, for an estimate, picture-folder or neighbouring-ids",
        ),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("word_count", schemas.types.Number(), nullable=False, comment="words of lead and body"),
        sa.Column("content_hash", sa.Text(), nullable=False, comment="SHA-256 of the words of lead and body"),
        sa.Column(
            "revision",
            schemas.types.Number(),
            nullable=False,
            comment="1 for the first text seen; one more for each change",
        ),
        sa.Column(
            "first_seen_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=False,
            comment="first fetch that found it, UTC",
        ),
        sa.Column(
            "last_seen_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=False,
            comment="last fetch that found it, UTC",
        ),
        sa.Column(
            "changed_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=False,
            comment="fetch that brought the present text, UTC",
        ),
        sa.Column(
            "parser", sa.Text(), nullable=False, comment="layout and version that read the page: post/1"
        ),
        sa.Column("rules", schemas.types.Json(), nullable=False, comment="field -> rule that gave its value"),
        sa.CheckConstraint("edition IN ('vi', 'en', 'mu')", name=op.f("ck_articles_edition")),
        sa.CheckConstraint("kind IN ('text', 'interview', 'photo', 'video')", name=op.f("ck_articles_kind")),
        sa.CheckConstraint(
            "published_basis IN ('page', 'picture-folder', 'neighbouring-ids')",
            name=op.f("ck_articles_published_basis"),
        ),
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_basis IS NULL)", name=op.f("ck_articles_published")
        ),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name=op.f("fk_articles_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("edition", "site_article_id", name=op.f("uq_articles_edition_site_article_id")),
    )
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_articles_content_hash"), ["content_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_articles_published_at"), ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_articles_section_id"), ["section_id"], unique=False)

    op.create_table(
        "rejects",
        sa.Column("id", schemas.types.Number(), nullable=False),
        sa.Column("run_id", schemas.types.Number(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("payload", schemas.types.Json(), nullable=True),
        sa.Column("at", schemas.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_rejects_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejects")),
    )
    with op.batch_alter_table("rejects", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rejects_run_id"), ["run_id"], unique=False)

    op.create_table(
        "article_authors",
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.Column("position", schemas.types.Number(), nullable=False, comment="order in the byline, from 1"),
        sa.Column("author_id", schemas.types.Number(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_authors_article_id")),
        sa.ForeignKeyConstraint(["author_id"], ["authors.id"], name=op.f("fk_article_authors_author_id")),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_article_authors")),
    )
    with op.batch_alter_table("article_authors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_authors_author_id"), ["author_id"], unique=False)

    op.create_table(
        "article_revisions",
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.Column("revision", schemas.types.Number(), nullable=False, comment="the number this text had"),
        sa.Column(
            "seen_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=False,
            comment="fetch that brought this text, UTC",
        ),
        sa.Column(
            "last_seen_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=False,
            comment="last fetch that showed it, UTC",
        ),
        sa.Column(
            "replaced_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=False,
            comment="fetch that found another text, UTC",
        ),
        sa.Column(
            "changed", schemas.types.Json(), nullable=False, comment="fields in which the next text differs"
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("byline", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("published_at", schemas.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_raw", sa.Text(), nullable=True),
        sa.Column("published_basis", sa.Text(), nullable=True),
        sa.Column("images", schemas.types.Json(), nullable=False, comment="url, caption, credit of each"),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("parser", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_revisions_article_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "revision", name=op.f("pk_article_revisions")),
    )
    op.create_table(
        "duplicates",
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.Column(
            "of_article_id", schemas.types.Number(), nullable=False, comment="the one with the lower number"
        ),
        sa.Column(
            "method",
            sa.Text(),
            nullable=False,
            comment="exact: same normalised text; near: above the threshold",
        ),
        sa.Column("similarity", sa.Float(), nullable=False, comment="Jaccard index of word shingles, 0 to 1"),
        sa.Column("algorithm", sa.Text(), nullable=False, comment="name and version of what compared them"),
        sa.CheckConstraint("method IN ('exact', 'near')", name=op.f("ck_duplicates_method")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_duplicates_article_id")),
        sa.ForeignKeyConstraint(["of_article_id"], ["articles.id"], name=op.f("fk_duplicates_of_article_id")),
        sa.PrimaryKeyConstraint("article_id", "of_article_id", name=op.f("pk_duplicates")),
    )
    with op.batch_alter_table("duplicates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duplicates_of_article_id"), ["of_article_id"], unique=False)

    op.create_table(
        "images",
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.Column("position", schemas.types.Number(), nullable=False, comment="order on the page, from 1"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=True, comment="as printed, cleaned, the credit in it"),
        sa.Column("credit", sa.Text(), nullable=True, comment="what follows 'Ảnh:' in the caption"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_images_article_id")),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_images")),
    )
    op.create_table(
        "related_links",
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.Column("target_edition", sa.Text(), nullable=False),
        sa.Column("target_site_article_id", schemas.types.Number(), nullable=False),
        sa.Column(
            "position",
            schemas.types.Number(),
            nullable=False,
            comment="order in the block when last seen, from 1",
        ),
        sa.Column("url", sa.Text(), nullable=False, comment="canonical"),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("teaser", sa.Text(), nullable=True, comment="without the dateline prefix"),
        sa.Column("first_seen_at", schemas.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", schemas.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_related_links_article_id")),
        sa.PrimaryKeyConstraint(
            "article_id", "target_edition", "target_site_article_id", name=op.f("pk_related_links")
        ),
    )
    with op.batch_alter_table("related_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_related_links_target_edition_target_site_article_id"),
            ["target_edition", "target_site_article_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("related_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_related_links_target_edition_target_site_article_id"))

    op.drop_table("related_links")
    op.drop_table("images")
    with op.batch_alter_table("duplicates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duplicates_of_article_id"))

    op.drop_table("duplicates")
    op.drop_table("article_revisions")
    with op.batch_alter_table("article_authors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_authors_author_id"))

    op.drop_table("article_authors")
    with op.batch_alter_table("rejects", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rejects_run_id"))

    op.drop_table("rejects")
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_articles_section_id"))
        batch_op.drop_index(batch_op.f("ix_articles_published_at"))
        batch_op.drop_index(batch_op.f("ix_articles_content_hash"))

    op.drop_table("articles")
    op.drop_table("sections")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_runs_started_at"))

    op.drop_table("runs")
    op.drop_table("authors")
    with op.batch_alter_table("article_urls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_urls_edition_site_article_id"))

    op.drop_table("article_urls")
