"""Where on a page the parts of an article lie: headline, text, other news.

For a known layout its marks tell. The generic way rests on no class name: the headline is the text
that repeats the page's title or the slug of its URL, and the article ends where other things begin
(``docs/site.md``: "Các tin khác", the day form, comments).
"""

from __future__ import annotations

from itertools import pairwise

from attrs import define, field

from crawler.pages.blocks import (
    PROSE,
    Block,
    Node,
    Page,
    Text,
    leads_elsewhere,
    other_article,
    texts,
)
from crawler.pages.boilerplate import beside_text, lines_above
from crawler.pages.head import Head, join
from crawler.pages.headline import find_headline
from crawler.pages.notices import is_imprint
from crawler.pages.region import find_region, is_paragraph, is_teaser
from newspapers import ArticleRef, ListRef, SectionRef, read_url
from newspapers.layout import GENERIC, Layout
from newspapers.spelling import normalise
from newspapers.vietnamese import (
    is_box_heading,
    is_comments_heading,
    is_day_form,
    is_related_heading,
)

NEAR = 3
"""So many levels up the tree, a link and its teaser share an element."""
TEASER = 40
"""Links with texts of so many characters between them are pairs of headline and teaser, not a menu."""


@define
class Frame:
    """The parts of an article as ranges of a page's blocks."""

    layout: Layout
    headline: str
    headline_rule: str
    headline_at: int
    """Number of the block that holds it."""
    first: int
    """First block of the article."""
    start: int
    """First block after the headline."""
    end: int
    """First block after the text."""
    lead: tuple[int, int] | None = None
    lead_rule: str = ""
    dates: list[tuple[int, int, str]] = field(factory=list)
    """Where the date may stand, by the layout's marks: from, to, rule."""
    related: tuple[int, int] | None = None
    related_rule: str = ""
    doubtful: bool = False
    """Whether two ways to find the text do not agree about where it lies."""
    left_out: list[tuple[int, int]] = field(factory=list)
    """Ranges within the article that are not its text, such as comments."""


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

    def every(role: str, low: int, high: int) -> list[tuple[Node, str]]:
        found = [
            (node, rule)
            for node, rule in page.marked.get((layout.name, role), [])
            if low <= node.first <= node.last <= high
        ]
        return _by_rank(found, layout, role)

    def marked(role: str, low: int, high: int) -> tuple[Node, str] | None:
        return next(iter(every(role, low, high)), None)

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
        end=find_end(page.blocks, start, end, article_id, lists=related is None),
    )
    if lead := marked("lead", start, end):
        frame.lead, frame.lead_rule = (lead[0].first, lead[0].last + 1), lead[1]
    heads = [
        node
        for node, _ in page.marked.get((layout.name, "head"), [])
        if container.first <= node.first <= node.last < end and not _holds_prose(page.blocks, node)
    ]
    frame.dates = [(node.first, node.last + 1, rule) for node, rule in every("date", container.first, end)]
    if related:
        last = max(
            n.last
            for n, _ in [related, *page.marked.get((layout.name, "entry"), [])]
            if n.first >= related[0].first
        )
        frame.related, frame.related_rule = (related[0].first, last + 1), related[1]
    else:
        _find_related(page.blocks, frame, article_id)
    comments = [node for node, _ in page.marked.get((layout.name, "comments"), [])]
    frame.left_out = [(node.first, node.last + 1) for node in (*heads, *comments)]
    beside = beside_text(page.blocks, frame.start, frame.end, container, frame.lead)
    frame.left_out += [(number, number + 1) for number in beside]
    return frame


def _holds_prose(blocks: list[Block], node: Node) -> bool:
    return any(
        isinstance(block, Text) and len(block.text) >= PROSE and not block.heading and block.linked < 0.5
        for block in blocks[node.first : node.last + 1]
    )


# --- by what any news page shows -------------------------------------------------------------------


def frame_of_page(page: Page, head: Head, reference: ArticleRef) -> Frame | None:
    """The parts without any class name, or ``None`` if the page shows no headline with a text."""
    found = find_headline(page, head, reference)
    if found is None:
        return None
    headline, rule, at = found
    start = at + 1
    region = find_region(page, start)
    container = region.container if region else page.nodes[0]
    if container.last < start:
        start = container.first  # the only headline is printed once more under the text
    boxes: list[tuple[int, int]] = []
    # With its heading: a list of other news may hold more prose than the page of a video.
    top = page.blocks[container.first]
    listed = top.linked > 0.5 if isinstance(top, Text) else getattr(top, "link", None) is not None
    end = find_end(
        page.blocks,
        max(start, container.first - listed),
        container.last + 1,
        reference.article_id,
        boxes=boxes,
    )
    frame = Frame(
        layout=GENERIC,
        headline=headline,
        headline_rule=rule,
        headline_at=at,
        first=max(0, min(container.first, start)),
        start=start,
        end=max(end, start),
        doubtful=region is not None and region.doubtful,
    )
    _find_related(page.blocks, frame, reference.article_id)
    asides = region.asides if region else []
    nodes = [node for node in page.nodes if node.chrome]
    frame.left_out = [
        (node.first, node.last + 1)
        for node in (*nodes, *(node for node in asides if not node.chrome))
        if start <= node.first
    ]
    frame.left_out += boxes
    left_out = {number for span in frame.left_out for number in range(*span)}
    own = bool(linked_lists(page, head))
    above = lines_above(page.blocks, start, frame.end, container, left_out, keep_standfirst=own)
    frame.left_out += [(number, number + 1) for number in above]
    return frame


def linked_lists(page: Page, head: Head) -> set[SectionRef]:
    """The sections of the newspaper whose lists a page links to, as its navigation does."""
    addresses = {join(head.base, link.href) for _, text in texts(page.blocks) for link, _ in text.links}
    return {target.section for url in addresses if isinstance(target := read_url(url), ListRef)}


# --- where the text ends ---------------------------------------------------------------------------


def find_end(
    blocks: list[Block],
    start: int,
    end: int,
    article_id: int,
    *,
    lists: bool = True,
    boxes: list[tuple[int, int]] | None = None,
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
        line = text.text
        if is_day_form(line) or is_comments_heading(line):
            end = i
            break
        heads_related = _heads_related(text)
        if heads_related or (boxes is not None and is_box_heading(line)):
            following = _next_paragraph(blocks, i, end, prose)
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
        teaser = link is not None and text.node.parent in link.node.ancestors()[:NEAR]
        if len(line) >= PROSE and not (teaser or elsewhere or text.node.chrome):
            prose.append(text)
        link = text if elsewhere else None
    if lists and len(linked) > 1:
        last_prose = next(
            (text.index for text in reversed(prose) if text.linked < 0.3 and not is_imprint(text.text)), -1
        )
        in_list = (i for i, following in pairwise(linked) if following - i <= 6 and i > last_prose)
        if (first := next(in_list, None)) is not None:
            return first
    return end


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
        elif is_paragraph(text):
            if _kind_of_parent(text) in flow and (link is None or not is_teaser(text, link)):
                return i
            link = None
    return None


def _find_related(blocks: list[Block], frame: Frame, article_id: int) -> None:
    """Find the block of other news by its heading or, as in an edition without one, by its links alone."""
    heading = next((i for i, text in texts(blocks, frame.start) if _heads_related(text)), None)
    if heading is not None:
        begun = any(True for _, text in texts(blocks, heading, heading + 1) if text.links)
        start = heading if begun else heading + 1
        end = min(
            _end_of_links(blocks, heading + 1, article_id),
            _end_of_block(blocks, start, heading, frame, article_id),
        )
        frame.related, frame.related_rule = (start, end), "heading"
        return
    day_form = next((i for i, text in texts(blocks, frame.start) if is_day_form(text.text)), len(blocks))
    first = next(
        (i for i, text in texts(blocks, frame.end, day_form) if other_article(text, article_id)), None
    )
    if first is None or any(
        text.heading and text.linked < 0.5 for _, text in texts(blocks, frame.end, first)
    ):
        return  # a box with a heading of its own is not the block
    end = _end_of_links(blocks, first, article_id)
    if any(len(text.text) >= TEASER and text.linked < 0.5 for _, text in texts(blocks, first, end)):
        frame.related, frame.related_rule = (first, end), "pairs-after-text"


def _end_of_links(blocks: list[Block], start: int, article_id: int) -> int:
    """Where the pairs of headline and teaser end: at the day form, comments, or another box's heading."""
    seen = False
    for i, text in texts(blocks, start):
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
