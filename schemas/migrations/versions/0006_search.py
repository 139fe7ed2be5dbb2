"""The index that articles are searched by.

It is filled when the newest schema is reached (``schemas/derived.py``): about two minutes for 100,000
articles.
"""

from __future__ import annotations

from alembic import op

from schemas.search import create_index, drop_index

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(op.get_bind())


def downgrade() -> None:
    drop_index(op.get_bind())
