"""Saved searches: what is new and what was edited is told, each text once, whatever ends a run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import feedparser
import pytest
from sqlalchemy import Engine

from analysis.search.feed import write_feed
from analysis.search.keys import Search, in_words_of
from analysis.search.query import parse
from crawler.run.notify import tell_hits
from newspapers import SectionRef
from pipelines.records.batch import Writer, write_batch
from pipelines.records.run_rows import start_run
from pipelines.records.saved_search_rows import save_search, saved_searches
from schemas import tables
from schemas.database import write_transaction
from schemas.items import Image
from schemas.part import Part
from tests.builders import FETCHED, SITE, article, signed
from tests.crawling import crawl, crawling, scrapy
from tests.reading import rows
from tests.small_site import Answer, SmallSite, page
from tests.small_site import article as html

LATER = FETCHED + timedelta(hours=1)


def save(engine: Engine, name: str, typed: str, part: Part | None = None) -> None:
    search = Search(parse(typed), part or Part())
    with write_transaction(engine) as connection:
        match = in_words_of(engine.dialect.name, search)
        assert save_search(connection, name, typed, search.part.as_given(), match)


def store(engine: Engine, *articles: Any, again: bool = False) -> None:
    with write_transaction(engine) as connection:
        writer = Writer(start_run(connection, "test", {}, FETCHED), "test", 7)
        write_batch(connection, [signed(one) for one in articles], writer, again=again)


def hits(engine: Engine) -> list[tuple[int, int, bool]]:
    """Saved search, article and whether it was edited, by their row numbers."""
    found = rows(engine.url.render_as_string(hide_password=False), tables.SavedSearchHit)
    return sorted((row.search_id, row.article_id, row.edited) for row in found)


def test_new_and_edited_articles_are_found_when_they_are_stored(engine: Engine) -> None:
    store(engine, article(1, headline="Giảm nghèo từ trước"))
    save(engine, "phrase", '"giảm nghèo" NOT họp')
    save(engine, "beginning", "ngh*")
    save(engine, "section", "nghèo", Part(sections=(SectionRef("vi", 12),)))

    store(
        engine,
        article(2, headline="Xã giảm nghèo nhanh"),
        article(3, headline="Họp bàn giảm nghèo"),
        article(4, headline="Nghèo mà giảm", section_id=12),
        article(5, headline="Vườn cam", body=[], images=[Image(url=f"{SITE}/5.jpg", caption="Nghĩa trang")]),
    )
    assert [hit[:2] for hit in hits(engine)] == [(1, 2), (2, 2), (2, 3), (2, 4), (2, 5), (3, 4)]
    assert not any(is_edited for _, _, is_edited in hits(engine))

    store(engine, article(2, headline="Xã giảm nghèo nhanh", fetched_at=LATER))
    store(engine, article(3, headline="Xã giảm nghèo", fetched_at=LATER), again=True)
    assert len(hits(engine)) == 6, "nothing was edited: one was the same, one was read otherwise"

    store(
        engine,
        article(1, headline="Giảm nghèo từ nay", fetched_at=LATER),
        article(4, headline="Nghèo mà giảm dần", fetched_at=LATER),
    )
    assert [hit for hit in hits(engine) if hit[2]] == [(1, 1, True), (2, 1, True), (2, 4, True), (3, 4, True)]


def test_a_feed_and_a_message_tell_what_was_found(engine: Engine, tmp_path: Path) -> None:
    save(engine, "ngheo", "nghèo")
    store(engine, article(1, headline="Nghèo & giàu <b>"), article(2, headline="Hết nghèo"))
    store(engine, article(2, headline="Hết nghèo rồi", fetched_at=LATER))
    told = {"NOTIFY_FILE": str(tmp_path / "told.jsonl")}

    tell_hits(engine, told | {"NOTIFY_FILE": str(tmp_path)})  # a channel that fails: it is told later
    tell_hits(engine, told)
    tell_hits(engine, told)

    [notice] = map(json.loads, (tmp_path / "told.jsonl").read_text("utf-8").splitlines())
    assert (notice["search"], notice["line"]) == ("ngheo", "nghèo: 2 new, 1 edited")
    assert f"Hết nghèo rồi (edited): {SITE}/11/2/" in notice["text"]
    with engine.connect() as connection:
        for search in saved_searches(connection):
            write_feed(connection, search, tmp_path / "atom")
    feed = feedparser.parse((tmp_path / "atom/ngheo.atom").read_bytes())
    assert not feed.bozo
    assert Counter(entry.title for entry in feed.entries) == Counter(
        ["Nghèo & giàu <b>", "Hết nghèo rồi", "Hết nghèo rồi (edited)"]
    )
    assert len({entry.id for entry in feed.entries}) == 3
    assert all("Sáng" in entry.summary and entry.updated_parsed for entry in feed.entries)


@pytest.mark.slow
def test_what_cannot_be_saved_or_forgotten_is_refused(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATOM_DIR", str(tmp_path))
    for arguments, said in (
        (("nghèo", "--save", "../feed"), "accepted: up to 60 letters"),
        (("nghèo", "--save", "once", "--since", "2024"), "accepted without --since and --until"),
        (("nghèo", "--forget", "once"), "search nothing"),
        (("--forget", "never"), "accepted: none"),
    ):
        assert said in scrapy("search", *arguments, database_url=sqlite_url, expect=2).stderr
    assert not list(tmp_path.glob("*.atom"))


class Halting(SmallSite):
    """A site that gives so many articles and makes the others wait, until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.go_on = 0, Event()

    def add(self, number: int, content: str) -> None:
        def answer(_headers: Mapping[str, str]) -> Answer:
            self.left -= 1
            if self.left < 0:
                self.go_on.wait(120)
            return page(content)

        self.answers[f"/11/{number}/Bai-{number}.htm"] = answer


@pytest.mark.slow
def test_ten_kills_tell_each_text_once(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATOM_DIR", str(tmp_path))
    monkeypatch.setenv("NOTIFY_FILE", str(tmp_path / "told.jsonl"))
    scrapy("search", '"bài viết"', "--save", "all", database_url=sqlite_url)
    numbers = range(1, 41)
    with Halting() as site:
        where: Any = {"database_url": sqlite_url, "mirror": site.url}  # a site of one section: degraded
        site.list_of(list(numbers))
        for number in numbers:
            site.add(number, html(number))
        for kill in range(1, 11):
            site.left, site.go_on = 3, Event()
            with crawling("latest", **where) as process:
                process.reaches(lambda: len(rows(sqlite_url, tables.SavedSearchHit)) >= 3 * kill)  # noqa: B023
                process.kill()
            site.go_on.set()
        crawl("latest", expect=None, **where)
        site.add(7, html(7).replace("HBĐT", "TTXVN"))
        for _ in range(2):
            crawl("url", f"url={SITE}/11/7/Bai-7.htm", expect=None, **where)

    feed = feedparser.parse((tmp_path / "all.atom").read_bytes())
    assert not feed.bozo
    expected = Counter([*(f"Bài viết số {number}" for number in numbers), "Bài viết số 7 (edited)"])
    assert Counter(entry.title for entry in feed.entries) == expected
    notices = map(json.loads, (tmp_path / "told.jsonl").read_text("utf-8").splitlines())
    lines = [line for notice in notices if "search" in notice for line in notice["text"].splitlines()]
    assert Counter(line.partition(": ")[0] for line in lines) == expected
