"""What an article's URL gave instead of an article."""

from __future__ import annotations

import unicodedata
from typing import Any

import attrs

from crawler.pages.blocks import Page, Text
from crawler.pages.dates import is_only_date
from crawler.pages.entries import gather
from crawler.pages.head import Head, join
from crawler.pages.links import PROSE, leads_elsewhere, other_article
from crawler.pages.notices import is_imprint, says_missing
from newspapers import ArticleRef, HomeRef, ListRef, read_url
from newspapers.vietnamese import (
    is_box_heading,
    is_day_form,
    is_label,
    is_related_heading,
    split_dateline,
    strip_site_name,
)
from schemas.items import NotAnArticle

MUCH_PROSE = 600
MANY_ENTRIES = 6
FEWEST_TEASERS = 3
"""A list may be shorter if its headlines have teasers, as those of a menu do not."""
FEWEST_IN_MENU = 3
"""So many sections are linked by the navigation of the newspaper's own pages."""
LONGEST_LABEL = 15


def name_page(
    root: Any | None,
    page: Page,
    head: Head,
    reference: ArticleRef,
    status: int | None,
    unidentified: str = "",
) -> NotAnArticle:
    """Name a page in which no article was found.

    :param unidentified: the headline of a text that nothing ties to the article of the URL.
    """
    item = _name(root, page, head, reference, status, unidentified)
    item = attrs.evolve(item, reason=unicodedata.normalize("NFC", item.reason))
    if item.found == "unreadable" and _is_foreign(page, head, reference, unidentified):
        return attrs.evolve(item, found="foreign")
    return item


def _name(
    root: Any | None, page: Page, head: Head, reference: ArticleRef, status: int | None, unidentified: str
) -> NotAnArticle:
    texts = [block for block in page.blocks if isinstance(block, Text)]
    if root is None or not (texts or page.blocks):
        return NotAnArticle(found="empty", reason="the page has no text")
    if status in (404, 410):
        return NotAnArticle(found="soft-404", reason=f"the page came with status {status}")
    main = _main_part(texts, reference.article_id)
    if not _has_an_article(page, main):
        said = [*(text.text for text in main if text.linked < 0.5), head.title]
        if missing := next(filter(says_missing, said), None):
            return NotAnArticle(found="soft-404", reason=f"the page says: {missing}")
    prose = _own_prose(texts, reference.article_id)
    if _has_password(root) and prose < MUCH_PROSE:
        return NotAnArticle(found="login", reason="the page asks for a password")
    if isinstance(head.names, HomeRef):
        return NotAnArticle(found="home", reason=f"the page names itself {head.names.url}")
    if isinstance(head.names, ListRef):
        if head.names.section == reference.section:
            return NotAnArticle(found="soft-404", reason="the page is its section's list")
        return NotAnArticle(found="listing", reason=f"the page names itself {head.names.url}")
    if unidentified:
        return NotAnArticle(
            found="unreadable", reason=f"nothing says that this is the article: {unidentified[:100]}"
        )
    if prose >= MUCH_PROSE:
        return NotAnArticle(
            found="unreadable",
            reason=f"{prose} characters of prose, but no headline or no text was recognised",
        )
    return _by_links(page, head, reference, main)


def _is_foreign(page: Page, head: Head, reference: ArticleRef, unidentified: str) -> bool:
    """Whether nothing on a page is the newspaper's: of a server that blocks, of a domain's next owner."""
    texts = [block for block in page.blocks if isinstance(block, Text)]
    addresses = (join(head.base, link.href) for text in texts for link, _ in text.links)
    other = bool(unidentified) or _own_prose(texts, reference.article_id) < MUCH_PROSE
    return other and not any(map(read_url, addresses))


def _by_links(page: Page, head: Head, reference: ArticleRef, main: list[Text]) -> NotAnArticle:
    end = next(
        (
            block.index
            for block in page.blocks
            if isinstance(block, Text) and (is_related_heading(block.text) or is_day_form(block.text))
        ),
        len(page.blocks),
    )
    entries = [e for e in gather(page.blocks[:end], head.base) if e.reference.key != reference.key]
    with_teasers = sum(entry.teaser is not None for entry in entries)
    if len(entries) >= MANY_ENTRIES or with_teasers >= FEWEST_TEASERS:
        sections = {entry.reference.section for entry in entries}
        if not head.title and not head.og_title and len(sections) >= 3:
            return NotAnArticle(found="home", reason=f"{len(entries)} articles of {len(sections)} sections")
        of_section = sum(entry.reference.section == reference.section for entry in entries)
        if 2 * of_section > len(entries):
            return NotAnArticle(found="soft-404", reason="the page is a list of its section")
        return NotAnArticle(found="listing", reason=f"a list of {len(entries)} articles")
    if sum(len(b.text) for b in page.blocks if isinstance(b, Text)) < PROSE:
        return NotAnArticle(found="empty", reason="the page has hardly any text")
    if loose := next((text.text for text in main if _says_something(text)), None):
        return NotAnArticle(found="unreadable", reason=f"no article was recognised in: {loose[:100]}")
    if _lists_linked(page, head) >= FEWEST_IN_MENU:
        return NotAnArticle(found="soft-404", reason="the page has no article in it")
    return NotAnArticle(
        found="unreadable", reason="the page has neither an article nor the site's navigation"
    )


def _main_part(texts: list[Text], article_id: int) -> list[Text]:
    """The texts above the other news that frame no page and are no teaser of another article."""
    found = []
    after_link = False
    for text in texts:
        if is_related_heading(text.text) or is_day_form(text.text):
            break
        if leads_elsewhere(text, article_id):
            after_link = True
        elif after_link and not text.heading:
            after_link = False
        elif not text.node.chrome:
            after_link = False
            found.append(text)
    return found


def _has_an_article(page: Page, main: list[Text]) -> bool:
    """Whether a page shows what only an article has: a dateline, or prose or a date in a known container."""
    if any(split_dateline(text.text)[0] for text in main):
        return True
    within = [
        range(node.first, node.last + 1)
        for (_, role), marked in page.marked.items()
        if role == "container"
        for node, _ in marked
    ]
    return any(
        (len(text.text) >= PROSE and not says_missing(text.text)) or is_only_date(text.text)
        for text in main
        if text.linked < 0.5 and any(text.index in span for span in within)
    )


def _says_something(text: Text) -> bool:
    """Whether a text of the main part is neither menu nor label nor foot."""
    line = text.text
    return (
        text.linked < 0.5
        and len(line) > LONGEST_LABEL
        and not (is_label(line) or is_imprint(line) or is_box_heading(line) or is_only_date(line))
        and bool(strip_site_name(line))
    )


def _lists_linked(page: Page, head: Head) -> int:
    """How many of the newspaper's sections a page links to."""
    targets = {
        join(head.base, link.href)
        for block in page.blocks
        if isinstance(block, Text)
        for link, _ in block.links
    }
    return len({ref.section for url in targets if isinstance(ref := read_url(url), ListRef)})


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
