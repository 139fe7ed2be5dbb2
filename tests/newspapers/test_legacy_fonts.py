"""Text typed for the fonts .VnTime and VNI becomes Unicode; other text stays as it is."""

from __future__ import annotations

import pytest

from newspapers.legacy_fonts import to_unicode

TEXT = "Sáng 24/4, giá cam tại vườn ở huyện Cao Phong tăng thêm 2.000 đồng mỗi ki-lô-gam"


@pytest.mark.parametrize(
    "typed",
    [
        "S¸ng 24/4, gi¸ cam t¹i v­ên ë huyÖn Cao Phong t¨ng thªm 2.000 ®ång mçi ki-l«-gam",
        "Saùng 24/4, giaù cam taïi vöôøn ôû huyeän Cao Phong taêng theâm 2.000 ñoàng moãi ki-loâ-gam",
    ],
    ids=["TCVN3", "VNI"],
)
def test_both_encodings_are_read(typed: str) -> None:
    assert to_unicode(typed) == TEXT


def test_a_few_words_are_enough_where_a_letter_was_typed_as_a_soft_hyphen() -> None:
    assert to_unicode("®\xadîc mïa") == "được mùa"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Où est le café à Montréal, déjà vu au théâtre?",
        "München hat größere Straßen, schönere Häuser",
        "Ver\u00adbin\u00addung her\u00adstel\u00adlen",
        "½ cup of sugar® for £5, see § 3",
        "Pokémon naïve coöperation",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert to_unicode(text) == text
