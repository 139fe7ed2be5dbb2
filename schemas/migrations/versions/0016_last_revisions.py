"""The last revisions are found without reading all."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_article_revisions_replaced_at"), "article_revisions", ["replaced_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_article_revisions_replaced_at"), "article_revisions")
