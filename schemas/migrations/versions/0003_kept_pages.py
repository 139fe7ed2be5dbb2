"""Kept pages, and which of them an article was read from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import schemas.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pages",
        sa.Column("id", schemas.types.Number(), nullable=False),
        sa.Column(
            "url", sa.Text(), nullable=False, comment="canonical where it names a page of the newspaper"
        ),
        sa.Column(
            "edition", sa.Text(), nullable=True, comment="of the article it shows, if it is an article's"
        ),
        sa.Column("site_article_id", schemas.types.Number(), nullable=True),
        sa.Column(
            "fetched_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=False,
            comment="fetch or capture, UTC",
        ),
        sa.Column("status", schemas.types.Number(), nullable=False, comment="HTTP status"),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True, comment="the header as it came"),
        sa.Column("digest", sa.Text(), nullable=False, comment="of the payload: sha256, base 32"),
        sa.Column(
            "warc_file",
            sa.Text(),
            nullable=False,
            comment="below ARCHIVE_DIR; absolute if made by someone else",
        ),
        sa.Column(
            "warc_offset",
            schemas.types.Number(),
            nullable=False,
            comment="bytes before the gzip member with the record",
        ),
        sa.Column(
            "warc_skip",
            schemas.types.Number(),
            nullable=False,
            comment="bytes before the record in the unpacked member",
        ),
        sa.Column(
            "warc_length", schemas.types.Number(), nullable=True, comment="bytes, compressed; null: unknown"
        ),
        sa.Column(
            "revisit", sa.Boolean(), nullable=False, comment="whether the payload lies in an earlier record"
        ),
        sa.Column("run_id", schemas.types.Number(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_pages_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint(
            "warc_file",
            "warc_offset",
            "warc_skip",
            name=op.f("uq_pages_warc_file_warc_offset_warc_skip"),
        ),
    )
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pages_edition_site_article_id_fetched_at"),
            ["edition", "site_article_id", "fetched_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_pages_url_digest"), ["url", "digest"], unique=False)

    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "page_id",
                schemas.types.Number(),
                nullable=True,
                comment="the kept page that the present text was read from",
            )
        )
        batch_op.create_foreign_key(batch_op.f("fk_articles_page_id"), "pages", ["page_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_articles_page_id"), type_="foreignkey")
        batch_op.drop_column("page_id")

    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pages_url_digest"))
        batch_op.drop_index(batch_op.f("ix_pages_edition_site_article_id_fetched_at"))

    op.drop_table("pages")
