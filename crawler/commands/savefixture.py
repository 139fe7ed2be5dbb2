"""``scrapy savefixture``: a page and the item read from it become a test; nothing is stored."""

from __future__ import annotations

import argparse
from pathlib import Path

from attrs import fields_dict
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler.newspaper_choice import PageCommand

FIXTURES = Path("tests/pages/fixtures")  # where the tests look for saved pages


def save(response: Response, page_type: type, folder: Path) -> Path:
    """Save a page and what is read from it; where."""
    # Late: no other command needs them, and web-poet's tests import pytest where it is installed.
    from web_poet.testing import Fixture

    from crawler.page_reader import Answer
    from crawler.pages.fixtures import FixtureAdapter
    from crawler.pages.inputs import FetchedAt

    answer = Answer.of(response)
    given = {"response": answer.response, "fetched": FetchedAt(answer.fetched_at)}
    inputs = {name: given[name] for name in fields_dict(page_type) if name in given}
    fixture: Path = Fixture.save(
        folder / f"{page_type.__module__}.{page_type.__qualname__}",
        inputs=inputs.values(),
        item=page_type(**inputs).to_item(),
        meta={"adapter": FixtureAdapter},
    ).path
    return fixture


class Command(PageCommand):
    """Saves a page and the item read from it."""

    def syntax(self) -> str:
        return "<page object class> <URL> [<folder>]"

    def short_desc(self) -> str:
        return "Save a page, and the item that a page object reads from it, as a test"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) not in (2, 3):
            raise UsageError("name a page object and a URL: crawler.pages.article.ArticlePage https://…")
        try:
            page_type = load_object(args[0])
        except (ImportError, NameError, ValueError) as error:
            raise UsageError(f"{args[0]!r} is no page object: {error}", print_help=False) from None
        if page := self.page(args[1]):
            saved = save(page, page_type, Path(args[2]) if args[2:] else FIXTURES)
            print(f"{saved}: compare it with the page")  # noqa: T201 - what was made
        else:
            self.exitcode = 1
