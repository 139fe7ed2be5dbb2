"""Whether a page is the article of its URL, and what it is instead.

A heading with a paragraph under it makes no article: a notice of maintenance, a page that asks for
patience or that says where the newspaper has moved shows the same. Something must tie it to the article.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from crawler.pages.blocks import PROSE, Page, Text, leads_elsewhere, texts
from crawler.pages.dates import is_only_date
from crawler.pages.entries import SHORTEST_TEASER, gather, linked_lists
from crawler.pages.frame import Frame
from crawler.pages.head import Head, join
from crawler.pages.headline import resembles, shares_words
from crawler.pages.notices import is_imprint, says_missing
from newspapers import ArticleRef, HomeRef, ListRef, is_picture, read_url
from newspapers.surroundings import is_box_heading, is_day_form, is_label, is_related_heading, strip_site_name
from newspapers.vietnamese import split_dateline
from schemas.items import Article, NotAnArticle

MUCH_PROSE = 600
MANY_ENTRIES = 6
FEWEST_TEASERS = 3
"""A list may be shorter if its headlines have teasers, as those of a menu do not."""
FEWEST_IN_MENU = 3
"""So many sections are linked by the navigation of the newspaper's own pages."""
LONGEST_LABEL = 15


def name_page(
    root: Any, page: Page, head: Head, reference: ArticleRef, status: int | None, unidentified: str = ""
) -> NotAnArticle:
    """Name a page in which no article was found.

    :param unidentified: the headline of a text that nothing ties to the article of the URL.
    """
    main = _main_part(page, reference.article_id)
    prose = sum(len(text.text) for text in main if text.is_prose and not text.links)
    found, reason = _name(root, page, head, reference, status, unidentified, main, prose)
    if found == "unreadable" and (unidentified or prose < MUCH_PROSE):
        addresses = (join(head.base, link.href) for _, text in texts(page.blocks) for link, _ in text.links)
        if not any(map(read_url, addresses)):  # of a server that blocks, of a domain's next owner
            found = "foreign"
    return NotAnArticle(found=found, reason=unicodedata.normalize("NFC", reason))


def _name(
    root: Any,
    page: Page,
    head: Head,
    reference: ArticleRef,
    status: int | None,
    unidentified: str,
    main: list[Text],
    prose: int,
) -> tuple[str, str]:
    if not page.blocks:
        return "empty", "the page has no text"
    if status in (404, 410):
        return "soft-404", f"the page came with status {status}"
    if not _has_an_article(page, main):
        said = [*(text.text for text in main if text.linked < 0.5), head.title]
        if missing := next(filter(says_missing, said), None):
            return "soft-404", f"the page says: {missing}"
    asks = any((field.get("type") or "").lower() == "password" for field in root.iter("input"))
    if asks and prose < MUCH_PROSE:
        return "login", "the page asks for a password"
    if isinstance(head.names, HomeRef):
        return "home", f"the page names itself {head.names.url}"
    if isinstance(head.names, ListRef):
        if head.names.section == reference.section:
            return "soft-404", "the page is its section's list"
        return "listing", f"the page names itself {head.names.url}"
    if unidentified:
        return "unreadable", f"nothing says that this is the article: {unidentified[:100]}"
    if prose >= MUCH_PROSE:
        return "unreadable", f"{prose} characters of prose, but no headline or no text was recognised"
    return _by_links(page, head, reference, main)


def _by_links(page: Page, head: Head, reference: ArticleRef, main: list[Text]) -> tuple[str, str]:
    ends = (i for i, text in texts(page.blocks) if is_related_heading(text.text) or is_day_form(text.text))
    others = gather(page.blocks[: next(ends, len(page.blocks))], head.base)
    entries = [entry for entry in others if entry.reference.key != reference.key]
    with_teasers = sum(entry.teaser is not None for entry in entries)
    if len(entries) >= MANY_ENTRIES or with_teasers >= FEWEST_TEASERS:
        sections = [entry.reference.section for entry in entries]
        if not head.title and not head.og_title and len(set(sections)) >= 3:
            return "home", f"{len(entries)} articles of {len(set(sections))} sections"
        if 2 * sections.count(reference.section) > len(entries):
            return "soft-404", "the page is a list of its section"
        return "listing", f"a list of {len(entries)} articles"
    if sum(len(text.text) for _, text in texts(page.blocks)) < PROSE:
        return "empty", "the page has hardly any text"
    if loose := next((text.text for text in main if _says_something(text)), None):
        return "unreadable", f"no article was recognised in: {loose[:100]}"
    if len(linked_lists(page, head)) >= FEWEST_IN_MENU:
        return "soft-404", "the page has no article in it"
    return "unreadable", "the page has neither an article nor the site's navigation"


def _main_part(page: Page, article_id: int) -> list[Text]:
    """The texts above the other news that frame no page and are no teaser of another article."""
    found = []
    after_link = False
    for _, text in texts(page.blocks):
        if is_related_heading(text.text) or is_day_form(text.text):
            break
        if leads_elsewhere(text, article_id):
            after_link = True
        elif after_link and not text.heading:
            # A date or a counter may stand between headline and teaser.
            after_link = len(text.text) < SHORTEST_TEASER or is_only_date(text.text)
        else:
            after_link = False
            if not text.node.chrome:
                found.append(text)
    return found


def _has_an_article(page: Page, main: list[Text]) -> bool:
    """Whether a page shows what only an article has: a dateline, or prose in a container of a layout."""
    if any(split_dateline(text.text)[0] for text in main):
        return True
    marked = (marks for (_, role), marks in page.marked.items() if role == "container")
    containers = [node for marks in marked for node, _ in marks]
    prose = [text for text in main if text.is_prose and not says_missing(text.text)]
    return any(text.node in container for text in prose for container in containers)


def _says_something(text: Text) -> bool:
    """Whether a text of the main part is neither menu nor label nor foot."""
    line = text.text
    return (
        text.linked < 0.5
        and len(line) > LONGEST_LABEL
        and not (is_label(line) or is_imprint(line) or is_box_heading(line) or is_only_date(line))
        and bool(strip_site_name(line))
    )


# --- what ties a page to its URL --------------------------------------------------------------------

ONLY_THE_FRAME = frozenset({"related", "day-form"})
"""Evidence that every page of the newspaper has, one that says it is out of order too."""


def evidence_for(page: Page, head: Head, reference: ArticleRef, frame: Frame, item: Article) -> str:
    """What ties a frame without known marks to the article of the URL; empty if nothing does.

    Title and canonical address alone tie nothing: the next owner of a domain copies them, for the visitors
    whom search engines send. What is printed on the page has to agree with them.
    """
    if shares_words(frame.headline, reference.slug):
        return "slug"
    titles = (head.og_title, head.title)
    if any(shares_words(title, reference.slug) for title in titles) and resembles(
        frame.headline, reference.slug
    ):
        return "title"
    if item.agency and item.rules["agency"] != "outlet":
        return "dateline"
    if any(is_picture(image.url) for image in item.images):
        return "picture"
    if frame.related is not None:
        return "related"
    if any(is_day_form(text.text) for _, text in texts(page.blocks)):
        return "day-form"
    if isinstance(head.names, ArticleRef) and head.names.key == reference.key and linked_lists(page, head):
        return "canonical"
    return ""
