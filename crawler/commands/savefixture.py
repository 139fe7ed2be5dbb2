"""``scrapy savefixture`` that stores nothing: a page becomes a test, not a part of the collection."""

from __future__ import annotations

import argparse

from scrapy_poet.commands import SaveFixtureCommand


class Command(SaveFixtureCommand):
    """Saves a page and the item read from it below ``SCRAPY_POET_TESTS_DIR``."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if self.settings is None:
            raise RuntimeError("scrapy has not set the command up")
        for pipeline in self.settings.getdict("ITEM_PIPELINES"):
            self.settings["ITEM_PIPELINES"][pipeline] = None
        super().run(args, opts)  # type: ignore[no-untyped-call]
