"""Cells that no spreadsheet takes for a formula, in a way that can be undone.

A spreadsheet evaluates a cell that begins with ``=``, ``+``, ``-`` or ``@``, or with their
full-width forms; it may pass over blanks, tabs and control characters before them. A cell also
begins wherever the program splits: LibreOffice offers to split at semicolons and tabs as well, a
program that splits at semicolons only does not see that a quoted text goes on after a line break.
So an apostrophe is put before such a character at the beginning of a text and after each line
break, tab and semicolon in it.

Texts that have an apostrophe there already get one more, so :func:`unescape` gives back exactly
what :func:`escape` was given.
"""

from __future__ import annotations

import re

LIST_SEPARATOR = "; "
"""Between the texts of a list in one cell."""

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
# What a spreadsheet may pass over: control characters, spaces of every width, zero-width characters.
_PASSED_OVER = (
    "\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
)
_AT_START = rf"\A(?='*[{_PASSED_OVER}]*[{_SIGNS}\t\r\n])"
# After a split a quotation mark, doubled in the file, opens and ends an empty quoted part of a cell.
_AT_SPLIT = rf"(?<=[\t\r\n;])(?='*[{_PASSED_OVER}\"]*[{_SIGNS}])"
_PLACES = re.compile(f"{_AT_START}|{_AT_SPLIT}")
_ESCAPED = re.compile(f"(?:{_AT_START}|{_AT_SPLIT})'")
_MAY_NEED = re.compile(rf"[{_SIGNS}\t\r\n]")


def escape(text: str) -> str:
    """The text with an apostrophe wherever a formula could begin."""
    return _PLACES.sub("'", text) if _MAY_NEED.search(text) else text


def unescape(cell: str) -> str:
    """The text that was escaped."""
    return _ESCAPED.sub("", cell)
