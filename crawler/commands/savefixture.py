"""``scrapy savefixture``: a page and the item read from it become a test; nothing is stored.

No annotations as strings here: scrapy-poet evaluates those of a provider.
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from scrapy_poet.commands import SaveFixtureCommand
from scrapy_poet.page_input_providers import PageObjectInputProvider

from crawler.newspaper_choice import NewspaperCommand
from crawler.pages.inputs import FetchedAt


class FetchedAtProvider(PageObjectInputProvider):
    """Tells page objects that their page was fetched now."""

    name = "fetched-at"
    provided_classes = {FetchedAt}  # noqa: RUF012  # declared so by the base class

    def __call__(self, to_provide: set[Callable[..., Any]]) -> Sequence[FetchedAt]:
        return [FetchedAt(datetime.now(UTC))]


class Command(NewspaperCommand, SaveFixtureCommand):
    """Saves a page and the item read from it below ``SCRAPY_POET_TESTS_DIR``."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if self.settings is None:
            raise RuntimeError("scrapy has not set the command up")
        for name in ("ITEM_PIPELINES", "EXTENSIONS"):  # neither the store nor the record of a run
            self.settings.set(name, dict.fromkeys(self.settings.getdict(name)))
        self.settings.set("SCRAPY_POET_PROVIDERS", {FetchedAtProvider: 500})
        super().run(args, opts)  # type: ignore[no-untyped-call]
