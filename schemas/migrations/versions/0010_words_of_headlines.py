"""On PostgreSQL the words of headlines are indexed once more, with ^ before them.

The index is emptied here and filled when the newest schema is reached (``schemas/derived.py``): about four
minutes for 100,000 articles.
"""

from __future__ import annotations

from alembic import op

from schemas.search import empty_index

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        empty_index(op.get_bind())


def downgrade() -> None:
    pass
