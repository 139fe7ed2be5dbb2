"""What page objects are given, and how a page is chosen its layout and kept as a test."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import attrs
import pytest
from web_poet.testing import Fixture

from crawler.pages.article import ArticlePage
from crawler.pages.fixtures import FixtureAdapter
from crawler.pages.inputs import FetchedAt
from newspapers.baohoabinh.layouts import POST
from newspapers.layout import GENERIC
from tests.pages.reading import FETCHED, FIRST, article, p, post, response


def test_a_time_of_fetch_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        FetchedAt(datetime(2024, 4, 25))  # noqa: DTZ001


def test_a_page_is_kept_as_a_test_and_read_again(tmp_path: Path) -> None:
    """What ``scrapy savefixture`` does with a live page."""
    page, fetched = response(post(p(FIRST), meta="15/11/2019")), FetchedAt(FETCHED)
    item = ArticlePage(response=page, fetched=fetched).to_item()
    meta = {"adapter": FixtureAdapter}
    fixture = Fixture.save(tmp_path, inputs=[page, fetched], item=item, meta=meta)
    fixture.assert_full_item_correct(ArticlePage)
    assert fixture.get_expected_output()["published_at"] == "2019-11-15T00:00:00+07:00"


def test_a_layout_is_read_only_by_pages_of_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = attrs.evolve(POST, valid_until=date(2020, 1, 1))
    monkeypatch.setattr(ArticlePage, "layouts", (gone, GENERIC))
    page = post(p(FIRST))
    assert article(page, fetched=datetime(2019, 12, 31, tzinfo=UTC)).parser == "post/1"
    assert article(page, fetched=datetime(2020, 1, 2, tzinfo=UTC)).parser == "generic/1"
