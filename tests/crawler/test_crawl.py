"""The whole way, from the served sample site to the database, by the real command."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import Capture, read_captures
from newspapers import ArticleRef, ListRef, read_url
from schemas import tables
from schemas.database import open_engine
from schemas.verdicts import Verdict
from tests import reading
from tests.clock import let_time_pass
from tests.crawling import Collection, crawl, crawling
from tests.reading import rows
from tests.site import SampleSite
from tests.site.server import SiteServer

pytestmark = pytest.mark.slow

FIELDS = (
    "section_id",
    "kind",
    "headline",
    "agency",
    "lead",
    "body",
    "byline",
    "source",
    "authors",
    "published_at",
    "published_basis",
    "canonical_url",
    "images",
    "related",
)


@pytest.fixture(scope="module")
def redesign() -> SampleSite:
    return SampleSite(redesign=True, filler=20)


def test_every_field_of_every_article_is_right(site: SampleSite, backfilled: Collection) -> None:
    stored, expected = reading.articles(backfilled.url), by_key(site.expected("first"))
    assert stored.keys() == expected.keys()
    _, faults = compare_fields(stored, expected)
    assert not faults, "\n".join(faults[:20])


def test_duplicates_are_found_and_traps_are_not(site: SampleSite, backfilled: Collection) -> None:
    pairs = [dict(row) for row in reading.content(backfilled.url)["duplicates"]]
    found = {(pair["article_id"], pair["of_article_id"], pair["method"]) for pair in pairs}
    assert found == set(site.expected_duplicates("first"))


def test_after_a_redesign_every_article_is_still_read(redesign: SampleSite, sqlite_url: str) -> None:
    with redesign.serve() as server:
        changed = Verdict.LAYOUT_CHANGED.exit_code
        done = crawl("backfill", database_url=sqlite_url, mirror=server.url, expect=changed)

    stored, expected = reading.articles(sqlite_url), by_key(redesign.expected("first"))
    assert done.stderr.splitlines()[-1].startswith(
        f"backfill: layout changed: {len(stored)} of {len(stored)} "
    )
    assert stored.keys() == expected.keys()
    assert {article["parser"].partition("/")[0] for article in stored.values()} == {"generic"}
    shares, _ = compare_fields(stored, expected)
    shares["body"] = sum(grams_f1(stored[key]["body"], expected[key]["body"]) for key in expected) / len(
        expected
    )
    for field in ("headline", "lead", "byline", "published_at", "body", "related"):
        assert shares[field] >= 0.95, field
    assert not list(strangers_in_bodies(stored, expected))


def test_no_caption_byline_or_other_news_is_in_a_body(site: SampleSite, backfilled: Collection) -> None:
    assert not list(strangers_in_bodies(reading.articles(backfilled.url), by_key(site.expected("first"))))


def test_a_latest_that_finds_nothing_new_costs_one_request_a_section(
    server: SiteServer, collection: Collection
) -> None:
    engine = open_engine(collection.url)
    before = reading.everything(engine)
    sections = {request.path for request in collection.requests if is_first_page(request)}

    crawl("latest", database_url=collection.url, mirror=server.url)

    asked = [request.path for request in server.requests if request.path != "/robots.txt"]
    assert Counter(asked) <= Counter(sections)
    after = reading.everything(engine)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"runs", "list_walks", "validators"}  # when a page was last read
    assert len(after["list_walks"]) == len(before["list_walks"])
    engine.dispose()


def test_new_and_edited_articles_are_taken_in_and_nothing_else_is_fetched(
    site: SampleSite, server: SiteServer, collection: Collection
) -> None:
    first = reading.articles(collection.url)
    let_time_pass(collection.url, timedelta(hours=2))
    server.state = "later"

    crawl("latest", database_url=collection.url, mirror=server.url)

    second, expected = reading.articles(collection.url), by_key(site.expected("later"))
    assert len(second.keys() - first.keys()) == 5
    revised = {key for key, article in second.items() if article["revision"] == 2}
    assert len(revised) == 3
    assert len([request for request in server.requests if is_article(request)]) <= 8
    assert second.keys() == expected.keys()
    touched = (second.keys() - first.keys()) | revised
    _, faults = compare_fields(
        {key: second[key] for key in touched}, {key: expected[key] for key in touched}, skip={"related"}
    )
    assert not faults, "\n".join(faults[:20])


def test_ten_kills_leave_no_hole_and_lose_no_page(
    server: SiteServer, backfilled: Collection, tmp_path: Path, database_url: str
) -> None:
    where: Any = {"database_url": database_url, "mirror": server.url, "archive": tmp_path / "archive"}
    rng = random.Random()  # noqa: S311 - at random moments
    for _ in range(10):
        server.requests.clear()
        after = rng.randint(1, 12)  # of 125: every kill hits a crawl that has work left
        server.gate.shut(after)
        with crawling("backfill", **where) as process:
            process.reaches(lambda: len(server.requests) == after)  # noqa: B023
            time.sleep(rng.uniform(0, 0.2))
            process.kill()
        server.gate.open()
        killed = rows(database_url, tables.Run)[-1]
        assert killed.finished_at is None, "the kill hit a run that had not ended"
    collected = reading.articles(database_url).keys()
    assert collected < reading.articles(backfilled.url).keys(), "the last kill came too late"
    crawl("backfill", **where)

    assert len(rows(database_url, tables.Run)) == 11
    expected = reading.content(backfilled.url)
    for table, found in reading.content(database_url).items():
        assert found == expected[table], table
    kept = [capture for file in where["archive"].glob("*.gz") for capture in read_captures(file)]
    assert all(isinstance(capture, Capture) for capture in kept)
    places = {(Path(capture.file).name, capture.offset) for capture in kept}
    assert {(page.warc_file, page.warc_offset) for page in rows(database_url, tables.Page)} <= places


def by_key(articles: Iterable[Any]) -> dict[tuple[str, int], dict[str, Any]]:
    return {article.key: {field: _plain(getattr(article, field)) for field in FIELDS} for article in articles}


def _plain(value: Any) -> Any:
    """The value with pictures and links as tuples of their fields, as they are read back."""
    if not isinstance(value, list):
        return value
    return [part if isinstance(part, str) else astuple(part) for part in value]


def compare_fields(
    stored: dict[tuple[str, int], dict[str, Any]],
    expected: dict[tuple[str, int], dict[str, Any]],
    skip: Iterable[str] = (),
) -> tuple[dict[str, float], list[str]]:
    """The share of articles in which each field is right, and each fault in words."""
    shares, faults = {}, []
    for field in [field for field in FIELDS if field not in skip]:
        wrong = [key for key in expected if stored[key][field] != expected[key][field]]
        shares[field] = 1 - len(wrong) / len(expected)
        faults += [
            f"{field} of {key}: {stored[key][field]!r} instead of {expected[key][field]!r}" for key in wrong
        ]
    return shares, faults


def strangers_in_bodies(
    stored: dict[tuple[str, int], dict[str, Any]], expected: dict[tuple[str, int], dict[str, Any]]
) -> Iterator[str]:
    """Captions, bylines, other news' headlines and teasers that stand in a body as a paragraph or in one."""
    for key, wanted in expected.items():
        strange = [caption for _url, caption, _credit in wanted["images"] if caption]
        strange += [part for link in wanted["related"] for part in link[3:] if part and len(part) > 20]
        for paragraph in stored[key]["body"]:
            if paragraph == wanted["byline"] or any(part in paragraph for part in strange):
                yield f"{key}: {paragraph}"


def grams_f1(found: list[str], wanted: list[str], size: int = 4) -> float:
    """F1 of the words' 4-grams, counted as a multiset."""
    one, other = (
        Counter(tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1)))
        for words in (" ".join(found).split(), " ".join(wanted).split())
    )
    common = sum((one & other).values())
    return 2 * common / (sum(one.values()) + sum(other.values()))


def is_article(request: Any) -> bool:
    return isinstance(read_url(f"https://{request.host}{request.path}"), ArticleRef)


def is_first_page(request: Any) -> bool:
    reference = read_url(f"https://{request.host}{request.path}")
    return isinstance(reference, ListRef) and reference.page == 1
