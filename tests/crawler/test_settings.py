"""The page on settings names all of ours."""

from __future__ import annotations

from scrapy.settings import default_settings

from crawler import settings
from tests.crawling import ROOT


def test_each_setting_of_ours_stands_on_the_page_about_them() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    names = {name for name in vars(settings) if name.isupper() and not name.startswith("_")}
    ours = names - set(dir(default_settings)) - {"DEFAULT_URL"}

    assert ours
    assert {name for name in ours if f"`{name}`" not in page} == set()
