"""``scrapy replay``: the archive in a browser, as the pages looked, by pywb and without a network."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from scrapy.exceptions import UsageError
from sqlalchemy import Engine, select

from analysis.exports.replayable import index_lines
from crawler.command_line import CollectionCommand, FirstDay, Options
from crawler.commands.explore import HOST, check_free, port_number
from crawler.run.interruption import StoppedBySignal
from newspapers import HomeRef, current, read_article_url
from schemas.tables import Page

INSTALL = "python3 -m venv .venv-replay && .venv-replay/bin/pip install pywb"
"""In an environment of its own: pywb wants older versions of libraries than this project."""

COLLECTION = "archive"


class ReplayOptions(Options):
    """What the command understands, beside the article."""

    at: FirstDay | None = Field(
        default=None, description="as it looked then: a day, a month or a year", examples=["DATE"]
    )
    port: Annotated[int, BeforeValidator(port_number)] = Field(
        default=8002, description="default: 8002", examples=["PORT"]
    )


class Command(CollectionCommand):
    """Serves the archived pages on this machine until it is stopped with Ctrl-C."""

    options = ReplayOptions

    def syntax(self) -> str:
        return "[options] [EDITION/NUMBER, or an article's URL]"

    def short_desc(self) -> str:
        return "Look at archived pages as they were"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options = self.read_options(ReplayOptions, opts, args[1:])
        own = Path(sys.prefix).parent / ".venv-replay/bin/wayback"
        wayback = str(own) if own.exists() else shutil.which("wayback")
        if wayback is None:
            raise UsageError(f"scrapy replay needs pywb; run: {INSTALL}", print_help=False)
        archive = self.archive_folder()
        check_free(options.port)
        with tempfile.TemporaryDirectory(prefix="replay-") as place, self.collection() as engine:
            folder = Path(place)
            first = HomeRef(current().editions[0].code).url
            url = _page(engine, args[0]) if args else first
            _prepare(engine, folder, archive)
            moment = f"{options.at:%Y%m%d}/" if options.at else ""
            sys.stdout.write(f"http://{HOST}:{options.port}/{COLLECTION}/{moment}{url} (Ctrl-C ends it)\n")
            sys.stdout.flush()
            command = [wayback, "--bind", HOST, "--port", str(options.port)]
            with subprocess.Popen(command, cwd=folder) as server:  # noqa: S603 - found above
                try:
                    self.exitcode = server.wait()
                except StoppedBySignal:
                    server.terminate()
                    self.exitcode = 0


def _page(engine: Engine, article: str) -> str:
    """The address of an article's page.

    :raises UsageError: if none of it is archived.
    """
    reference = read_article_url(article)
    edition, _, number = (
        article if reference is None else f"{reference.edition}/{reference.article_id}"
    ).partition("/")
    if number.isascii() and number.isdigit():
        of_article = (Page.edition == edition) & (Page.site_article_id == int(number))
        with engine.connect() as connection:
            query = select(Page.url).where(of_article).order_by(Page.fetched_at.desc()).limit(1)
            if url := connection.scalar(query):
                return url
    raise UsageError(
        f"{article!r}: no page of such an article is archived; accepted: EDITION/NUMBER, or a URL",
        print_help=False,
    )


def _prepare(engine: Engine, folder: Path, archive: Path) -> None:
    """Write pywb's settings, and an index of what the database knows, sorted as it must be."""
    with engine.connect() as connection:
        lines = sorted(index_lines(connection))
    (folder / "index.cdxj").write_text("".join(lines), encoding="utf-8")
    places = {"index_paths": str(folder / "index.cdxj"), "archive_paths": [f"{archive}/", "/"]}
    # YAML, of which JSON is a part.
    (folder / "config.yaml").write_text(json.dumps({"collections": {COLLECTION: places}}))
