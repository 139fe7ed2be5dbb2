"""A small collection with what an export must get right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from schemas.database import open_engine, prepare_schema
from schemas.items import Basis, Discovery, Image, Kind, Section
from tests.builders import FETCHED, SENTENCES, SITE, article, signed
from tests.conftest import new_database
from tests.pipelines.test_records import Store

PICTURE = "https://ims.baohoabinh.com.vn/NewsImg/4_2024/"
LATE_EVENING = datetime(2023, 12, 31, 18, 30, tzinfo=UTC)
"""Half past one on the first of January 2024 in Việt Nam."""
HOSTILE = "=A1+B1"
TABLES = ((("Xã", "ha"), ("Bắc Phong", "")),)


def complete(number: int, **values: Any) -> Any:
    """An article with the counts and signatures that the pipelines give it; short ones repeat nobody."""
    return signed(article(number, **{"body": SENTENCES[1:2]} | values))


def fill(engine: Engine) -> None:
    """Seven articles, of which two tell one story."""
    prepare_schema(engine)
    store = Store(engine)
    sections = [Section(edition="vi", section_id=11, name="Chính trị", slug="CHINH-TRI")]
    story = [*SENTENCES[1:], *(sentence.replace("huyện", "tỉnh") for sentence in SENTENCES)]
    store.write(
        Discovery(sections=sections, at=FETCHED),
        complete(
            188940,
            published_at=LATE_EVENING,
            byline="Đức Phượng, Hồng Nhung",
            authors=["Đức Phượng", "Hồng Nhung"],
            images=[
                Image(url=PICTURE + "1_a.jpg"),
                Image(url=PICTURE + "1_b.jpg", caption="Bà con bản Lác. Ảnh: P.V", credit="P.V"),
            ],
        ),
        complete(188941, headline=HOSTILE, body=["- Thưa ông?", '=1+1;=2 "và" @x']),
        complete(188942, body=story, tables=TABLES),
        complete(188943, body=story, section_id=12, canonical_url=f"{SITE}/12/188943/Tin.htm"),
        complete(188944, kind=Kind.PHOTO, lead=None, body=[], byline="Hồng Nhung", authors=["Hồng Nhung"]),
        complete(188945, published_at=None, published_raw=None, published_basis=None),
        complete(
            70,
            edition="en",
            section_id=2,
            canonical_url=f"{SITE}/en/2/70/News.htm",
            headline="Mai Châu’s “valley”",
            published_at=datetime(2012, 3, 31, 17, tzinfo=UTC),
            published_raw=None,
            published_basis=Basis.PICTURE_FOLDER,
        ),
    )


@pytest.fixture(scope="session")
def sqlite_collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('exports')}/collection.db")
    fill(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_collection(postgres_server: str) -> Iterator[Engine]:
    with new_database(postgres_server) as url:
        engine = open_engine(url)
        fill(engine)
        yield engine
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def collection(request: pytest.FixtureRequest) -> Engine:
    """The collection, once on each database; tests only read it."""
    name = "sqlite_collection" if request.param == "sqlite" else "postgres_collection"
    engine: Engine = request.getfixturevalue(name)
    return engine
