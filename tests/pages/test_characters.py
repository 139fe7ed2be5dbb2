"""Character sets, broken letters, and what only a style sheet parts."""

from __future__ import annotations

import pytest

from tests.pages.reading import FIRST, HEADLINE, LEAD, SECOND, URL, article, p, plain, post

PAGE = post(p(FIRST), p(SECOND))


@pytest.mark.parametrize(
    "header", ["text/html; charset=iso-8859-1", "text/html; charset=windows-1258", "text/html"]
)
def test_a_wrong_charset_in_the_header_is_not_believed(header: str) -> None:
    assert article(PAGE.encode(), URL, headers={"Content-Type": header}).headline == HEADLINE


def test_utf_16_with_its_mark_is_read() -> None:
    assert article(PAGE.encode("utf-16"), URL).headline == HEADLINE


def test_text_encoded_twice_is_mended() -> None:
    table = {i: bytes([i]).decode("cp1252", "ignore") or chr(i) for i in range(256)}
    twice = "".join(table[byte] for byte in PAGE.encode())
    assert article(twice).body == [FIRST, SECOND]


def test_broken_letters_do_not_spoil_the_rest() -> None:
    body = PAGE.encode().replace(b"cam", b"c\xe1m", 1)
    assert article(body).body == [FIRST, SECOND]


def test_nul_and_control_characters_are_dropped() -> None:
    assert article(PAGE.replace("Theo thống", "Theo\x00 \x08thống")).body == [FIRST, SECOND]


def test_headline_and_date_may_be_parted_by_the_style_sheet_alone() -> None:
    page = plain(p(LEAD), p(FIRST)).replace("</h1>", "<span>15/11/2019 09:56</span></h1>")
    item = article(page)
    assert (item.headline, item.published_raw) == (HEADLINE, "15/11/2019 09:56")


def test_bytes_of_windows_in_utf_8_are_the_marks_they_mean() -> None:
    page = plain(
        p(LEAD), p(FIRST), p("Ông nói: XXcam sạchYY và &#147;cam ngọt&#148;, ai cũng muốn mua về làm quà.")
    )
    item = article(page.encode().replace(b"XX", b"\x93").replace(b"YY", b"\x94"))
    assert item.body[-1] == "Ông nói: “cam sạch” và “cam ngọt”, ai cũng muốn mua về làm quà."
    assert "characters" not in item.rules


def test_a_lost_character_is_counted() -> None:
    item = article(
        plain(p(LEAD), p(FIRST), p("Huyện Cao Ph\ufffdng dán tem cho cam, quả nào cũng có mã truy xuất."))
    )
    assert item.rules["characters"] == "lost"
