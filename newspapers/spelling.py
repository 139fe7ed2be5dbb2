"""The one form of text that is kept, and when two spellings are the same text.

Pure functions over text that know no HTML.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from newspapers.newspaper import current

# Zero-width characters, soft hyphen, byte order mark, marks of writing direction, control
# characters that are no white space, halves of surrogate pairs: nothing that a reader sees.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_CP1252 = {code: letter for code in range(0x80, 0xA0) if (letter := bytes([code]).decode("cp1252", "ignore"))}
"""Bytes of Windows that stand in a page of UTF-8, or as "&#147;", mean these letters."""
_HEAP = re.compile(r"([^\w\s\x00-\x7f]{100})[^\w\s\x00-\x7f]+")
"""More marks upon one letter than any text has; to sort them takes the square of their number."""
_SPACED = re.compile(r"(?<= )[,.;:!?)]")
_SPACE_BEFORE = re.compile(r" +(?=[,.;:!?)])")
_SPACE_ON_WRONG_SIDE = re.compile(r" +([,;])(?=[^\W\d_])")  # "vàng mã ,không" for "vàng mã, không"
_SPACE_AFTER_BRACKET = re.compile(r"\( +")
_NO_SPACE_BEFORE_BRACKET = re.compile(
    r"(?<=[\w\u0300-\u036f])(?<![\W_][A-Za-z])(?<!^[A-Za-z])\((?=.)"  # but not in a formula: f(x)
)
_END_MARK = re.compile(r" ?\.?(?: ?\./\.)+(?=$|[\s”“\"')\]])")
_TWO_DOTS = re.compile(r"(?<!\.)\.\.(?!\.)")

QUOTES = '"“”„‟'
MOST_MARKS = 10_000
"""A text with more quotation or end marks is no sentence; its marks stay as printed."""
_QUOTE = re.compile(f"[{QUOTES}]")
_OPENERS = "([{-–—/" + QUOTES
_ENDERS = ".,;:!?…)]}-–—/" + QUOTES


def single_spaced(text: str) -> str:
    """A text with one plain space for each stretch of white space, and none around it."""
    if text.isprintable() and "  " not in text:  # as most are: no other white space is printable
        return text.strip()
    return " ".join(text.split())


@lru_cache(maxsize=4096)  # a text is cleaned where it is read and where it is stored
def normalise(text: str) -> str:
    """One line of clean text: cleaning it again changes nothing.

    Tone marks stay where the author put them ("Hoà" and "Hòa"), and so do the Mường letters' marks
    that have no composed form.
    """
    for _ in range(8):  # one rule may make way for another; ordinary text is done after one round
        cleaned = _normalise_once(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def _normalise_once(text: str) -> str:
    if not text.isprintable():  # false for all that is invisible and for every space but the plain one
        text = text.translate(_CP1252)
        text = _INVISIBLE.sub("", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", _HEAP.sub(r"\1", text))
    text = single_spaced(text)
    if "(" in text:
        text = _SPACE_AFTER_BRACKET.sub("(", text)
        text = _NO_SPACE_BEFORE_BRACKET.sub(" (", text)
    if 0 < text.count("./.") <= MOST_MARKS:
        text = _END_MARK.sub(".", text)
    if _SPACED.search(text):
        text = _SPACE_ON_WRONG_SIDE.sub(r"\1 ", text)
        text = _SPACE_BEFORE.sub("", text)
    if ".." in text:
        text = _TWO_DOTS.sub(".", text)
    return _pair_quotes(text)


def _pair_quotes(text: str) -> str:
    """Give double quotation marks that belong together the form “…”; single ones stay as printed.

    Where a mark stands tells whether it opens or closes, its form only where that does not:
    the paper opens with a straight mark and closes with a curly one.
    """
    if not 0 < sum(map(text.count, QUOTES)) <= MOST_MARKS:
        return text
    marks = [match.start() for match in _QUOTE.finditer(text)]
    letters = list(text)
    open_marks: list[int] = []
    for at in marks:
        if _opens(text, at, bool(open_marks)):
            open_marks.append(at)
        elif open_marks:
            letters[open_marks.pop()] = "“"
            letters[at] = "”"
    return "".join(letters)


def _opens(text: str, at: int, inside: bool) -> bool:
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    may_open = (before == " " or before in _OPENERS) and after != " " and after not in ".,;:!?…)"
    may_close = before != " " and before not in "([{" and (after == " " or after in _ENDERS)
    if may_open != may_close:
        return may_open
    return text[at] != "”" and not inside


# --- the same text, spelled otherwise --------------------------------------------------------------

_NOT_ALPHANUMERIC = bytes(code for code in range(128) if not chr(code).isalnum())
_OTHER_SCRIPT = re.compile(r"[^\W\x00-\x7f]")


@lru_cache(maxsize=1024)  # a headline is compared with each line near it
def letters_of(text: str) -> str:
    """Letters and digits only, without marks and case: for comparing a text with another spelling of it."""
    letters = unicodedata.normalize("NFD", _HEAP.sub(r"\1", text.casefold()).replace("đ", "d"))
    if _OTHER_SCRIPT.search(letters):
        return "".join(filter(str.isalnum, letters))
    return letters.encode("ascii", "ignore").translate(None, _NOT_ALPHANUMERIC).decode()


_BEGINNING = 24


def begins_like(text: str, letters: str) -> bool:
    """Whether a text begins with these letters, or is the beginning of them.

    Most texts do not, and to take those of a whole paragraph takes much longer.
    """
    beginning = letters_of(text[:_BEGINNING])
    return letters.startswith(beginning) or beginning.startswith(letters)


def has_letters(text: str, letters: str) -> bool:
    """Whether these are the letters and digits of a text."""
    return begins_like(text, letters) and letters_of(text) == letters


def letters_of_slug(slug: str) -> str:
    """Those of a URL's slug, as the headline has them that it was made of."""
    return letters_of(current().slug_words(slug))
