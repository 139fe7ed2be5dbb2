"""The crawl's memory: what is known, walked and still to be done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import schemas.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "frontier",
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("site_article_id", schemas.types.Number(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False, comment="canonical"),
        sa.Column("found_by", sa.Text(), nullable=False, comment="spider that first saw a link to it"),
        sa.Column("found_at", schemas.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="wanted, collected or gone"),
        sa.Column(
            "next_check_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=True,
            comment="no fetch before; null: no fetch",
        ),
        sa.Column(
            "attempts", schemas.types.Number(), nullable=False, comment="failures since the last success"
        ),
        sa.Column("tried_at", schemas.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="of the last failure, or why it counts as gone"
        ),
        sa.PrimaryKeyConstraint("edition", "site_article_id", name=op.f("pk_frontier")),
    )
    with op.batch_alter_table("frontier", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_frontier_state_next_check_at"), ["state", "next_check_at"], unique=False
        )

    op.create_table(
        "validators",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_validators")),
    )
    op.create_table(
        "list_walks",
        sa.Column("id", sa.Text(), nullable=False, comment="UUID"),
        sa.Column("section_id", schemas.types.Number(), nullable=False),
        sa.Column("run_id", schemas.types.Number(), nullable=False, comment="the last run that took part"),
        sa.Column("spider", sa.Text(), nullable=False),
        sa.Column(
            "to_end",
            sa.Boolean(),
            nullable=False,
            comment="whether it goes on to the list's end, whatever is known",
        ),
        sa.Column(
            "next_page", schemas.types.Number(), nullable=False, comment="first page not yet committed"
        ),
        sa.Column("started_at", schemas.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "finished_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=True,
            comment="null: not finished",
        ),
        sa.Column(
            "confirmed_at",
            schemas.types.UtcDateTime(timezone=True),
            nullable=False,
            comment="last time the list's top was found unchanged",
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_list_walks_run_id")),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name=op.f("fk_list_walks_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_walks")),
    )
    with op.batch_alter_table("list_walks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_list_walks_section_id_finished_at"), ["section_id", "finished_at"], unique=False
        )

    op.create_table(
        "duplicate_bands",
        sa.Column("band", schemas.types.Number(), nullable=False),
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_duplicate_bands_article_id")),
        sa.PrimaryKeyConstraint("band", "article_id", name=op.f("pk_duplicate_bands")),
    )
    with op.batch_alter_table("duplicate_bands", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duplicate_bands_article_id"), ["article_id"], unique=False)

    op.create_table(
        "list_entries",
        sa.Column("section_id", schemas.types.Number(), nullable=False),
        sa.Column("site_article_id", schemas.types.Number(), nullable=False),
        sa.Column("walk_id", sa.Text(), nullable=False),
        sa.Column(
            "headline", sa.Text(), nullable=True, comment="as the list prints it; a change hints at an edit"
        ),
        sa.Column("teaser", sa.Text(), nullable=True),
        sa.Column("first_seen_at", schemas.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name=op.f("fk_list_entries_section_id")),
        sa.ForeignKeyConstraint(["walk_id"], ["list_walks.id"], name=op.f("fk_list_entries_walk_id")),
        sa.PrimaryKeyConstraint("section_id", "site_article_id", name=op.f("pk_list_entries")),
    )
    with op.batch_alter_table("list_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_entries_walk_id"), ["walk_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("list_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_list_entries_walk_id"))

    op.drop_table("list_entries")
    with op.batch_alter_table("duplicate_bands", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duplicate_bands_article_id"))

    op.drop_table("duplicate_bands")
    with op.batch_alter_table("list_walks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_list_walks_section_id_finished_at"))

    op.drop_table("list_walks")
    op.drop_table("validators")
    with op.batch_alter_table("frontier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_frontier_state_next_check_at"))

    op.drop_table("frontier")
