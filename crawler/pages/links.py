"""Links to articles within a text, and what they say of it."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.pages.blocks import Block, Page, Text
from crawler.pages.head import Head, join
from newspapers import ListRef, read_url

PROSE = 80
"""A text of so many characters, not in a link, is part of somebody's prose."""


def other_article(text: Text, article_id: int) -> bool:
    """Whether a text is nothing but a link to another article."""
    return bool(text.links) and text.linked >= 0.9 and leads_elsewhere(text, article_id)


def leads_elsewhere(text: Text, article_id: int) -> bool:
    """Whether a text has a link to another article."""
    own = str(article_id)
    return bool(text.links) and any(number != own for number in text.articles)


def leads_to_lists(page: Page, head: Head) -> bool:
    """Whether a page links to a list of the newspaper's, as its navigation does."""
    return any(
        isinstance(read_url(join(head.base, link.href)), ListRef)
        for _, text in texts(page.blocks)
        for link, _ in text.links
    )


def texts(blocks: list[Block], start: int = 0, end: int | None = None) -> Iterator[tuple[int, Text]]:
    """The texts of a range of blocks, each with its number."""
    for number in range(start, len(blocks) if end is None else min(end, len(blocks))):
        block = blocks[number]
        if isinstance(block, Text):
            yield block.index, block
