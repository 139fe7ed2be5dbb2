"""``scrapy explore``: the collection in a browser, for people."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from sqlalchemy import Engine, func, select

from crawler.command_line import CollectionCommand, Options, missing_package, one_of
from crawler.newspaper_choice import wrong_usage
from crawler.run.interruption import StoppedBySignal
from schemas.database import ROOT
from schemas.tables import Article

HOST = "127.0.0.1"
"""Nobody but this machine is answered: the browser has no passwords."""

FOLDER = ROOT / "analysis" / "explore"

PREFIX = "explore-"
"""With this the names of the folders begin that are served."""

COPIED_IN_A_MINUTE = 15_000
"""Articles from PostgreSQL; the search index takes most of it."""

SETTINGS = {
    "default_page_size": 50,
    "facet_time_limit_ms": 5000,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 20000,
    "suggest_facets": "off",
    "truncate_cells_html": 300,
}
"""Datasette's limits are for a server with many guests; here one person waits for one answer."""


def port_number(value: Any) -> int:
    if str(value).isascii() and str(value).isdigit() and 1 <= int(value) <= 65535:
        return int(value)
    raise ValueError(f"{value!r} is no port; accepted: a whole number from 1 to 65535")


class ExploreOptions(Options):
    """What the command understands."""

    port: Annotated[int, BeforeValidator(port_number)] = Field(
        default=8001, description="default: 8001", examples=["PORT"]
    )
    language: Annotated[str, one_of("en", "vi")] = Field(
        default="en", description="default: en", examples=["en|vi"]
    )
    open: bool = Field(default=False, description="also open the browser")


class Command(CollectionCommand):
    """Look at the collection in a browser.

    It is served on this machine only, to be read, until Ctrl-C.
    """

    options = ExploreOptions

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(ExploreOptions, opts, args)
        for needed in ("datasette", "vl_convert"):
            if find_spec(needed) is None:
                raise missing_package("explore", needed)
        check_free(options.port)
        with self._prepared(options.language) as folder:
            sys.stdout.write(f"http://{HOST}:{options.port}/ (Ctrl-C ends it)\n")
            sys.stdout.flush()
            named = self.settings["ARCHIVE_DIR"]
            archive = str(Path(named).resolve()) if named else ""
            self.exitcode = _serve(folder, options.port, options.open, archive)

    @contextmanager
    def _prepared(self, language: str) -> Iterator[Path]:
        """A folder with the collection, named as in its pages' addresses, and what Datasette is told.

        Datasette reads SQLite only: a collection in PostgreSQL is copied first. At the end it is deleted.
        """
        from analysis.explore.metadata import DATABASE, metadata
        from analysis.report.language import Language
        from analysis.whole_copy import copy_collection

        with self.collection() as engine:
            sqlite = engine.dialect.name == "sqlite"
            place = Path(engine.url.database or "").parent if sqlite else ROOT / "data"
            place.mkdir(parents=True, exist_ok=True)
            if os.access(place, os.W_OK):
                _remove_left(place)
            else:
                place = Path(tempfile.gettempdir())
            with tempfile.TemporaryDirectory(prefix=PREFIX, dir=place) as name, _locked(Path(name)):
                served = Path(name) / f"{DATABASE}.db"
                if sqlite:
                    served.symlink_to(Path(engine.url.database or "").resolve())
                else:
                    self._say_why(engine)
                    copy_collection(engine, served)
                told = json.dumps(metadata(Language(language)), ensure_ascii=False)
                (Path(name) / "metadata.json").write_text(told, encoding="utf-8")
                yield Path(name)

    def _say_why(self, engine: Engine) -> None:
        with engine.connect() as connection:
            articles = connection.scalar(select(func.count()).select_from(Article)) or 0
        sys.stdout.write(
            f"The browser reads SQLite only: {articles:,} articles are copied and indexed first, for some "
            f"{articles / COPIED_IN_A_MINUTE:.0f} minutes. To wait only once: scrapy copy FILE\n"
        )
        sys.stdout.flush()


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Lock a folder, as long as the process lives; whether it was free."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


def _remove_left(place: Path) -> None:
    """Remove what commands that were killed have left behind."""
    for folder in place.glob(f"{PREFIX}*"):
        with _locked(folder) as is_free:
            if is_free:
                shutil.rmtree(folder)


def check_free(port: int) -> None:
    # Before a copy, which may take a while; Datasette would say so after it.
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        message = f"--port: {port} cannot be used: {error.strerror}; choose another"
        raise wrong_usage(message) from None


def _serve(folder: Path, port: int, open_browser: bool, archive: str) -> int:
    bound = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []  # no server without us
    command = [
        *bound,
        sys.executable,
        "-m",
        "datasette",
        "serve",
        str(folder / "collection.db"),
    ]
    command += ["--host", HOST, "--port", str(port), "--metadata", str(folder / "metadata.json")]
    command += ["--plugins-dir", str(FOLDER / "plugins"), "--template-dir", str(FOLDER / "templates")]
    command += ["--static", f"assets:{FOLDER / 'static'}"]
    for name, value in SETTINGS.items():
        command += ["--setting", name, str(value)]
    if open_browser:
        command.append("--open")
    env = os.environ | {"ARCHIVE_DIR": archive}
    with subprocess.Popen(command, cwd=ROOT, env=env) as server:  # noqa: S603 - our own interpreter, our own arguments
        try:
            return server.wait()
        except StoppedBySignal:
            server.terminate()
            return 0
