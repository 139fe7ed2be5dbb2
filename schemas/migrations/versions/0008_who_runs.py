"""Which process a run is, so that a second start can name it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import schemas.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("host", sa.Text(), nullable=True, comment="name of the machine"))
    op.add_column(
        "runs",
        sa.Column(
            "pid", schemas.types.Number(), nullable=True, comment="number of the process on that machine"
        ),
    )


def downgrade() -> None:
    op.drop_column("runs", "pid")
    op.drop_column("runs", "host")
