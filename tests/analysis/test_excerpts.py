"""The passage that shows a hit, with what was searched marked in the printed text."""

from __future__ import annotations

import pytest

from analysis.search.excerpt import Piece, excerpt, marked
from analysis.search.query import parse, terms


def shown(pieces: list[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("hoa binh", "Ở HOÀ Bình, hòa nhạc.", "Ở [HOÀ Bình, hòa] nhạc."),
        ('"hoa binh"', "Ở HOÀ Bình, hòa nhạc.", "Ở [HOÀ Bình], hòa nhạc."),
        ("hòa", "Hoà, hoa.", "[Hoà], hoa."),
        ("=hoa", "Hoà, hoa.", "Hoà, [hoa]."),
        ("ngh*", "Nghèo nghĩa.", "[Nghèo nghĩa]."),
        ("19/5", "ngày 19/5( Kim Bôi)", "ngày [19/5]( Kim Bôi)"),
        ("mư̒ơ̭ng", "kăl mư̒ơ̭ng luô̒", "kăl [mư̒ơ̭ng] luô̒"),
        ("dang", "“Đảng” ̒ và Ðảng", "“[Đảng]” ̒ và [Ðảng]"),
        ("xyz", "Không có.", "Không có."),
        ("headline:có", "Không có.", "Không có."),
        ("xyz", "", ""),
        ("xyz", "…", "…"),
    ],
)
def test_what_was_searched_is_marked_as_printed(query: str, text: str, expected: str) -> None:
    assert shown(excerpt(text, terms(parse(query)))) == expected


def test_the_whole_of_a_headline_is_marked() -> None:
    assert shown(marked("Giảm nghèo", terms(parse("headline:ngheo")))) == "Giảm [nghèo]"


def test_an_excerpt_is_the_passage_with_most_of_the_words() -> None:
    text = "nghèo " + "một " * 60 + "giảm nghèo " + "hai " * 60

    assert shown(excerpt(text, terms(parse("giam ngheo")))) == (
        "… " + "một " * 6 + "[giảm nghèo] " + "hai " * 21 + "hai …"
    )
