"""``scrapy explore``: the collection in a browser, for people."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import webbrowser
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from sqlalchemy import Engine, func, select

from crawler.command_line import CollectionCommand, Options, minute, missing_package, one_of
from crawler.newspaper_choice import wrong_usage
from crawler.run.interruption import StoppedBySignal
from schemas.database import ROOT, schema_version, shown_url
from schemas.tables import Article, Run

HOST = "127.0.0.1"
"""Nobody but this machine is answered: the browser has no passwords."""

COPIED_IN_A_MINUTE = 15_000
"""Articles from PostgreSQL; the search index takes most of it."""


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
    renew: bool = Field(default=False, description="copy what is in PostgreSQL again")


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
        with self.collection() as engine:
            file, copied_at = Path(engine.url.database or ""), None
            if engine.dialect.name != "sqlite":
                file, copied_at = self._copy(engine, options.renew)
            engine.dispose()
            address = f"http://{HOST}:{options.port}/"
            say(f"{address} (Ctrl-C ends it)")
            from analysis.explore.server import serve  # late: it takes as long as all the rest
            from analysis.report.language import Language

            if options.open:
                webbrowser.open(address)
            # Of these two the server knows the second only.
            signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
            archive = Path(self.settings["ARCHIVE_DIR"] or "").resolve()
            with suppress(StoppedBySignal):
                serve(file, archive, (HOST, options.port), Language(options.language), copied_at)

    def _copy(self, engine: Engine, anew: bool) -> tuple[Path, datetime]:
        """The copy of a collection in PostgreSQL, and of when it is: Datasette reads SQLite only.

        It is made once and kept, for it takes minutes.
        """
        from analysis.exports.exporting import complete_or_absent
        from analysis.whole_copy import copy_collection

        with engine.connect() as connection:
            source = f"{shown_url(engine.url)} {schema_version(connection)}"
            copy = ROOT / "data" / f"explore-{sha256(source.encode()).hexdigest()[:12]}.db"
            if anew or not copy.exists():
                articles = connection.scalar(select(func.count()).select_from(Article)) or 0
                say(
                    f"The browser reads SQLite only: {articles:,} articles are copied to {copy}, for some "
                    f"{articles / COPIED_IN_A_MINUTE:.0f} minutes; from then on they are there at once."
                )
            else:
                of = datetime.fromtimestamp(copy.stat().st_mtime, UTC)
                runs = connection.scalar(select(func.count()).select_from(Run).where(Run.started_at > of))
                say(f"{copy}: as of {minute(of)}, {runs:,} runs ago; --renew copies it again")
                return copy, of
        copy.parent.mkdir(exist_ok=True)
        of = datetime.now(UTC)
        with complete_or_absent(copy) as unfinished:
            copy_collection(engine, unfinished)
            os.utime(unfinished, (of.timestamp(), of.timestamp()))
        return copy, of


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def check_free(port: int) -> None:
    # Before a copy, which may take a while; the server would say so after it.
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        message = f"--port: {port} cannot be used: {error.strerror}; choose another"
        raise wrong_usage(message) from None
