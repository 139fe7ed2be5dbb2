"""Articles stored in a second while a collection grows, against plain inserts of the same rows.

``python -m benchmarks.ingest sqlite 10000,100000`` (or ``postgresql``) fills two collections, 200 articles
in a transaction: one through ``write_batch``, as the last pipeline does; the other with the rows that came of
it, by one ``executemany`` for each table, with the same indexes and search triggers. The last articles before
each size count. Signatures are made before: spiders have them when they store.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Engine, insert, select, true

from benchmarks import search
from benchmarks.duplicates import weather
from pipelines.clean import clean_article
from pipelines.records import batch
from pipelines.records.duplicate_rows import find_duplicates
from pipelines.records.run_rows import start_run
from pipelines.signatures import sign
from schemas import items, tables
from schemas.database import prepare_schema, write_transaction

SIZES = (10_000, 100_000)
LAST = 1000
TOGETHER = 200
TEMPLATE_EVERY = 33
"""One of so many articles is a weather report."""
RELATED = 3

_SITE = "https://baohoabinh.com.vn"
AT = datetime(2026, 1, 1, tzinfo=UTC)


def main(databases: Sequence[str] = ("sqlite", "postgresql"), sizes: Sequence[int] = SIZES) -> None:
    """Print a Markdown table with a row for each database and size."""
    print("| database | stored | articles/s | plain insert | of plain | of smallest | duplicates, ms each |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for database in databases:
        first = 0.0
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bhb")))
            folder.chmod(0o755)  # run by root, PostgreSQL works as another user
            engines = []
            for name in ("store", "plain"):
                folder.joinpath(name).mkdir()
                engines.append(search.open_database(stack, database, folder / name))
            for size, stored, plain, duplicates in grow(engines, sizes):
                first = first or stored
                print(
                    f"| {database} | {size:,} | {stored:.0f} | {plain:.0f} | {stored / plain:.2f} "
                    f"| {stored / first:.2f} | {duplicates * 1000:.2f} |",
                    flush=True,
                )
            for engine in engines:
                engine.dispose()


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


def made(number: int) -> Iterator[items.Article]:
    """So many articles."""
    chance = random.Random(3)  # noqa: S311
    for count, row in enumerate(search.articles(number, seed=7), 1):
        if count % TEMPLATE_EVERY == 0:
            row |= {"lead": None, "body": " ".join(weather(chance))}
        item = article(count, row, chance)
        clean_article(item)
        sign(item)
        yield item


def grow(engines: Sequence[Engine], sizes: Sequence[int]) -> Iterator[tuple[int, float, float, float]]:
    """Size; of the last articles, stored and plainly inserted in a second, seconds for duplicates of one."""
    for engine in engines:
        prepare_schema(engine)
        with write_transaction(engine) as connection:
            writer = batch.Writer(start_run(connection, "backfill", {}, AT), "backfill", 7)
    spent = [0.0, 0.0, 0.0]
    known = {("runs", writer.run_id)}

    def timed(*arguments: Any) -> int:
        started = time.perf_counter()
        found = find_duplicates(*arguments)
        spent[2] += time.perf_counter() - started
        return found

    store, plain = engines
    articles = made(max(sizes))
    for done in range(0, max(sizes), TOGETHER):
        part = list(islice(articles, TOGETHER))
        started = time.perf_counter()
        with patch.object(batch, "find_duplicates", timed), write_transaction(store) as connection:
            batch.write_batch(connection, [*map(archived_page, part), *part], writer)
        spent[0] += time.perf_counter() - started
        with store.connect() as connection:
            rows = list(_written(connection, [item.article_id for item in part], known))
        started = time.perf_counter()
        with write_transaction(plain) as connection:
            for table, values in rows:
                connection.execute(insert(table), values)
        spent[1] += time.perf_counter() - started
        reached = done + TOGETHER
        if reached in sizes:
            yield reached, LAST / spent[0], LAST / spent[1], spent[2] / LAST
        if reached + LAST in sizes:
            spent[:] = 0.0, 0.0, 0.0


def _written(
    connection: Connection, numbers: Sequence[int], known: set[tuple[str, Any]]
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """What storing these articles wrote into each table, what they refer to before them."""
    ids = select(tables.Article.id).where(tables.Article.site_article_id.in_(numbers))
    for table in tables.Table.metadata.sorted_tables:
        is_new: Any = true()
        if "article_id" in table.c:
            is_new = table.c.article_id.in_(ids)
        elif "site_article_id" in table.c:
            is_new = table.c.site_article_id.in_(numbers)
        rows = [dict(row) for row in connection.execute(select(table).where(is_new)).mappings()]
        if "id" in table.c:
            rows = [row for row in rows if (table.name, row["id"]) not in known]
            known.update((table.name, row["id"]) for row in rows)
        if rows:
            yield table, rows


if __name__ == "__main__":
    asked, *rest = sys.argv[1:] or ["both"]
    main(
        ("sqlite", "postgresql") if asked == "both" else (asked,),
        [int(size) for size in rest[0].split(",")] if rest else SIZES,
    )
