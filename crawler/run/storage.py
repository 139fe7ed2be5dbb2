"""Where a run stores: the database and the archive of earlier runs, or, at a first start, new ones.

A disk that is not mounted looks like a first start: what tells them apart is asked before anything is made.
"""

from __future__ import annotations

from pathlib import Path

from scrapy.settings import BaseSettings
from sqlalchemy import Engine, select

from pipelines.retry import StorageError
from schemas.database import (
    SchemaError,
    has_current_schema,
    parse_url,
    prepare_schema,
    shown_url,
    sqlite_file,
)
from schemas.default_url import DEFAULT_URL
from schemas.tables import Page


def prepare_storage(engine: Engine, settings: BaseSettings, asks_site: bool) -> bool:
    """Have a database with this version's schema.

    Settings: ``DATABASE_MUST_EXIST``, ``ARCHIVE_DIR``.

    :param asks_site: whether the run begins or goes on with a collection; what reads archives rebuilds one.
    :returns: whether it was made.
    :raises StorageError: if what earlier runs have left is not there.
    :raises SchemaError: if the database has another schema.
    """
    file = sqlite_file(engine.url)
    if file and not file.parent.is_dir():
        default = sqlite_file(parse_url(DEFAULT_URL))
        if default is None or file.parent != default.parent:
            raise StorageError(f"{file.parent}, the database's folder, is not there: mount it, or make it")
        file.parent.mkdir(parents=True)
    if file and file.exists() and not file.stat().st_size:
        raise StorageError(f"{file} has 0 bytes: put a backup in place; for a new collection, remove it")
    archive = Path(settings["ARCHIVE_DIR"]).resolve() if settings.get("ARCHIVE_DIR") else None
    if has_current_schema(engine):
        if archive and _is_missing(engine, archive):
            raise StorageError(
                f"{archive} holds nothing, though the database names files in it: mount it;"
                " if they were moved away for good, leave a file there that says where to"
            )
        return False
    shown = shown_url(engine.url)
    if settings.getbool("DATABASE_MUST_EXIST"):
        raise StorageError(f"there is no collection at {shown} (DATABASE_MUST_EXIST): mount its disk")
    if asks_site and archive and next(archive.glob("**/*.warc.gz"), None):
        raise StorageError(
            f"there is no collection at {shown}, but {archive} has its pages: mount the database's disk,"
            " put a backup in place, or fill a new one by scrapy reparse"
        )
    try:
        return prepare_schema(engine)
    except SchemaError as error:
        raise StorageError(str(error)) from None


def _is_missing(engine: Engine, archive: Path) -> bool:
    if archive.is_dir() and any(archive.iterdir()):
        return False
    ours = select(Page.id).where(~Page.warc_file.startswith("/")).limit(1)
    with engine.connect() as connection:
        return connection.scalar(ours) is not None
