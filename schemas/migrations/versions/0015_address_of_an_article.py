"""An article is found by its address without reading all articles."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_articles_canonical_url"), "articles", ["canonical_url"])


def downgrade() -> None:
    op.drop_index(op.f("ix_articles_canonical_url"), "articles")
