"""Why a text was followed by another: an edit, or a better reading of the same page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("article_revisions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "cause",
                sa.Text(),
                server_default="edit",
                nullable=False,
                comment="edit: the newspaper said something else; parser: the same page was read better",
            )
        )
    with op.batch_alter_table("rejects", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rejects_url"), ["url"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("rejects", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rejects_url"))
    with op.batch_alter_table("article_revisions", schema=None) as batch_op:
        batch_op.drop_column("cause")
