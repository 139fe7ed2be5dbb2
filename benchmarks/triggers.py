"""What keeping the search index up to date costs for each article that is stored.

New articles go through ``write_batch`` as in ``benchmarks.ingest``, into a collection of 10,000: a thousand
with the search's triggers, a thousand without them, taking turns.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, func, select

from benchmarks import ingest, search
from pipelines.records.batch import Writer, write_batch
from pipelines.records.runs import start_run
from schemas.database import write_transaction
from schemas.search_index import create_triggers, drop_triggers
from schemas.tables import Article

STORED = 10_000
TURNS = 5


def main(databases: Sequence[str] = ("sqlite", "postgresql")) -> None:
    """Print a row of a Markdown table for each database."""
    print("| database | without triggers, ms an article | with triggers | the triggers |")
    print("| --- | ---: | ---: | ---: |")
    for database in databases:
        with ExitStack() as stack:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bhb")))
            engine = search.open_database(stack, database, place)
            ingest.fill(engine, STORED)
            times: dict[bool, list[float]] = {False: [], True: []}
            for turn in range(2 * TURNS):
                times[turn % 2 > 0].append(store(engine, turn, triggers=turn % 2 > 0))
            without, with_them = median(times[False]), median(times[True])
            print(f"| {database} | {without:.2f} | {with_them:.2f} | {with_them - without:.2f} |", flush=True)
            engine.dispose()


def store(engine: Engine, turn: int, *, triggers: bool) -> float:
    """Milliseconds for each article of a turn; on SQLite of the processor, whatever else the machine does."""
    clock = time.process_time if engine.dialect.name == "sqlite" else time.perf_counter
    with write_transaction(engine) as connection:
        drop_triggers(connection)
        if triggers:
            create_triggers(connection)
        last = connection.scalar(select(func.max(Article.site_article_id))) or 0
        writer = Writer(start_run(connection, "backfill", {}, ingest.AT), "backfill", 7)
    fresh = ingest.new_items(last + 1, seed=1000 + turn)
    started = clock()
    for start in range(0, len(fresh), ingest.TOGETHER):
        part = fresh[start : start + ingest.TOGETHER]
        with write_transaction(engine) as connection:
            write_batch(connection, [*map(ingest.archived_page, part), *part], writer)
    return (clock() - started) * 1000 / len(fresh)


if __name__ == "__main__":
    main(sys.argv[1:] or ("sqlite", "postgresql"))
