"""A small collection to be explored, the command under way, and what it answers."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from sqlalchemy import Engine, insert, update

from pipelines.signatures import sign
from schemas import tables
from schemas.catalogue_lines import fill_catalogue
from schemas.items import Article, Image, RelatedLink
from tests.builders import FETCHED, SENTENCES, SITE, article
from tests.crawling import NOBODY, SCRAPY, Command, environment, scrapy, started
from tests.pipelines.test_records import Store
from tests.serving import free_port

PICTURE = "https://ims.baohoabinh.com.vn/NewsImg/4_2024/1_su su.jpg"
HOSTILE = '</script><script>alert("x")</script><img src=//example.org/x onerror=alert(1)>{{ 7 * 7 }}'
LATER = FETCHED + timedelta(hours=1)

SQUASH = "Su su giúp xã Quyết Chiến giảm nghèo"
GONGS = "Khai mạc ngày hội chiêng Mường"
EVIL = 3
"""The row number of the article with hostile texts."""

OPENER = build_opener(ProxyHandler({}))


def link(number: int, headline: str) -> RelatedLink:
    url = f"{SITE}/11/{number}/Tin.htm"
    return RelatedLink(edition="vi", article_id=number, url=url, found_as=url, headline=headline)


def store(engine: Engine) -> None:
    """Four articles: one that was edited and links to the next, one in English, one of ill will."""
    first = {
        "headline": SQUASH,
        "section_name": "Chính trị",
        "authors": ["Bùi Minh", "Hồng Nhung"],
        "byline": "Bùi Minh - Hồng Nhung",
        "images": [Image(url=PICTURE, caption="Vườn su su ở xóm Biệt. Ảnh: B.M", credit="B.M")],
        "related": [link(188941, GONGS), link(188000, "Chưa ai đọc bài này")],
    }
    batches: list[list[Article]] = [
        [
            article(188942, **first, body=["Năm ngoái cả xã có 20 ha.", *SENTENCES[2:], *SENTENCES]),
            article(188941, headline=GONGS, authors=["Bùi Minh"], body=list(SENTENCES[1:3])),
            article(188940, headline="Tin khác", authors=["Ai đó"], lead="Một", body=["Hai"], agency=None),
            article(
                70,
                edition="en",
                section_id=2,
                section_name="Local news",
                headline="Squash brings incomes",
                canonical_url=f"{SITE}/en/2/70/Squash.htm",
                lead="Farmers earn more.",
                published_at=None,
                published_raw=None,
                published_basis=None,
            ),
        ],
        [
            article(
                188942,
                **first,
                body=["Năm nay cả xã có 32 ha.", *SENTENCES[2:], *SENTENCES],
                fetched_at=LATER,
            )
        ],
    ]
    for batch in batches:
        for one in batch:
            sign(one)
        Store(engine).write(*batch)
    with engine.begin() as connection:
        evil = {"headline": HOSTILE, "lead": HOSTILE, "body": HOSTILE, "byline": HOSTILE}
        connection.execute(update(tables.Article).where(tables.Article.id == EVIL).values(**evil))
        connection.execute(update(tables.Author).where(tables.Author.name == "Ai đó").values(name=HOSTILE))
        connection.execute(
            insert(tables.Image),
            {"article_id": EVIL, "position": 1, "url": "javascript:alert(2)", "caption": HOSTILE},
        )
        fill_catalogue(connection)


@contextmanager
def exploring(
    database_url: str,
    archive: Path | None = None,
    options: Iterable[str] = (),
    powerless: Iterable[str] = (),
) -> Iterator[tuple[str, Command]]:
    """The command under way: its address and its process, stopped at the end as a service would be.

    :param powerless: what is written before the command, to take power from it.
    """
    port = free_port()
    command = [*powerless, *SCRAPY, "explore", "--port", str(port), *options]
    with started(command, environment(database_url, NOBODY, archive)) as process:
        process.reaches(lambda: "Uvicorn running on" in process.stderr)
        yield f"http://127.0.0.1:{port}", process
        process.send(signal.SIGTERM)
        process.end()


def get(address: str, path: str = "/", host: str | None = None, **parameters: str) -> tuple[int, str]:
    """Status and body of an answer."""
    url = f"{address}{path}" + (f"?{urlencode(parameters)}" if parameters else "")
    request = Request(url, headers={"Host": host} if host else {})  # noqa: S310 - loopback
    try:
        with OPENER.open(request, timeout=300) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def rows(address: str, path: str, **parameters: str) -> list[dict[str, Any]]:
    status, body = get(address, f"/collection/{path}.json", _shape="array", **parameters)
    assert status == 200, body
    found: list[dict[str, Any]] = json.loads(body)
    return found


def refused(database_url: str, port: str) -> str:
    """What the command says that does not start."""
    return scrapy("explore", "--port", port, database_url=database_url, expect=2).stderr
