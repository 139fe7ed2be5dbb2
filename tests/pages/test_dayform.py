"""The form "Xem các tin đã đưa ngày": which of its fields is for what, and how it is filled in."""

# ruff: noqa: E501  # markup stays on one line

from __future__ import annotations

from datetime import date

import pytest

from crawler.pages.dayform import fill
from tests.pages.reading import SITE, day_form

DAY = date(2024, 4, 9)


def options(first: int, last: int, *, pad: bool = False, word: str = "") -> str:
    return "".join(
        f'<option value="{n:02d}">{word}{n}</option>' if pad else f"<option>{word}{n}</option>"
        for n in range(first, last + 1)
    )


SELECTS = (
    f"<select name=ngay><option value=''>Ngày</option>{options(1, 31, pad=True)}</select>"
    f"<select name=thang><option value=''>Tháng</option>{options(1, 12, pad=True)}</select>"
    f"<select name=nam>{options(2010, 2024)}</select>"
)
RADIOS = (
    "Tin trong: <input type=radio name=pv value=cm checked> Chuyên mục này "
    "<input type=radio name=pv value=tc> Mọi chuyên mục"
)
FORM = (
    '<form action="/tin-ngay.htm" method="post"><p>Xem các tin đã đưa ngày:</p>'
    f"<input type=hidden name=muc value=11>{SELECTS}{RADIOS}<input type=submit name=xem value=Xem></form>"
)


def test_three_selects_are_day_month_and_year() -> None:
    form = day_form(FORM)
    assert form is not None
    assert (form.url, form.method) == (f"{SITE}/tin-ngay.htm", "POST")
    assert form.date_fields == {"day": "ngay", "month": "thang", "year": "nam"}
    assert (form.scope_field, form.scope_values) == ("pv", {"section": "cm", "all": "tc"})
    assert form.fields == {"muc": "11", "ngay": "", "thang": "", "nam": "2010", "pv": "cm", "xem": "Xem"}


@pytest.mark.parametrize(("all_sections", "scope"), [(True, "tc"), (False, "cm")])
def test_it_is_filled_in_with_the_values_of_its_own_options(all_sections: bool, scope: str) -> None:
    form = day_form(FORM)
    assert form is not None
    assert fill(form, DAY, all_sections=all_sections) == {
        "muc": "11",
        "ngay": "09",
        "thang": "04",
        "nam": "2024",
        "pv": scope,
        "xem": "Xem",
    }


def test_another_form_of_the_page_is_passed_over() -> None:
    search = "<form action=/tim><input name=q><select name=s><option>1<option>2</select></form>"
    form = day_form(search + FORM)
    assert form is not None
    assert form.url == f"{SITE}/tin-ngay.htm"


def test_the_english_form_has_no_known_words() -> None:
    form = day_form(
        f"<form>News of <select name=a>{options(1, 31)}</select><select name=b>{options(1, 12)}</select>"
        f"<select name=c>{options(2015, 2024)}</select>"
        "<label><input type=radio name=s value=1 checked>This topic</label><label><input type=radio name=s value=2>All topics</label></form>",
        f"{SITE}/en/2/LOCAL-NEWS.htm",
    )
    assert form is not None
    assert (form.url, form.method) == (f"{SITE}/en/2/LOCAL-NEWS.htm", "GET")
    assert fill(form, DAY, all_sections=True) == {"a": "9", "b": "4", "c": "2024", "s": "2"}


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("<input name=x type=date>", "2024-04-09"),
        ("<input name=x placeholder='dd/mm/yyyy'>", "09/04/2024"),
        ("<input name=x value='24/04/2024'>", "09/04/2024"),
        ("<input name=x value='04/24/2024'>", "04/09/2024"),
        ("<input name=x value='2024-04-24'>", "2024-04-09"),
        ("<input name=x placeholder='ngày-tháng-năm' id=ngay>", "09-04-2024"),
        ("<input name=ngay id=tin-moi-dang>", "09/04/2024"),
    ],
)
def test_a_single_field_takes_the_whole_date(field: str, sent: str) -> None:
    form = day_form(f"<form><p>Xem các tin đã đưa ngày:</p>{field}</form>")
    assert form is not None
    assert fill(form, DAY, all_sections=True)[form.date_fields["date"]] == sent


def test_a_choice_may_be_a_select_or_a_box() -> None:
    select = "<select name=pv><option value=1>Chuyên mục này</option><option value=0>Mọi chuyên mục</option></select>"
    form = day_form(f"<form>{SELECTS}{select}</form>")
    assert form is not None
    assert form.scope_values == {"section": "1", "all": "0"}
    form = day_form(
        f"<form>{SELECTS}<label><input type=checkbox name=all value=1>Mọi chuyên mục</label></form>"
    )
    assert form is not None
    assert "all" not in fill(form, DAY, all_sections=False)
    assert fill(form, DAY, all_sections=True)["all"] == "1"


@pytest.mark.parametrize(
    "html", ["", "<p>x</p>", "<form><input name=q></form>", "<form><select name=d><option>1</select></form>"]
)
def test_without_a_form_for_a_date_there_is_none(html: str) -> None:
    assert day_form(html) is None
