"""Datasette on one SQLite file, in this process."""

from __future__ import annotations

import sqlite3
import sys
from datetime import datetime
from pathlib import Path
from types import ModuleType

# Datasette loads a library of units at its start and this numpy, dask and scipy, for three seconds. Nothing
# here has a unit.
_units = ModuleType("datasette.vendored.pint")
_units.UnitRegistry = dict  # type: ignore[attr-defined]
sys.modules[_units.__name__] = _units

import uvicorn  # noqa: E402
from datasette.app import Datasette  # noqa: E402
from datasette.database import Database  # noqa: E402

from analysis.explore.metadata import DATABASE, metadata, say  # noqa: E402
from analysis.report.language import Language  # noqa: E402
from schemas.database import sqlite_uri  # noqa: E402
from schemas.local_time import local  # noqa: E402

SETTINGS = {
    "default_page_size": 50,
    "facet_time_limit_ms": 5000,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 20000,
    "suggest_facets": False,
    "truncate_cells_html": 300,
}
"""Datasette's limits are for a server with many guests; here one person waits for one answer."""


class Collection(Database):  # type: ignore[misc]
    """The file, opened as far as this user may and never to write, and the archive beside it."""

    archive: Path
    """Its folder, for pages and pictures as they came."""

    def connect(self, write: bool = False) -> sqlite3.Connection:
        uri = sqlite_uri(Path(self.path), to_write=False)
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._all_file_connections.append(connection)
        return connection


def serve(
    file: Path, archive: Path, at: tuple[str, int], language: Language, copied_at: datetime | None
) -> None:
    """Answer until somebody stops the process.

    :param at: host and port.
    :param copied_at: if the file is a copy, of when it is.
    """
    told, place = metadata(language), Path(__file__).parent
    if copied_at:
        told["description"] += (
            say(" Bản sao lúc · A copy, as of", language) + f" {local(copied_at):%Y-%m-%d %H:%M}."
        )
    datasette = Datasette(
        [],
        metadata=told,
        settings=SETTINGS,
        plugins_dir=str(place / "plugins"),
        template_dir=str(place / "templates"),
        static_mounts=[("assets", str(place / "static"))],
    )
    datasette.remove_database("_memory")
    collection = datasette.add_database(Collection(datasette, path=str(file)), name=DATABASE)
    collection.archive = archive
    host, port = at
    uvicorn.run(datasette.app(), host=host, port=port, log_level="info", lifespan="on")
