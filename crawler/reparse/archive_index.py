"""The table ``pages`` brought up to what lies in our own archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, func, select

from archive import Capture, expand, read_captures
from crawler.archived_page import archived_page
from pipelines.records.pages import write_pages
from pipelines.retry import RetryPolicy
from schemas.database import write_transaction
from schemas.items import ArchivedPage
from schemas.tables import Page, Run

PAGES_AT_ONCE = 500
"""Written in one transaction."""


def index_archive(
    engine: Engine, retry: RetryPolicy, folder: Path, run_id: int, runs: Mapping[str, int]
) -> int:
    """Note the pages in our own archive that the table ``pages`` does not know; how many there were.

    A file is looked through from its last known page on, and as a whole if a run that wrote it was
    killed: that one may have noted a page and not the one before.

    :param run_id: of the run that notes them; ``runs`` has that of the run that wrote a file, if known.
    :raises StorageError: if the database did not answer for as long as ``retry`` says.
    """
    try:
        files = expand([folder])
    except ValueError:  # no file yet, or only one that a crawl is writing
        return 0
    names = [str(file.relative_to(folder)) for file in files]
    return sum(_index_file(engine, retry, folder, name, runs.get(name, run_id)) for name in names)


def _index_file(engine: Engine, retry: RetryPolicy, folder: Path, name: str, run_id: int) -> int:
    def note(pages: Sequence[ArchivedPage]) -> int:
        return retry.run_now(lambda: _note(engine, pages, run_id))

    start = retry.run_now(partial(_first_unknown, engine, name))
    # A crawl notes the pages that its spider reads: the file for robots is none.
    read = read_captures(folder / name, start=start, wanted=lambda url: not url.endswith("/robots.txt"))
    captures = (capture for capture in read if isinstance(capture, Capture))
    found, batch = 0, []
    for capture in captures:
        batch.append(archived_page(capture, folder))
        if len(batch) == PAGES_AT_ONCE:
            found += note(batch)
            batch.clear()
    return found + note(batch)


def _first_unknown(engine: Engine, name: str) -> int:
    killed = select(Run.id).where(Run.finished_at.is_(None))
    query = select(func.max(Page.warc_offset), func.count().filter(Page.run_id.in_(killed))).where(
        Page.warc_file == name
    )
    with engine.connect() as connection:
        last, of_killed = connection.execute(query).one()
    return 0 if of_killed else last or 0


def _note(engine: Engine, pages: Sequence[ArchivedPage], run_id: int) -> int:
    files = {page.warc_file for page in pages}
    count = select(func.count()).select_from(Page).where(Page.warc_file.in_(files))
    with write_transaction(engine) as connection:
        before = connection.scalar(count) or 0
        write_pages(connection, pages, run_id)
        return (connection.scalar(count) or 0) - before
