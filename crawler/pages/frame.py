"""Where on a page the parts of an article lie: headline, text, other news.

For a known layout its marks tell. The generic way rests on no class name: the headline is the text
that repeats the page's title or the slug of its URL, and the article ends where other things begin
(``docs/site.md``: "Các tin khác", the day form, comments).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

from attrs import define, field

from crawler.house_style import (
    fold,
    fold_slug,
    is_box_heading,
    is_comments_heading,
    is_day_form,
    is_label,
    is_related_heading,
    normalise,
    says_missing,
    split_dateline,
)
from crawler.pages.blocks import Block, Node, Page, Text
from crawler.pages.head import Head
from crawler.pages.layouts import GENERIC, Layout
from crawler.site import ArticleRef

PROSE = 80
"""A text of so many characters, not in a link, is part of somebody's prose."""

TEASER = 40
"""Links with texts of so many characters between them are pairs of headline and teaser, not a menu."""

_ARTICLE_HREF = re.compile(r"/[0-9]{1,12}/(?P<article>[0-9]{1,24})/[^/?#]+\.htm")


@define
class Frame:
    """The parts of an article as ranges of a page's blocks."""

    layout: Layout
    headline: str
    headline_rule: str
    headline_at: int
    """Number of the block that holds it; -1 if it is only in the page's head."""
    first: int
    """First block of the article."""
    start: int
    """First block after the headline."""
    end: int
    """First block after the text."""
    lead: tuple[int, int] | None = None
    lead_rule: str = ""
    date: tuple[int, int] | None = None
    date_rule: str = ""
    related: tuple[int, int] | None = None
    related_rule: str = ""
    left_out: list[tuple[int, int]] = field(factory=list)
    """Ranges within the article that are not its text, such as comments."""


def other_article(text: Text, article_id: int) -> bool:
    """Whether a text is nothing but a link to another article."""
    return bool(text.links) and text.linked >= 0.9 and leads_elsewhere(text, article_id)


def leads_elsewhere(text: Text, article_id: int) -> bool:
    """Whether a text has a link to another article."""
    return any(
        (match := _ARTICLE_HREF.search(link.href)) and match["article"] != str(article_id)
        for link, _ in text.links
    )


# --- by the marks of a layout ----------------------------------------------------------------------


def frame_of_layout(page: Page, layout: Layout, article_id: int) -> Frame | None:
    """The parts by a layout's marks, or ``None`` if its container with a headline is not there."""
    entries = {id(node) for node, _ in page.marked.get((layout.name, "entry"), [])}
    headlines = page.marked.get((layout.name, "headline"), [])
    for container, _ in page.marked.get((layout.name, "container"), []):
        if id(container) in entries:
            continue
        for node, selector in _by_rank(headlines, layout, "headline"):
            if container.first <= node.first <= node.last <= container.last:
                return _frame_within(page, layout, container, (node, selector), article_id)
    return None


def _by_rank(marked: list[tuple[Node, str]], layout: Layout, role: str) -> list[tuple[Node, str]]:
    order = {selector: rank for rank, selector in enumerate(layout.marks.get(role, ()))}
    return sorted(marked, key=lambda entry: (order[entry[1]], entry[0].first))


def _frame_within(
    page: Page, layout: Layout, container: Node, headline: tuple[Node, str], article_id: int
) -> Frame:
    node, selector = headline

    def marked(role: str, low: int, high: int) -> tuple[Node, str] | None:
        found = [
            (node, rule)
            for node, rule in page.marked.get((layout.name, role), [])
            if low <= node.first <= node.last <= high
        ]
        return next(iter(_by_rank(found, layout, role)), None)

    start, end = node.last + 1, container.last + 1
    related = marked("related", start, len(page.blocks)) or marked("entry", start, len(page.blocks))
    if related:
        end = min(end, related[0].first)
    frame = Frame(
        layout=layout,
        headline=normalise(
            " ".join(b.text for b in page.blocks[node.first : node.last + 1] if isinstance(b, Text))
        ),
        headline_rule=selector,
        headline_at=node.first,
        first=container.first,
        start=start,
        end=find_end(page.blocks, start, end, article_id),
    )
    if lead := marked("lead", start, end):
        frame.lead, frame.lead_rule = (lead[0].first, lead[0].last + 1), lead[1]
        if frame.end <= lead[0].first:  # a lead that itself looks like an end, say of links only
            frame.end = end
    if date := marked("date", container.first, end):
        frame.date, frame.date_rule = (date[0].first, date[0].last + 1), date[1]
    if related:
        last = max(
            n.last
            for n, _ in [related, *page.marked.get((layout.name, "entry"), [])]
            if n.first >= related[0].first
        )
        frame.related, frame.related_rule = (related[0].first, last + 1), related[1]
    else:
        _find_related(page.blocks, frame, article_id)
    frame.left_out = [(n.first, n.last + 1) for n, _ in page.marked.get((layout.name, "comments"), [])]
    return frame


# --- by what any news page shows -------------------------------------------------------------------


def frame_of_page(page: Page, head: Head, reference: ArticleRef) -> Frame | None:
    """The parts without any class name, or ``None`` if the page shows no headline with a text."""
    found = (
        _headline_by_head(page, head, reference)
        or _headline_by_slug(page, reference)
        or _headline_by_heading(page, head, reference.article_id)
        or _headline_before_lead(page, reference.article_id)
        or _headline_in_head(page, head, reference.article_id)
    )
    if found is None:
        return None
    headline, rule, at = found
    start = at + 1
    if at < 0:
        start = next((i for i, text in _texts(page.blocks) if split_dateline(text.text)[0]), 0)
    end = find_end(page.blocks, start, len(page.blocks), reference.article_id)
    container = _container(page, max(at, start if at < 0 else at), end)
    end = min(end, container.last + 1)
    frame = Frame(
        layout=GENERIC,
        headline=headline,
        headline_rule=rule,
        headline_at=at,
        first=min(container.first, start),
        start=start,
        end=max(end, start),
    )
    _find_related(page.blocks, frame, reference.article_id)
    frame.left_out = [
        (node.first, node.last + 1)
        for node in page.nodes
        if node.chrome and start <= node.first and not (node.parent and node.parent.chrome)
    ]
    return frame


def _texts(blocks: list[Block], start: int = 0, end: int | None = None) -> Iterator[tuple[int, Text]]:
    for block in blocks[start:end]:
        if isinstance(block, Text):
            yield block.index, block


def _headline_by_head(page: Page, head: Head, reference: ArticleRef) -> tuple[str, str, int] | None:
    for rule, title in (("og:title", head.og_title), ("title", head.title)):
        folded = fold(title)
        if len(folded) < 4:
            continue
        best = _best_match(page, folded, len(title), reference.article_id)
        if best is not None:
            return best.clean, rule, best.index
    return None


def _headline_by_slug(page: Page, reference: ArticleRef) -> tuple[str, str, int] | None:
    folded = fold_slug(reference.slug)
    if len(folded) < 12:
        return None
    best = _best_match(page, folded, len(reference.slug), reference.article_id)
    return (best.clean, "slug", best.index) if best else None


def _best_match(page: Page, wanted: str, length: int, article_id: int) -> Text | None:
    """The text that reads like a title; of several the one that looks most like a headline."""
    found: list[tuple[int, Text]] = []
    for _, text in _texts(page.blocks):
        if not 0.4 * length - 8 <= len(text.text) <= 1.6 * length + 60 or text.node.chrome:
            continue
        folded = fold(text.text)
        if folded == wanted:
            score = 4
        elif len(folded) >= 15 and (wanted.startswith(folded) or folded.startswith(wanted)):
            score = 2
        else:
            continue
        if text.links and text.linked > 0.5:
            if other_article(text, article_id):
                continue
            score -= 2
        found.append((score + bool(text.heading), text))
    if not found:
        return None
    best = max(score for score, _ in found)
    ranked = [text for score, text in found if score == best]
    # A breadcrumb may repeat the headline: the one nearest to the text counts.
    prose = next((i for i, text in _texts(page.blocks, ranked[0].index + 1) if len(text.text) > PROSE), None)
    return [text for text in ranked if prose is None or text.index < prose][-1]


def _headline_by_heading(page: Page, head: Head, article_id: int) -> tuple[str, str, int] | None:
    """The first heading that is followed by prose before any link to another article."""
    if head.names is not None and not isinstance(head.names, ArticleRef):
        return None
    for at, text in _texts(page.blocks):
        if text.heading and not text.node.chrome and len(text.text) >= 8 and text.linked < 0.5:
            if is_related_heading(text.text) or is_comments_heading(text.text) or says_missing(text.text):
                return None
            for _, after in [*_texts(page.blocks, at + 1, at + 13)]:
                if other_article(after, article_id):
                    break
                if len(after.text) >= PROSE and after.linked < 0.3:
                    return text.clean, "heading", at
    return None


def _first_dateline(page: Page, article_id: int) -> Text | None:
    """The first paragraph that begins with the dateline, unless it is the teaser of another article."""
    for at, text in _texts(page.blocks):
        if is_related_heading(text.text) or is_day_form(text.text):
            return None
        if split_dateline(text.text)[0] and text.linked < 0.5:
            above = [before for _, before in _texts(page.blocks, max(0, at - 3), at + 1)]
            return None if any(leads_elsewhere(before, article_id) for before in above) else text
    return None


def _headline_before_lead(page: Page, article_id: int) -> tuple[str, str, int] | None:
    """The short text above the paragraph that begins with the dateline."""
    lead = _first_dateline(page, article_id)
    if lead is None:
        return None
    for at, text in _texts(page.blocks, max(0, lead.index - 8), lead.index):
        short = 15 <= len(text.text) <= 250 and sum(c.isdigit() for c in text.text) < 6
        if short and text.linked < 0.5 and not text.italic and not is_label(text.text):
            return text.clean, "above-lead", at
    return None


def _headline_in_head(page: Page, head: Head, article_id: int) -> tuple[str, str, int] | None:
    """The head's title alone, if the page has a paragraph that only an article has."""
    title = head.og_title or head.title
    if not title or (head.names is not None and not isinstance(head.names, ArticleRef)):
        return None
    if _first_dateline(page, article_id) is None:
        return None
    return title, "og:title-only" if head.og_title else "title-only", -1


def _container(page: Page, at: int, end: int) -> Node:
    """The smallest element around the headline that holds most of the prose after it."""
    blocks = page.blocks
    weights = [
        len(b.text)
        if isinstance(b, Text) and not b.node.chrome and len(b.text) >= PROSE and b.linked < 0.5
        else 0
        for b in blocks
    ]
    sums = [0, *accumulate(weights)]
    total = sums[end] - sums[min(at, end)]
    for node in blocks[at].node.ancestors():
        if (
            node.last > at
            and sums[min(node.last + 1, end)] - sums[min(max(node.first, at), end)] >= 0.6 * total
        ):
            return node
    return page.nodes[0]


# --- where the text ends ---------------------------------------------------------------------------


def find_end(blocks: list[Block], start: int, end: int, article_id: int) -> int:
    """The first block from ``start`` on that begins something else: other news, the day form, comments."""
    linked = [i for i, text in _texts(blocks, start, end) if text.links and other_article(text, article_id)]
    is_list = {i for i, following in pairwise(linked) if following - i <= 6}
    for i, text in _texts(blocks, start, end):
        line = text.text
        if is_related_heading(line) or is_day_form(line) or is_comments_heading(line):
            return i
        if i in is_list:
            return _with_heading(blocks, i, start)
    return end


def _with_heading(blocks: list[Block], at: int, start: int) -> int:
    """A list of links begins with its heading and its first picture, if it has them."""
    while at > start:
        before = blocks[at - 1]
        if isinstance(before, Text):
            if before.heading and len(before.text) < 60 and before.linked < 0.5:
                at -= 1
            break
        if getattr(before, "link", None) is None:
            break
        at -= 1
    return at


def _find_related(blocks: list[Block], frame: Frame, article_id: int) -> None:
    """Find the block of other news by its heading or, as in the Mường edition, by its links alone."""
    heading = next((i for i, text in _texts(blocks, frame.start) if is_related_heading(text.text)), None)
    if heading is not None:
        end = min(
            _end_of_links(blocks, heading + 1, article_id), _end_of_block(blocks, heading, frame, article_id)
        )
        frame.related = (heading + 1, end)
        frame.related_rule = "heading"
        return
    day_form = next((i for i, text in _texts(blocks, frame.start) if is_day_form(text.text)), len(blocks))
    first = next(
        (i for i, text in _texts(blocks, frame.end, day_form) if other_article(text, article_id)), None
    )
    if first is None or any(
        text.heading and text.linked < 0.5 for _, text in _texts(blocks, frame.end, first)
    ):
        return  # a box with a heading of its own is not the block
    end = _end_of_links(blocks, first, article_id)
    if any(len(text.text) >= TEASER and text.linked < 0.5 for _, text in _texts(blocks, first, end)):
        frame.related, frame.related_rule = (first, end), "pairs-after-text"


def _end_of_links(blocks: list[Block], start: int, article_id: int) -> int:
    """Where the pairs of headline and teaser end: at the day form, comments, or another box's heading."""
    seen = False
    for i, text in _texts(blocks, start):
        line = text.text
        if (
            is_day_form(line)
            or is_comments_heading(line)
            or text.node.chrome
            or (seen and is_related_heading(line))
        ):
            return i
        if leads_elsewhere(text, article_id):
            seen = True
        elif seen and text.linked < 0.5 and ((text.heading and len(line) < 60) or is_box_heading(line)):
            return i
    return len(blocks)


def _end_of_block(blocks: list[Block], heading: int, frame: Frame, article_id: int) -> int:
    """The end of the element that holds the heading with its links, if it holds nothing else."""
    first = next(
        (i for i, text in _texts(blocks, heading + 1) if leads_elsewhere(text, article_id)), len(blocks)
    )
    for node in blocks[heading].node.ancestors():
        if node.last >= first:
            return node.last + 1 if node.first > max(frame.headline_at, frame.start) else len(blocks)
    return len(blocks)
