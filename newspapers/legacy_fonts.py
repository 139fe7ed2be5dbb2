"""Vietnamese text typed for fonts that show other letters than the bytes say: TCVN3 (``.VnTime``) and VNI.

Pages that were pasted from such documents look right only with the font. No maintained library converts
them, and the tables are short: TCVN 5712:1993 (VN3), and the VNI encoding for Windows.
"""

from __future__ import annotations

import re
import unicodedata

_TCVN3 = str.maketrans(
    "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\xadõö÷øùúûüýþ¡¢§£¤¥¦",
    "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂĐÊÔƠƯ",
)
_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_SHAPED = {
    "\u0302": dict(zip("âáàåãä", ["", *_TONES.values()], strict=True)),
    "\u0306": dict(zip("êéèúüë", ["", *_TONES.values()], strict=True)),
}
_VNI_MARKS = _TONES | {
    letter: shape + tone for shape, letters in _SHAPED.items() for letter, tone in letters.items()
}
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "î": "ỵ", "æ": "ỉ", "ó": "ĩ", "ò": "ị"}
_VNI_LETTERS |= {letter.upper(): meant.upper() for letter, meant in _VNI_LETTERS.items()}
_VNI_MARKED = re.compile(f"([aeouyôö])([{''.join(_VNI_MARKS)}])", re.IGNORECASE)

_MODERN = re.compile("[\u0100-\u036f\u1ea0-\u1eff]")
"""Letters that only Unicode has: then the text is Unicode."""
_IN_TCVN3 = re.compile("[µ¶·¸¹¨»¼½¾©®ª«¬×÷§¡¢£¤¥¦Æ-þ]")
_NO_LETTER = re.compile("[^\\W\\d_][µ¶·¸¹¨¼½¾¬×÷]|[®§×÷]\xad?[^\\W\\d_]")
"""Signs within a word that no language puts there; soft hyphens stand in words of any."""
FEWEST = 0.3
"""So many of the words show the encoding."""


def to_unicode(text: str) -> str:
    """A text in Unicode; unchanged unless its letters prove one of the encodings."""
    if text.isascii() or _MODERN.search(text):
        return text
    words = [word for word in text.split() if any(map(str.isalpha, word))]
    if not words:
        return text
    if _NO_LETTER.search(text) and sum(map(bool, map(_IN_TCVN3.search, words))) >= FEWEST * len(words):
        return text.translate(_TCVN3)
    marked = sum(map(bool, map(_VNI_MARKED.search, words)))
    if marked >= 2 and marked >= FEWEST * len(words) and re.search("[øûïñöÑÖØÛÏ]", text):
        return _from_vni(text)
    return text


def _from_vni(text: str) -> str:
    """Marks stand behind their letter there; some letters are single characters."""

    def compose(match: re.Match[str]) -> str:
        base = _VNI_LETTERS.get(match[1], match[1])
        return unicodedata.normalize("NFC", base + _VNI_MARKS[match[2].lower()])

    done: list[str] = []
    at = 0
    for match in _VNI_MARKED.finditer(text):
        done += ["".join(_VNI_LETTERS.get(c, c) for c in text[at : match.start()]), compose(match)]
        at = match.end()
    return "".join([*done, *(_VNI_LETTERS.get(c, c) for c in text[at:])])
