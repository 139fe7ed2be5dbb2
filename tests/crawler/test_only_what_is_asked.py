"""A command starts without what it does not need."""

from __future__ import annotations

import subprocess
import sys

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.only_what_is_asked import SpiderByFile, command_of, commands_module
from tests.crawling import NOBODY, ROOT, environment

RUN = """
import sys
from scrapy.cmdline import execute
try:
    execute(["scrapy", *sys.argv[1:]])
finally:
    sys.stdout.write("\\n" + " ".join(sys.modules))
"""
SPIDERS = Settings({"SPIDER_MODULES": ["crawler.spiders"]})
NO_CRAWL = {"pytest", "aiohttp", "web_poet", "crawler.page_reader", "crawler.spiders.latest", "archive"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "needless"),
    [
        (["list"], NO_CRAWL | {"sqlalchemy", "rich.console", "crawler.command_line"}),
        (["status"], NO_CRAWL | {"alembic", "analysis.search.query", "crawler.commands.crawl"}),
        (
            ["crawl", "latest", "-s", "CLOSESPIDER_ERRORCOUNT=1", "-s", "FAILURES_IN_A_ROW=1"],
            {"pytest", "alembic", "analysis", "crawler.spiders.wayback", "scrapy.extensions.remote_control"},
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_imports_nothing_that_it_does_not_need(
    sqlite_url: str, command: list[str], needless: set[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *command],
        env=environment(sqlite_url, NOBODY),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    loaded = set(done.stdout.rpartition("\n")[2].split())

    assert "scrapy.cmdline" in loaded, done.stderr
    assert loaded & needless == set()


def test_each_spider_has_the_name_of_its_file() -> None:
    loader, all_of_them = SpiderByFile.from_settings(SPIDERS), SpiderLoader.from_settings(SPIDERS)

    assert {name: loader.load(name) for name in loader.list()} == {
        name: all_of_them.load(name) for name in all_of_them.list()
    }
    with pytest.raises(KeyError):
        loader.load("nobody")


@pytest.mark.parametrize(
    ("arguments", "module"),
    [
        (["crawl", "latest"], "crawler.commands.crawl"),
        (["--nolog", "status"], "crawler.commands.status"),
        (["version"], None),
        ([], "crawler.commands"),
        (["-h"], "crawler.commands"),
    ],
)
def test_a_command_line_names_one_command(arguments: list[str], module: str | None) -> None:
    assert commands_module("crawler.commands", command_of(arguments)) == module
