"""What cannot be an article of this newspaper goes to the rejects, not to the articles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from newspapers import MAX_ARTICLE_ID, MAX_SECTION_ID, current, read_article_url
from schemas.items import Article, Basis, Failure, Kind

FIRST_YEAR = 1997
"""Before this year no Vietnamese newspaper was on the Internet, so no page can be older."""

CLOCK_TOLERANCE = timedelta(days=1)
"""How far a page's date may lie after the fetch: clocks and time zones differ."""


def find_faults(article: Article) -> list[str]:
    """What makes an article impossible to store, in words that name field and value."""
    faults = []
    if article.edition not in current().codes:
        faults.append(f"edition {article.edition!r} is none of {', '.join(current().codes)}")
    if not 0 < article.article_id <= MAX_ARTICLE_ID:
        faults.append(f"article_id {article.article_id} is not a positive 64-bit number")
    if article.section_id is not None and not 0 < article.section_id <= MAX_SECTION_ID:
        faults.append(f"section_id {article.section_id} is not a positive 32-bit number")
    reference = read_article_url(article.canonical_url)
    if not reference or reference.url != article.canonical_url or reference.key != article.key:
        faults.append(f"canonical_url {article.canonical_url!r} is not that of the article")
    if article.kind not in list(Kind):
        faults.append(f"kind {article.kind!r} is none of {', '.join(Kind)}")
    if not article.headline.strip():
        faults.append("headline is empty")
    if not article.lead and not article.body and not article.images:
        faults.append("there is neither lead nor body nor picture")
    return faults + _date_faults(article)


def _date_faults(article: Article) -> list[str]:
    published = article.published_at
    if (published is None) != (article.published_basis is None):
        return ["published_at and published_basis must be given together"]
    if published is None:
        return []
    if article.published_basis not in list(Basis):
        return [f"published_basis {article.published_basis!r} is none of {', '.join(Basis)}"]
    if published.tzinfo is None:
        return [f"published_at {published} has no time zone"]
    if not datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) <= published <= article.fetched_at + CLOCK_TOLERANCE:
        return [f"published_at {published} is not between {FIRST_YEAR} and the fetch"]
    return []


def rejected(article: Article, faults: list[str]) -> Failure:
    """An invalid article as it is kept among the rejects: with all there is of it, so nothing is lost."""
    return Failure(
        edition=article.edition,
        article_id=article.article_id,
        url=article.canonical_url,
        reason="invalid: " + "; ".join(faults),
        at=article.fetched_at,
        payload=attrs.asdict(article, value_serializer=_jsonable),
    )


def _jsonable(_item: Any, _field: Any, value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
