"""Young articles are looked at again, in growing intervals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.recheck import next_check

NOON = datetime(2024, 4, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONTH = datetime(2024, 3, 31, 17, tzinfo=UTC)
"""The first of April in Việt Nam."""


def test_the_intervals_grow_with_the_age() -> None:
    looks = []
    moment: datetime | None = NOON + HOUR
    while moment:
        looks.append((moment - NOON) / HOUR)
        moment = next_check(NOON, "page", NOON, moment, days=7, is_edited=False)

    assert looks == [1, 2, 4, 8, 16, 32, 64, 128, 256]


@pytest.mark.parametrize(
    ("published_at", "basis", "is_edited", "wait"),
    [
        pytest.param(NOON - 8 * DAY, "page", False, None, id="old"),
        pytest.param(NOON - 8 * DAY, "page", True, HOUR, id="old, but edited"),
        pytest.param(None, None, False, None, id="without a date: taken to be old"),
        pytest.param(MONTH, "picture-folder", False, HOUR, id="of the month in which it is first seen"),
        pytest.param(MONTH, "page", False, None, id="of the month's first day by its page"),
        pytest.param(MONTH - 8 * DAY, "picture-folder", False, None, id="of the month before"),
    ],
)
def test_when_an_article_is_looked_at_again_depends_on_when_it_may_have_been_new(
    published_at: datetime | None, basis: str | None, is_edited: bool, wait: timedelta | None
) -> None:
    due = next_check(published_at, basis, NOON, NOON, days=7, is_edited=is_edited)

    assert due == (NOON + wait if wait else None)
