"""The two forms in which a word is searched: without marks, and in one spelling.

*Folded* is what somebody types who types no marks: ``Đường`` → ``duong``. *Spelled* keeps the marks, but
has one way of writing each word: lower case, and the tone mark of oa, oe and uy on the first letter
(``Hoà`` and ``Hòa`` → ``hòa``), but for words in qu, whose u is no vowel: ``quý``.

Everything follows from :data:`LETTERS` and :data:`PLACEMENTS`, from which ``schemas/search_index.py`` makes
the same functions in SQL. Needs nothing but the standard library, so that other tools can import it.
"""

from __future__ import annotations

import re
import unicodedata

_VIETNAMESE = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
_ELSEWHERE = "äëïöüñçåø"
"""Letters of names from abroad."""

MARKS = "\u0300\u0301\u0302\u0303\u0306\u0308\u0309\u030a\u0312\u031b\u0323\u0327\u032d"
"""Marks that may stand by themselves, because there is no composed letter: the Mường ones (U+0312, U+032D),
tones on those, and all others that the letters here are composed with."""


def _base(letter: str) -> str:
    return "o" if letter == "ø" else unicodedata.normalize("NFD", letter)[0]


_SMALL = {letter: _base(letter) for letter in _VIETNAMESE + _ELSEWHERE} | {"đ": "d"}

LETTERS: dict[str, str] = (
    _SMALL
    | {letter.upper(): base.upper() for letter, base in _SMALL.items()}
    | {"ð": "d", "Ð": "D"}  # Icelandic letters, which look like đ and Đ and are typed for them
    | dict.fromkeys(MARKS, "")
)
"""Letter → what stands for it in folded text."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"


def _placements() -> dict[str, str]:
    found = {"ð": "đ", "Ð": "Đ"}
    for first, second in ("oa", "oe", "uy"):
        for tone in _TONES:
            late = first + unicodedata.normalize("NFC", second + tone)
            early = unicodedata.normalize("NFC", first + tone) + second
            for case in (str.lower, str.upper, str.capitalize):
                found[case(late)] = case(early)
    # After the others: in SQL one replacement follows the other, and "quý" is "qúy" by then.
    for tone in _TONES:
        right = "qu" + unicodedata.normalize("NFC", "y" + tone)
        wrong = unicodedata.normalize("NFC", "qu" + tone) + "y"
        for case in (str.lower, str.upper, str.capitalize):
            found |= {case(right): case(right), case(wrong): case(right)}
    return found


PLACEMENTS: dict[str, str] = _placements()
"""What is written otherwise → the one spelling."""

_FOLD = str.maketrans(LETTERS)
_PLACED = re.compile("|".join(PLACEMENTS))
WORD = re.compile(f"(?:[^\\W_]|[{MARKS}])+")
"""A word: letters, digits and marks, whatever stands beside them."""


def fold(text: str) -> str:
    """Text without marks, in lower case: ``Hoà hợp`` → ``hoa hop``."""
    return unicodedata.normalize("NFC", text).translate(_FOLD).lower()


def spell(text: str) -> str:
    """Text in one spelling, in lower case, with its marks: ``Hoà hợp`` → ``hòa hợp``."""
    composed = unicodedata.normalize("NFC", text)
    return _PLACED.sub(lambda match: PLACEMENTS[match[0]], composed).lower()
