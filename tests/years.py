"""A made-up collection of many years, written into an empty database: what plots are judged by.

``python -m tests.years sqlite:////tmp/years.db 60000`` makes one to look at.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice, pairwise
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, insert

from newspapers.baohoabinh.numbering import ANCHORS, ZONE
from schemas import tables
from schemas.catalogue_lines import fill_catalogue
from schemas.database import open_engine, prepare_schema

SECTIONS = (
    (11, "Chính trị", 30),
    (12, "Kinh tế", 24),
    (16, "Văn hóa", 14),
    (15, "Thể thao", 11),
    (217, "Pháp luật", 9),
    (219, "BHXH", 4),
    (274, "Giảm nghèo", 3),
    (220, "Ký – Phóng sự", 2),
    (28, "Khoa học – môi trường", 2),
    (276, "Du lịch", 1),
    (256, "Ảnh", 1),
    (259, "Video", 1),
)
"""Number, name and weight."""

AUTHORS = (
    *("Đức Phượng", "Hồng Nhung", "Bùi Minh", "Đinh Thắng", "Hương Lan"),
    *("Lê Chung", "Viết Đào", "Hải Yến", "Thu Thủy", "Hoàng Nga"),
)

REASONS = {
    "ok": "3 articles stored",
    "degraded": "2 of 31 articles could not be fetched: HTTP 500 (1), timed out (1); they stay wanted",
    "site unreachable": "no answer to 20 requests in a row",
}

PHRASES = (
    *("trên địa bàn tỉnh", "xây dựng nông thôn mới", "công tác giảm nghèo", "đồng bào dân tộc Mường"),
    *("phát triển du lịch hồ Hòa Bình", "cam Cao Phong được mùa", "các đại biểu Hội đồng nhân dân"),
    *("huyện Đà Bắc", "thành phố Hòa Bình", "lễ hội chiêng Mường", "tập trung lãnh đạo, chỉ đạo"),
    *("nâng cao đời sống nhân dân", "đường giao thông liên xã", "học sinh trường phổ thông dân tộc nội trú"),
    *("kiểm tra sản xuất vụ xuân", "phòng, chống thiên tai"),
)

Row = tuple[type, dict[str, Any]]
"""A table and what is written to it."""

COLLECTED_AT = datetime(2025, 6, 20, 3, tzinfo=UTC)
RELATED = 5
LAYOUTS = ((2014, "table/1"), (2019, "div/1"), (9999, "post/1"))


def fill(engine: Engine, articles: int, seed: int = 5) -> None:
    """Write about so many articles, spread over the years whose numbers are dated, with the usual faults.

    Some months are thin, one is missing, one article in forty is a copy, early ones have no byline
    and their date is an estimate; runs are hourly for the last month, and not all went well.
    """
    random = Random(seed)  # noqa: S311 - no secret
    with engine.begin() as connection:
        _write_sections(connection)
        connection.execute(
            insert(tables.Author), [{"id": at, "name": name} for at, name in enumerate(AUTHORS, 1)]
        )
        rows = _articles(random, articles)
        while some := list(islice(rows, 5000)):
            # Articles come first: the others refer to them.
            for table in dict.fromkeys([tables.Article, *(of for of, _ in some)]):
                connection.execute(insert(table), [value for of, value in some if of is table])
        connection.execute(insert(tables.Run), list(_runs(random)))
        fill_catalogue(connection)


def _write_sections(connection: Connection) -> None:
    values = [
        {"id": at, "edition": "vi", "site_section_id": number, "slug": f"S-{number}", "name": name}
        for at, (number, name, _) in enumerate(SECTIONS, 1)
    ]
    for edition, number, name in (("en", 2, "Local news"), ("mu", 4, None)):
        added = {"id": len(values) + 1, "edition": edition, "site_section_id": number}
        values.append(added | {"slug": f"S-{number}", "name": name})
    connection.execute(insert(tables.Section), values)


def _articles(random: Random, number: int) -> Iterator[Row]:
    identities = count(1)
    first, last = ANCHORS[0][0], ANCHORS[-1][0]
    step = max(1.0, (last - first) / number)
    # The Vietnamese numbers are so many; what is more is English.
    english = max(0.06, number / (last - first) - 1)
    for (low, low_day), (high, high_day) in pairwise(ANCHORS):
        site_id = float(low)
        while site_id < high:
            day = low_day + (high_day - low_day) * ((site_id - low) / (high - low))
            published = datetime(
                day.year, day.month, day.day, random.randrange(6, 21), random.randrange(60), tzinfo=ZONE
            )
            known = int(site_id)
            site_id += max(1.0, step * random.uniform(0.5, 1.5))
            thin = (published.year, published.month) in {(2013, 2), (2016, 7), (2016, 8)}
            if (published.year, published.month) == (2021, 5) or (thin and random.random() < 0.8):
                if random.random() < 0.3:
                    yield tables.Frontier, _wanted(known, random)
                continue
            yield from _one(random, next(identities), "vi", known, published)
            if published.year >= 2013:
                for copy in range(int(english + random.random())):
                    yield from _one(random, next(identities), "en", copy * 1_000_000 + known, published)


def _wanted(number: int, random: Random) -> dict[str, Any]:
    failing = random.random() < 0.2
    return {
        "edition": "vi",
        "site_article_id": number,
        "url": f"https://baohoabinh.com.vn/11/{number}/Tin.htm",
        "found_by": "backfill",
        "found_at": COLLECTED_AT,
        "state": "wanted",
        "attempts": int(failing),
        "tried_at": COLLECTED_AT if failing else None,
        "reason": "HTTP 500" if failing else None,
    }


def _one(random: Random, identity: int, edition: str, number: int, published: datetime) -> Iterator[Row]:
    weights = [weight for _, _, weight in SECTIONS]
    section = random.choices(range(len(SECTIONS)), weights)[0] if edition == "vi" else len(SECTIONS)
    site_section = SECTIONS[section][0] if edition == "vi" else 2
    old = published.year < 2012
    dated = not old or random.random() < 0.4
    byline = random.random() < (0.3 if old else 0.85)
    author = min(int(random.expovariate(0.4)), len(AUTHORS) - 1) + 1 if byline else None
    paragraphs = [" ".join(_sentence(random) for _ in range(3)) for _ in range(random.randrange(2, 9))]
    rules = {"headline": "h2.title" if published.year >= 2019 else "heading", "body": "container"}
    if random.random() < 0.9:
        rules["lead"] = ".summary" if published.year >= 2014 else "bold-first"
    if byline:
        rules["byline"] = random.choice(["right-aligned-last", "pushed-right-last", "bold-last"])
    rules["published"] = "span.meta" if dated else "picture-folder"
    revised = random.random() < 0.01
    collected_at = max(published, COLLECTED_AT - timedelta(days=20))
    article = {
        "id": identity,
        "edition": edition,
        "site_article_id": number,
        "section_id": section + 1,
        "kind": {"Ảnh": "photo", "Video": "video"}.get(SECTIONS[section % len(SECTIONS)][1], "text"),
        "headline": _sentence(random).rstrip("."),
        "agency": "HBĐT" if random.random() < 0.7 else None,
        "lead": _sentence(random) if "lead" in rules else None,
        "body": "\n\n".join(paragraphs),
        "byline": author and AUTHORS[author - 1],
        "source": "TTXVN" if random.random() < 0.05 else None,
        "published_at": published if dated else published.replace(day=1, hour=0, minute=0),
        "published_raw": published.strftime("%d/%m/%Y") if dated else None,
        "published_basis": "page" if dated else "picture-folder",
        "canonical_url": f"https://baohoabinh.com.vn/{site_section}/{number}/Tin.htm",
        "word_count": sum(len(paragraph.split()) for paragraph in paragraphs),
        "content_hash": f"{identity:064x}",
        "revision": 1 + revised,
        "first_seen_at": collected_at,
        "last_seen_at": COLLECTED_AT,
        "changed_at": collected_at,
        "parser": next(name for before, name in LAYOUTS if published.year < before),
        "rules": rules,
    }
    yield tables.Article, article
    if revised:
        yield tables.ArticleRevision, _before(article, random)
    yield from _related(identity, edition, number, random)
    if author:
        yield tables.ArticleAuthor, {"article_id": identity, "position": 1, "author_id": author}
    yield tables.Frontier, _wanted(number, random) | {"edition": edition, "state": "collected", "attempts": 0}
    if random.random() < 0.6:
        caption = _sentence(random) if random.random() < 0.8 else None
        folder = f"{published.month}_{published.year}"
        yield (
            tables.Image,
            {
                "article_id": identity,
                "position": 1,
                "url": f"https://ims.baohoabinh.com.vn/NewsImg/{folder}/{number}.jpg",
                "caption": caption and f"{caption} Ảnh: P.V",
                "credit": "P.V" if caption else None,
            },
        )
    if identity > 100 and random.random() < 0.025:
        exact = random.random() < 0.4
        yield (
            tables.Duplicate,
            {
                "article_id": identity,
                "of_article_id": identity - random.randrange(1, 90),
                "method": "exact" if exact else "near",
                "similarity": 1.0 if exact else random.uniform(0.7, 0.99),
                "containment": 1.0,
                "algorithm": "test",
            },
        )


def _before(article: dict[str, Any], random: Random) -> dict[str, Any]:
    names = tables.ArticleRevision.__table__.c.keys()
    return {name: article[name] for name in names if name in article} | {
        "article_id": article["id"],
        "revision": 1,
        "seen_at": article["first_seen_at"],
        "replaced_at": article["changed_at"],
        "changed": ["headline"],
        "cause": "edit",
        "headline": _sentence(random),
        "images": [],
    }


def _related(identity: int, edition: str, number: int, random: Random) -> Iterator[Row]:
    """The block of other news: some of the last hundred numbers."""
    for position, other in enumerate(random.sample(range(1, 100), RELATED), 1):
        yield (
            tables.RelatedLink,
            {
                "article_id": identity,
                "target_edition": edition,
                "target_site_article_id": number - other,
                "position": position,
                "url": f"https://baohoabinh.com.vn/11/{number - other}/Tin.htm",
                "headline": _sentence(random).rstrip("."),
                "first_seen_at": COLLECTED_AT,
                "last_seen_at": COLLECTED_AT,
            },
        )


def _sentence(random: Random) -> str:
    words = " ".join(random.sample(PHRASES, random.randrange(2, 6)))
    return words[0].upper() + words[1:] + "."


def _runs(random: Random) -> Iterator[dict[str, Any]]:
    for hour in range(30 * 24):
        verdict = random.choices(
            ["ok", "nothing new", "degraded", "site unreachable", None], [60, 30, 6, 3, 1]
        )[0]
        started = COLLECTED_AT - timedelta(hours=hour)
        yield {
            "id": 720 - hour,
            "spider": "backfill" if hour > 700 else "latest",
            "arguments": {},
            "started_at": started,
            "finished_at": started + timedelta(minutes=random.randrange(1, 9)) if verdict else None,
            "verdict": verdict,
            "reason": REASONS.get(verdict or ""),
            "new": random.randrange(1, 9) if verdict in {"ok", "degraded"} else 0,
            "failed": 2 if verdict == "degraded" else 0,
        }


def main() -> None:
    url, number = sys.argv[1:]
    engine = open_engine(url)
    prepare_schema(engine)
    fill(engine, int(number))
    engine.dispose()


if __name__ == "__main__":
    main()
