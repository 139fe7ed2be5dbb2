"""Scrapy's feeds and limits, as those who know Scrapy expect them: their items are articles.

Spiders also yield links found, steps along lists and absences, which are the store's only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import fields_dict, has
from scrapy import Spider
from scrapy.exporters import CsvItemExporter
from scrapy.extensions.closespider import CloseSpider
from scrapy.settings import BaseSettings
from scrapy.utils.serialize import ScrapyJSONEncoder

from schemas.items import Article
from schemas.spreadsheet import escape

WORKING = ("anchors", "number_bits", "page", "rules", "validators")
"""Fields of an article that are notes of the program."""

FIELDS = [name for name in fields_dict(Article) if name not in WORKING]


def keep_articles(settings: BaseSettings) -> None:
    """Have feeds (``-o``, ``-O``, ``FEEDS``) take articles only, where they do not say ``item_classes``."""
    for feed in settings.getdict("FEEDS").values():
        if "item_classes" not in feed:
            feed["item_classes"] = [Article]
            feed.setdefault("fields", settings.getdictorlist("FEED_EXPORT_FIELDS") or FIELDS)


class ArticleCsvExporter(CsvItemExporter):
    """Cells that no spreadsheet takes for a formula; what has parts is JSON in its cell."""

    def serialize_field(self, field: Any, name: str, value: Any) -> Any:
        if isinstance(value, dict | list | tuple) or has(type(value)):
            return json.dumps(value, ensure_ascii=False, cls=ScrapyJSONEncoder)
        return super().serialize_field(field, name, value)

    def _build_row(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in super()._build_row(values):
            yield escape(value) if isinstance(value, str) else value


class CloseSpiderByArticles(CloseSpider):
    """Extension: ``CLOSESPIDER_ITEMCOUNT`` and its like count articles."""

    def item_scraped(self, item: Any, spider: Spider) -> None:
        if isinstance(item, Article):
            super().item_scraped(item, spider)

    def item_scraped_no_item(self, item: Any, spider: Spider) -> None:
        if isinstance(item, Article):
            super().item_scraped_no_item(item, spider)
