"""Items for tests: complete and valid unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from pipelines.clean import clean_article
from pipelines.records.batch import Writer, write_batch
from pipelines.records.run_rows import start_run
from pipelines.signatures import sign
from schemas.database import write_transaction
from schemas.items import Article, Basis, ListingEntry, RelatedLink, WalkStep

FETCHED = datetime(2024, 4, 25, 3, 0, tzinfo=UTC)
SITE = "https://baohoabinh.com.vn"

SENTENCES = (
    "Sáng 24/4, huyện tổ chức hội nghị tổng kết công tác dân vận với sự tham dự của đại biểu các xã.",
    "Hội nghị đánh giá phong trào đã huy động được sức mạnh của nhân dân trong xây dựng nông thôn mới.",
    "Nhiều mô hình trồng cây ăn quả, nuôi cá lồng và chăn nuôi bò mang lại thu nhập ổn định cho bà con.",
    "Các đồng chí lãnh đạo huyện biểu dương những tập thể và cá nhân có thành tích xuất sắc trong năm.",
    "Thời gian tới, địa phương tiếp tục đổi mới nội dung tuyên truyền, hướng mạnh về cơ sở thôn bản.",
)


def article(number: int = 188942, **values: Any) -> Article:
    """A valid article of section 11."""
    url = f"{SITE}/11/{number}/Dan-van-kheo.htm"
    default: dict[str, Any] = {
        "edition": "vi",
        "article_id": number,
        "section_id": 11,
        "canonical_url": url,
        "found_as": [url],
        "headline": f"Dân vận khéo ở huyện, kỳ {number}",
        "agency": "HBĐT",
        "lead": SENTENCES[0],
        "body": list(SENTENCES[1:]),
        "published_at": FETCHED - timedelta(days=1),
        "published_raw": "24/4/2024 10:00",
        "published_basis": Basis.PAGE,
        "fetched_at": FETCHED,
        "parser": "post/1",
        "rules": {"headline": "h2.title"},
    }
    return Article(**default | values)


def signed(item: Article) -> Article:
    """An article as it reaches the store."""
    clean_article(item)
    sign(item)
    return item


def store(engine: Engine, *batches: Sequence[Any], **how: Any) -> None:
    """Write batches as the store pipeline does, in a run of their own."""
    with write_transaction(engine) as connection:
        writer = Writer(start_run(connection, "test", {}, FETCHED), "test", 7)
    for batch in batches:
        with write_transaction(engine) as connection:
            write_batch(connection, batch, writer, **how)


def entry(number: int, section: int = 11, **values: Any) -> ListingEntry:
    """An entry in the list of section 11."""
    url = f"{SITE}/{section}/{number}/Tin.htm"
    default: dict[str, Any] = {
        "edition": "vi",
        "article_id": number,
        "section_id": section,
        "url": url,
        "found_as": url,
        "headline": f"Tin {number}",
        "teaser": "Sáng 24/4, huyện tổ chức hội nghị.",
    }
    return ListingEntry(**default | values)


def related(number: int, **values: Any) -> RelatedLink:
    """An entry in a "Các tin khác" block."""
    url = f"{SITE}/11/{number}/Tin.htm"
    default: dict[str, Any] = {
        "edition": "vi",
        "article_id": number,
        "url": url,
        "found_as": url,
        "headline": f"Tin {number}",
    }
    return RelatedLink(**default | values)


def step(walk: str, page: int, numbers: list[int], **values: Any) -> WalkStep:
    """One page of a walk along the list of section 11."""
    default: dict[str, Any] = {
        "walk": walk,
        "edition": "vi",
        "section_id": 11,
        "slug": "CHINH-TRI",
        "page": page,
        "to_end": False,
        "entries": [entry(number) for number in numbers],
        "at": FETCHED,
    }
    return WalkStep(**default | values)
