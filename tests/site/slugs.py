"""Slugs as the site forms them from headlines."""

from __future__ import annotations

import re
import unicodedata


def slug_of(headline: str) -> str:
    """ASCII, blanks as hyphens; "on" typed without marks became ``111n``; commas and stops stay.

    What is dropped between two blanks leaves ``--``.
    """
    text = unicodedata.normalize("NFC", headline).replace("on", "111n")
    text = text.replace("đ", "d").replace("Đ", "D")
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return re.sub(r"[^A-Za-z0-9,.\- ]", "", text).replace(" ", "-")
