"""On SQLite a list of all words, for searches by the beginning of a word.

It is filled from the index: some seconds for 100,000 articles.
"""

from __future__ import annotations

from alembic import op

from schemas.search import create_vocabulary, drop_vocabulary

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_vocabulary(op.get_bind())


def downgrade() -> None:
    drop_vocabulary(op.get_bind())
