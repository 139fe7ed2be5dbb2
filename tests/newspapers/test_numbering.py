"""Estimates of the date, from an article's number and from its pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newspapers.baohoabinh.numbering import ANCHORS, estimate_month, month_of_picture


@pytest.mark.parametrize(("number", "day"), ANCHORS)
@pytest.mark.parametrize("off", [-15, 0, 15])
def test_a_number_next_to_an_anchor_is_of_its_month(number: int, day: object, off: int) -> None:
    month = estimate_month("vi", number + off)
    assert month is not None
    assert month.date() == day.replace(day=1)  # type: ignore[attr-defined]


def test_the_estimate_is_the_first_moment_of_a_month_in_vietnam() -> None:
    month = estimate_month("vi", 136795)
    assert month is not None
    assert month.isoformat() == "2019-12-01T00:00:00+07:00"


@pytest.mark.parametrize(("edition", "number"), [("en", 3458), ("mu", 193), ("vi", 30000), ("vi", 210000)])
def test_without_anchors_on_both_sides_there_is_no_estimate(edition: str, number: int) -> None:
    assert estimate_month(edition, number) is None


@given(st.integers(43_000, 201_000), st.integers(0, 500))
def test_a_higher_number_is_never_estimated_earlier(number: int, more: int) -> None:
    low, high = estimate_month("vi", number), estimate_month("vi", number + more)
    assert low is not None
    assert high is not None
    assert low <= high


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ims.baohoabinh.com.vn/NewsImg/4_2024/188942_a.jpg", "2024-04-01T00:00:00+07:00"),
        (
            "https://baohoabinh.com.vn/Includes/NewsDetail/10_2010/dt_510201013_x.jpg",
            "2010-10-01T00:00:00+07:00",
        ),
        ("https://baohoabinh.com.vn/Includes/NewsDetail/13_2010/dt_1_x.jpg", None),
        ("https://baohoabinh.com.vn/logo.png", None),
    ],
)
def test_a_picture_lies_in_the_folder_of_its_month(url: str, expected: str | None) -> None:
    month = month_of_picture(url)
    assert (month.isoformat() if month else None) == expected
