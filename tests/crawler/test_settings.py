"""The page on settings names all that there are."""

from __future__ import annotations

import re

from crawler import settings
from tests.crawling import ROOT

PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
NAMES = {name for name in vars(settings) if name.isupper() and not name.startswith("_")} - {"DEFAULT_URL"}


def test_each_setting_stands_on_the_page_about_them() -> None:
    assert {name for name in NAMES if f"`{name}`" not in PAGE} == set()


def test_what_the_page_says_of_scrapys_settings_is_set() -> None:
    table = PAGE.partition("## Scrapy's settings that differ")[2].partition("\n## ")[0]
    named = {
        name
        for row in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }

    assert named
    assert named - NAMES == set()
