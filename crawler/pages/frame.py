"""Where on a page the parts of an article lie: headline, text, other news.

For a known layout its marks tell. On other pages no class name decides: the headline is the text that
repeats the page's title or the slug of its URL (:mod:`crawler.pages.headline`), the text is where most prose
stands together (:mod:`crawler.pages.region`), and it ends where other things begin (``docs/site.md``:
"Các tin khác", the day form, comments).
"""

from __future__ import annotations

from itertools import pairwise

from attrs import define, field

from crawler.pages.blocks import Block, Node, Page, Text, leads_elsewhere, other_article, texts
from crawler.pages.head import Head
from crawler.pages.headline import find_headline
from crawler.pages.region import find_region, is_teaser
from newspapers import ArticleRef
from newspapers.layout import GENERIC, Layout
from newspapers.spelling import normalise
from newspapers.surroundings import is_box_heading, is_comments_heading, is_day_form, is_related_heading

NEAR = 3
"""So many levels up the tree, a link and its teaser share an element."""
TEASER = 40
"""Links with texts of so many characters between them are pairs of headline and teaser, not a menu."""

Span = tuple[int, int]
"""A range of a page's blocks: its first, and the first after it."""


@define
class Frame:
    """The parts of an article as ranges of a page's blocks."""

    layout: Layout
    headline: str
    headline_rule: str
    headline_at: int
    """Number of the block that holds it."""
    start: int
    """First block after the headline."""
    end: int
    """First block after the text."""
    container: Node
    """The element that holds the text."""
    lead: Span = (0, 0)
    lead_rule: str = ""
    dates: list[tuple[Span, str]] = field(factory=list)
    """Where the date may stand by the layout's marks, each with its rule."""
    related: Span | None = None
    related_rule: str = ""
    doubtful: bool = False
    """Whether two ways to find the text do not agree about where it lies."""
    asides: list[Span] = field(factory=list)
    """What lies within and is none of the text, such as comments and boxes of other news."""


def find_frame(page: Page, layout: Layout, head: Head, reference: ArticleRef) -> Frame | None:
    """The parts of an article in a layout; ``None`` if no headline with a place for a text is there."""
    if layout is GENERIC:
        return _frame_of_page(page, head, reference)
    entries = [node for node, _ in page.marks_of(layout, "entry")]
    for container, _ in page.marks_of(layout, "container"):
        if container not in entries:
            for headline, rule in page.marks_of(layout, "headline", container.first, container.last):
                return _frame_within(page, layout, container, headline, rule, reference.article_id)
    return None


# --- by the marks of a layout ----------------------------------------------------------------------


def _frame_within(
    page: Page, layout: Layout, container: Node, headline: Node, headline_rule: str, article_id: int
) -> Frame:
    start, end = headline.last + 1, container.last + 1
    beyond = page.marks_of(layout, "entry", start)
    related = next(iter([*page.marks_of(layout, "related", start), *beyond]), None)
    if related:
        end = min(end, related[0].first)
    frame = Frame(
        layout=layout,
        headline=normalise(" ".join(text.text for _, text in texts(page.blocks, *headline.span))),
        headline_rule=headline_rule,
        headline_at=headline.first,
        start=start,
        end=find_end(page.blocks, start, end, article_id, lists=related is None),
        container=container,
    )
    for node, rule in page.marks_of(layout, "lead", start, end)[:1]:
        frame.lead, frame.lead_rule = node.span, rule
    frame.dates = [(node.span, rule) for node, rule in page.marks_of(layout, "date", container.first, end)]
    heads = [
        node
        for node, _ in page.marks_of(layout, "head", container.first, end - 1)
        if not any(text.is_prose and not text.heading for _, text in texts(page.blocks, *node.span))
    ]
    comments = [node for node, _ in page.marks_of(layout, "comments")]
    frame.asides = [node.span for node in (*heads, *comments)]
    if related:
        last = max(node.last for node, _ in [related, *beyond] if node.first >= related[0].first)
        frame.related, frame.related_rule = (related[0].first, last + 1), related[1]
    else:
        _find_related(page.blocks, frame, article_id)
    return frame


# --- by what any news page shows -------------------------------------------------------------------


def _frame_of_page(page: Page, head: Head, reference: ArticleRef) -> Frame | None:
    found = find_headline(page, head, reference)
    if found is None:
        return None
    headline, rule, at = found
    start = at + 1
    region = find_region(page, start)
    container = region.container if region else page.nodes[0]
    if container.last < start:
        start = container.first  # the only headline is printed once more under the text
    boxes: list[Span] = []
    # With its heading: a list of other news may hold more prose than the page of a video.
    top = page.blocks[container.first]
    listed = top.linked > 0.5 if isinstance(top, Text) else getattr(top, "link", None) is not None
    begin = max(start, container.first - listed)
    frame = Frame(
        layout=GENERIC,
        headline=headline,
        headline_rule=rule,
        headline_at=at,
        start=start,
        end=max(find_end(page.blocks, begin, container.last + 1, reference.article_id, boxes=boxes), start),
        container=container,
        doubtful=region is not None and region.doubtful,
    )
    _find_related(page.blocks, frame, reference.article_id)
    asides = [node for node in page.nodes if node.chrome] + (region.asides if region else [])
    frame.asides = [node.span for node in asides if start <= node.first] + boxes
    return frame


# --- where the text ends ---------------------------------------------------------------------------


def find_end(
    blocks: list[Block],
    start: int,
    end: int,
    article_id: int,
    *,
    lists: bool = True,
    boxes: list[Span] | None = None,
) -> int:
    """The first block from ``start`` on that begins something else: other news, the day form, comments.

    :param lists: whether a list of links to other articles ends the text as well, if no more
        paragraphs follow it.
    :param boxes: takes up the boxes of other news among the paragraphs, which do not end the text.
    """
    linked: list[int] = []
    prose: list[Text] = []
    link: Text | None = None
    in_box = -1
    for i, text in texts(blocks, start, end):
        if i <= in_box:
            continue
        if is_day_form(text.text) or is_comments_heading(text.text):
            end = i
            break
        heads_related = _heads_related(text)
        if heads_related or (boxes is not None and is_box_heading(text.text)):
            following = _next_paragraph(blocks, i, end, prose) if boxes is not None else None
            if boxes is not None and following is not None:
                boxes.append((i, following))
                in_box = following - 1
                continue
            if heads_related:
                end = i
                break
        elsewhere = leads_elsewhere(text, article_id)
        if elsewhere and other_article(text, article_id):
            linked.append(i)
        if text.is_prose and not (elsewhere or text.node.chrome or _teases(text, link)) and text.is_paragraph:
            prose.append(text)
        link = text if elsewhere else None
    if lists:
        last_prose = prose[-1].index if prose else -1
        for i, following in pairwise(linked):
            if following - i <= 6 and i > last_prose:
                return i
    return end


def _teases(text: Text, link: Text | None) -> bool:
    """Whether a text stands beside the link before it."""
    return link is not None and text.node.parent in link.node.ancestors()[:NEAR]


def _kind_of_parent(text: Text) -> object:
    """What the paragraphs of one text have in common: their element or, where each has its own, its class."""
    parent = text.node.parent
    return (parent.tag, parent.classes, parent.depth) if parent is not None and parent.classes else id(parent)


def _next_paragraph(blocks: list[Block], at: int, end: int, prose: list[Text]) -> int | None:
    """The first paragraph after a heading that stands among those before it and is no teaser."""
    flow = {_kind_of_parent(text) for text in prose}
    link: Text | None = None
    for i, text in texts(blocks, at + 1, end):
        if text.linked >= 0.5:
            link = text
        elif text.is_paragraph:
            if _kind_of_parent(text) in flow and (link is None or not is_teaser(text, link)):
                return i
            link = None
    return None


# --- the block of other news -----------------------------------------------------------------------


def _find_related(blocks: list[Block], frame: Frame, article_id: int) -> None:
    """Find the block of other news by its heading or, as in an edition without one, by its links alone."""
    headings = (i for at in (frame.end, frame.start) for i, text in texts(blocks, at) if _heads_related(text))
    heading = next(headings, None)
    if heading is not None:
        block = blocks[heading]
        start = heading if isinstance(block, Text) and block.links else heading + 1
        end = min(
            _end_of_links(blocks, heading + 1, article_id),
            _end_of_block(blocks, start, heading, frame, article_id),
        )
        frame.related, frame.related_rule = (start, end), "heading"
        return
    for i, text in texts(blocks, frame.end):
        if is_day_form(text.text) or (text.heading and text.linked < 0.5):
            return  # a box with a heading of its own is not the block
        if other_article(text, article_id):
            end = _end_of_links(blocks, i, article_id)
            if any(len(text.text) >= TEASER and text.linked < 0.5 for _, text in texts(blocks, i, end)):
                frame.related, frame.related_rule = (i, end), "pairs-after-text"
            return


def _end_of_links(blocks: list[Block], start: int, article_id: int) -> int:
    """Where the pairs of headline and teaser end: at the day form, comments, or another box's heading."""
    seen = False
    for i, text in texts(blocks, start):
        line = text.text
        if is_day_form(line) or is_comments_heading(line) or text.node.chrome:
            return i
        if leads_elsewhere(text, article_id):
            seen = True
        elif seen and text.linked < 0.5 and ((text.heading and len(line) < 60) or is_box_heading(line)):
            return i
    return len(blocks)


def _heads_related(text: Text) -> bool:
    """Whether a text is the heading of the block, or begins with it and goes on with its first link."""
    if is_related_heading(text.text):
        return True
    if not text.links or text.linked == 1 or len(text.text) > 400:
        return False
    return is_related_heading(text.text.partition(text.links[0][1])[0].strip())


def _end_of_block(blocks: list[Block], start: int, heading: int, frame: Frame, article_id: int) -> int:
    """The end of the element that holds the heading with its links, if it holds nothing else."""
    first = next((i for i, text in texts(blocks, start) if leads_elsewhere(text, article_id)), len(blocks))
    for node in blocks[heading].node.ancestors():
        if node.last >= first:
            return node.last + 1 if node.first > max(frame.headline_at, frame.start) else len(blocks)
    return len(blocks)
