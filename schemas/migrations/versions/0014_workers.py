"""Several workers of one job: what each has in hand, and whose turn it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import schemas.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "runs",
        sa.Column(
            "alive_until",
            schemas.types.UtcDateTime(timezone=True),
            nullable=True,
            comment="of a worker of a shared job: past it, others take over what it has in hand",
        ),
    )
    op.create_table(
        "leases",
        sa.Column("job", sa.Text(), nullable=False, comment="the spider's name"),
        sa.Column("kind", sa.Text(), nullable=False, comment="article, list, home or file"),
        sa.Column("name", sa.Text(), nullable=False, comment="which one: vi/200001, vi/11, vi, a path"),
        sa.Column("run_id", schemas.types.Number(), nullable=False, comment="the worker"),
        sa.Column("done", sa.Boolean(), nullable=False, comment="nobody is to take it in this job any more"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_leases_run_id")),
        sa.PrimaryKeyConstraint("job", "kind", "name", name=op.f("pk_leases")),
    )
    op.create_table(
        "turns",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column(
            "next_at", schemas.types.UtcDateTime(timezone=True), nullable=False, comment="no request before"
        ),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_turns")),
    )


def downgrade() -> None:
    op.drop_table("turns")
    op.drop_table("leases")
    op.drop_column("runs", "alive_until")
