"""``scrapy crawl`` with checks before it and a verdict after it."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import ExitStack

from pydantic import ValidationError
from scrapy.commands import crawl
from scrapy.crawler import CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy_spider_metadata import Args

from crawler.arguments import Arguments, explain
from crawler.garbage import collect_rarely
from crawler.mirror import read_mirror
from crawler.newspaper_choice import NewspaperCommand
from crawler.run.lock import AlreadyRunningError, claimed
from crawler.run.notify import tell
from crawler.run.verdict import closing_lines
from pipelines.retry import RetryPolicy, StorageError
from schemas.database import open_engine, prepare_schema
from schemas.verdicts import Judgement, Verdict


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
        if self.crawler_process is None or self.settings is None:
            raise RuntimeError("scrapy has not set the command up")
        spider, arguments = args[0], opts.spargs
        with ExitStack() as held:
            judgement = _why_not(spider, arguments, self.crawler_process, self.settings, held)
            if judgement is None:
                judgement = self._crawl(spider, arguments, self.crawler_process, self.settings)
        tell(spider, judgement, self.settings, os.environ)
        self.exitcode = judgement.verdict.exit_code
        print(f"{spider}: {judgement}", file=sys.stderr)  # noqa: T201 - the line an operator looks for

    def _crawl(
        self, spider: str, arguments: dict[str, str], process: CrawlerProcessBase, settings: BaseSettings
    ) -> Judgement:
        crawler = self._create_crawler(spider)
        process.crawl(crawler, **arguments)
        collect_rarely()
        process.start()
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
        sys.stderr.writelines(f"{line}\n" for line in closing_lines(judgement.verdict, stats, settings))
        return judgement


def _why_not(
    spider: str,
    arguments: dict[str, str],
    process: CrawlerProcessBase,
    settings: BaseSettings,
    held: ExitStack,
) -> Judgement | None:
    """Why a run is not to be started, if it is not; else the right to run is held from now on."""
    try:
        spider_class = process.spider_loader.load(spider)
    except KeyError:
        known = ", ".join(sorted(process.spider_loader.list()))
        return Judgement(Verdict.BAD_ARGUMENTS, f"there is no spider {spider!r}; there are: {known}")
    try:
        if issubclass(spider_class, Args):
            _arguments_model(spider_class).model_validate(arguments)
        if mirror := settings.get("SITE_MIRROR"):
            read_mirror(mirror)
        _prepare_database(settings)
        held.enter_context(claimed(settings, spider))
    except ValidationError as error:
        return Judgement(Verdict.BAD_ARGUMENTS, explain(error))
    except (ValueError, RuntimeError) as error:
        return Judgement(Verdict.BAD_ARGUMENTS, str(error))
    except StorageError as error:
        return Judgement(Verdict.STORAGE_FAILED, str(error))
    except AlreadyRunningError as error:
        return Judgement(Verdict.ALREADY_RUNNING, str(error))
    return None


def _prepare_database(settings: BaseSettings) -> None:
    try:
        engine = open_engine(settings["DATABASE_URL"])
    except OSError as error:
        raise StorageError(f"the folder of the database cannot be made: {error}") from None
    try:
        RetryPolicy.from_settings(settings).run_now(lambda: prepare_schema(engine))
    finally:
        engine.dispose()


def _arguments_model(spider_class: type) -> type[Arguments]:
    for base in getattr(spider_class, "__orig_bases__", ()):
        if getattr(base, "__origin__", None) is Args:
            model: type[Arguments] = base.__args__[0]
            return model
    return Arguments


def _join_repeated(arguments: list[str]) -> list[str]:
    """NAME=VALUE given several times becomes one with the values on lines of their own."""
    joined: dict[str, list[str]] = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        joined.setdefault(name + equals, []).append(value)
    return [name + "\n".join(values) for name, values in joined.items()]
