"""Which archived pages the options choose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from crawler.commands.reparse import ReparseOptions
from crawler.reparse.chosen_pages import copies, count_pages
from pipelines.retry import RetryPolicy
from schemas import tables
from schemas.database import open_engine
from tests import reading
from tests.crawling import Collection
from tests.site import SampleSite


def test_section_days_and_layout_choose_articles(site: SampleSite, collection: Collection) -> None:
    engine = open_engine(collection.url)
    articles = reading.articles(collection.url).values()
    dates = sorted(article["published_at"] for article in articles if article["published_at"])
    local = timedelta(hours=7)
    day = (dates[len(dates) // 2] + local).date()

    def pages(**options: Any) -> int:
        selection = ReparseOptions(**options).selection
        groups = list(copies(engine, RetryPolicy(0), selection, collection.archive))
        assert count_pages(engine, selection) == sum(map(len, groups))
        return sum(map(len, groups))

    of_section = [a for a in articles if (a["edition"], a["section_id"]) == ("en", 2)]
    assert pages(section="en/2") == len(of_section) > 0
    assert pages(until=day.isoformat()) == sum((date + local).date() <= day for date in dates) > 0
    assert pages(since=day.isoformat(), until=day.isoformat()) > 0
    assert pages(parser="post") == len(articles)
    assert pages(parser="generic/1") == 0
    with engine.begin() as connection:
        doubtful = update(tables.Article).where(tables.Article.id == 1).values(parser="generic/1:doubtful")
        connection.execute(doubtful)
    assert pages(parser="generic/1") == pages(parser="generic/1:doubtful") == 1
    soft = [key for key, answer in site.gone().items() if answer != "404"]
    assert 0 < pages(missing=True) <= len(soft)
    engine.dispose()
