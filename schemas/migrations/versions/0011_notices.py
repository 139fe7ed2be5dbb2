"""What people were told about runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import schemas.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("spider", sa.Text(), nullable=False),
        sa.Column(
            "matter", sa.Text(), nullable=False, comment="verdict, and the monitors that found something"
        ),
        sa.Column(
            "told_at", schemas.types.UtcDateTime(timezone=True), nullable=False, comment="last time, UTC"
        ),
        sa.PrimaryKeyConstraint("spider", "matter", name=op.f("pk_notices")),
    )


def downgrade() -> None:
    op.drop_table("notices")
