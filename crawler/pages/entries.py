"""Lists of articles, wherever they stand: which articles, with which headlines and teasers.

Rests on URLs alone. The links of one article that follow each other (thumbnail, headline, "read on")
are one entry; its teaser is the text after the headline, before the next article's link.
"""

from __future__ import annotations

from attrs import define, field

from crawler.pages.blocks import Block, Link, Node, Page, Picture, Player, Text, texts
from crawler.pages.dates import is_only_date
from crawler.pages.head import Head, join
from newspapers import ArticleRef, ListRef, SectionRef, current, read_article_url, read_url
from newspapers.spelling import normalise
from newspapers.surroundings import (
    is_box_heading,
    is_comments_heading,
    is_day_form,
    is_label,
    is_related_heading,
)
from newspapers.vietnamese import split_dateline
from schemas.items import RelatedLink

SHORTEST_TEASER = 20
MOST_LINKS = 10_000
"""No page of a newspaper has more; one that does is meant to hurt, and the rest of it is left."""

NEAR = 4
"""So many levels up the tree, headline and teaser of one entry share an element."""


@define
class Entry:
    """One article in a list."""

    reference: ArticleRef
    found_as: str
    headline: str | None = None
    teaser: str | None = None


MOST_RELATED = 30
"""3 to 8 entries were seen; a block with many more is something else, and is not followed to its end."""


def read_related(blocks: list[Block], base: str, reference: ArticleRef) -> list[RelatedLink]:
    """The entries of the block of other news, "Các tin khác", each article once."""
    links = []
    for entry in gather(blocks, base):
        if entry.reference.key == reference.key or not entry.headline:
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
    return links[:MOST_RELATED]


@define
class _Found:
    """What the links of one article, one after the other, say about it."""

    reference: ArticleRef
    found_as: str
    node: Node
    headings: list[str] = field(factory=list)
    texts: list[str] = field(factory=list)
    titles: list[str] = field(factory=list)
    after: str = ""

    def headline(self) -> str | None:
        said = next(iter([*self.headings, *self.texts]), None)
        return said or max(self.titles, key=len, default=None)

    def teaser(self) -> str | None:
        """The text after the headline, or a second, longer text within the link."""
        within = [text for text in self.texts if text != self.headline() and len(text) >= SHORTEST_TEASER]
        return max(within, key=len, default="") or self.after or None


def gather(blocks: list[Block], base: str) -> list[Entry]:
    """The articles that a row of blocks links to, in order, each once."""
    occurrences = _occurrences(blocks, base)
    entries: dict[tuple[str, int], Entry] = {}
    for found in occurrences:
        headline, teaser = found.headline(), found.teaser()
        entry = entries.get(found.reference.key)
        if entry is None:
            entries[found.reference.key] = Entry(found.reference, found.found_as, headline, teaser)
        else:
            if headline and len(headline) > len(entry.headline or ""):
                entry.headline = headline
            entry.teaser = entry.teaser or teaser
    return list(entries.values())


def _occurrences(blocks: list[Block], base: str) -> list[_Found]:
    resolved: dict[str, tuple[ArticleRef, str] | None] = {}
    found: list[_Found] = []
    current: _Found | None = None
    for block in blocks:
        if isinstance(block, Player):
            continue
        for link, text in links_of(block):
            if link.href not in resolved:
                if len(resolved) >= MOST_LINKS:
                    return found
                resolved[link.href] = _resolve(link.href, base)
            target = resolved[link.href]
            if target is None:
                continue
            reference, url = target
            if current is None or current.reference.key != reference.key:
                current = _Found(reference, url, block.node)
                found.append(current)
            _take_link(current, block, link, text)
        if current is not None and isinstance(block, Text):
            if not block.links and current.headline() and (block.heading or is_box_heading(block.text)):
                current = None  # another box begins
            elif not current.after and not _take_teaser(current, block):
                current = None
    return found


def _resolve(href: str, base: str) -> tuple[ArticleRef, str] | None:
    if not current().page_href.search(href):
        return None
    url = join(base, href)
    reference = read_article_url(url)
    return (reference, url) if reference else None


def linked_lists(page: Page, head: Head) -> set[SectionRef]:
    """The sections of the newspaper whose lists a page links to, as its navigation does."""
    addresses = {join(head.base, link.href) for _, text in texts(page.blocks) for link, _ in text.links}
    return {target.section for url in addresses if isinstance(target := read_url(url), ListRef)}


def links_of(block: Block) -> list[tuple[Link, str]]:
    """The links of a text, each with its words, or of a picture."""
    if isinstance(block, Text):
        return block.links
    return [(block.link, "")] if isinstance(block, Picture) and block.link is not None else []


def _take_link(found: _Found, block: Text | Picture, link: Link, text: str) -> None:
    text = normalise(text)
    said = [normalise(link.title), normalise(block.alt) if isinstance(block, Picture) else ""]
    found.titles += [title for title in said if title and not is_label(title)]
    if text and not is_label(text) and not is_only_date(text) and any(c.isalpha() for c in text):
        if isinstance(block, Text) and block.heading:
            found.headings.append(text)
        else:
            found.texts.append(text)
        found.node = block.node


def _take_teaser(found: _Found, block: Text) -> bool:
    """Take what a text says beside its links; false if the entry cannot go on behind it."""
    if is_day_form(block.text) or is_related_heading(block.text) or is_comments_heading(block.text):
        return False
    rest = _beside_links(block).strip(" -–—:|»>•·")
    if not rest or found.headline() is None:
        return True
    rest = normalise(rest)
    is_teaser = len(rest) >= SHORTEST_TEASER and not is_label(rest) and not is_only_date(rest)
    if is_teaser and _near(found.node, block.node):
        found.after = rest
    return True


def _beside_links(block: Text) -> str:
    kept: list[str] = []
    at = 0
    for _, text in block.links:
        start = block.text.find(text, at)
        if start >= 0:
            kept.append(block.text[at:start])
            at = start + len(text)
    return " ".join([*kept, block.text[at:]])


def _near(node: Node, other: Node) -> bool:
    """Whether two blocks stand together in a list, not one there and the other in the page's foot."""
    around = [outer for outer in node.ancestors()[: NEAR + 1] if outer.tag not in ("html", "body")]
    if other.parent in (node, node.parent):
        return True
    return any(outer in around for outer in other.ancestors()[: NEAR + 1])
