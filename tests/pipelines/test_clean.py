"""One form of text in every field, and nothing lost or changed a second time."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.clean import clean_article, clean_listing
from schemas.items import Article, Image, Listing, Section
from tests import builders


def clean(**values: Any) -> Article:
    item = builders.article(**values)
    clean_article(item)
    return item


@pytest.mark.parametrize(
    ("field", "printed", "kept"),
    [
        ("headline", ' "Dân vận khéo”\n ở Kỳ Sơn', "“Dân vận khéo” ở Kỳ Sơn"),
        ("section_name", " Chính\xa0trị ", "Chính trị"),
        ("lead", "Sáng 24/4 , huyện họp", "Sáng 24/4, huyện họp"),
        ("lead", "\xa0", None),
        ("body", ["Một  hai.", "\xa0", "năm 2023 ./."], ["Một hai.", "năm 2023."]),
        ("byline", " Đức\xa0Phượng ", "Đức Phượng"),
        ("source", " TTXVN ", "TTXVN"),
        ("published_raw", " 2-11-2018\n 9-56-05  AM", "2-11-2018 9-56-05 AM"),
    ],
)
def test_each_field_is_cleaned(field: str, printed: Any, kept: Any) -> None:
    assert getattr(clean(**{field: printed}), field) == kept


def test_captions_credits_and_links_to_other_news_are_cleaned() -> None:
    item = clean(
        images=[Image(url="u", caption=" Lễ hội. Ảnh : P.V ", credit=" P.V ")],
        related=[builders.related(5, headline=" Tin  vắn", teaser="Sáng\xa0nay")],
    )

    [image], [link] = item.images, item.related
    assert (image.caption, image.credit) == ("Lễ hội. Ảnh: P.V", "P.V")
    assert (link.headline, link.teaser) == ("Tin vắn", "Sáng nay")


def test_a_list_is_cleaned() -> None:
    listing = Listing(
        entries=[builders.entry(5, headline=" A  b", teaser=" C")],
        sections=[Section(edition="vi", section_id=11, name=" Chính\xa0trị ")],
        fetched_at=builders.FETCHED,
    )

    clean_listing(listing)

    assert (listing.entries[0].headline, listing.entries[0].teaser) == ("A b", "C")
    assert listing.sections[0].name == "Chính trị"


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
    twice = deepcopy(once)
    clean_article(twice)
    assert twice == once
