"""The search index and the views follow whatever is written, on both databases."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from analysis.search.find import find
from analysis.search.keys import Search
from analysis.search.query import parse
from schemas.database import write_transaction
from schemas.derived import create_derived, drop_derived
from schemas.folding import LETTERS, PLACEMENTS, fold, spell
from schemas.items import Basis, Image, Kind
from schemas.search_index import empty_index, fill_index
from tests.builders import FETCHED, article
from tests.pipelines.test_records import Store

PICTURE = "https://ims.baohoabinh.com.vn/NewsImg/4_2024/1.jpg"


def store(engine: Engine, *batch: Any) -> None:
    Store(engine).write(*batch)


def found(engine: Engine, word: str) -> list[int]:
    """Numbers of the articles in whose index a word stands."""
    sqlite = engine.dialect.name == "sqlite"
    query = f"""
        SELECT a.site_article_id
        FROM article_search f
        JOIN articles a ON a.id = f.{"rowid" if sqlite else '"key"'} % 10000000000
        WHERE {"article_search MATCH :word" if sqlite else "words @@ to_tsquery('simple', :word)"}
        ORDER BY 1
    """
    with engine.connect() as connection:
        return list(connection.scalars(text(query), {"word": word}))


def test_an_article_is_found_as_soon_as_it_is_stored_and_by_its_present_words(engine: Engine) -> None:
    store(engine, article(1, headline="Giảm nghèo ở Đà Bắc"), article(2))
    assert (found(engine, "ngheo"), found(engine, "nghèo"), found(engine, "nghẹo")) == ([1], [1], [])

    store(engine, article(1, headline="Khuyến nông", fetched_at=FETCHED + timedelta(hours=1)))
    assert (found(engine, "ngheo"), found(engine, "khuyen")) == ([], [1])
    assert found(engine, "dan") == [1, 2], "the body is still found"

    with engine.connect() as connection:
        connection.execute(text("UPDATE articles SET headline = 'Giảm nghèo'"))
        connection.rollback()
    assert found(engine, "ngheo") == [], "what is taken back leaves nothing"


def test_an_article_is_found_by_its_captions(engine: Engine) -> None:
    pictures = [Image(url=PICTURE, caption="Lễ hội Khai Hạ"), Image(url=PICTURE, caption="Múa sạp")]
    store(engine, article(1, kind=Kind.PHOTO, body=[], images=pictures), article(2, images=pictures))

    assert found(engine, "hạ") == [1, 2]
    assert found(engine, "sap") == [1, 2]

    later = {"fetched_at": FETCHED + timedelta(hours=1)}
    store(engine, article(1, kind=Kind.PHOTO, body=[], images=pictures[:1], **later))

    assert found(engine, "hạ") == [1, 2]
    assert found(engine, "sap") == [2]


def test_whatever_writes_articles_is_followed(engine: Engine) -> None:
    store(engine, article(1, headline="Giảm nghèo"), article(2, headline="Giảm nghèo"))
    with write_transaction(engine) as connection:
        connection.execute(text("UPDATE articles SET headline = 'Hoà Bình' WHERE site_article_id = 2"))

    assert found(engine, "ngheo") == [1]
    assert found(engine, "hòa") == [2]

    with write_transaction(engine) as connection:
        connection.execute(text("DELETE FROM duplicates"))
        connection.execute(text("DELETE FROM text_anchors"))
        connection.execute(text("DELETE FROM articles WHERE site_article_id = 1"))

    assert found(engine, "giam") == []
    assert found(engine, "dan") == [2]


def test_the_key_begins_with_the_local_day(engine: Engine) -> None:
    before_midnight = datetime(2024, 4, 23, 16, 59, tzinfo=UTC)
    after_midnight = datetime(2024, 4, 23, 17, 0, tzinfo=UTC)
    undated = {"published_at": None, "published_basis": None, "published_raw": None}
    store(
        engine,
        article(1, published_at=before_midnight, published_basis=Basis.PAGE),
        article(2, published_at=after_midnight, published_basis=Basis.PAGE),
        article(3, **undated),
    )
    key = "rowid" if engine.dialect.name == "sqlite" else '"key"'
    with engine.connect() as connection:
        keys = list(connection.scalars(text(f"SELECT {key} FROM article_search")))

    assert sorted(value // 10_000_000_000 for value in keys) == [0, 20240423, 20240424]


def test_an_index_that_a_migration_emptied_is_filled_after_it(engine: Engine) -> None:
    store(engine, article(1, headline="Giảm nghèo"))
    with write_transaction(engine) as connection:
        drop_derived(connection)
        empty_index(connection)
    assert found(engine, "ngheo") == []

    with write_transaction(engine) as connection:
        create_derived(connection)

    assert found(engine, "ngheo") == [1]


def test_beginnings_are_found_in_whatever_was_written_last(engine: Engine) -> None:
    def begin(letters: str) -> set[int]:
        with engine.connect() as connection:
            return {hit.site_article_id for hit in find(connection, Search(parse(f"headline:{letters}*")))}

    store(engine, article(1, headline="Giảm nghèo"), article(2, headline="Khuyến nông"))
    assert (begin("ngh"), begin("nghè")) == ({1}, {1})

    with write_transaction(engine) as connection:
        connection.execute(text("UPDATE articles SET headline = 'Thác Bờ' WHERE site_article_id = 1"))
    assert (begin("ngh"), begin("thác"), begin("khuy")) == (set(), {1}, {2})

    with write_transaction(engine) as connection:
        assert list(fill_index(connection)) == [2]
    assert (begin("ngh"), begin("thác"), begin("khuy")) == (set(), {1}, {2})


def test_filling_the_index_anew_changes_nothing(engine: Engine) -> None:
    pictures = [Image(url=PICTURE, caption="Lễ hội Khai Hạ")]
    store(engine, article(1, headline="Giảm nghèo"), article(2, kind=Kind.PHOTO, body=[], images=pictures))
    with write_transaction(engine) as connection:
        assert list(fill_index(connection)) == [2]
        assert list(fill_index(connection)) == [2]

    assert found(engine, "ngheo") == [1]
    assert found(engine, "hạ") == [2]

    store(engine, article(1, headline="Khác", fetched_at=FETCHED + timedelta(hours=1)))

    assert found(engine, "ngheo") == []
    _check_integrity(engine)


def _check_integrity(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with write_transaction(engine) as connection:
            for name in ("article_search", "article_search_words"):
                connection.execute(text(f"INSERT INTO {name} ({name}) VALUES ('integrity-check')"))


def test_the_databases_fold_as_python_does(engine: Engine) -> None:
    text_of_all = " ".join((*LETTERS, *PLACEMENTS, "Hoà Bình QUÝ thuỷ khoẻ Mư̒ơ̭ng Ðà"))
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        store(engine, article(1, headline=text_of_all, body=[text_of_all]))
        query = "SELECT headline, headline_spelled, body, body_spelled FROM article_search_text"
    else:
        query = "SELECT search_fold(:text), search_spell(:text)"
    with engine.connect() as connection:
        folded, spelled, *of_body = connection.execute(text(query), {"text": text_of_all}).one()

    # SQLite leaves capitals to its tokenizer.
    assert folded.lower() == fold(text_of_all)
    assert spelled.lower() == spell(text_of_all)
    if sqlite:
        assert of_body[0].endswith(folded)
        assert of_body[1].endswith(spelled)


@given(st.text(sorted({*LETTERS, *"".join(PLACEMENTS), *"aoehquyTHOA đ"})))
def test_what_is_folded_has_nothing_left_to_fold(value: str) -> None:
    assert fold(fold(value)) == fold(value)


def test_composed_and_decomposed_text_have_one_form() -> None:
    for value in ("Hoà Bình", "Đường", "thuỷ lợi"):
        decomposed = unicodedata.normalize("NFD", value)
        assert fold(decomposed) == fold(value)
        assert spell(decomposed) == spell(value)
