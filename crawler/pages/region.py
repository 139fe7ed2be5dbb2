"""Where on a page that no layout knows the text of the article lies.

Paragraphs stand together: the element under which most prose lies close by holds the text. Names of
elements (:mod:`crawler.pages.elements`) say what is left out, unless most of the prose is in it.
"""

from __future__ import annotations

from collections.abc import Callable
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
FEWEST_LINES = 3


@define
class Region:
    """The part of a page that holds an article's text."""

    container: Node
    asides: list[Node]
    """What lies in it, or anywhere on the page, and is none of it."""
    doubtful: bool = False
    """Whether two ways to find it do not agree."""


def _prose_in(each: list[int]) -> Callable[[Node], int]:
    """What tells the characters of prose in an element, from those of each block."""
    sums = list(accumulate(each, initial=0))
    return lambda node: sums[node.last + 1] - sums[node.first]


def _weigh(blocks: list[Block]) -> list[int]:
    """Characters of prose of each block."""
    found = [0] * len(blocks)
    above: Text | None = None
    verse = _lines_of_verse(blocks)
    for _, text in texts(blocks):
        says = (text.index in verse or text.is_paragraph) and text.linked < 0.5
        if says and text.part is not Part.CAPTION and not (above and is_teaser(text, above)):
            found[text.index] = len(text.text)
        above = text
    return found


def _lines_of_verse(blocks: list[Block]) -> set[int]:
    """Numbers of the lines that only line breaks part from each other: together they are prose, too."""
    groups: list[list[Text]] = [[]]
    for _, text in texts(blocks):
        if text.links or is_imprint(text.text):
            groups.append([])
        elif text.after_break:
            groups[-1].append(text)
        else:
            groups.append([text])
    together = [lines for lines in groups if len(lines) >= FEWEST_LINES]
    return {text.index for lines in together if sum(len(t.text) for t in lines) >= PROSE for text in lines}


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
    asides = _asides(page, each, start - 1)
    for node in asides:
        each[slice(*node.span)] = [0] * (node.last + 1 - node.first)
    if any(each[start:]):
        each[:start] = [0] * start
    elif not any(each):
        return None
    prose = _prose_in(each)
    container, named = _densest(blocks, each), _named(page, prose)
    if container.first == container.last:  # a paragraph, not what holds it
        around = (node for node in container.ancestors()[1:] if node.tag not in ("html", "body"))
        container = next(around, container)
    doubtful = False
    if named is not None:
        overlap = named.first <= container.last and container.first <= named.last
        together = min(prose(named), prose(container)) if overlap else 0
        doubtful = 2 * together < max(prose(named), prose(container))
    return Region(container, asides, doubtful)


def _asides(page: Page, each: list[int], headline: int) -> list[Node]:
    """The outermost elements that are called asides and do not hold the prose."""
    prose = _prose_in(each)
    called = [node for node in page.nodes if node.part is Part.ASIDE and node.last >= node.first]
    comments = [n for (_, role), marks in page.marked.items() if role == "comments" for n, _ in marks]
    found: list[Node] = []
    for node in called:
        if found and node.first <= found[-1].last:
            continue
        most = SURELY if is_surely_aside(node.tag, node.classes, node.identifier) else MOST_PROSE
        around = node.first <= headline <= node.last
        holds = prose(node) > most * sum(each) and node not in comments
        if around or holds or _holds_a_quotation(page, node):
            node.part = Part.NONE
        else:
            found.append(node)
    return found


def _holds_a_quotation(page: Page, node: Node) -> bool:
    """Whether an element is no more than the frame of a quoted post of a social network."""
    return node.last - node.first <= 6 and any(
        around.tag == "blockquote" and around in node
        for block in page.blocks[slice(*node.span)]
        for around in block.node.ancestors()[:3]
    )


def _densest(blocks: list[Block], each: list[int]) -> Node:
    scores: dict[Node, float] = {}
    for block, weight in zip(blocks, each, strict=True):
        if not weight:
            continue
        worth = float(weight)
        for node in block.node.ancestors()[:LEVELS]:
            worth *= DECAY
            scores[node] = scores.get(node, 0.0) + worth
    return max(scores, key=scores.__getitem__)


def _named(page: Page, prose: Callable[[Node], int]) -> Node | None:
    """The smallest element called the article's body that holds most of the prose in such elements."""
    bodies = [node for node in page.nodes if node.part is Part.BODY and prose(node)]
    most = max(map(prose, bodies), default=0)
    holding = (node for node in bodies if prose(node) >= 0.9 * most)
    return min(holding, key=lambda node: node.last - node.first, default=None)
