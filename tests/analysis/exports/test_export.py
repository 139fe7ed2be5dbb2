"""What an export holds, on both databases, and that it is complete or absent."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from attrs import evolve
from sqlalchemy import Engine, make_url

from analysis.exports import datasets as datasets_module
from analysis.exports.datasets import ArticleChoice, datasets
from analysis.exports.exporting import Request, Result, TargetError, export, sidecar_of
from analysis.exports.formats import Compression, Format
from newspapers import SectionRef
from schemas.items import Kind
from schemas.view_dialects import PICTURE_FIELDS
from tests.analysis.exports.conftest import HOSTILE, LATE_EVENING, PICTURE, fill
from tests.analysis.exports.reading import csv_rows, jsonl_rows
from tests.builders import article
from tests.pipelines.test_records import Store

NOT_ARCHIVED = dict.fromkeys(PICTURE_FIELDS)
ALL = [("en", 70), *(("vi", number) for number in range(188940, 188946))]


class Bystander:
    """Notes how far an export is."""

    def __init__(self) -> None:
        self.expected = 0
        self.steps: list[int] = []

    def __call__(self, done: int, total: int) -> None:
        self.expected = total
        self.steps.append(done)


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    return Request(datasets()["articles"], tmp_path / "articles.jsonl", Format.JSONL)


def rows_of(engine: Engine, request: Request) -> list[dict[str, Any]]:
    export(engine, request, Bystander())
    return jsonl_rows(request.output.read_text(encoding="utf-8"))


def only(request: Request, *names: str) -> Request:
    """The same with these columns."""
    columns = {column.name: column for column in request.dataset.columns}
    return evolve(request, dataset=evolve(request.dataset, columns=tuple(columns[name] for name in names)))


def keys(engine: Engine, request: Request, **choice: Any) -> list[tuple[str, int]]:
    rows = rows_of(engine, evolve(request, choice=ArticleChoice(**choice), replace=True))
    return [(row["edition"], row["site_article_id"]) for row in rows]


def test_an_article_is_a_row_with_what_other_tables_say_of_it(collection: Engine, request_: Request) -> None:
    rows = rows_of(collection, request_)

    assert [(row["edition"], row["site_article_id"]) for row in rows] == ALL
    _, row, hostile, original, copy, photo, _ = rows
    assert (row["site_section_id"], row["section"]) == (11, "Chính trị")
    assert row["authors"] == ["Đức Phượng", "Hồng Nhung"]
    assert (row["first_caption"], row["pictures"]) == ("Bà con bản Lác. Ảnh: P.V", 2)
    assert row["images"] == [
        NOT_ARCHIVED | {"url": PICTURE + "1_a.jpg"},
        NOT_ARCHIVED | {"url": PICTURE + "1_b.jpg", "caption": "Bà con bản Lác. Ảnh: P.V", "credit": "P.V"},
    ]
    assert row["published_at"] == LATE_EVENING.isoformat()
    assert row["local_date"] == "2024-01-01", "the day is that of Việt Nam"
    assert row["rules"] == {"headline": "h2.title"}
    assert (hostile["headline"], hostile["body"]) == (HOSTILE, "- Thưa ông?\n\n=1+1;=2 “và” @x")
    assert original["tables"] == [[["Xã", "ha"], ["Bắc Phong", ""]]]
    assert (copy["duplicate_of"], original["duplicate_of"]) == (original["id"], None)
    assert (photo["tables"], photo["body"], photo["lead"], photo["images"]) == (None, "", None, [])


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"editions": ("en",)}, [("en", 70)]),
        ({"sections": (SectionRef("vi", 12), SectionRef("en", 2))}, [("en", 70), ("vi", 188943)]),
        ({"kinds": (Kind.PHOTO,)}, [("vi", 188944)]),
        ({"author": "Hồng Nhung"}, [("vi", 188940), ("vi", 188944)]),
        ({"dates_from_page": True}, ALL[1:6]),
        ({"distinct": True}, [key for key in ALL if key != ("vi", 188943)]),
        ({"until": date(2024, 1, 1)}, ALL[:2]),
        ({"since": date(2024, 1, 1), "until": date(2024, 1, 1)}, [("vi", 188940)]),
        ({"since": date(2024, 1, 2)}, ALL[2:6]),
        ({"until": date(2023, 12, 31)}, [("en", 70)]),
        ({"since": date(2012, 4, 1), "until": date(2012, 4, 1)}, [("en", 70)]),
    ],
)
def test_a_choice_restricts(
    collection: Engine, request_: Request, choice: dict[str, Any], expected: list[tuple[str, int]]
) -> None:
    assert keys(collection, request_, **choice) == expected


def test_a_story_is_kept_if_the_article_that_told_it_first_is_not_selected(
    collection: Engine, request_: Request
) -> None:
    only_the_copy = (SectionRef("vi", 12),)

    assert keys(collection, request_, sections=only_the_copy, distinct=True) == [("vi", 188943)]


def test_days_leave_out_articles_without_a_date_and_say_so(collection: Engine, request_: Request) -> None:
    of_2024 = ArticleChoice(since=date(2024, 1, 1))

    assert export(collection, evolve(request_, choice=of_2024), Bystander()).undated == 1
    english = evolve(of_2024, editions=("en",))
    assert export(collection, evolve(request_, choice=english, replace=True), Bystander()).undated == 0


def test_columns_come_in_the_order_asked_for(collection: Engine, request_: Request) -> None:
    rows = rows_of(collection, only(request_, "first_caption", "local_date", "edition"))

    assert list(rows[1]) == ["first_caption", "local_date", "edition"]
    assert rows[0] == {"first_caption": None, "local_date": "2012-04-01", "edition": "en"}


def test_every_table_and_view_can_be_exported(collection: Engine, request_: Request) -> None:
    packed = request_.output.with_suffix(".parquet")
    for name, dataset in datasets().items():
        assert [column.name for column in dataset.columns if not column.meaning] == [], name
        request = evolve(request_, dataset=dataset, replace=True)
        rows = rows_of(collection, request)
        export(collection, evolve(request, output=packed, format=Format.PARQUET), Bystander())

        assert pq.read_table(packed).num_rows == len(rows), name


def test_rows_of_other_tables_are_chosen_by_their_article(collection: Engine, request_: Request) -> None:
    images = evolve(request_, dataset=datasets()["images"])

    assert [row["position"] for row in rows_of(collection, images)] == [1, 2]
    of_2012 = ArticleChoice(until=date(2012, 12, 31))
    assert export(collection, evolve(images, choice=of_2012, replace=True), Bystander()).rows == 0


def test_both_databases_give_the_same_rows(
    sqlite_collection: Engine, postgres_collection: Engine, request_: Request
) -> None:
    names = [column.name for column in request_.dataset.columns]
    shared = only(request_, *(name for name in names if name not in ("id", "duplicate_of")))
    request = evolve(shared, replace=True)

    assert rows_of(sqlite_collection, request) == rows_of(postgres_collection, request)


def test_rows_are_read_some_at_a_time(
    collection: Engine, request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets_module, "CHUNK", 3)
    bystander = Bystander()

    export(collection, request_, bystander)

    assert bystander.expected == 7
    assert bystander.steps == [3, 6, 7]


def test_what_a_crawl_writes_meanwhile_is_not_in_the_export(
    engine: Engine, request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)
    monkeypatch.setattr(datasets_module, "CHUNK", 3)

    class Crawl(Bystander):
        def __call__(self, done: int, total: int) -> None:
            super().__call__(done, total)
            Store(engine).write(article(188950 + len(self.steps)))

    assert export(engine, request_, Crawl()).rows == 7
    assert len(keys(engine, request_)) == 10


def test_csv_is_text_with_quotes_and_null_without(collection: Engine, request_: Request) -> None:
    photo = ArticleChoice(kinds=(Kind.PHOTO,))
    request = only(request_, "site_article_id", "lead", "body", "authors", "local_date")
    export(collection, evolve(request, format=Format.CSV, choice=photo), Bystander())

    assert request.output.read_bytes().decode() == (
        'site_article_id,lead,body,authors,local_date\n188944,,"","Hồng Nhung",2024-04-24\n'
    )

    export(collection, evolve(request, format=Format.CSV, bom=True, replace=True), Bystander())

    assert request.output.read_bytes().startswith("\ufeffsite_article_id,".encode())
    assert len(csv_rows(request.output.read_text(encoding="utf-8-sig"))) == 7


def test_text_is_compressed_on_request(collection: Engine, request_: Request) -> None:
    packed = request_.output.with_suffix(".jsonl.gz")
    export(collection, evolve(request_, output=packed, compression=Compression.GZIP), Bystander())

    assert jsonl_rows(gzip.decompress(packed.read_bytes()).decode()) == rows_of(collection, request_)


def test_the_description_says_what_was_exported(collection: Engine, request_: Request) -> None:
    choice = ArticleChoice(editions=("vi",), since=date(2024, 1, 1), distinct=True)
    before = datetime.now(UTC).replace(microsecond=0)
    export(collection, evolve(only(request_, "headline", "images"), choice=choice), Bystander())

    description = json.loads(sidecar_of(request_.output).read_text(encoding="utf-8"))
    database = make_url(description["database"])
    [resource] = description["resources"]
    written = request_.output.read_bytes()
    assert description["filters"] == {"editions": ["vi"], "since": "2024-01-01", "distinct": True}
    assert description["schema_version"]
    assert (database.database, database.password, database.username) == (collection.url.database, None, None)
    assert before <= datetime.fromisoformat(description["created"]) <= datetime.now(UTC)
    assert resource["path"] == "articles.jsonl"
    assert resource["rows"] == 4
    assert resource["bytes"] == len(written)
    assert resource["hash"] == "sha256:" + hashlib.sha256(written).hexdigest()
    assert resource["schema"]["fields"] == [
        {"name": "headline", "type": "string", "description": "as printed, cleaned"},
        {
            "name": "images",
            "type": "array",
            "description": f"{', '.join(PICTURE_FIELDS)} of each picture, in the page's order",
        },
    ]


def test_nothing_is_overwritten_unless_asked(collection: Engine, request_: Request) -> None:
    request_.output.write_text("mine", encoding="utf-8")

    with pytest.raises(TargetError, match=r"articles\.jsonl exists; give another name, or --force"):
        export(collection, request_, Bystander())
    assert request_.output.read_text(encoding="utf-8") == "mine"

    assert export(collection, evolve(request_, replace=True), Bystander()).rows == 7


def test_a_folder_with_other_things_is_never_replaced(collection: Engine, request_: Request) -> None:
    (request_.output.parent / "mine").mkdir()
    (request_.output.parent / "mine" / "letter.txt").write_text("mine", encoding="utf-8")
    output = request_.output.parent / "mine"

    with pytest.raises(TargetError, match="holds other things than an export"):
        export(
            collection,
            evolve(request_, output=output, format=Format.PARQUET, by_year=True, replace=True),
            Bystander(),
        )


class Interrupted(Bystander):
    """Presses Ctrl-C as soon as something is written."""

    def __call__(self, done: int, total: int) -> None:
        raise KeyboardInterrupt


def test_an_export_that_is_interrupted_leaves_what_was_there(collection: Engine, request_: Request) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in request_.output.parent.glob("*articles*")}

    with pytest.raises(KeyboardInterrupt):
        export(collection, request_, Interrupted())
    assert files() == {}

    export(collection, request_, Bystander())
    before = files()
    with pytest.raises(KeyboardInterrupt):
        export(collection, evolve(request_, replace=True), Interrupted())
    assert files() == before


def test_an_empty_choice_still_names_its_columns(collection: Engine, request_: Request) -> None:
    nobody = evolve(only(request_, "headline"), format=Format.CSV, choice=ArticleChoice(author="Nobody"))

    assert export(collection, nobody, Bystander()) == Result(rows=0, bytes=len("headline\n"), undated=0)
