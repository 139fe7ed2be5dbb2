"""The clean pipeline: one form of text in every field, and nothing lost or changed a second time."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.clean import CleanPipeline
from schemas.items import Absence, Article, Image, ListingEntry
from tests import builders


def clean(**values: Any) -> Article:
    item = CleanPipeline().process_item(builders.article(**values))
    assert isinstance(item, Article)
    return item


@pytest.mark.parametrize(
    ("field", "printed", "kept"),
    [
        ("headline", ' "Dân vận khéo”\n ở Kỳ Sơn', "“Dân vận khéo” ở Kỳ Sơn"),
        ("section_name", " Chính\xa0trị ", "Chính trị"),
        ("lead", "(HBĐT) - Sáng 24/4 , huyện họp", "Sáng 24/4, huyện họp"),
        ("body", ["Một  hai.", "\xa0", "năm 2023 ./."], ["Một hai.", "năm 2023."]),
        ("byline", " ./. Đức\xa0Phượng ", "Đức Phượng"),
        ("byline", "H.D ./.", "H.D"),
        ("byline", "Theo TTXVN", None),
        ("source", " TTXVN ", "TTXVN"),
        ("published_raw", " 2-11-2018\n 9-56-05  AM", "2-11-2018 9-56-05 AM"),
    ],
)
def test_each_field_is_cleaned(field: str, printed: Any, kept: Any) -> None:
    assert getattr(clean(**{field: printed}), field) == kept


def test_the_dateline_prefix_becomes_the_agency() -> None:
    item = clean(agency=None, lead="(HBO) On April 24")
    assert (item.agency, item.lead) == ("HBO", "On April 24")


def test_an_editors_note_keeps_its_mark() -> None:
    assert clean(lead="(HBĐT) - LTS: Nhân dịp").lead == "LTS: Nhân dịp"


def test_a_byline_gives_authors_and_source() -> None:
    item = clean(byline="Bùi Minh (TTXVN)", source=None)
    assert (item.byline, item.source, item.authors) == ("Bùi Minh (TTXVN)", "TTXVN", ["Bùi Minh"])


def test_a_caption_keeps_its_credit() -> None:
    image = clean(images=[Image(url="u", caption=" Lễ hội. Ảnh : P.V ")]).images[0]
    assert (image.caption, image.credit) == ("Lễ hội. Ảnh: P.V", "P.V")


def test_teasers_lose_the_dateline_prefix() -> None:
    link = clean(related=[builders.related(5, headline=" Tin  vắn", teaser="(HBĐT) - Sáng nay")]).related[0]
    assert (link.headline, link.teaser) == ("Tin vắn", "Sáng nay")


def test_entries_of_a_walk_are_cleaned() -> None:
    step = builders.step("w", 1, [], entries=[builders.entry(5, headline=" A  b", teaser="(HBĐT) - C")])
    entry: ListingEntry = CleanPipeline().process_item(step).entries[0]
    assert (entry.headline, entry.teaser) == ("A b", "C")


def test_other_items_pass() -> None:
    item = Absence(edition="vi", article_id=1, url="u", reason="404", at=builders.FETCHED)
    assert CleanPipeline().process_item(item) is item


dirty = st.text(max_size=60) | st.text("(HBĐT) -Theo TTXVN.\xa0/\"”Ảnh:P.V'Đức Phượng", max_size=40)


@given(dirty, st.none() | dirty, st.lists(dirty, max_size=3), st.none() | dirty, st.none() | dirty)
def test_cleaning_twice_changes_nothing(
    headline: str, lead: str | None, body: list[str], byline: str | None, caption: str | None
) -> None:
    once = clean(
        headline=headline,
        agency=None,
        lead=lead,
        body=body,
        byline=byline,
        images=[Image(url="u", caption=caption)],
        related=[builders.related(5, headline=headline, teaser=lead)],
    )
    twice = CleanPipeline().process_item(deepcopy(once))
    assert twice == once
