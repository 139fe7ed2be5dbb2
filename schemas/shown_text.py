"""Text out of pages and addresses as it may be shown: it can neither steer a terminal nor forge a line."""

from __future__ import annotations

import re

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line and paragraph separators, and what turns the direction of writing."""


def printable(text: str) -> str:
    """The text with what steers written out, by its escape in Python; line breaks and tabs stay."""
    return _STEERING.sub(lambda match: ascii(match[0])[1:-1], text)
