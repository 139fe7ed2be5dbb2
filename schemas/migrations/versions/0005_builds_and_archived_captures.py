"""Which code read each article, and what the indexes of web archives name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import schemas.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archived_captures",
        sa.Column("archive", sa.Text(), nullable=False, comment="wayback, or the name of a Common Crawl"),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("site_article_id", schemas.types.Number(), nullable=False),
        sa.Column(
            "captured_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=False,
            comment="as the index says, UTC",
        ),
        sa.Column("url", sa.Text(), nullable=False, comment="canonical"),
        sa.Column(
            "listed_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=False,
            comment="when the index was last asked and named it, UTC",
        ),
        sa.PrimaryKeyConstraint(
            "archive", "edition", "site_article_id", "captured_at", name=op.f("pk_archived_captures")
        ),
    )
    with op.batch_alter_table("archived_captures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_archived_captures_edition_site_article_id"),
            ["edition", "site_article_id"],
            unique=False,
        )

    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "parser_build",
                sa.Text(),
                nullable=True,
                comment="fingerprint of the code that read it; null: read before there were any",
            )
        )
        batch_op.create_index(batch_op.f("ix_articles_parser_build"), ["parser_build"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_articles_parser_build"))
        batch_op.drop_column("parser_build")

    with op.batch_alter_table("archived_captures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_archived_captures_edition_site_article_id"))

    op.drop_table("archived_captures")
