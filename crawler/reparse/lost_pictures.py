"""Pictures that lie in the archive and that the database does not know, or knows in a file that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine, delete, select

from archive import Damage, read_captures
from archive.log import archive_files
from crawler.picture_reader import PictureRef, picture_of
from newspapers import is_picture
from pipelines.records.picture_rows import write_pictures
from pipelines.retry import RetryPolicy
from schemas.database import write_transaction
from schemas.items import PictureFile
from schemas.tables import Image, Page, Picture

AT_ONCE = 100
"""Pictures written in one transaction."""


def restore_pictures(engine: Engine, retry: RetryPolicy, folder: Path) -> int:
    """Note them, out of the files that hold no page; how many there were."""
    files = [folder / name for name in retry.run_now(lambda: _without_pages(engine, folder))]
    if not files:
        return 0
    retry.run_now(lambda: _forget_missing(engine, folder))
    found = _found(files, folder, retry.run_now(lambda: _unknown(engine)))
    noted = 0
    while batch := list(islice(found, AT_ONCE)):

        def write(batch: list[PictureFile] = batch) -> None:
            with write_transaction(engine) as connection:
                write_pictures(connection, batch)

        retry.run_now(write)
        noted += len(batch)
    return noted


def _found(files: list[Path], folder: Path, wanted: dict[tuple[str, str], str]) -> Iterator[PictureFile]:
    for file in files:
        if not wanted:
            return
        for capture in read_captures(file, wanted=lambda url: PictureRef(url).key in wanted):
            if isinstance(capture, Damage) or capture.status != HTTPStatus.OK:
                continue
            if url := wanted.pop(PictureRef(capture.url).key, None):
                yield picture_of(capture, url, str(folder))


def _unknown(engine: Engine) -> dict[tuple[str, str], str]:
    """The addresses of pictures of which nothing is known."""
    query = select(Image.url).distinct().outerjoin(Picture, Picture.url == Image.url)
    with engine.connect() as connection:
        urls = connection.scalars(query.where(Picture.url.is_(None)))
        return {PictureRef(url).key: url for url in urls if is_picture(url)}


def _without_pages(engine: Engine, folder: Path) -> list[str]:
    with engine.connect() as connection:
        known = set(connection.scalars(select(Page.warc_file).distinct()))
    return [name for name in archive_files(folder) if name not in known]


def _forget_missing(engine: Engine, folder: Path) -> None:
    query = select(Picture.warc_file).distinct().where(Picture.warc_file.is_not(None))
    with write_transaction(engine) as connection:
        missing = [file for file in connection.scalars(query) if file and not (folder / file).exists()]
        connection.execute(delete(Picture).where(Picture.warc_file.in_(missing)))
