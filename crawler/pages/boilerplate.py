"""What stands in or beside an article and is none of its text: counters, share buttons, fonts, boxes.

Told by where it stands and by what holds it, not by what it says: a number of readers, a rating or a
clock may be worded in any way, and it changes at each fetch.
"""

from __future__ import annotations

import re

from crawler.pages.blocks import Block, Node, Picture, Text
from crawler.pages.links import PROSE
from newspapers.vietnamese import split_dateline

SHORTEST_LEAD = 40
"""Above the first paragraph, a shorter line that is no sentence is part of the article's head."""

SHORTEST_CAPTION = 25
"""In a box of the template, a shorter line under a picture is no caption."""

_TYPED = re.compile(r"Mso\w*|Normal|Default|Body\w*|Table\w*|Apple-\w*|xl\d+|style\d+", re.IGNORECASE)
"""Classes that come with text pasted from a word processor, not from the template."""
_SIGNS = re.compile(
    r"author|byline|writer|sign|source|tac-?gia|but-?danh|nguon|caption|chu-?thich", re.IGNORECASE
)
_SENTENCE_END = (".", "!", "?", "…", "”", '"', ":", ";", ",")


def beside_text(
    blocks: list[Block], start: int, end: int, container: Node, lead: tuple[int, int] | None
) -> set[int]:
    """Numbers of the texts between an article's head and its end that are not its text.

    :param container: the element of a known layout that holds the article.
    :param lead: where the layout says that the lead is.
    """
    inside = [block for block in blocks[start:end] if isinstance(block, Text)]
    leads = range(*lead) if lead else range(0)
    known = _classes_of_prose(inside, container, leads)
    found = {
        text.index
        for text in inside
        if text.index not in leads
        and not (len(text.text) >= SHORTEST_CAPTION and _may_be_caption(blocks, text))
        and any(_is_box(blocks, node, known) for node in _within(text.node, container))
    }
    return found | _above_lead(blocks, [text for text in inside if text.index not in found], leads)


def _above_lead(blocks: list[Block], texts: list[Text], leads: range) -> set[int]:
    """The lines between headline and lead that are neither prose nor a caption."""
    head: list[int] = []
    for text in texts:
        if text.index in leads or len(text.text) >= PROSE or split_dateline(text.text)[0]:
            return set(head)
        if _may_be_caption(blocks, text):
            continue
        sentence = len(text.text) >= SHORTEST_LEAD or text.text.endswith(_SENTENCE_END)
        if not leads and sentence and text.linked < 0.5:
            return set(head)
        head.append(text.index)
    return set() if not leads else set(head)


def _classes_of_prose(texts: list[Text], container: Node, leads: range) -> set[str]:
    """The class names in use around the article's paragraphs."""
    return {
        name
        for text in texts
        if (len(text.text) >= PROSE and text.linked < 0.5) or text.index in leads
        for node in _within(text.node, container)
        for name in node.classes.split()
    }


def _within(node: Node, container: Node) -> list[Node]:
    found = []
    for around in node.ancestors():
        if around is container:
            break
        found.append(around)
    return found


def _is_box(blocks: list[Block], node: Node, known: set[str]) -> bool:
    """Whether an element is one of the template's own: named, and without prose or picture in it."""
    names = [*node.classes.split(), *node.identifier.split()]
    if not names or all(_TYPED.fullmatch(name) or name in known for name in names):
        return False
    if any(map(_SIGNS.search, names)):
        return False
    return all(
        isinstance(block, Text) and (len(block.text) < PROSE or block.linked >= 0.5)
        for block in blocks[node.first : node.last + 1]
    )


def _may_be_caption(blocks: list[Block], text: Text) -> bool:
    """Whether a text stands under a picture, with at most another line between them."""
    above = blocks[max(0, text.index - 2) : text.index]
    return any(isinstance(block, Picture) for block in above)
