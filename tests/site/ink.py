"""From the truth to what is printed: quirks of typing, as HTML without any block markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from tests.site.dates import FORMS
from tests.site.model import Piece, Print

_LINE = 78


@dataclass(frozen=True)
class Printed:
    """The texts of an article as inline HTML."""

    headline: str
    lead: str
    paragraphs: tuple[str, ...]
    captions: tuple[str | None, ...]
    closing: str | None
    date: str | None


def printed(piece: Piece) -> Printed:
    """The article's texts with all their misprints."""
    truth, how = piece.truth, piece.print
    closing = how.closing or truth.byline
    captions = [None if p.caption is None else _ink(p.caption, how) for p in truth.pictures]
    if how.broken_captions:
        captions = [caption and _break_once(caption) for caption in captions]
    return Printed(
        headline=_ink(truth.headline, how),
        lead=_lines(escape(how.prefix, quote=False) + _ink(truth.lead, how), how),
        paragraphs=tuple(_lines(_ink(text, how), how) for text in truth.body),
        captions=tuple(captions),
        closing=None if closing is None else _ink(closing, how),
        date=FORMS[how.date](truth.posted) if how.date else None,
    )


def unused_misprints(piece: Piece) -> list[str]:
    """Texts to be misprinted that the article does not have: mistakes in its description."""
    truth = piece.truth
    captions = (picture.caption for picture in truth.pictures)
    closing = piece.print.closing or truth.byline
    texts = [truth.headline, truth.lead, *truth.body, *captions, closing]
    inked = [_quoted(text, piece.print) for text in texts if text]
    return [right for right, _ in piece.print.misprints if not any(right in text for text in inked)]


def typed(text: str) -> str:
    """A text of a list or of a box: only the quotation marks are as they are typed."""
    return _quoted(text, Print())


def _ink(text: str, how: Print) -> str:
    html = _quoted(text, how)
    for right, wrong in how.misprints:
        html = html.replace(right, wrong)
    return unicodedata.normalize("NFD", html) if how.decomposed else html


def _quoted(text: str, how: Print) -> str:
    opening, closing = how.quotes
    pair = re.compile("“([^“”]*)”")
    return escape(pair.sub(rf"{opening}\1{closing}", text), quote=False)


def _break_once(caption: str) -> str:
    """Break a caption over two lines, at the blank nearest to its middle."""
    middle = len(caption) // 2
    blanks = [match.start() for match in re.finditer(" (?![^<]*>)", caption)]
    if not blanks:
        return caption
    place = min(blanks, key=lambda position: abs(position - middle))
    return f"{caption[:place]}<br />\n{caption[place + 1 :]}"


def _lines(html: str, how: Print) -> str:
    return "".join(_broken(html, how.hard_breaks)) if how.hard_breaks else html


def _broken(html: str, line_end: str) -> Iterator[str]:
    width = 0
    for part in re.split(r"(<[^>]*>| )", html):
        if part == " " and width >= _LINE - 3:
            yield line_end
            width = 0
            continue
        yield part
        width += 0 if part.startswith("<") else len(part)
