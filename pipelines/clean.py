"""Second pipeline: one form of text, whatever the page's markup and its author's keyboard made of it."""

from __future__ import annotations

from typing import Any

from newspapers.spelling import normalise
from newspapers.vietnamese import (
    clean_byline,
    persons,
    source_of_byline,
    split_credit,
    split_dateline,
    split_source,
)
from schemas.items import Article, Image, ListingEntry, RelatedLink, Section, WalkStep


class CleanPipeline:
    """Cleans the text of articles and of the entries of lists; other items pass.

    Cleaning twice changes nothing. What the words mean is not touched: an author's spelling stays,
    and so do the Mường letters.
    """

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article):
            clean_article(item)
        elif isinstance(item, WalkStep):
            for entry in item.entries:
                clean_entry(entry)
        else:
            for section in getattr(item, "sections", None) or ():
                if isinstance(section, Section):
                    section.name = _line(section.name)
            for entry in getattr(item, "entries", None) or ():
                if isinstance(entry, ListingEntry):
                    clean_entry(entry)
        return item


def clean_article(article: Article) -> None:
    """Bring every text of an article into the form that is stored."""
    article.headline = normalise(article.headline)
    article.section_name = _line(article.section_name)
    article.published_raw = _line_as_printed(article.published_raw)
    _clean_lead(article)
    article.body = [text for paragraph in article.body if (text := normalise(paragraph))]
    _clean_byline(article)
    for image in article.images:
        _clean_image(image)
    for link in article.related:
        clean_entry(link)


def clean_entry(entry: ListingEntry | RelatedLink) -> None:
    """Bring headline and teaser of a list's entry into the form that is stored."""
    if entry.headline:
        entry.headline = normalise(entry.headline)
    entry.teaser = _without_dateline(entry.teaser)


def _clean_lead(article: Article) -> None:
    if article.lead is None:
        return
    agency, lead = _split(normalise(article.lead))
    article.agency = article.agency or agency
    article.lead = lead or None


def _clean_byline(article: Article) -> None:
    source = _line(article.source)
    byline = clean_byline(article.byline) if article.byline else None
    if byline and (found := split_source(byline)):
        source, byline = source or found, None
    article.byline = byline or None
    article.source = source or (source_of_byline(byline) if byline else None)
    article.authors = persons(byline) if byline else []


def _clean_image(image: Image) -> None:
    image.caption = _line(image.caption)
    image.credit = split_credit(image.caption) if image.caption else None


def _line(text: str | None) -> str | None:
    return (normalise(text) or None) if text else None


def _line_as_printed(text: str | None) -> str | None:
    return (" ".join(text.split()) or None) if text else None


def _without_dateline(text: str | None) -> str | None:
    return (_split(normalise(text))[1] or None) if text else None


def _split(text: str) -> tuple[str | None, str]:
    """Part the dateline prefix from a clean text; what is left is clean again."""
    agency, rest = split_dateline(text)
    return agency, normalise(rest)
