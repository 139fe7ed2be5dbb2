"""Every form of a date that docs/site.md asks for, and what is no date."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.pages.dates import read_date
from newspapers import current
from schemas.items import Basis
from tests.pages.reading import FIRST, LEAD, SITE, article, p, plain, post

FETCHED = datetime(2024, 4, 25, tzinfo=UTC)
EVE = (2018, 11, 2, 9, 56)  # a Friday


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("2-11-2018 9-56-05 AM", (2018, 11, 2, 9, 56, 5)),
        ("2-11-2018 9-56-05 PM", (2018, 11, 2, 21, 56, 5)),
        ("02/11/2018 09:56", EVE),
        ("2018/11/02 09:56", EVE),
        ("2/11/18 09:56", EVE),
        ("Cập nhật thứ sáu, ngày 2/11/18 11:05 tối", (2018, 11, 2, 23, 5)),
        ("02 Tháng Mười Một 2018", (2018, 11, 2)),
        ("02/11/2018 04:00 chiều", (2018, 11, 2, 16, 0)),
        ("02/11/2018 15:20 PM", (2018, 11, 2, 15, 20)),
        ("02-11-2018 - 00:01 AM", (2018, 11, 2, 0, 1)),
        ("2/11/2018", (2018, 11, 2)),
        ("2.11.2018", (2018, 11, 2)),
        ("2 / 11 / 2018", (2018, 11, 2)),
        ("Thứ sáu, 2-11-2018 9-56-05 AM", (2018, 11, 2, 9, 56, 5)),
        ("Thứ 6, ngày 2/11/2018 - 9:56", EVE),
        ("Thứ Sáu, 02/11/2018, 09:56 [GMT+7]", EVE),
        ("Thứ Sáu 02/11/2018 | 21:56 (GMT+7)", (2018, 11, 2, 21, 56)),
        ("Chủ nhật, 11/03/2018 14:05", (2018, 3, 11, 14, 5)),
        ("CN, 11/03/2018", (2018, 3, 11)),
        ("Friday, 2/11/2018 9:56:05 AM", (2018, 11, 2, 9, 56, 5)),
        ("Friday, November 2, 2018 9:56 AM", EVE),
        ("Fri, 2 Nov 2018 09:56:05", (2018, 11, 2, 9, 56, 5)),
        ("Cập nhật: 2/11/2018 9:56:05 SA", (2018, 11, 2, 9, 56, 5)),
        ("Cập nhật lúc 9:56:05 CH 2/11/2018", (2018, 11, 2, 21, 56, 5)),
        ("2/11/2018 2:05 Chiều", (2018, 11, 2, 14, 5)),
        ("2/11/2018 9:56 Sáng", EVE),
        ("12:05 AM 2/11/2018", (2018, 11, 2, 0, 5)),
        ("12:05 PM 2/11/2018", (2018, 11, 2, 12, 5)),
        ("09:56 | 02/11/2018", EVE),
        ("9h56 ngày 2/11/2018", EVE),
        ("8 giờ 30 phút, ngày 2 tháng 11 năm 2018", (2018, 11, 2, 8, 30)),
        ("Thứ sáu, ngày 2 tháng 11 năm 2018", (2018, 11, 2)),
        ("2018-11-02 09:56:05", (2018, 11, 2, 9, 56, 5)),
        ("2018-11-02T09:56:00", EVE),
        ("29/2/2024", (2024, 2, 29)),
    ],
)
def test_a_printed_date_is_read_in_the_clock_of_vietnam(printed: str, expected: tuple[int, ...]) -> None:
    read = read_date(printed, FETCHED)
    assert read is not None
    assert read.at == datetime(*expected, tzinfo=current().zone)  # type: ignore[misc,arg-type]
    assert read.raw == printed


@pytest.mark.parametrize(
    "printed", ["2018-11-02T02:56:00Z", "2018-11-02T09:56:00+07:00", "2018-11-01T22:56:00-0400"]
)
def test_a_date_for_machines_may_name_its_own_zone(printed: str) -> None:
    read = read_date(printed, FETCHED)
    assert read is not None
    assert read.at == datetime(2018, 11, 2, 2, 56, tzinfo=UTC)


@pytest.mark.parametrize(
    ("printed", "month", "rule"),
    [
        ("3/5/2018", 5, "day-first"),
        ("Thứ năm, 3/5/2018", 5, "day-first"),
        ("Thứ hai, 3/5/2018", 3, "month-first"),  # 5 March 2018 was a Monday
        ("Monday 3/5/2018 9:56 AM", 3, "month-first"),
        ("Thứ ba, 3/5/2018", 5, "weekday-contradicts"),
        ("4/24/2024", 4, "month-first"),  # there is no 24th month
    ],
)
def test_the_weekday_proves_or_disproves_the_order_of_day_and_month(
    printed: str, month: int, rule: str
) -> None:
    read = read_date(printed, FETCHED)
    assert read is not None
    assert (read.at.month, read.rule) == (month, rule)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "32/1/2018",
        "31/2/2018",
        "2/11/1996",
        "2/11/2026",
        "2/11/18",
        "số 12/2018",
        "0218.3852.123",
        "1.234.5678",
    ],
)
def test_what_is_no_date_of_publication(text: str) -> None:
    assert read_date(text, FETCHED) is None


def test_an_impossible_clock_leaves_the_day() -> None:
    read = read_date("2/11/2018 25:61", FETCHED)
    assert read is not None
    assert read.at == datetime(2018, 11, 2, tzinfo=current().zone)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Hôm nay, 09:56", (2024, 4, 25, 9, 56)),
        ("Hôm qua", (2024, 4, 24)),
        ("09:56 hôm qua", (2024, 4, 24, 9, 56)),
        ("3 giờ trước", (2024, 4, 25, 7, 0)),
        ("2 tuần trước", (2024, 4, 11)),
    ],
)
def test_a_day_may_be_told_by_the_time_of_the_fetch(printed: str, expected: tuple[int, ...]) -> None:
    read = read_date(printed, datetime(2024, 4, 25, 3, 0, tzinfo=UTC))  # 10:00 in Hà Nội
    assert read is not None
    assert read.rule == "relative"
    assert read.at.replace(tzinfo=None) == datetime(*expected)  # type: ignore[arg-type]  # noqa: DTZ001


def test_the_number_of_an_article_decides_what_is_day_and_what_month() -> None:
    html = plain("<p>Published on 03-09-2013 01:00 AM</p>", f"<p>{LEAD}</p>", f"<p>{FIRST}</p>")
    item = article(html, f"{SITE}/12/76800/Tin.htm")
    assert (item.published_at, item.rules["published_at"]) == (
        datetime(2013, 3, 9, 1, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
        "under-headline:month-first-by-number",
    )


@pytest.mark.parametrize("printed", ["15/11/2009 09:56", "15/11/2025 09:56"])
def test_a_date_that_is_not_believed_is_kept_as_printed(printed: str) -> None:
    item = article(post(p(FIRST), meta=printed))
    assert item.published_raw == printed
    assert item.published_basis == Basis.NEIGHBOURING_IDS
    assert item.rules["published_at"].endswith("-not-believed")
