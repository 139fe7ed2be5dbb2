"""A page as a flat list of what a reader sees: blocks of text, pictures and players.

:mod:`crawler.pages.flatten` makes the list; everything else about an article is read from it. Each
block carries the hints that the markup gives about its role (heading, bold, to the right, …), so that a
rule can ask what a line looks like without knowing how the page is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from attrs import define

from crawler.pages.elements import Part
from crawler.pages.notices import is_imprint
from newspapers import current
from newspapers.layout import Layout, Step
from newspapers.spelling import normalise

PROSE = 80
"""A text of so many characters, not in a link, is part of somebody's prose."""
SENTENCE = 25
"""A shorter line is no paragraph, even if it ends like one."""
SENTENCE_ENDS = (".", "!", "?", "…", "”", '"', "。", "！", "？")


@define(eq=False)
class Node:
    """An element that makes a block of its own, or that a layout knows."""

    tag: str
    parent: Node | None
    depth: int
    first: int
    """The number of the first block in it."""
    last: int = -1
    """The number of the last block in it; smaller than ``first`` if there is none."""
    classes: str = ""
    identifier: str = ""
    part: Part = Part.NONE
    """What its names say it is."""
    chrome: bool = False
    """Whether it is, or lies in, a part that frames the page: navigation, side column, foot."""
    steps: tuple[Step, ...] = ()
    """The steps of layouts' selectors that it fits, for what stands within it."""

    @property
    def span(self) -> tuple[int, int]:
        """Its blocks: the first, and the first after it."""
        return self.first, self.last + 1

    def __contains__(self, node: Node) -> bool:
        return self.first <= node.first and node.last <= self.last

    def ancestors(self) -> list[Node]:
        """The node itself and all that enclose it, from the inside out."""
        found = []
        node: Node | None = self
        while node is not None:
            found.append(node)
            node = node.parent
        return found


@define(eq=False)
class Link:
    """An anchor."""

    href: str
    title: str = ""


@define(eq=False)
class Text:
    """A line of text that stands by itself."""

    index: int
    text: str
    """As printed, white space folded."""
    node: Node
    heading: int
    """Level of the heading it stands in, or 0."""
    bold: bool
    italic: bool
    small: bool
    align: str
    pushed: bool
    """Whether a row of non-breaking spaces pushes it to the right."""
    after_break: bool
    """Whether only a line break parts it from the text before it."""
    bold_tail: str
    """The bold end of a text that is otherwise not bold."""
    links: list[tuple[Link, str]]

    @cached_property
    def clean(self) -> str:
        """The text in the form that is kept."""
        return normalise(self.text)

    @cached_property
    def linked(self) -> float:
        """The share of it that is in links."""
        return sum([len(text) for _, text in self.links]) / max(len(self.text), 1) if self.links else 0.0

    @cached_property
    def articles(self) -> list[str]:
        """The numbers of the articles that its links lead to, as printed."""
        found = [current().article_href.search(link.href) for link, _ in self.links]
        return [match["article"] for match in found if match]

    @property
    def is_prose(self) -> bool:
        """Whether it is long, and no link."""
        return len(self.text) >= PROSE and (not self.links or self.linked < 0.5)

    @cached_property
    def is_paragraph(self) -> bool:
        """Whether it reads like a paragraph: long, or a sentence."""
        if len(self.text) < PROSE:
            if not self.text.endswith(SENTENCE_ENDS):
                return False
            if len(self.text) < SENTENCE and self.text[-1] not in "。！？":
                return False
        return not is_imprint(self.text)

    @property
    def part(self) -> Part:
        """What the nearest element with a telling name says that it is."""
        node: Node | None = self.node
        for _ in range(3):
            if node is None or node.part is not Part.NONE:
                break
            node = node.parent
        return node.part if node is not None else Part.NONE

    @property
    def look(self) -> tuple[object, ...]:
        """What parts one style of paragraph from another."""
        return (
            self.node.tag,
            self.node.classes,
            self.align,
            self.bold,
            self.italic,
            self.small,
            self.heading > 0,
        )


@define(eq=False)
class Picture:
    """A picture."""

    index: int
    src: str
    alt: str
    node: Node
    link: Link | None


@define(eq=False)
class Player:
    """An embedded video."""

    index: int
    node: Node


Block = Text | Picture | Player


@define(eq=False)
class Page:
    """All that was seen on a page."""

    blocks: list[Block]
    marked: dict[tuple[str, str], list[tuple[Node, str]]]
    """(layout, role) -> the elements that have it, each with the selector that says so."""
    nodes: list[Node]

    def marks_of(
        self, layout: Layout, role: str, first: int = 0, last: int | None = None
    ) -> list[tuple[Node, str]]:
        """The elements of a role within a range of blocks, each with its selector, in the order of these."""
        rank = layout.marks.get(role, ()).index
        last = len(self.blocks) if last is None else last
        found = self.marked.get((layout.name, role), ())
        inside = [mark for mark in found if first <= mark[0].first <= mark[0].last <= last]
        return sorted(inside, key=lambda mark: (rank(mark[1]), mark[0].first))


def other_article(text: Text, article_id: int) -> bool:
    """Whether a text is nothing but a link to another article."""
    return bool(text.links) and text.linked >= 0.9 and leads_elsewhere(text, article_id)


def leads_elsewhere(text: Text, article_id: int) -> bool:
    """Whether a text has a link to another article."""
    own = str(article_id)
    return bool(text.links) and any(number != own for number in text.articles)


def texts(blocks: list[Block], start: int = 0, end: int | None = None) -> Iterator[tuple[int, Text]]:
    """The texts of a range of blocks, each with its number."""
    for number in range(start, len(blocks) if end is None else min(end, len(blocks))):
        block = blocks[number]
        if isinstance(block, Text):
            yield block.index, block
