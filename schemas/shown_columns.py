"""Which columns of the table ``articles`` analysts are shown, and what the columns of views hold."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Date, Float, Text
from sqlalchemy.types import TypeEngine

from schemas.tables import Article
from schemas.types import Number, UtcDateTime

OF_THE_CRAWL = {
    *("id", "section_id", "page_id", "content_hash", "revision", "parser", "parser_build", "rules"),
    *("first_seen_at", "last_seen_at", "changed_at", "captions"),
}
"""Columns of ``articles`` that tell how an article was collected, or once more what stands elsewhere.

All others are shown to analysts wherever articles are; a column that is added to the table is one of them.
"""

_NUMBER = re.compile(
    r"\w+_id|articles|copies|copy|estimated|mentions|pictures|position|repeated|revision|sections|shared|weekday|words"
)


def type_of(name: str) -> TypeEngine[Any]:
    """What the columns of this name hold in every view: on SQLite a view does not say it itself."""
    if name in Article.__table__.c:
        return Article.__table__.c[name].type
    if _NUMBER.fullmatch(name):
        return Number
    if name in ("similarity", "containment", "latitude", "longitude"):
        return Float()
    if name.endswith("_date"):
        return Date()
    return UtcDateTime() if name.endswith("_at") else Text()
