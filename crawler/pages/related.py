"""The block of other news, "Các tin khác": pairs of headline and teaser."""

from __future__ import annotations

from crawler.pages.blocks import Block
from crawler.pages.entries import gather
from crawler.pages.frame import Frame
from newspapers import ArticleRef
from newspapers.spelling import normalise
from newspapers.vietnamese import is_label, is_related_heading, split_dateline
from schemas.items import RelatedLink

MOST = 30
"""3 to 8 entries were seen; a block with many more is something else, and is not followed to its end."""


def read_related(blocks: list[Block], frame: Frame, base: str, reference: ArticleRef) -> list[RelatedLink]:
    """The entries of the block of other news, each article once."""
    if frame.related is None:
        return []
    links = []
    for entry in gather(blocks[slice(*frame.related)], base):
        if entry.reference.key == reference.key or not entry.headline:
            continue
        if is_label(entry.headline) or is_related_heading(entry.headline):
            continue
        teaser = split_dateline(normalise(entry.teaser))[1] if entry.teaser else ""
        links.append(
            RelatedLink(
                edition=entry.reference.edition,
                article_id=entry.reference.article_id,
                url=entry.reference.url,
                found_as=entry.found_as,
                headline=entry.headline,
                teaser=teaser or None,
            )
        )
    return links[:MOST]
