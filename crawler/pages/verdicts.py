"""What an article's URL gave instead of an article."""

from __future__ import annotations

from typing import Any

from crawler.house_style import is_day_form, is_related_heading, says_missing
from crawler.pages.blocks import Page, Text
from crawler.pages.entries import gather
from crawler.pages.head import Head
from crawler.pages.links import PROSE, other_article
from crawler.site import ArticleRef, HomeRef, ListRef
from schemas.items import NotAnArticle

MUCH_PROSE = 600
MANY_ENTRIES = 6


def name_page(
    root: Any | None,
    page: Page,
    head: Head,
    reference: ArticleRef,
    status: int | None,
    unproven: str = "",
) -> NotAnArticle:
    """Name a page in which no article was found.

    :param unproven: the headline of a text that nothing ties to the article of the URL.
    """
    texts = [block for block in page.blocks if isinstance(block, Text)]
    if root is None or not (texts or page.blocks):
        return NotAnArticle(found="empty", reason="the page has no text")
    if status in (404, 410):
        return NotAnArticle(found="soft-404", reason=f"the page came with status {status}")
    missing = next((text.text for text in texts if says_missing(text.text)), None)
    if missing or says_missing(head.title):
        return NotAnArticle(found="soft-404", reason=f"the page says: {missing or head.title}")
    prose = _own_prose(texts, reference.article_id)
    if _has_password(root) and prose < MUCH_PROSE:
        return NotAnArticle(found="login", reason="the page asks for a password")
    if isinstance(head.names, HomeRef):
        return NotAnArticle(found="home", reason=f"the page names itself {head.names.url}")
    if isinstance(head.names, ListRef):
        return NotAnArticle(found="listing", reason=f"the page names itself {head.names.url}")
    if unproven:
        return NotAnArticle(
            found="unreadable", reason=f"nothing says that this is the article: {unproven[:100]}"
        )
    if prose >= MUCH_PROSE:
        return NotAnArticle(
            found="unreadable",
            reason=f"{prose} characters of prose, but no headline or no text was recognised",
        )
    return _by_links(page, head, reference)


def _by_links(page: Page, head: Head, reference: ArticleRef) -> NotAnArticle:
    end = next(
        (
            block.index
            for block in page.blocks
            if isinstance(block, Text) and (is_related_heading(block.text) or is_day_form(block.text))
        ),
        len(page.blocks),
    )
    entries = [e for e in gather(page.blocks[:end], head.base) if e.reference.key != reference.key]
    if len(entries) >= MANY_ENTRIES:
        sections = {entry.reference.section for entry in entries}
        if not head.title and not head.og_title and len(sections) >= 3:
            return NotAnArticle(found="home", reason=f"{len(entries)} articles of {len(sections)} sections")
        return NotAnArticle(found="listing", reason=f"a list of {len(entries)} articles")
    if sum(len(b.text) for b in page.blocks if isinstance(b, Text)) < PROSE:
        return NotAnArticle(found="empty", reason="the page has hardly any text")
    return NotAnArticle(found="soft-404", reason="the page has no article in it")


def _own_prose(texts: list[Text], article_id: int) -> int:
    """Characters of prose that are no teasers."""
    total = 0
    after_link = False
    for text in texts:
        if is_related_heading(text.text):
            break
        if other_article(text, article_id):
            after_link = True
        elif len(text.text) >= PROSE and text.linked < 0.5:
            if not after_link and not text.node.chrome and not text.links:
                total += len(text.text)
            after_link = False
    return total


def _has_password(root: Any) -> bool:
    return any((field.get("type") or "").lower() == "password" for field in root.iter("input"))
