"""``scrapy crawl`` with checks before it and a verdict after it."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import get_args, get_origin

from pydantic import ValidationError
from scrapy.commands import crawl
from scrapy.exceptions import UsageError
from scrapy_spider_metadata import Args
from sqlalchemy.exc import SQLAlchemyError

from crawler.accepted_settings import check_settings
from crawler.arguments import explain
from crawler.garbage import collect_rarely
from crawler.newspaper_choice import NewspaperCommand
from crawler.run.notify import report_run, tell_hits
from crawler.run.verdict import closing_lines
from pipelines.records.saved_search_rows import saved_searches
from schemas.database import open_engine
from schemas.shown_text import printable
from schemas.verdicts import Judgement, Verdict

logger = logging.getLogger(__name__)


class Command(NewspaperCommand, crawl.Command):
    """Stops before the first request if an argument or the database is not right.

    Its last line on standard error is the verdict with its reason, and the exit code is that of the
    verdict (:mod:`crawler.run.verdict`).
    """

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        opts.spargs = _join_repeated(opts.spargs)
        super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl latest")
        spider, arguments = args[0], opts.spargs
        judgement = self._why_not(spider, arguments) or self._crawl(spider, arguments)
        report_run(spider, judgement, self.settings, os.environ)
        self.exitcode = judgement.verdict.exit_code
        _say([f"{spider}: {judgement}"])  # the line an operator looks for

    def _crawl(self, spider: str, arguments: dict[str, str]) -> Judgement:
        crawler = self._create_crawler(spider)
        self.crawler_process.crawl(crawler, **arguments)
        collect_rarely()
        if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # not so with nohup
            signal.signal(signal.SIGHUP, _stop)
        self.crawler_process.start()
        try:
            stats = crawler.stats.get_stats()
        except RuntimeError:  # the crawl did not get as far as to have statistics
            stats = {}
        if "verdict" in stats:
            judgement = Judgement(Verdict(stats["verdict"]), stats["verdict/reason"])
        elif "start_time" in stats:
            judgement = Judgement(Verdict.INTERRUPTED, "stopped by force, before its end could be recorded")
        else:
            judgement = Judgement(Verdict.BROKEN, "the spider could not be opened; see the log")
        if "run/id" in stats:
            self._tell_hits()
            _say(closing_lines(judgement.verdict, stats, self.settings))
        return judgement

    def _tell_hits(self) -> None:
        """Renew the feeds of the saved searches and tell what is new in them."""
        try:
            engine = open_engine(self.settings["DATABASE_URL"])
            try:
                with engine.connect() as connection:
                    for search in (searches := saved_searches(connection)):
                        from analysis.search.feed import write_feed  # late: most runs have no saved search

                        write_feed(connection, search, Path(self.settings["ATOM_DIR"]))
                if searches:
                    tell_hits(engine, os.environ)
            finally:
                engine.dispose()
        except (SQLAlchemyError, OSError) as error:
            logger.error("Saved searches were not told, the next run does it: %s", error)

    def _why_not(self, spider: str, arguments: dict[str, str]) -> Judgement | None:
        """What is wrong with what was typed, if anything is; the rest is found out by the run itself."""
        loader = self.crawler_process.spider_loader
        try:
            spider_class = loader.load(spider)
        except KeyError:
            known = ", ".join(sorted(loader.list()))
            return Judgement(Verdict.BAD_ARGUMENTS, f"there is no spider {spider!r}; there are: {known}")
        try:
            check_settings(self.settings, os.environ)
            for base in getattr(spider_class, "__orig_bases__", ()):
                if get_origin(base) is Args:
                    get_args(base)[0].model_validate(arguments)
        except ValidationError as error:
            faults = explain(error)
            _say(map(printable, faults.split("\n")))
            return Judgement(Verdict.BAD_ARGUMENTS, faults)
        except ValueError as error:
            return Judgement(Verdict.BAD_ARGUMENTS, str(error))
        return None


def _stop(number: int, _: object) -> None:
    """Take a terminal that is closed for SIGTERM: once, for a second one would stop the run by force."""
    signal.signal(number, signal.SIG_IGN)
    signal.raise_signal(signal.SIGTERM)


def _say(lines: Iterable[str]) -> None:
    with suppress(OSError):  # the disk of the log is full, or the terminal has gone: the run is what it is
        sys.stderr.writelines(f"{line}\n" for line in lines)


def _join_repeated(arguments: list[str]) -> list[str]:
    """NAME=VALUE given several times becomes one with the values on lines of their own."""
    joined: dict[str, list[str]] = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        joined.setdefault(name + equals, []).append(value)
    return [name + "\n".join(values) for name, values in joined.items()]
