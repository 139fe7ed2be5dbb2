"""Articles stored in a second, and what the search for duplicates takes of it, as the collection grows.

A collection of generated articles (those of the search's benchmark, each with its place in the frontier, its
page, three related links and its anchors; three of a hundred are weather reports made from one template) gets
new ones, in transactions of 200, through ``write_batch``: what the last pipeline does. Anchors are chosen
beforehand. For comparison the rows that came of it, under other numbers, are put into the same tables by one
plain INSERT each (``executemany``, SQLAlchemy Core): same indexes, same search triggers, but no look-ups, no
comparison with what is there, no duplicates.

``python -m benchmarks.ingest sqlite 10000,1000000 FOLDER`` keeps the collections in the folder; a million
takes half an hour to make, and more on PostgreSQL.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, text, update

from benchmarks import search
from benchmarks.duplicates import weather
from pipelines.clean import clean_article
from pipelines.records import batch
from pipelines.records.duplicate_rows import find_duplicates
from pipelines.records.run_rows import start_run
from pipelines.signatures import sign
from schemas import items, tables
from schemas.database import write_transaction
from schemas.derived import create_derived, drop_derived

SIZES = (10_000, 100_000)
ROUNDS = 5
NEW = 1000
"""Articles stored in a round."""
TOGETHER = 200
TEMPLATE_EVERY = 33
"""One of so many articles is a weather report."""
RELATED = 3
ANCHORS = 20

HEADER = """
| database | stored | articles/s | plain insert | of plain | of smallest | duplicates, ms each |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |"""

_SITE = "https://baohoabinh.com.vn"
AT = datetime(2026, 1, 1, tzinfo=UTC)


def main(
    databases: Sequence[str] = ("sqlite", "postgresql"),
    sizes: Sequence[int] = SIZES,
    folder: Path | None = None,
) -> None:
    """Print a Markdown table for each database, with a row for each size."""
    for database in databases:
        with ExitStack() as stack:
            engines = {}
            for size in sizes:
                place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bhb")))
                place = place / f"{database}-{size}"
                place.mkdir(exist_ok=True, parents=True)
                place.parent.chmod(0o755)  # run by root, PostgreSQL works as another user
                engines[size] = search.open_database(stack, database, place)
                fill(engines[size], size)
            figures = measure(engines)
            first = figures[sizes[0]][0]
            print(HEADER)
            for size, (stored, plain, duplicates) in figures.items():
                engines[size].dispose()
                print(
                    f"| {database} | {size:,} | {stored:.0f} | {plain:.0f} | {stored / plain:.2f} "
                    f"| {stored / first:.2f} | {duplicates * 1000:.2f} |",
                    flush=True,
                )


# --- the collection --------------------------------------------------------------------------------


def fill(engine: Engine, size: int) -> None:
    """Make the collection, unless it is there."""
    search.build(engine, size)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # rows came with their numbers
            for table in ("articles", "sections"):
                count_on = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                connection.execute(text(count_on))
    with engine.connect() as connection:
        if connection.scalar(select(tables.TextAnchor.anchor).limit(1)):
            return
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA cache_size = -1000000"))  # KiB, until the engine is disposed of
    with write_transaction(engine) as connection:
        start_run(connection, "backfill", {}, AT)
        for statement in _surroundings(engine.dialect.name):
            connection.execute(text(statement))
        _make_reports(connection, size)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _surroundings(dialect: str) -> Iterator[str]:
    """What hangs on the articles; the anchors are any numbers, as those of texts without likeness are."""
    sqlite = dialect == "sqlite"
    series = (
        "(WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n)"
        if sqlite
        else "generate_series(1, {}) AS n (i)"
    )
    md5 = "('x' || substr(md5(a.id || '-' || i), 1, 8))::bit(32)::bigint"
    anchor = "random() & 4294967295" if sqlite else md5
    yield (
        "INSERT INTO frontier (edition, site_article_id, url, found_by, found_at, state, attempts)"
        " SELECT edition, site_article_id, canonical_url, 'backfill', first_seen_at, 'collected', 0"
        " FROM articles"
    )
    yield (
        "INSERT INTO article_urls (url, edition, site_article_id, first_seen_at)"
        " SELECT canonical_url, edition, site_article_id, first_seen_at FROM articles ORDER BY canonical_url"
    )
    yield (
        "INSERT INTO pages (url, edition, site_article_id, fetched_at, status, digest, warc_file,"
        " warc_offset, warc_skip, revisit, run_id) SELECT canonical_url, edition, site_article_id,"
        " first_seen_at, 200, 'sha256:' || id, 'old.warc.gz', id, 0, false, 1 FROM articles"
    )
    yield (
        "INSERT INTO related_links (article_id, target_edition, target_site_article_id, position, url,"
        " headline, first_seen_at, last_seen_at) SELECT a.id, 'vi', a.id - i, i, a.canonical_url, a.headline,"
        f" a.first_seen_at, a.first_seen_at FROM articles a CROSS JOIN {series.format(RELATED)}"
    )
    yield (
        # The generated texts have no numbers.
        "INSERT INTO text_anchors (anchor, article_id, numbers, anchors)"
        f" SELECT {anchor} AS anchor, a.id, 0, {ANCHORS}"
        f" FROM articles a CROSS JOIN {series.format(ANCHORS)} WHERE a.id % {TEMPLATE_EVERY} > 0 ORDER BY 1"
    )


def _make_reports(connection: Connection, size: int) -> None:
    """Turn some articles into weather reports, with real anchors; their old words stay in the index."""
    chance = random.Random(3)  # noqa: S311
    drop_derived(connection)
    for number in range(TEMPLATE_EVERY, size + 1, TEMPLATE_EVERY):
        made = signed(
            article(
                number, {"lead": None, "body": " ".join(weather(chance)), "headline": "Thời tiết"}, chance
            )
        )
        connection.execute(
            update(tables.Article).where(tables.Article.id == number),
            {"lead": None, "body": "\n\n".join(made.body), "content_hash": made.content_hash},
        )
        connection.execute(
            insert(tables.TextAnchor),
            [
                {
                    "anchor": anchor,
                    "article_id": number,
                    "numbers": made.number_bits,
                    "anchors": len(made.anchors),
                }
                for anchor in made.anchors
            ],
        )
    create_derived(connection, fill=False)


# --- what is stored --------------------------------------------------------------------------------


def article(number: int, row: dict[str, Any], chance: random.Random) -> items.Article:
    """An item as a spider yields it."""
    url = f"{_SITE}/11/{number}/Tin.htm"
    return items.Article(
        edition="vi",
        article_id=number,
        section_id=11,
        canonical_url=url,
        found_as=[url],
        headline=row["headline"],
        agency="HBĐT",
        lead=row["lead"],
        body=row["body"].split("\n\n"),
        byline=f"Nguyễn Văn {chance.choice('ABCDEĐGHIKLMN')}",
        images=[items.Image(url=f"{_SITE}/Includes/NewsDetail/{number}_a.jpg", caption="Ảnh: P.V")],
        related=[
            items.RelatedLink(
                edition="vi",
                article_id=number - before,
                url=f"{_SITE}/11/{number - before}/Tin.htm",
                found_as=f"{_SITE}/11/{number - before}/Tin.htm",
                headline=row["headline"],
            )
            for before in range(1, RELATED + 1)
        ],
        published_at=AT,
        published_raw="1/1/2026",
        published_basis=items.Basis.PAGE,
        fetched_at=AT + timedelta(minutes=1),
        parser="post/1",
        rules={"headline": "h2.title", "lead": ".summary", "body": "container"},
        page=("new.warc.gz", number, 0),
    )


def signed(item: items.Article) -> items.Article:
    """The item as it reaches the store."""
    clean_article(item)
    sign(item)
    return item


def archived_page(item: items.Article) -> items.ArchivedPage:
    """The page that the article was read from."""
    return items.ArchivedPage(
        url=item.canonical_url,
        edition=item.edition,
        article_id=item.article_id,
        fetched_at=item.fetched_at,
        status=200,
        digest=f"sha256:{item.article_id}",
        warc_file="new.warc.gz",
        warc_offset=item.article_id,
        warc_skip=0,
        warc_length=4000,
    )


def new_items(first: int, seed: int) -> list[items.Article]:
    """Articles for one round, numbered from the first."""
    chance = random.Random(seed)  # noqa: S311
    made = []
    for number, row in enumerate(search.articles(NEW, seed), first):
        if number % TEMPLATE_EVERY == 0:
            row |= {"lead": None, "body": " ".join(weather(chance))}
        made.append(signed(article(number, row, chance)))
    return made


# --- measuring -------------------------------------------------------------------------------------


def measure(engines: Mapping[int, Engine]) -> dict[int, tuple[float, float, float]]:
    """Medians of some rounds, in which the collections take turns; see :func:`measure_round`."""
    rounds: dict[int, list[tuple[float, float, float]]] = {size: [] for size in engines}
    for turn in range(ROUNDS):
        for size, engine in engines.items():
            rounds[size].append(measure_round(engine, turn))
    return {size: tuple(map(median, zip(*found, strict=True))) for size, found in rounds.items()}


def measure_round(engine: Engine, turn: int) -> tuple[float, float, float]:
    """Articles per second by the store and by plain inserts; seconds per article for duplicates."""
    spent = 0.0

    def timed(*arguments: Any) -> int:
        nonlocal spent
        started = time.perf_counter()
        found = find_duplicates(*arguments)
        spent += time.perf_counter() - started
        return found

    with write_transaction(engine) as connection:
        writer = batch.Writer(start_run(connection, "backfill", {}, AT), "backfill", 7)
        last = connection.scalar(select(func.max(tables.Article.site_article_id))) or 0
    fresh = new_items(last + 1, seed=100 + turn + last)
    parts = [fresh[start : start + TOGETHER] for start in range(0, NEW, TOGETHER)]
    setattr(batch, "find_duplicates", timed)  # noqa: B010 - no part of the interface
    started = time.perf_counter()
    for part in parts:
        with write_transaction(engine) as connection:
            batch.write_batch(connection, [*map(archived_page, part), *part], writer)
    stored = NEW / (time.perf_counter() - started)
    setattr(batch, "find_duplicates", find_duplicates)  # noqa: B010
    with engine.connect() as connection:
        rows = [written(connection, [item.article_id for item in part]) for part in parts]
    started = time.perf_counter()
    for part_rows in rows:
        with write_transaction(engine) as connection:
            for table, values in filter(itemgetter(1), part_rows):
                connection.execute(insert(table), values)
    plain = NEW / (time.perf_counter() - started)
    return stored, plain, spent / NEW


SHIFT = 1_000_000_000
"""What is added to the numbers of the rows that are put in plainly."""


def written(connection: Connection, numbers: Sequence[int]) -> list[tuple[Any, list[dict[str, Any]]]]:
    """What storing these articles wrote into each table, under other numbers."""
    article = tables.Article
    numbered: list[Any] = [tables.Page, article, tables.ArticleUrl, tables.Frontier]
    hanging: list[Any] = [
        tables.Image,
        tables.ArticleAuthor,
        tables.RelatedLink,
        tables.TextAnchor,
    ]
    ids = select(article.id).where(article.edition == "vi", article.site_article_id.in_(numbers))
    queries = [
        (table, select(table).where(table.edition == "vi", table.site_article_id.in_(numbers)))
        for table in numbered
    ]
    queries += [(table, select(table).where(table.article_id.in_(ids))) for table in hanging]
    return [
        (table, [_shifted(row) for row in connection.execute(query).mappings()]) for table, query in queries
    ]


def _shifted(row: Any) -> dict[str, Any]:
    moved = {
        name: value + SHIFT
        for name, value in row.items()
        if name in ("id", "article_id", "site_article_id", "page_id", "warc_offset")
    }
    if "anchor" in row:
        moved["anchor"] = row["anchor"] ^ 0x55555555
    if "url" in row:
        moved["url"] = f"{row['url']}?{moved.get('site_article_id', moved.get('article_id'))}"
    return {**row, **moved}


if __name__ == "__main__":
    asked, *rest = sys.argv[1:] or ["both"]
    main(
        ("sqlite", "postgresql") if asked == "both" else (asked,),
        [int(size) for size in rest[0].split(",")] if rest else SIZES,
        Path(rest[1]) if len(rest) > 1 else None,
    )
