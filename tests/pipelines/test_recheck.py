"""Young articles are looked at again, in growing intervals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipelines.recheck import next_check, young_since

NOON = datetime(2024, 4, 24, 12, tzinfo=UTC)


def test_the_intervals_grow_with_the_age() -> None:
    looks = []
    moment: datetime | None = NOON + timedelta(hours=1)
    while moment:
        looks.append((moment - NOON) / timedelta(hours=1))
        moment = next_check(NOON, None, moment, days=7)

    assert looks == [1, 2, 4, 8, 16, 32, 64, 128, 256]


def test_an_old_article_is_not_looked_at_again() -> None:
    assert next_check(NOON, None, NOON + timedelta(days=8), days=7) is None


def test_an_article_without_a_date_is_taken_to_be_old() -> None:
    assert next_check(None, None, NOON, days=7) is None


def test_an_article_of_the_month_in_which_it_is_first_seen_may_be_new() -> None:
    month = datetime(2024, 3, 31, 17, tzinfo=UTC)  # the first of April in Việt Nam

    assert young_since(month, "picture-folder", NOON, is_edited=False) == NOON
    assert young_since(month, "picture-folder", NOON + timedelta(days=30), is_edited=False) is None
    assert young_since(month, "page", NOON, is_edited=False) is None
    assert next_check(month, NOON, NOON, days=7) == NOON + timedelta(hours=1)


def test_a_change_makes_an_article_young_again() -> None:
    changed = NOON + timedelta(days=6)

    assert next_check(NOON, changed, changed, days=7) == changed + timedelta(hours=1)
