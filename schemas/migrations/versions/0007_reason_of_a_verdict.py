"""Why a run got its verdict, in words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("reason", sa.Text(), nullable=True, comment="why this verdict, in words"))


def downgrade() -> None:
    op.drop_column("runs", "reason")
