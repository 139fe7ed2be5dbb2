"""What page objects are given, and how a page is chosen its layout and kept as a test."""

from __future__ import annotations

from datetime import UTC, date, datetime

import attrs
import pytest

from crawler.pages.article import ArticlePage
from crawler.pages.inputs import FetchedAt
from newspapers.baohoabinh.layouts import POST
from newspapers.layout import GENERIC
from tests.pages.reading import FIRST, article, p, post


def test_a_time_of_fetch_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        FetchedAt(datetime(2024, 4, 25))  # noqa: DTZ001


def test_a_layout_is_read_only_by_pages_of_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = attrs.evolve(POST, valid_until=date(2020, 1, 1))
    monkeypatch.setattr(ArticlePage, "layouts", (gone, GENERIC))
    page = post(p(FIRST))
    assert article(page, fetched=datetime(2019, 12, 31, tzinfo=UTC)).parser == "post/1"
    assert article(page, fetched=datetime(2020, 1, 2, tzinfo=UTC)).parser == "generic/1"
