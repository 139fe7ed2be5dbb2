"""Captures for the stand-ins of web archives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.crawler.web_archives.asking import BEGIN, SOME, page
from tests.crawler.web_archives.standins import Captured
from tests.site import SampleSite


@pytest.fixture(scope="module")
def captures(site: SampleSite) -> list[Captured]:
    """One capture of each of some articles, and pages that are no articles."""
    articles = site.expected()[:SOME]
    found = [
        Captured(
            article.canonical_url.replace("https://", "http://www.").replace(".vn/", ".vn:80/")
            if number % 3
            else article.canonical_url,
            BEGIN + timedelta(hours=number),
            page(site, article.canonical_url),
        )
        for number, article in enumerate(articles)
    ]
    others = [
        Captured("https://baohoabinh.com.vn/", BEGIN, b"<html>front page</html>"),
        Captured("https://ims.baohoabinh.com.vn/a/b.jpg", BEGIN, b"picture"),
        Captured("https://baohoabinh.com.vn/11/999999/Gone.htm", BEGIN, b"moved", status=301),
    ]
    return others[:1] + found + others[1:]
