"""What an opening tag says by itself, wherever it stands: block or not, bold, hidden, by which names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from attrs import frozen

from crawler.pages.parts import Part, part_of
from newspapers import current
from newspapers.layout import Layout, Mark, Step, candidates, outer_steps


def tags(names: str) -> frozenset[str]:
    """Names of tags, from a line."""
    return frozenset(names.split())


BLOCKS = tags(
    "html body div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption center"
    " section article header footer nav aside main figure figcaption blockquote pre address form fieldset"
    " legend hr details summary menu dialog hgroup search time"
)
BOLD, ITALIC, SMALL = 1, 2, 4
_EMPHASIS = {"b": BOLD, "strong": BOLD, "i": ITALIC, "em": ITALIC, "small": SMALL, "cite": ITALIC, "th": BOLD}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ALIGN = re.compile(r"text-align\s*:\s*(\w+)")
_WEIGHT = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)")
_LIGHT = re.compile(r"font-weight\s*:\s*(?:normal|[1-4]00)")
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)")
_FLOAT_RIGHT = re.compile(r"float\s*:\s*right")


class _InlineStyle(NamedTuple):
    """What a style attribute says."""

    on: int = 0
    off: int = 0
    align: str = ""
    hidden: bool = False
    block: bool = False


_NO_STYLE = _InlineStyle()


def _inline_style(printed: str) -> _InlineStyle:
    style = printed.lower()
    match = _ALIGN.search(style)
    return _InlineStyle(
        on=(BOLD if _WEIGHT.search(style) else 0) | (ITALIC if _ITALIC.search(style) else 0),
        off=BOLD if _LIGHT.search(style) else 0,
        align=match[1] if match else "right" if _FLOAT_RIGHT.search(style) else "",
        hidden=bool(_HIDDEN.search(style)),
        block=bool(_SHOWN_AS_BLOCK.search(style)),
    )


@frozen
class Opening:
    """What an opening tag says by itself, wherever it stands."""

    hidden: bool
    block: bool
    """Whether it makes a block of its own."""
    named: bool
    """Whether it is inline, but has a class or an id that a style sheet may make a block of."""
    on: int
    off: int
    align: str
    heading: int
    styled: bool
    """Whether the text in it looks otherwise than the text around it."""
    classes: str
    identifier: str
    part: Part
    marks: tuple[tuple[Layout, str, Mark], ...]
    steps: tuple[Step, ...]


TELLING = tags("class id style align hidden itemprop role")


@lru_cache(maxsize=4096)  # the template's tags stand on every page
def opening(tag: str, *telling: tuple[str, str]) -> Opening:
    """Read a tag with those of its attributes that are :data:`TELLING`."""
    attributes = dict(telling)
    classes, identifier = attributes.get("class", ""), attributes.get("id", "")
    style = _inline_style(attributes["style"]) if attributes.get("style") else _NO_STYLE
    on = style.on | _EMPHASIS.get(tag, 0)
    align = "center" if tag == "center" else (attributes.get("align") or style.align).lower()
    heading = _HEADINGS.get(tag, 0)
    marks = candidates(current().marks, tag, classes, identifier)
    block = (
        tag in BLOCKS or style.block or bool(marks)  # a layout knows it
    )
    return Opening(
        hidden=style.hidden or "hidden" in attributes,
        block=block,
        named=not block and bool(classes or identifier or is_custom(tag)),
        on=on,
        off=style.off,
        align=align,
        heading=heading,
        styled=bool(on or style.off or align or heading),
        classes=classes,
        identifier=identifier,
        part=part_of(tag, classes, identifier, attributes.get("itemprop", ""), attributes.get("role", "")),
        marks=marks,
        steps=outer_steps(current().marks, tag, classes, identifier),
    )


def is_custom(tag: str) -> bool:
    """Whether an element is of the site's own making."""
    return "-" in tag and ":" not in tag
