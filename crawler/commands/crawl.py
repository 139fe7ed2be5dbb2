"""``scrapy crawl`` that checks first and tells the truth last."""

from __future__ import annotations

import argparse
import sys

from pydantic import ValidationError
from scrapy.commands import crawl
from scrapy.crawler import CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object
from scrapy_spider_metadata import Args

from crawler.arguments import Arguments, explain
from crawler.closing import closing_lines
from crawler.collection import StorageError
from crawler.verdict import Verdict

BAD_ARGUMENTS = 2
"""Exit code for what was asked wrongly; the one that shells and argparse use."""


class Command(crawl.Command):
    """Stops before the first request if an argument or the database is not right.

    The exit code is that of the run's verdict (:mod:`crawler.verdict`).
    """

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        opts.spargs = _join_repeated(opts.spargs)
        super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl latest")
        if self.crawler_process is None or self.settings is None:
            raise RuntimeError("scrapy has not set the command up")
        try:
            self._check(args[0], opts.spargs, self.crawler_process, self.settings)
        except StorageError as error:
            self._end(args[0], Verdict.STORAGE_FAILED, str(error))
            return
        process = self.crawler_process
        crawler = self._create_crawler(args[0])
        process.crawl(crawler, **opts.spargs)
        process.start()
        stats = crawler.stats.get_stats() if crawler.stats else {}
        verdict = Verdict(stats.get("verdict", Verdict.BROKEN))
        sys.stderr.writelines(f"{line}\n" for line in closing_lines(verdict, stats, self.settings))
        self._end(args[0], verdict)

    def _end(self, spider: str, verdict: Verdict, why: str = "") -> None:
        self.exitcode = verdict.exit_code
        line = f"{spider}: {verdict}: {why}" if why else f"{spider}: {verdict}"
        print(line, file=sys.stderr)  # noqa: T201 - the line an operator looks for

    def _check(
        self, spider: str, arguments: dict[str, str], process: CrawlerProcessBase, settings: BaseSettings
    ) -> None:
        try:
            spider_class = process.spider_loader.load(spider)
        except KeyError:
            known = ", ".join(sorted(process.spider_loader.list()))
            raise UsageError(f"there is no spider {spider!r}; there are: {known}", print_help=False) from None
        try:
            if issubclass(spider_class, Args):
                _arguments_model(spider_class).model_validate(arguments)
            load_object(settings["COLLECTION"]).prepare(settings)
        except ValidationError as error:
            raise UsageError(explain(error), print_help=False) from None
        except (ValueError, RuntimeError) as error:
            raise UsageError(str(error), print_help=False) from None


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
