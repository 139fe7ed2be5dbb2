"""Where on a page that no layout knows the text of the article lies.

Paragraphs stand together: the element under which most prose lies close by holds the text. Names of
elements (:mod:`crawler.pages.parts`) say what is left out, unless most of the prose is in it.
"""

from __future__ import annotations

from itertools import accumulate

from attrs import define

from crawler.pages.blocks import PROSE, Block, Node, Page, Text, texts
from crawler.pages.elements import Part, is_surely_aside
from crawler.pages.notices import is_imprint

DECAY = 0.7
"""What a paragraph counts for an element, for each level between them."""
LEVELS = 8
MOST_PROSE = 0.4
"""An element with a larger share of a page's prose is no aside, whatever it is called."""
SHORTEST_LINK = 8
SURELY = 0.6
"""The same for what is surely called an aside: foot, navigation, comments."""
FEWEST_ALIKE = 5
"""So many elements of one class are judged together."""
TEASER = 0.1
"""What a text under a link of its own counts: most likely it is the teaser of another article."""
BODY_BONUS = 1.3
FEWEST_LINES = 3


@define
class Region:
    """The part of a page that holds an article's text."""

    container: Node
    asides: list[Node]
    """What lies in it, or anywhere on the page, and is none of it."""
    doubtful: bool = False
    """Whether two ways to find it do not agree."""


class _Weights:
    """Characters of prose in ranges of blocks, by sums."""

    def __init__(self, each: list[int]) -> None:
        self.each = each
        self._sums = [0, *accumulate(each)]

    def prose(self, node: Node) -> int:
        return self._sums[node.last + 1] - self._sums[node.first]

    @property
    def total(self) -> int:
        return self._sums[-1]


def _weigh(blocks: list[Block]) -> list[int]:
    """Characters of prose of each block."""
    found = [0] * len(blocks)
    above: Text | None = None
    verse = _lines_of_verse(blocks)
    for _, text in texts(blocks):
        says = text.index in verse or text.is_paragraph
        if says and text.linked < 0.5 and text.part is not Part.CAPTION:
            teaser = above is not None and is_teaser(text, above)
            found[text.index] = int(len(text.text) * (TEASER if teaser else 1))
        above = text
    return found


def _lines_of_verse(blocks: list[Block]) -> set[int]:
    """Numbers of the lines that only line breaks part from each other: together they are prose, too."""
    found: set[int] = set()
    lines: list[Text] = []
    for block in blocks:
        goes_on = (
            isinstance(block, Text) and bool(lines) and block.after_break and block.node is lines[0].node
        )
        if not goes_on:
            if sum(len(line.text) for line in lines) >= PROSE and len(lines) >= FEWEST_LINES:
                found.update(line.index for line in lines)
            lines = []
        if isinstance(block, Text) and not block.links and not is_imprint(block.text):
            lines.append(block)
        elif goes_on:
            lines = []
    return found


def is_teaser(text: Text, above: Text) -> bool:
    """Whether a text stands with the link above it: headline and teaser of another article."""
    if above.linked < 0.9 or len(above.text) < SHORTEST_LINK:
        return False
    if text.node.tag == "p" == above.node.tag and text.node.classes == above.node.classes:
        return False  # a line among the paragraphs that points to another article
    return text.node.parent in above.node.ancestors()[:3]


def find_region(page: Page, start: int) -> Region | None:
    """The element that holds the article's text.

    :param start: number of the first block after the headline.
    """
    blocks = page.blocks
    each = _weigh(blocks)
    asides = _asides(page, _Weights(each), start - 1)
    left_out = {number for node in asides for number in range(node.first, node.last + 1)}
    each = [0 if number in left_out else prose for number, prose in enumerate(each)]
    weights = _Weights([0] * start + each[start:])
    if not weights.total:
        weights = _Weights(each)
        if not weights.total:
            return None
    container, named = _densest(blocks, weights), _named(page, weights)
    if container.first == container.last:  # a paragraph, not what holds it
        around = (node for node in container.ancestors()[1:] if node.tag not in ("html", "body"))
        container = next(around, container)
    doubtful = False
    if named is not None:
        together = min(weights.prose(named), weights.prose(container)) if _overlap(named, container) else 0
        doubtful = 2 * together < max(weights.prose(named), weights.prose(container))
        if _holds(container, named) and weights.prose(named) >= 0.85 * weights.prose(container):
            container = named
    return Region(container, asides, doubtful)


def _asides(page: Page, weights: _Weights, headline: int) -> list[Node]:
    """The outermost elements that are called asides and do not hold the prose."""
    called = [node for node in page.nodes if node.part is Part.ASIDE and node.last >= node.first]
    together: dict[str, list[int]] = {}
    for node in called:
        together.setdefault(node.classes, []).append(weights.prose(node))
    found: list[Node] = []
    end = -1
    for node in called:
        if node.first > end:
            alike = together[node.classes]
            held = sum(alike) if len(alike) >= FEWEST_ALIKE else weights.prose(node)
            most = MOST_PROSE if not is_surely_aside(node.tag, node.classes, node.identifier) else SURELY
            around = node.first <= headline <= node.last
            if around or held > most * weights.total or _holds_a_quotation(page, node):
                node.part = Part.NONE
                continue
            found.append(node)
            end = node.last
    return found


def _holds_a_quotation(page: Page, node: Node) -> bool:
    """Whether an element is no more than the frame of a quoted post of a social network."""
    quoted = {
        around.first
        for block in page.blocks[node.first : node.last + 1]
        for around in block.node.ancestors()[:3]
        if around.tag == "blockquote" and node.first <= around.first
    }
    return bool(quoted) and node.last - node.first <= 6


def _densest(blocks: list[Block], weights: _Weights) -> Node:
    scores: dict[Node, float] = {}
    for number, weight in enumerate(weights.each):
        if not weight:
            continue
        worth = float(weight)
        for node in blocks[number].node.ancestors()[:LEVELS]:
            worth *= DECAY
            scores[node] = scores.get(node, 0.0) + worth
    return max(scores, key=lambda node: scores[node] * (BODY_BONUS if _is_called_body(node) else 1.0))


def _is_called_body(node: Node) -> bool:
    return node.part is Part.BODY or node.tag == "article"


def _named(page: Page, weights: _Weights) -> Node | None:
    """The smallest element called the article's body that holds most of the prose in such elements."""
    bodies = [node for node in page.nodes if node.part is Part.BODY and weights.prose(node)]
    if not bodies:
        return None
    most = max(map(weights.prose, bodies))
    return min(
        (node for node in bodies if weights.prose(node) >= 0.9 * most),
        key=lambda node: node.last - node.first,
    )


def _overlap(node: Node, other: Node) -> bool:
    return node.first <= other.last and other.first <= node.last


def _holds(node: Node, inner: Node) -> bool:
    return node.first <= inner.first and inner.last <= node.last
