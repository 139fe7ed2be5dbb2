"""``scrapy verify``: whether the archive is what was written into it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, TimeRemainingColumn, TransferSpeedColumn
from scrapy.exceptions import UsageError
from sqlalchemy import Engine, select, union

from archive.log import LOG, Seal
from archive.timestamps import STAMPS, Stamp, read_stamps
from archive.verification import Finding, files_to_verify, moved, verify_file, verify_log
from crawler.command_line import CollectionCommand, progress_bar
from schemas.tables import Page, Picture
from schemas.verdicts import Verdict

SHOWN = 10
"""Pages and pictures named for each fault."""


class Command(CollectionCommand):
    """Reads the whole archive, and names what is not as its log says, and the articles that it affects.

    The exit code is 0 if all is well, 3 if not. Nothing is changed.
    """

    def short_desc(self) -> str:
        return "Check the archive against its log: files, records, entries"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.read_options(self.options, opts, args)
        folder = self.archive_folder()
        files = files_to_verify(folder)
        try:
            stamps = list(read_stamps(folder))
        except ModuleNotFoundError as error:
            said = (
                f"{STAMPS} is read by rfc3161-client; run: {sys.executable} -m pip install -e '.[timestamps]'"
            )
            raise UsageError(said, print_help=False) from error
        with self.collection() as engine:
            for name in _named_in(engine):
                files.setdefault(name, [])  # what the log said of it may have been changed
            findings = [*_findings(folder, files), *(_fault(stamp) for stamp in stamps if stamp.fault)]
            for finding in findings:
                _show(engine, finding)
        unlogged = sum(not seals for seals in files.values())
        sys.stderr.write(
            f"verify: {len(files) - unlogged:,} files in the log, {unlogged:,} that no ended run has logged; "
            f"{len(findings):,} faults\n"
        )
        for stamp in [stamp for stamp in stamps if not stamp.fault][-1:]:
            sys.stderr.write(f"verify: a time stamp of {stamp.at} covers {LOG} up to line {stamp.entry}\n")
        self.exitcode = (Verdict.DEGRADED if findings else Verdict.OK).exit_code


def _named_in(engine: Engine) -> list[str]:
    """The files below ``ARCHIVE_DIR`` that the database names."""
    names = union(*(select(table.warc_file) for table in (Page, Picture))).subquery()
    with engine.connect() as connection:
        return list(connection.scalars(select(names).where(~names.c.warc_file.startswith("/"))))


def _fault(stamp: Stamp) -> Finding:
    return Finding(STAMPS, f"line {stamp.number}: {stamp.fault}")


def _findings(folder: Path, files: dict[str, list[Seal]]) -> Iterator[Finding]:
    yield from verify_log(folder)
    missing = {name: seals for name, seals in files.items() if not (folder / name).exists()}
    elsewhere = moved(folder, missing, (name for name in files if name not in missing))
    for name, place in elsewhere.items():
        sys.stdout.write(f"{name}: is {place} now; scrapy reparse notes it\n")
        files[place] = [*files.pop(name), *files[place]]
    sizes = {name: (folder / name).stat().st_size for name in files if name not in missing}
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with progress_bar(*columns) as progress:
        task = progress.add_task("", total=sum(sizes.values()))
        for name, seals in files.items():
            yield from verify_file(folder, name, seals, lambda count: progress.advance(task, count))


def _show(engine: Engine, finding: Finding) -> None:
    place = "" if finding.end is None else f", bytes {finding.start:,} to {finding.end:,}"
    sys.stdout.write(f"{finding.file or 'log.jsonl'}{place}: {finding.reason}\n")
    if finding.file is None:
        return
    urls: list[str] = []
    with engine.connect() as connection:
        for table in (Page, Picture):
            query = select(table.url).distinct().where(table.warc_file == finding.file)
            query = query.where(table.warc_offset >= finding.start).order_by(table.url)
            if finding.end is not None:
                query = query.where(table.warc_offset < finding.end)
            urls += connection.scalars(query)
    for url in urls[:SHOWN]:
        sys.stdout.write(f"  affects {url}\n")
    if len(urls) > SHOWN:
        sys.stdout.write(f"  and {len(urls) - SHOWN:,} more\n")
    if not urls:
        sys.stdout.write("  affects no page and no picture\n")
