"""What cannot be an article goes to the rejects, with a reason that names field and value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipelines.validate import find_faults, rejected
from schemas.items import Image
from tests.builders import FETCHED, article


def test_a_valid_article_has_no_faults() -> None:
    assert find_faults(article()) == []


@pytest.mark.parametrize(
    "values",
    [
        {
            "lead": None,
            "body": [],
            "images": [Image(url="https://ims.baohoabinh.com.vn/NewsImg/4_2024/1.jpg")],
        },
        {"body": [], "kind": "video"},
        {"published_at": None, "published_basis": None, "published_raw": None},
    ],
)
def test_photo_stories_videos_and_undated_articles_are_valid(values: dict[str, Any]) -> None:
    assert find_faults(article(**values)) == []


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"headline": " "}, "headline is empty"),
        ({"lead": None, "body": []}, "there is neither lead nor body nor picture"),
        ({"edition": "fr"}, "edition 'fr' is none of vi, en, mu"),
        ({"kind": "poem"}, "kind 'poem' is none of text, interview, photo, video"),
        ({"article_id": 2**63}, "article_id 9223372036854775808 is not a positive 64-bit number"),
        ({"section_id": 0}, "section_id 0 is not a positive 32-bit number"),
        ({"canonical_url": "http://www.baohoabinh.com.vn/11/188942/x.htm"}, "is not that of the article"),
        ({"published_at": datetime(9999, 1, 1, tzinfo=UTC)}, "is not between 1997 and the fetch"),
        ({"published_at": FETCHED + timedelta(days=2)}, "is not between 1997 and the fetch"),
        ({"published_at": datetime(2024, 4, 24)}, "has no time zone"),  # noqa: DTZ001
        ({"published_basis": "guess"}, "published_basis 'guess' is none of page"),
        ({"published_basis": None}, "must be given together"),
    ],
)
def test_an_invalid_article_becomes_a_failure_that_keeps_it(values: dict[str, Any], reason: str) -> None:
    item = article(**values)

    failure = rejected(item, find_faults(item))

    assert reason in failure.reason
    assert failure.payload
    assert failure.payload["body"] == item.body
