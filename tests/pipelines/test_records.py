"""How items become rows, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, select

from newspapers import ListRef, SectionRef
from pipelines.collection import Collection
from pipelines.records.batch import Writer, write_batch
from pipelines.records.frontier_rows import pause_after
from pipelines.records.run_rows import start_run
from schemas import tables
from schemas.database import open_engine, write_transaction
from schemas.items import Absence, Discovery, Failure, Image, Section, Unchanged, Validators
from tests.builders import FETCHED, article, entry, related, step

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
PICTURE = "https://ims.baohoabinh.com.vn/NewsImg/4_2024/1_a.jpg"
VI = "vi"
POLITICS = SectionRef(VI, 11)


class Store:
    """Writes batches as the store pipeline does and reads what came of them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with write_transaction(engine) as connection:
            self.writer = Writer(start_run(connection, "latest", {}, FETCHED), "latest", 7)

    def write(self, *batch: Any) -> dict[str, int]:
        with write_transaction(self.engine) as connection:
            return dict(+write_batch(connection, batch, self.writer).counts)

    def rows(self, table: type[tables.Table]) -> Sequence[Any]:
        with self.engine.connect() as connection:
            return connection.execute(select(table)).all()

    def dump(self) -> dict[str, list[Any]]:
        with self.engine.connect() as connection:
            return {
                name: sorted(map(repr, connection.execute(select(table))))
                for name, table in tables.Table.metadata.tables.items()
            }


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    engine = open_engine(sqlite_url)
    yield Store(engine)
    engine.dispose()


@pytest.fixture
def collection(engine: Engine) -> Collection:
    return Collection(engine)


def test_a_new_article_is_stored_with_all_that_hangs_on_it(store: Store) -> None:
    item = article(
        authors=["Đức Phượng", "Hồng Nhung"],
        images=[Image(url=PICTURE, caption="Ảnh: P.V", credit="P.V")],
        related=[related(188950), related(188951)],
        tables=((("Năm", "Hộ nghèo"), ("2023", "5%")),),
    )

    assert store.write(item) == {"new": 1}

    [row] = store.rows(tables.Article)
    assert (row.headline, row.body, row.revision) == (item.headline, "\n\n".join(item.body), 1)
    assert row.tables == [[["Năm", "Hộ nghèo"], ["2023", "5%"]]]
    assert row.first_seen_at == row.last_seen_at == row.changed_at == FETCHED
    names = {author.id: author.name for author in store.rows(tables.Author)}
    authors = sorted(store.rows(tables.ArticleAuthor), key=lambda row: row.position)
    assert [names[row.author_id] for row in authors] == ["Đức Phượng", "Hồng Nhung"]
    assert [(image.position, image.credit) for image in store.rows(tables.Image)] == [(1, "P.V")]
    links = store.rows(tables.RelatedLink)
    assert [(link.position, link.target_site_article_id) for link in links] == [(1, 188950), (2, 188951)]


def test_an_unchanged_article_writes_no_row_but_its_last_seen_time(store: Store) -> None:
    store.write(article(related=[related(188950)]))
    before = store.dump()

    assert store.write(article(related=[related(188950)], fetched_at=FETCHED + HOUR)) == {"unchanged": 1}

    after = store.dump()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"articles", "related_links", "frontier"}
    assert len(store.rows(tables.ArticleRevision)) == 0
    [row] = store.rows(tables.Article)
    assert (row.last_seen_at, row.changed_at, row.revision) == (FETCHED + HOUR, FETCHED, 1)


def test_a_changed_article_keeps_what_it_said_before(store: Store) -> None:
    store.write(article(byline="H.D", images=[Image(url=PICTURE, caption="Một.")]))
    images = [Image(url=PICTURE, caption="Hai.")]

    counts = store.write(
        article(headline="Tít mới", byline="Đức Phượng", images=images, fetched_at=FETCHED + HOUR)
    )

    assert counts == {"changed": 1}
    [row] = store.rows(tables.Article)
    assert (row.headline, row.revision, row.changed_at) == ("Tít mới", 2, FETCHED + HOUR)
    [old] = store.rows(tables.ArticleRevision)
    assert (old.revision, old.headline, old.byline) == (1, article().headline, "H.D")
    assert old.changed == ["headline", "byline", "images"]
    assert old.images == [{"url": PICTURE, "caption": "Một.", "credit": None}]
    assert [image.caption for image in store.rows(tables.Image)] == ["Hai."]
    assert (old.seen_at, old.replaced_at) == (FETCHED, FETCHED + HOUR)


def test_other_related_links_are_no_change(store: Store) -> None:
    store.write(article(related=[related(1), related(2)]))

    later = FETCHED + HOUR
    assert store.write(article(related=[related(2), related(3)], fetched_at=later)) == {"unchanged": 1}

    seen = {
        link.target_site_article_id: (link.first_seen_at, link.last_seen_at)
        for link in store.rows(tables.RelatedLink)
    }
    assert seen == {1: (FETCHED, FETCHED), 2: (FETCHED, later), 3: (later, later)}


def test_two_fetches_of_one_article_in_a_batch_become_its_history(store: Store) -> None:
    counts = store.write(article(headline="Sau", fetched_at=FETCHED + HOUR), article(headline="Trước"))

    assert counts == {"new": 1, "changed": 1}
    assert [row.headline for row in store.rows(tables.Article)] == ["Sau"]


def test_the_history_is_the_same_whatever_the_order_of_the_fetches(sqlite_store: Store) -> None:
    """An article for each order; in each batch the next fetch of all of them."""
    said = ["Một", "Một", "Hai", "Một", "Ba"]
    orders = list(permutations(range(5)))

    def fetch(number: int, hours: int) -> Any:
        own_words = " ".join(f"{number}.{word}" for word in range(60))  # or all would be duplicates
        return article(
            number,
            headline=said[hours],
            fetched_at=FETCHED + hours * HOUR,
            lead=own_words,
            body=[own_words],
            related=[related(hours + 1)],
        )

    for place in range(5):
        sqlite_store.write(*(fetch(number, order[place]) for number, order in enumerate(orders, start=1)))

    rows = sqlite_store.rows(tables.Article)
    assert len(rows) == len(orders)
    history = sorted(sqlite_store.rows(tables.ArticleRevision), key=lambda old: old.revision)
    for row in rows:
        order = orders[row.site_article_id - 1]
        assert (row.headline, row.revision, row.first_seen_at) == ("Ba", 4, FETCHED), order
        assert (row.changed_at, row.last_seen_at) == (FETCHED + 4 * HOUR, FETCHED + 4 * HOUR), order
        own = [old for old in history if old.article_id == row.id]
        assert [(old.revision, old.headline) for old in own] == [(1, "Một"), (2, "Hai"), (3, "Một")], order
        assert [old.changed for old in own] == [["headline"]] * 3, order
        assert [old.replaced_at for old in own[1:]] == [FETCHED + 3 * HOUR, FETCHED + 4 * HOUR], order


def test_a_better_reading_of_the_same_page_is_told_apart_from_an_edit(store: Store) -> None:
    store.write(article(headline="Trước"))
    store.write(article(headline="Sau", fetched_at=FETCHED + HOUR))

    store.write(article(headline="Trước", byline="H.D", parser="post/2"))
    store.write(article(headline="Sau", byline="H.D", parser="post/2", fetched_at=FETCHED + HOUR))

    [row] = store.rows(tables.Article)
    assert (row.headline, row.byline, row.parser, row.revision) == ("Sau", "H.D", "post/2", 4)
    assert (row.first_seen_at, row.changed_at) == (FETCHED, FETCHED + HOUR)
    history = sorted(store.rows(tables.ArticleRevision), key=lambda old: old.revision)
    assert [(old.headline, old.byline, old.cause) for old in history] == [
        ("Trước", None, "parser"),
        ("Trước", "H.D", "edit"),
        ("Sau", None, "parser"),
    ]


def test_every_spelling_of_an_url_is_kept_once(store: Store) -> None:
    www = "http://www.baohoabinh.com.vn/11/188942/Dan-van-kheo.htm?fbclid=x"
    store.write(article(found_as=[www, article().canonical_url]))
    store.write(article(found_as=[www], fetched_at=FETCHED + HOUR))

    assert {row.url for row in store.rows(tables.ArticleUrl)} == {www, article().canonical_url}


def test_a_failed_article_stays_wanted_and_what_there_was_is_kept(
    store: Store, collection: Collection
) -> None:
    failure = Failure(
        edition="vi", article_id=5, url=entry(5).url, reason="unreadable", at=FETCHED, payload={"html": "<p>"}
    )

    assert store.write(failure) == {"rejected": 1}

    [reject] = store.rows(tables.Reject)
    assert (reject.reason, reject.payload) == ("unreadable", {"html": "<p>"})
    assert [wanted.article_id for wanted in asyncio.run(collection.wanted(None, None, 9, failed=True))] == [5]
    assert asyncio.run(collection.wanted(None, None, 9)) == []
    assert asyncio.run(collection.missing({(VI, 5)})) == {(VI, 5): True}


def test_an_article_that_fails_again_and_again_is_left_alone_for_longer_and_longer() -> None:
    pauses = [pause_after(attempts).days for attempts in (1, 2, 3, 4, 20, 1000)]

    assert pauses == [0, 1, 2, 4, 30, 30]


def test_a_gone_article_is_not_wanted_and_not_missing(store: Store, collection: Collection) -> None:
    store.write(Discovery(entries=[entry(5), entry(6)], at=FETCHED))
    store.write(Absence(edition="vi", article_id=5, url=entry(5).url, reason="404", at=datetime.now(UTC)))

    assert asyncio.run(collection.missing({(VI, 5), (VI, 6), (VI, 7)})) == {(VI, 6): False, (VI, 7): False}
    assert [wanted.article_id for wanted in asyncio.run(collection.wanted(None, None, 9))] == [6]


def test_wanted_articles_come_in_parts_and_by_who_found_them(store: Store, collection: Collection) -> None:
    store.write(Discovery(entries=[entry(number) for number in (3, 1, 2)], at=FETCHED))

    first = asyncio.run(collection.wanted("latest", None, 2))
    second = asyncio.run(collection.wanted("latest", first[-1].key, 2))

    assert [[wanted.article_id for wanted in part] for part in (first, second)] == [[1, 2], [3]]
    assert asyncio.run(collection.wanted("backfill", None, 2)) == []


def test_a_young_article_becomes_due_and_not_modified_puts_it_off(
    store: Store, collection: Collection
) -> None:
    store.write(article(published_at=FETCHED - 2 * HOUR))

    assert asyncio.run(collection.due(FETCHED + HOUR)) == []
    assert [due.article_id for due in asyncio.run(collection.due(FETCHED + 2 * HOUR))] == [188942]

    counts = store.write(Unchanged(edition="vi", article_id=188942, at=FETCHED + 2 * HOUR))
    assert counts == {"unchanged": 1}
    assert asyncio.run(collection.due(FETCHED + 5 * HOUR)) == []
    assert [row.last_seen_at for row in store.rows(tables.Article)] == [FETCHED + 2 * HOUR]


def test_validators_are_kept_by_url(store: Store, collection: Collection) -> None:
    url = article().canonical_url
    store.write(article(validators=Validators(url=url, etag='"1"', at=NOW)))
    store.write(article(validators=Validators(url=url, etag='"2"', at=NOW), fetched_at=FETCHED + HOUR))

    assert asyncio.run(collection.validators([url, "other"])) == {
        url: Validators(url=url, etag='"2"', at=NOW)
    }


def test_sections_are_known_by_their_navigation(store: Store, collection: Collection) -> None:
    store.write(article())  # makes a row without slug and name
    section = Section(edition="vi", section_id=11, slug="CHINH-TRI", name="Chính trị")
    store.write(Discovery(sections=[section], at=FETCHED))

    assert asyncio.run(collection.lists()) == [ListRef(VI, 11, "CHINH-TRI")]
    assert [row.name for row in store.rows(tables.Section)] == ["Chính trị"]


class TestWalks:
    """A broken-off walk must leave no hole; see docs/architecture.md."""

    def test_entries_are_settled_by_a_finished_walk_be_it_a_later_one(
        self, store: Store, collection: Collection
    ) -> None:
        store.write(step("a", 1, [5]), step("a", 2, [4], finished=True))
        store.write(step("b", 1, [9, 8]))
        assert asyncio.run(collection.settled(POLITICS, {9, 8, 5, 4, 3})) == {5, 4}

        store.write(step("c", 1, [9, 8]), step("c", 2, [7, 6]), step("c", 3, [5], finished=True))
        assert asyncio.run(collection.settled(POLITICS, {9, 8, 7, 6, 5, 4})) == {9, 8, 7, 6, 5, 4}

    def test_a_walk_to_the_end_settles_by_promise_and_can_be_taken_up(
        self, store: Store, collection: Collection
    ) -> None:
        store.write(step("a", 1, [9, 8], to_end=True), step("a", 2, [7, 6], to_end=True))

        assert asyncio.run(collection.settled(POLITICS, {9, 8})) == {9, 8}
        assert asyncio.run(collection.open_walk(POLITICS)) == ("a", 3)

        store.write(step("a", 3, [], to_end=True, finished=True))
        assert asyncio.run(collection.open_walk(POLITICS)) is None

    def test_a_walk_that_finds_nothing_new_leaves_no_row(self, store: Store) -> None:
        store.write(step("a", 1, [9, 8], finished=True))
        store.write(step("b", 1, [9, 8], finished=True, at=FETCHED + HOUR))

        [walk] = store.rows(tables.ListWalk)
        assert (walk.id, walk.confirmed_at) == ("a", FETCHED + HOUR)

    def test_another_headline_in_the_list_makes_a_collected_article_due(
        self, store: Store, collection: Collection
    ) -> None:
        store.write(step("a", 1, [9], finished=True), article(9, published_at=FETCHED - 400 * 24 * HOUR))
        edited = [entry(9, headline="Tin 9 đã sửa")]

        assert asyncio.run(collection.edited(POLITICS, edited)) == {(VI, 9)}
        assert asyncio.run(collection.edited(POLITICS, [entry(9, teaser=None)])) == set()

        store.write(step("b", 1, [], entries=edited, finished=True, at=FETCHED + HOUR))
        assert [due.article_id for due in asyncio.run(collection.due(FETCHED + HOUR))] == [9]
        assert asyncio.run(collection.edited(POLITICS, edited)) == set()

    def test_an_unread_first_page_is_asked_for_with_validators_only_if_no_walk_was_broken_off(
        self, store: Store, collection: Collection
    ) -> None:
        first_page = ListRef(VI, 11, "CHINH-TRI")
        given = Validators(url=first_page.url, etag='"1"', at=NOW)
        store.write(step("a", 1, [9], finished=True, validators=given))
        assert asyncio.run(collection.list_validators(first_page)) == given

        store.write(step("b", 1, [10], validators=given, at=FETCHED + HOUR))
        assert asyncio.run(collection.list_validators(first_page)) is None


def test_a_batch_that_fails_leaves_nothing_behind(store: Store, engine: Engine) -> None:
    broken = article(2, headline=None)

    with pytest.raises(Exception, match="headline"):
        store.write(article(1), broken)

    with engine.connect() as connection:
        assert _count(connection) == 0


def _count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(tables.Article)) or 0
