"""What a reader of the sample newspaper must find, in the names of ``schemas.items``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ExpectedImage:
    """A picture of an article."""

    url: str
    caption: str | None
    credit: str | None


@dataclass(frozen=True)
class ExpectedRelated:
    """An entry of "Các tin khác" on the article's page in one state of the site."""

    edition: str
    article_id: int
    url: str
    headline: str
    teaser: str | None


@dataclass(frozen=True, kw_only=True)
class ExpectedArticle:
    """Every field of one article, cleaned."""

    edition: str
    article_id: int
    section_id: int
    kind: str
    headline: str
    agency: str | None
    lead: str | None
    body: list[str]
    byline: str | None
    source: str | None
    authors: list[str]
    published_at: datetime
    published_basis: str
    canonical_url: str
    images: list[ExpectedImage]
    related: list[ExpectedRelated]

    @property
    def key(self) -> tuple[str, int]:
        return self.edition, self.article_id
