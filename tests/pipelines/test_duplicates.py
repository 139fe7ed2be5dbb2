"""What counts as the same story, and what does not."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from pipelines.records.batch import Writer, write_batch
from pipelines.records.run_rows import start_run
from pipelines.signatures import Match, Text, anchors_of, full_text, number_bits
from pipelines.signatures import compare as compare_texts
from schemas.database import open_engine, write_transaction
from schemas.tables import Article as ArticleRow
from schemas.tables import Duplicate
from tests.builders import FETCHED, SENTENCES, article, signed, store
from tests.faulty import until
from tests.reading import waiting_for_locks

STORY = " ".join(SENTENCES)
LONG_STORY = STORY + " " + " ".join(sentence.replace("huyện", "tỉnh") for sentence in reversed(SENTENCES))


def compare(one: str, other: str) -> Match | None:
    return compare_texts(Text(one), Text(other))


def share(text: str, kept: float) -> str:
    words = text.split()
    return " ".join(words[: round(len(words) * kept)])


VARIED = f"{STORY} {' '.join(f'{word}x' for word in STORY.split())}"


@pytest.mark.parametrize(
    ("one", "other", "method", "similarity"),
    [
        pytest.param(
            LONG_STORY, unicodedata.normalize("NFD", LONG_STORY.upper()), "exact", 1, id="other case"
        ),
        pytest.param(LONG_STORY, share(LONG_STORY, 0.85), "near", 0.95, id="shortened"),
        *(
            pytest.param(VARIED, share(VARIED, kept), "part", kept, id=str(kept))
            for kept in (0.4, 0.55, 0.68)
        ),
    ],
)
def test_the_same_words_or_most_of_them_are_one_story(
    one: str, other: str, method: str, similarity: float
) -> None:
    match = compare(one, other)

    assert match
    assert match == compare(other, one)
    assert (match.method, match.containment) == (method, 1.0)
    assert match.similarity == pytest.approx(similarity, abs=0.03)


def test_a_passage_in_common_is_not_a_part() -> None:
    quoting = " ".join(f"từ{number}" for number in range(60))

    assert compare(LONG_STORY, f"{quoting} {SENTENCES[1]} {SENTENCES[2]}") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (" Thu ngân sách tăng 5%.", " Thu ngân sách tăng 6%."),
        (" Thu ngân sách tăng 5%, chi giảm 6%.", " Thu ngân sách tăng 6%."),
    ],
)
def test_another_figure_makes_another_story(one: str, other: str) -> None:
    assert compare(LONG_STORY + one, LONG_STORY + other) is None
    assert compare(LONG_STORY + one, STORY + other) is None


def test_other_words_are_another_story_and_short_texts_are_not_compared() -> None:
    assert compare(STORY, " ".join(f"từ{number}" for number in range(100))) is None
    assert compare(SENTENCES[0], SENTENCES[0]) is None


def bits(words: list[str]) -> int:
    return number_bits(Text(" ".join(words)).numbers)


@given(
    st.lists(st.sampled_from(["5", "6", "5%", "1.000", "2/11"]), max_size=8),
    st.lists(st.sampled_from(["5", "6", "7", "17,5"]), max_size=8),
)
def test_the_bits_of_all_numbers_hold_those_of_some(some: list[str], more: list[str]) -> None:
    assert bits(some) & bits([*more, *some]) == bits(some)


def test_other_numbers_have_other_bits() -> None:
    one, other = bits(["tăng", "5%"]), bits(["tăng", "6%"])

    assert one & other not in (one, other)


def test_the_signature_does_not_depend_on_the_process() -> None:
    item = signed(article())

    assert len(item.anchors) == 5
    assert item.anchors[0] == 66339453
    assert item.word_count == len(full_text(item.lead, item.body).split())


@given(st.integers(0, 120), st.integers(47, 200))
def test_a_passage_keeps_its_anchors_whatever_stands_around_it(start: int, length: int) -> None:
    words = f"{LONG_STORY} {LONG_STORY.replace('xã', 'thôn')}".split()
    passage = words[start : start + max(length, 50)]

    assert set(anchors_of(passage)) <= set(anchors_of(words))


@pytest.mark.parametrize("numbers", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
@pytest.mark.parametrize("at_once", [True, False])
def test_pairs_are_found_whatever_the_order_of_arrival(
    engine: Engine, numbers: tuple[int, ...], at_once: bool
) -> None:
    texts = {1: list(SENTENCES[1:]), 2: list(SENTENCES[1:]), 3: [*SENTENCES[1:], "Hội nghị kết thúc."]}
    items = [signed(article(number, body=texts[number])) for number in numbers]
    store(engine, *([items] if at_once else [[item] for item in items]))

    assert pairs(engine) == {(2, 1, "exact"), (3, 1, "near"), (3, 2, "near")}


WHOLE = [*SENTENCES[1:], *(sentence.replace("huyện", "tỉnh") for sentence in reversed(SENTENCES))]


@pytest.mark.parametrize(
    ("bodies", "found"),
    [
        pytest.param(
            [WHOLE, WHOLE[:3], WHOLE],
            {(2, 1, "part"), (3, 1, "exact"), (3, 2, "part")},
            id="a cut, before and after its whole",
        ),
        pytest.param(
            [SENTENCES, [*SENTENCES, "Thu ngân sách tăng 5%."], [*SENTENCES, "Thu ngân sách tăng 6%."]],
            {(2, 1, "near"), (3, 1, "near")},
            id="more figures are the same story, other figures are not",
        ),
    ],
)
def test_which_pairs_the_store_records(
    engine: Engine, bodies: list[list[str]], found: set[tuple[int, int, str]]
) -> None:
    store(engine, *([signed(article(number, body=list(body)))] for number, body in enumerate(bodies, 1)))

    assert pairs(engine) == found


def test_a_changed_text_is_judged_again(engine: Engine) -> None:
    store(engine, [signed(article(1)), signed(article(2))], [signed(article(2, body=["Bài đã được thay."]))])

    assert pairs(engine) == set()


def test_of_two_writers_at_once_the_second_finds_the_pair(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with write_transaction(engine) as connection:
        writer = Writer(start_run(connection, "test", {}, FETCHED), "test", 7)

    def store_another() -> None:
        with write_transaction(engine) as connection:
            write_batch(connection, [signed(article(2, section_id=12))], writer)

    with ThreadPoolExecutor(1) as pool:
        with write_transaction(engine) as connection:
            write_batch(connection, [signed(article(1))], writer)
            other = pool.submit(store_another)
            until(lambda: other.done() or waiting_for_locks(postgres_url))
        other.result()

    assert pairs(engine) == {(2, 1, "exact")}
    engine.dispose()


def test_an_article_that_is_read_for_the_first_time_makes_pairs_by_its_last_text(engine: Engine) -> None:
    later = FETCHED + timedelta(hours=1)
    said = [
        signed(article(1)),
        signed(article(2, body=["Bài viết này sẽ được thay."])),
        signed(article(2, fetched_at=later)),
    ]
    store(engine, said, again=True, now=later)

    assert pairs(engine) == {(2, 1, "exact")}


def pairs(engine: Engine) -> set[tuple[int, int, str]]:
    with engine.connect() as connection:
        numbers = {row.id: row.site_article_id for row in connection.execute(select(ArticleRow))}
        return {
            (numbers[row.article_id], numbers[row.of_article_id], row.method)
            for row in connection.execute(select(Duplicate))
        }
