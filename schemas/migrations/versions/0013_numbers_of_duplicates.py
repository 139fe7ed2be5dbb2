"""Which numbers each text has, to part the pieces made from one template without reading them.

Filled from the texts: some two minutes for a million articles.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter

import sqlalchemy as sa
from alembic import op

import schemas.types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BATCH = 1000
_WORD = re.compile(r"\w+(?:[.,/]\d+)*%?")
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*%?")


def upgrade() -> None:
    op.create_table(
        "duplicate_numbers",
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.Column(
            "bits",
            schemas.types.Number(),
            nullable=False,
            comment="Bloom filter, signed 64-bit: the bits of a text hold those of all that has fewer numbers",
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_duplicate_numbers_article_id_articles")
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_duplicate_numbers")),
    )
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    signed = list(
        connection.scalars(sa.text("SELECT DISTINCT article_id FROM duplicate_bands ORDER BY article_id"))
    )
    texts = sa.text("SELECT id, lead, body FROM articles WHERE id IN :ids").bindparams(
        sa.bindparam("ids", expanding=True)
    )
    for start in range(0, len(signed), _BATCH):
        rows = connection.execute(texts, {"ids": signed[start : start + _BATCH]}).all()
        connection.execute(
            sa.text("INSERT INTO duplicate_numbers (article_id, bits) VALUES (:article_id, :bits)"),
            [{"article_id": row.id, "bits": _bits(f"{row.lead or ''}\n\n{row.body}")} for row in rows],
        )


def _bits(text: str) -> int:
    """As ``pipelines.duplicates.number_bits`` was when this was written."""
    words = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    bits = 0
    for number, times in Counter(word for word in words if _NUMBER.fullmatch(word)).items():
        for time in range(times):
            bits |= 1 << (zlib.crc32(f"{number} {time}".encode()) & 63)
    return bits - (1 << 64) if bits >> 63 else bits


def downgrade() -> None:
    op.drop_table("duplicate_numbers")
