"""One form of text, whatever the page's markup and its author's keyboard made of it.

Cleaning twice changes nothing. What the words mean is not touched: an author's spelling stays, and so do
the Mường letters. What a text says of an article's agency, byline, source or credit is the page objects'
to read.
"""

from __future__ import annotations

from newspapers.spelling import normalise, single_spaced
from schemas.items import Article, Listing, ListingEntry, RelatedLink


def clean_article(article: Article) -> None:
    """Bring every text of an article into the form that is stored."""
    article.headline = normalise(article.headline)
    article.section_name = _line(article.section_name)
    article.agency = _line(article.agency)
    article.lead = _line(article.lead)
    article.body = [text for paragraph in article.body if (text := normalise(paragraph))]
    article.byline = _line(article.byline)
    article.source = _line(article.source)
    article.published_raw = single_spaced(article.published_raw or "") or None  # otherwise as printed
    for image in article.images:
        image.caption = _line(image.caption)
        image.credit = _line(image.credit)
    for link in article.related:
        _clean_entry(link)


def clean_listing(listing: Listing) -> None:
    """Bring the names of sections and the texts of entries into the form that is stored."""
    for section in listing.sections:
        section.name = _line(section.name)
    for entry in listing.entries:
        _clean_entry(entry)


def _clean_entry(entry: ListingEntry | RelatedLink) -> None:
    if entry.headline:
        entry.headline = normalise(entry.headline)
    entry.teaser = _line(entry.teaser)


def _line(text: str | None) -> str | None:
    return (normalise(text) or None) if text else None
