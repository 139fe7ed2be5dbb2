"""The one form of text that is kept (docs/site.md, "Text")."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newspapers.spelling import letters_of, letters_of_slug, normalise

TRICKY = st.text(alphabet="a Ăạ\u0301\u0302\u200b\xad\xa0\n\"“”„‟'().,;:!?…/-–x19", max_size=40)


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("  Sáng\xa0nay,\n huyện\thọp  ", "Sáng nay, huyện họp"),
        ("Hòa\u200b Bì\xadnh\ufeff", "Hòa Bình"),
        (unicodedata.normalize("NFD", "Hội nghị ở Đà Bắc"), "Hội nghị ở Đà Bắc"),
        ("hàm f(x) và g(y)", "hàm f(x) và g(y)"),
        ("19/5( Kim Bôi)", "19/5 (Kim Bôi)"),
        ("năm 2023 ./.", "năm 2023."),
        ("năm 2023./.", "năm 2023."),
        ("thành công. ./.", "thành công."),
        ("tới..", "tới."),
        ("hoa nở...", "hoa nở..."),
        ("khó khăn…", "khó khăn…"),
        ("xã , thị trấn ; phường !", "xã, thị trấn; phường!"),
        ('"Dân vận khéo”', "“Dân vận khéo”"),
        ('phong trào "Dân vận khéo" và “Hộ giỏi“', "phong trào “Dân vận khéo” và “Hộ giỏi”"),
        ("„Nhà tình nghĩa“", "“Nhà tình nghĩa”"),
        ('mô hình "Mái ấm”; "Nhà nghĩa tình”...', "mô hình “Mái ấm”; “Nhà nghĩa tình”..."),
        ('màn hình 24" giá rẻ', 'màn hình 24" giá rẻ'),
        ("chưa khép “Hộ giỏi", "chưa khép “Hộ giỏi"),
        ("'ngoặc đơn'", "'ngoặc đơn'"),
        ("Hoà Bình và Hòa Bình, Thuỷ và Thủy", "Hoà Bình và Hòa Bình, Thuỷ và Thủy"),
        ("tak\u0312 k\u032duo", "tak\u0312 k\u032duo"),
        ("\ud800x\x00y", "xy"),
    ],
)
def test_text_is_brought_into_one_form(printed: str, kept: str) -> None:
    assert normalise(printed) == kept


@given(st.text() | TRICKY)
def test_clean_text_is_one_line_of_what_a_reader_sees(text: str) -> None:
    clean = normalise(text)
    assert clean == clean.strip() == normalise(clean)
    assert not any(c in clean for c in "\n\t\xa0\u200b\xad\ufeff\x00")
    assert "  " not in clean
    assert unicodedata.is_normalized("NFC", clean)


def test_a_slug_folds_like_its_headline() -> None:
    """The slugs spell "on" as 111n."""
    slug = "Huyen-Cao-Ph111ng-Giu-uy-tin,thuong-hieu"
    assert letters_of_slug(slug) == letters_of("Huyện Cao Phong: Giữ uy tín, thương hiệu")
