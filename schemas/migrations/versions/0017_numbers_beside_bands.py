"""The numbers of a text stand beside each of its bands, and count in its signature; every text is signed anew.

A million articles take a quarter of an hour. The index of the texts' hashes goes: nobody looked anything up in it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from rensa import RMinHash

import schemas.types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_BATCH = 1000
_WORD = re.compile(r"\w+(?:[.,/]\d+)*%?")
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*%?")


def upgrade() -> None:
    op.drop_index(op.f("ix_articles_content_hash"), "articles")
    op.drop_index(op.f("ix_duplicate_bands_article_id"), "duplicate_bands")
    op.drop_table("duplicate_bands")
    op.drop_table("duplicate_numbers")
    op.create_table(
        "duplicate_bands",
        sa.Column("band", schemas.types.Number(), nullable=False),
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.Column(
            "numbers",
            schemas.types.Number(),
            nullable=False,
            comment="Bloom filter of the numbers in the article's text, signed 64 bits: the bits of a text "
            "hold those of all that has fewer numbers",
        ),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_duplicate_bands_article_id")),
        sa.PrimaryKeyConstraint(
            "band", "article_id", name=op.f("pk_duplicate_bands"), postgresql_include=["numbers"]
        ),
        sqlite_with_rowid=False,
    )
    _sign(op.get_bind())
    op.create_index(op.f("ix_duplicate_bands_article_id"), "duplicate_bands", ["article_id"])


def _sign(connection: sa.Connection) -> None:
    """Fill the table; by way of another one, so that the rows come in the order of the key."""
    columns: list[sa.Column[int]] = [
        sa.Column(name, schemas.types.Number()) for name in ("band", "article_id", "numbers")
    ]
    gathered = sa.Table("duplicate_bands_gathered", sa.MetaData(), *columns)
    gathered.create(connection)
    ids = list(connection.scalars(sa.text("SELECT id FROM articles ORDER BY id")))
    texts = sa.text("SELECT id, lead, body FROM articles WHERE id BETWEEN :first AND :last")
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        rows = [
            {"band": band, "article_id": row.id, "numbers": numbers}
            for row in connection.execute(texts, {"first": part[0], "last": part[-1]})
            for band, numbers in _signature(f"{row.lead or ''}\n\n{row.body}")
        ]
        if rows:
            connection.execute(gathered.insert(), rows)
    connection.execute(
        sa.text(
            "INSERT INTO duplicate_bands (band, article_id, numbers)"
            " SELECT band, article_id, numbers FROM duplicate_bands_gathered ORDER BY 1, 2"
        )
    )
    gathered.drop(connection)


def _signature(text: str) -> Iterator[tuple[int, int]]:
    """Bands and numbers as ``pipelines.duplicates`` made them when this was written."""
    words = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    if len(words) < 50:
        return
    bits = 0
    signed = {" ".join(words[i : i + 4]) for i in range(len(words) - 3)}
    for number, times in Counter(word for word in words if _NUMBER.fullmatch(word)).items():
        for time in range(times):
            bits |= 1 << (zlib.crc32(f"{number} {time}".encode()) & 63)
            signed.update(f"{number} {time} {copy}" for copy in range(2))
    minhash = RMinHash(num_perm=64, seed=20180311)
    minhash.update(list(signed))
    digest = minhash.digest()
    bands = {
        hashlib.blake2b(
            b"".join(row.to_bytes(4) for row in digest[start : start + 4]),
            digest_size=8,
            salt=start.to_bytes(2),
        ).digest()
        for start in range(0, 64, 4)
    }
    for band in bands:
        yield int.from_bytes(band, signed=True), bits - (1 << 64) if bits >> 63 else bits


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
    op.rename_table("duplicate_bands", "duplicate_bands_signed")
    op.drop_index(op.f("ix_duplicate_bands_article_id"), "duplicate_bands_signed")
    if op.get_bind().dialect.name == "postgresql":  # names that the table takes which comes in its place
        op.drop_constraint(op.f("pk_duplicate_bands"), "duplicate_bands_signed")
    op.create_table(
        "duplicate_bands",
        sa.Column("band", schemas.types.Number(), nullable=False),
        sa.Column("article_id", schemas.types.Number(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_duplicate_bands_article_id")),
        sa.PrimaryKeyConstraint("band", "article_id", name=op.f("pk_duplicate_bands")),
    )
    op.execute(
        "INSERT INTO duplicate_bands (band, article_id)"
        " SELECT band, article_id FROM duplicate_bands_signed ORDER BY 1, 2"
    )
    op.drop_table("duplicate_bands_signed")
    op.create_index(op.f("ix_duplicate_bands_article_id"), "duplicate_bands", ["article_id"])
    op.create_index(op.f("ix_articles_content_hash"), "articles", ["content_hash"])
