"""How saved pages with their expected items are written down and compared.

``scrapy savefixture`` and the tests of :mod:`web_poet.testing` keep an item as JSON, which has no
times; each fixture's ``meta.json`` names this adapter.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from web_poet.testing.itemadapter import WebPoetTestItemAdapter


class FixtureAdapter(WebPoetTestItemAdapter):
    """An item as plain JSON values: a time in its ISO form."""

    def asdict(self) -> dict[str, Any]:
        plain: dict[str, Any] = _plain(super().asdict())
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value
