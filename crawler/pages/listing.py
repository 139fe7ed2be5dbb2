"""The page object of a list: a section's list, a front page, the answer of the day form."""

from __future__ import annotations

import re

from attrs import define
from web_poet import WebPage

from crawler.pages.blocks import Page
from crawler.pages.entries import MOST_LINKS, gather, links_of
from crawler.pages.flatten import flatten
from crawler.pages.head import join, read_head
from crawler.pages.inputs import FetchedAt
from crawler.pages.markup import read_tree
from newspapers import ListRef, SectionRef, current, read_url
from newspapers.spelling import normalise
from newspapers.surroundings import is_label
from newspapers.vietnamese import split_dateline
from schemas.items import Listing, ListingEntry, Section

LONGEST_NAME = 80
_PAGER = re.compile(
    r"(?:trang\s*)?\d+|[«»<>‹›|…. ]+"
    r"|(?:«|<|‹)*\s*(?:trang\s+)?"
    r"(?:đầu|cuối|trước|sau|tiếp(?: theo)?|kế(?: tiếp)?|first|last|next|prev(?:ious)?)"
    r"(?:\s+page)?\s*(?:»|>|›)*",
    re.IGNORECASE,
)


@define(kw_only=True)
class ListingPage(WebPage[Listing]):
    """Reads which articles, sections and further pages a page links to; rests on URLs alone."""

    fetched: FetchedAt

    def to_item(self) -> Listing:  # type: ignore[override]  # no input of it is awaited
        """Read the page; one without any link of ours gives an empty list."""
        url = str(self.response.url)
        root = read_tree(self.response)
        listing = Listing(fetched_at=self.fetched.value)
        if root is None:
            return listing
        page, base = flatten(root), read_head(root, url).base
        listing.entries = [
            ListingEntry(
                edition=entry.reference.edition,
                article_id=entry.reference.article_id,
                section_id=entry.reference.section_id,
                url=entry.reference.url,
                found_as=entry.found_as,
                headline=entry.headline,
                teaser=split_dateline(entry.teaser or "")[1] or None,
            )
            for entry in gather(page.blocks, base)
        ]
        here = read_url(url)
        _read_lists(page, base, here if isinstance(here, ListRef) else None, listing)
        if listing.entries:
            listing.rules["entries"] = "urls"
        if listing.sections:
            listing.rules["sections"] = "urls"
        return listing


def _read_lists(page: Page, base: str, here: ListRef | None, listing: Listing) -> None:
    """Fill in the sections and the numbers of this list's pages.

    A link to the first page counts among the numbers only as part of a pager: in the navigation it
    stands on every page and says nothing about this list.
    """
    sections: dict[SectionRef, Section] = {}
    numbers: set[int] = set()
    known: dict[str, ListRef | None] = {}
    for block in page.blocks:
        for link, words in links_of(block):
            href, text = link.href, normalise(words)
            if href not in known:
                if len(known) >= MOST_LINKS:
                    break
                target = read_url(join(base, href)) if current().page_href.search(href) else None
                known[href] = target if isinstance(target, ListRef) else None
            reference = known[href]
            if reference is None:
                continue
            pager = reference.page > 1 or bool(_PAGER.fullmatch(text))
            if here is not None and reference.section == here.section and pager:
                numbers.add(reference.page)
            section = sections.setdefault(
                reference.section,
                Section(edition=reference.edition, section_id=reference.section_id, slug=reference.slug),
            )
            if section.name is None and not pager and len(text) <= LONGEST_NAME and not is_label(text):
                section.name = text or None
    listing.sections = list(sections.values())
    listing.page_numbers = sorted(numbers)
