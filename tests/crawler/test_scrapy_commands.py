"""Scrapy's own commands and options, as those who know Scrapy try them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from attrs import fields_dict

from crawler.feeds import FIELDS, WORKING
from schemas import tables
from schemas.items import Article
from tests.crawling import NOBODY, SCRAPY, crawl, crawl_command, environment, run
from tests.reading import rows
from tests.site import SampleSite
from tests.site.server import SiteServer

pytestmark = pytest.mark.slow


@pytest.fixture
def article_url(site: SampleSite) -> str:
    return site.expected("first")[-1].canonical_url


@pytest.mark.parametrize("command", ["shell -c response.status", "fetch --spider=latest", "check"])
def test_commands_that_look_leave_nothing_behind(
    command: str, server: SiteServer, article_url: str, tmp_path: Path
) -> None:
    options = [] if command == "check" else [article_url]
    env = environment(f"sqlite:///{tmp_path}/none.db", server.url, tmp_path / "archive")

    done = run([*SCRAPY, *command.split(), *options], env, expect=0)

    assert list(tmp_path.iterdir()) == []
    assert done.stdout if command.startswith("fetch") else "Traceback" not in done.stderr


def test_parse_shows_the_article(
    site: SampleSite, server: SiteServer, article_url: str, tmp_path: Path
) -> None:
    env = environment(f"sqlite:///{tmp_path}/none.db", server.url, tmp_path / "archive")

    done = run([*SCRAPY, "parse", article_url], env, expect=0)
    foreign = run([*SCRAPY, "parse", "https://example.org/"], env, expect=2)

    shown = json.loads(done.stdout)
    assert (shown["item"], shown["headline"]) == ("Article", site.expected("first")[-1].headline)
    assert "'https://example.org/' is no page of the newspaper" in foreign.stderr
    assert list(tmp_path.iterdir()) == []


def test_feeds_hold_articles_and_a_csv_their_columns(
    server: SiteServer, sqlite_url: str, tmp_path: Path
) -> None:
    env = environment(sqlite_url, server.url)
    files = ["-O", f"{tmp_path}/a.csv", "-O", f"{tmp_path}/a.jsonl"]

    run([*crawl_command("latest", "limit=3"), *files], env, expect=0)

    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert list(table[0]) == list(lines[0]) == FIELDS
    assert set(WORKING) <= set(fields_dict(Article)), "a field that is renamed must not slip into feeds"
    assert {row["canonical_url"] for row in table} == {
        article.canonical_url for article in rows(sqlite_url, tables.Article)
    }


def test_itemcount_counts_articles(server: SiteServer, sqlite_url: str) -> None:
    limit = {"CONCURRENT_REQUESTS": "1", "CLOSESPIDER_ITEMCOUNT": "5"}
    done = crawl("latest", database_url=sqlite_url, mirror=server.url, expect=6, **limit)  # type: ignore[arg-type]

    assert "stopped by the limit CLOSESPIDER_ITEMCOUNT" in done.stderr.splitlines()[-1]
    assert 5 <= len(rows(sqlite_url, tables.Article)) < 40, "those on their way are still taken"


def test_a_list_of_addresses_may_be_anybodys(
    site: SampleSite, server: SiteServer, sqlite_url: str, tmp_path: Path
) -> None:
    one, other = [article.canonical_url for article in site.expected("first")][:2]
    listed = tmp_path / "list.txt"
    text = f"# Danh sách\r\n{one}\r\n\r\n{one}\r\nhttps://example.org/\x1b[31m\r\n{other}\r\nlater\r\n"
    listed.write_bytes(b"\xef\xbb\xbf" + text.encode())

    done = crawl("url", f"file={listed}", database_url=sqlite_url, mirror=server.url, expect=3)

    assert "2 lines of the list named no article" in done.stderr.splitlines()[-1]
    assert f"Not asked for: {listed}, line 5: 'https://example.org/" in done.stderr
    assert f"Not asked for: {listed}, line 7: 'later'" in done.stderr
    assert "\x1b" not in done.stderr
    assert {article.canonical_url for article in rows(sqlite_url, tables.Article)} == {one, other}


def test_a_list_without_an_article_is_refused_by_a_line_that_fits_a_screen(
    sqlite_url: str, tmp_path: Path
) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("".join(f"https://example.org/{number}\n" for number in range(2000)))

    done = crawl("url", f"file={listed}", database_url=sqlite_url, mirror=NOBODY, expect=2)

    *named, verdict = done.stderr.splitlines()
    assert sum("is no article of the newspaper" in line for line in named) == 2000
    assert len(verdict) < 1200
    assert verdict.startswith("url: bad arguments: ")
    assert verdict.endswith(" more")
