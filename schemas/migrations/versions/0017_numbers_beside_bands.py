"""The numbers of a text stand beside each of its bands; nobody looks articles up by their hash.

The table is copied: some two minutes for a million articles.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import schemas.types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NUMBERS = "Bloom filter of the numbers in the article's text, signed 64 bits: the bits of a text hold those of all that has fewer numbers"


def upgrade() -> None:
    op.drop_index(op.f("ix_articles_content_hash"), "articles")
    _set_aside()
    op.create_table(
        "duplicate_bands",
        sa.Column("band", schemas.types.Number(), nullable=False),
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.Column("numbers", schemas.types.Number(), nullable=False, comment=_NUMBERS),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_duplicate_bands_article_id")),
        sa.PrimaryKeyConstraint(
            "band", "article_id", name=op.f("pk_duplicate_bands"), postgresql_include=["numbers"]
        ),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO duplicate_bands (band, article_id, numbers) SELECT b.band, b.article_id, n.bits"
        " FROM duplicate_bands_before b JOIN duplicate_numbers n ON n.article_id = b.article_id ORDER BY 1, 2"
    )
    op.drop_table("duplicate_bands_before")
    op.drop_table("duplicate_numbers")
    op.create_index(op.f("ix_duplicate_bands_article_id"), "duplicate_bands", ["article_id"])


def _set_aside() -> None:
    """Give the table another name, with all that must not have the same one as what takes its place."""
    op.drop_index(op.f("ix_duplicate_bands_article_id"), "duplicate_bands")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("pk_duplicate_bands"), "duplicate_bands")
    op.rename_table("duplicate_bands", "duplicate_bands_before")


def downgrade() -> None:
    op.create_table(
        "duplicate_numbers",
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.Column("bits", schemas.types.Number(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_duplicate_numbers_article_id_articles")
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_duplicate_numbers")),
    )
    op.execute(
        "INSERT INTO duplicate_numbers (article_id, bits)"
        " SELECT article_id, min(numbers) FROM duplicate_bands GROUP BY article_id"
    )
    _set_aside()
    op.create_table(
        "duplicate_bands",
        sa.Column("band", schemas.types.Number(), nullable=False),
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_duplicate_bands_article_id")),
        sa.PrimaryKeyConstraint("band", "article_id", name=op.f("pk_duplicate_bands")),
    )
    op.execute(
        "INSERT INTO duplicate_bands (band, article_id)"
        " SELECT band, article_id FROM duplicate_bands_before ORDER BY 1, 2"
    )
    op.drop_table("duplicate_bands_before")
    op.create_index(op.f("ix_duplicate_bands_article_id"), "duplicate_bands", ["article_id"])
    op.create_index(op.f("ix_articles_content_hash"), "articles", ["content_hash"])
