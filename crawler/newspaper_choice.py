"""The setting ``NEWSPAPER``: taken up before anything asks what the newspaper is like."""

from __future__ import annotations

import argparse

from scrapy.commands import ScrapyCommand
from scrapy.crawler import CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings, Settings

from newspapers import UnknownNewspaperError, choose


class NewspaperAddon:
    """Chooses the newspaper, and what feeds take, for Scrapy's own commands and for scripts."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        choose(settings["NEWSPAPER"])

    def update_settings(self, settings: BaseSettings) -> None:
        if settings.getdict("FEEDS"):
            from crawler.feeds import keep_articles  # late: few runs have feeds

            keep_articles(settings)


def wrong_usage(said: object) -> UsageError:
    """What ends a command with exit code 2 and these words."""
    return UsageError(str(said), print_help=False)


class NewspaperCommand(ScrapyCommand):
    """A command of ours: a newspaper that is not known ends it with exit code 2."""

    settings: Settings  # Scrapy sets both before it asks for anything
    crawler_process: CrawlerProcessBase

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        try:
            choose(self.settings["NEWSPAPER"])
        except UnknownNewspaperError as error:
            raise wrong_usage(error) from None


class LookingCommand(NewspaperCommand):
    """A command that only looks at pages: neither database nor archive nor the record of a run."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        for name in ("ITEM_PIPELINES", "EXTENSIONS"):
            self.settings.set(name, dict.fromkeys(self.settings.getdict(name)), priority="cmdline")
        self.settings.set("ARCHIVE_DIR", "", priority="cmdline")
