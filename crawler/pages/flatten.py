"""From a tree to the flat list of blocks, in one pass."""

from __future__ import annotations

import re
from collections import deque
from functools import cache, lru_cache
from itertools import islice
from typing import Any, TypeAlias

from lxml import etree

from crawler.pages.blocks import Block, Link, Node, Page, Picture, Player, Text
from crawler.pages.elements import BLOCKS, BOLD, ITALIC, SMALL, TELLING, Opening, is_custom, opening, tags
from newspapers.layout import Layout, Mark
from newspapers.legacy_fonts import to_unicode
from newspapers.spelling import single_spaced

SKIPPED = tags("script style template head title svg math select textarea button datalist canvas audio map")
PLAYERS = tags("iframe video object embed")
_WITHOUT_TEXT = SKIPPED | PLAYERS | tags("br img amp-img noscript")
CHROME = tags("nav aside footer menu")
_WIDE_SPACE = re.compile(r"\s{8,}")
_PICTURE_FILE = re.compile(r"[^\s,]+\.(?:jpe?g|png|gif|webp|avif)(?![\w.])[^\s,]*", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"data:|.*(?:blank|loading|spacer|1x1|placeholder|pixel|transparent|lazy)[^/]*$")
MOST_SOURCES = 20
PUSHES = 8
"""So many non-breaking spaces push a byline to the right (docs/site.md, "Markup": 40 to 90 of them)."""


_Style: TypeAlias = tuple[int, str, int, Link | None]
"""What text inherits from the elements around it: emphasis, alignment, level of heading, link."""


class _Walker:
    """Turns a tree into blocks, element by element."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.marked: dict[tuple[str, str], list[tuple[Node, str]]] = {}
        self.node = Node("html", None, 0, 0)
        self.nodes = [self.node]
        self.pieces: list[tuple[str, _Style]] = []
        self.after_break = False

    def open(self, tag: str, said: Opening) -> None:
        """Begin a block of its own."""
        if self.pieces:
            self.flush()
        self.after_break = False
        parent = self.node
        self.node = node = Node(
            tag,
            parent,
            parent.depth + 1,
            len(self.blocks),
            -1,
            said.classes,
            said.identifier,
            said.part,
            parent.chrome or tag in CHROME,
            said.steps,
        )
        self.nodes.append(node)
        if said.marks:
            for layout, role, mark in said.marks:
                if len(mark.steps) == 1 or _stands_within(parent, mark):
                    self.marked.setdefault((layout.name, role), []).append((node, mark.selector))

    def close(self) -> None:
        """End the innermost block."""
        if self.pieces:
            self.flush()
        self.after_break = False
        node = self.node
        node.last = len(self.blocks) - 1
        self.node = node.parent or node

    def flush(self) -> None:
        """Make the text gathered so far a block."""
        pieces = self.pieces
        if not pieces:
            return
        text = pieces[0][0] if len(pieces) == 1 else "".join([piece for piece, _ in pieces])
        if "\xa0" not in text or text.count("\xa0") < PUSHES:
            self._add(pieces, text, pushed=False)
        else:
            wide = [match.span() for match in _WIDE_SPACE.finditer(text) if match[0].count("\xa0") >= PUSHES]
            for number, part in enumerate(_without(pieces, wide)):
                self._add(part, "".join([piece for piece, _ in part]), pushed=number > 0)
        pieces.clear()

    def _add(self, pieces: list[tuple[str, _Style]], text: str, pushed: bool) -> None:
        text = _line(text)
        if not text:
            return
        solid = pieces
        if len(pieces) > 1:
            solid = [entry for entry in pieces if entry[0] and not entry[0].isspace()]
        flags, align, heading, link = solid[0][1]
        bold_tail, links = "", []
        if len(solid) == 1:
            if link is not None:
                links = [(link, text)]
        else:
            for _, (also, *_) in solid:
                flags &= also
            if solid[-1][1][0] & BOLD and not flags & BOLD:
                bold_tail = _tail(solid)
            links = _links(solid)
        self.blocks.append(
            Text(
                len(self.blocks),
                text,
                self.node,
                heading,
                flags & BOLD != 0,
                flags & ITALIC != 0,
                flags & SMALL != 0,
                align,
                pushed,
                self.after_break,
                bold_tail,
                links,
            )
        )
        self.after_break = True  # what follows without a block of its own is another line of this one

    def pass_by(self, element: Any, tag: str, style: _Style) -> None:
        """Take from an element whose text is not shown what is: a break, a picture, a player."""
        if tag == "br":
            self.flush()
        elif tag in ("img", "amp-img"):
            self.picture(element, style)
        elif tag == "noscript":  # what it says is for others, but a picture may stand only there
            for picture in element.iter("img"):
                self.picture(picture, style)
        elif tag in PLAYERS or (tag == "script" and (text := element.text) and ".mp4" in text):
            self.player()

    def picture(self, element: Any, style: _Style) -> None:
        get = element.get
        src = get("src") or ""
        late = [value for name, value in element.items() if name.startswith("data-")]
        if found := next(filter(None, map(_PICTURE_FILE.match, late)), None):
            src = found[0]
        elif not src or _PLACEHOLDER.match(src):
            src = (get("srcset") or _source_of(element)).strip().partition(" ")[0].rstrip(",") or src
        if src:
            self.flush()
            self.blocks.append(
                Picture(
                    index=len(self.blocks),
                    src=src,
                    alt=" ".join((get("alt") or "").split()),
                    node=self.node,
                    link=style[3],
                )
            )
            self.after_break = False

    def player(self) -> None:
        self.flush()
        self.blocks.append(Player(index=len(self.blocks), node=self.node))
        self.after_break = False


@lru_cache(maxsize=4096)  # the template's lines stand on every page
def _line(text: str) -> str:
    return to_unicode(single_spaced(text))


def _source_of(element: Any) -> str:
    """Where the picture of a ``<picture>`` lies whose ``<img>`` does not say it."""
    around = islice(element.iterancestors(), MOST_SOURCES)
    # The parser does not know that a source is empty: what follows it seems to stand within.
    parent = next((other for other in around if other.tag != "source"), None)
    if parent is None or parent.tag != "picture":
        return ""
    sources = islice(parent.iter("source"), MOST_SOURCES)
    return next(filter(None, (each.get("srcset") or each.get("data-srcset") or "" for each in sources)), "")


def _stands_within(node: Node, mark: Mark) -> bool:
    steps = list(mark.steps[:-1])
    around: Node | None = node
    while around is not None and steps:
        if steps[-1] in around.steps:
            steps.pop()
        around = around.parent
    return not steps


def _without(
    pieces: list[tuple[str, _Style]], spans: list[tuple[int, int]]
) -> list[list[tuple[str, _Style]]]:
    """What stands before, between and after some spans of the pieces' text."""
    bounds = deque(bound for span in spans for bound in span)
    parts: list[list[tuple[str, _Style]]] = [[]]
    offset = 0
    for piece, style in pieces:
        start = 0
        while bounds and bounds[0] <= offset + len(piece):
            end = bounds.popleft() - offset
            parts[-1].append((piece[start:end], style))
            parts.append([])
            start = end
        parts[-1].append((piece[start:], style))
        offset += len(piece)
    return parts[::2]


def _tail(pieces: list[tuple[str, _Style]]) -> str:
    tail: list[str] = []
    for piece, (flags, *_) in reversed(pieces):
        if not flags & BOLD:
            break
        tail.append(piece)
    return single_spaced("".join(reversed(tail)))


def _links(pieces: list[tuple[str, _Style]]) -> list[tuple[Link, str]]:
    found: list[tuple[Link, list[str]]] = []
    for piece, (*_, link) in pieces:
        if link is None:
            continue
        if not found or found[-1][0] is not link:
            found.append((link, []))
        found[-1][1].append(piece)
    return [(link, _line("".join(texts))) for link, texts in found]


@cache
def _finder(selectors: tuple[str, ...]) -> etree.XPath:
    """What finds all elements that selectors may mark, and some more: by parts of a class, or by a tag."""
    ways = []
    for tag, classes, identifier in (Mark(selector).steps[-1] for selector in selectors):
        named = "".join(f'[contains(., "{name}")]' for name in sorted(classes))
        if named:  # by the attributes: to ask each element for its class takes libxml2 twice as long
            ways.append(f"//@class{named}/..")
        else:
            ways.append(f'//@id[. = "{identifier}"]/..' if identifier else f"//{tag}")
    return etree.XPath(" | ".join(dict.fromkeys(ways)))


def part_for(layout: Layout, root: Any) -> Any:
    """The smallest element that holds all that a layout says of an article and of the block of other news.

    The whole page, if it has no such block by the layout's marks: then that is found by its links.
    """
    marked = [_finder(layout.marks[role])(root) for role in ("container", "related") if role in layout.marks]
    if len(marked) < 2 or not all(marked):
        return root
    around = [{element, *element.iterancestors()} for found in marked for element in found]
    shared = set.intersection(*around)  # empty where something stands behind the page's end
    return max(shared, key=lambda element: sum(1 for _ in element.iterancestors()), default=root)


def flatten(root: Any) -> Page:
    """All blocks of a page, or of an element of it, in the order of its source."""
    walker = _Walker()
    pieces = walker.pieces
    for around in reversed([*root.iterancestors()]):
        walker.open(around.tag, _opening(around.tag, around.items()))
    style: _Style = (0, "", 0, None)
    outside: list[tuple[_Style, bool]] = []
    """Of each open element: the style around it, whether it makes a block."""
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            style, is_block = outside.pop()
            if is_block:
                walker.close()
            # White space that begins a block says nothing but by its width.
            if (tail := element.tail) and (pieces or not tail.isspace() or "\xa0" in tail):
                pieces.append((tail, style))
            continue
        tag = element.tag
        if tag in _WITHOUT_TEXT:
            walker.pass_by(element, tag, style)
            walk.skip_subtree()
            outside.append((style, False))
            continue
        attributes = element.items()
        said = _opening(tag, attributes)
        if said.hidden:
            walk.skip_subtree()
            outside.append((style, False))
            continue
        is_block = said.block or (said.named and _stands_alone(element))
        outside.append((style, is_block))
        if said.styled or tag == "a":
            style = _inherit(attributes, tag, said, style)
        if is_block:
            walker.open(tag, said)
        if (text := element.text) and (pieces or not text.isspace() or "\xa0" in text):
            pieces.append((text, style))
    while walker.node.parent is not None:
        walker.close()
    walker.close()
    return Page(blocks=walker.blocks, marked=walker.marked, nodes=walker.nodes)


def _opening(tag: str, attributes: list[tuple[str, str]]) -> Opening:
    return opening(tag, *[pair for pair in attributes if pair[0] in TELLING])


def _stands_alone(element: Any) -> bool:
    """Whether an inline element with a class or an id is shown as a block.

    It stands between blocks with no loose text beside it, so that only the style sheet can part it from them.
    """
    before, after = element.getprevious(), element.getnext()
    beside = (
        is_custom(element.tag)
        or (before is not None and before.tag in BLOCKS)
        or (after is not None and after.tag in BLOCKS)
    )
    if not beside or (element.tail and not element.tail.isspace()):
        return False
    loose = before.tail if before is not None else element.getparent().text
    return not loose or loose.isspace()


def _inherit(attributes: list[tuple[str, str]], tag: str, said: Opening, style: _Style) -> _Style:
    """What the text in an element inherits."""
    flags, align, heading, link = style
    if tag == "a" and (href := (given := dict(attributes)).get("href")):
        link = Link(href.strip(), given.get("title", ""))
    if said.styled:
        flags, align, heading = (flags | said.on) & ~said.off, said.align or align, said.heading or heading
    return flags, align, heading, link
