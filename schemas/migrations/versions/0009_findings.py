"""What was not as usual about a run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import schemas.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_findings",
        sa.Column("id", schemas.types.Number(), nullable=False),
        sa.Column("run_id", schemas.types.Number(), nullable=False),
        sa.Column("monitor", sa.Text(), nullable=False, comment="what was compared"),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="field or rule; empty if the monitor has no subjects",
        ),
        sa.Column("value", sa.Float(), nullable=False, comment="in this run, small runs before it included"),
        sa.Column("usual", sa.Float(), nullable=False, comment="median of earlier runs"),
        sa.Column("text", sa.Text(), nullable=False, comment="in words"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_findings_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_findings")),
    )
    op.create_index(op.f("ix_run_findings_run_id"), "run_findings", ["run_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_run_findings_run_id"), "run_findings")
    op.drop_table("run_findings")
