"""The layouts of article pages that are known, as data.

Several stand side by side: pages saved years ago are still read by the layout of their time. A
layout is chosen by the time of fetch and by whether its container is on the page; ``generic``, which
rests on no class name at all, is always the last. To take up a redesign, add a layout with its
marks and give its predecessor a last day (see CONTRIBUTING).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from attrs import field, frozen

Step = tuple[str, frozenset[str], str]
"""Tag, classes and id of one element in a selector; what is empty does not matter."""


@frozen
class Mark:
    """One element by tag, classes and id, within another if need be: ``.page-header h2.title``."""

    selector: str
    steps: tuple[Step, ...] = field(init=False)

    @steps.default
    def _parse(self) -> tuple[Step, ...]:
        steps = []
        for step in self.selector.split():
            tag = re.match(r"\w*", step)
            steps.append(
                (
                    tag[0] if tag else "",
                    frozenset(re.findall(r"\.([\w-]+)", step)),
                    next(iter(re.findall(r"#([\w-]+)", step)), ""),
                )
            )
        return tuple(steps)


@frozen
class Layout:
    """One layout of article pages."""

    name: str
    version: int
    marks: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """Role -> selectors, in the order in which they are tried."""
    valid_until: date | None = None
    """The last day on which pages of this layout were served; ``None`` while it may still be."""

    def __str__(self) -> str:
        """What an item's ``parser`` says."""
        return f"{self.name}/{self.version}"

    def was_served(self, fetched: datetime) -> bool:
        return self.valid_until is None or fetched.date() <= self.valid_until


POST = Layout(
    name="post",
    version=1,
    marks={  # the class names seen in June 2019 (docs/site.md, "Markup")
        "container": ("div.post.clearfix", ".post.clearfix"),
        "headline": (".page-header .page-title h2.title", ".page-header .title", "h2.title", "h1.title"),
        "date": (".page-header span.meta", "span.meta", ".meta-wrapper"),
        "lead": (".summary",),
        "related": (".related-post",),
        "entry": (".post.margin-top-20.clearfix", ".post.margin-top-20"),
        "comments": ("#comment-view", "#reply-view"),
    },
)
GENERIC = Layout(name="generic", version=1)

LAYOUTS = (POST, GENERIC)
"""Tried in this order; the last one takes every page."""

MARKS = tuple(
    (layout, role, Mark(selector))
    for layout in LAYOUTS
    for role, selectors in layout.marks.items()
    for selector in selectors
)
_OUTER_STEPS = frozenset(step for _, _, mark in MARKS for step in mark.steps[:-1])


def candidates(tag: str, classes: str, identifier: str) -> tuple[tuple[Layout, str, Mark], ...]:
    """The marks whose last step an element fits."""
    have = frozenset(classes.split())
    return tuple(entry for entry in MARKS if _fits(entry[2].steps[-1], tag, have, identifier))


def outer_steps(tag: str, classes: str, identifier: str) -> tuple[Step, ...]:
    """The steps of all marks before their last that an element fits."""
    have = frozenset(classes.split())
    return tuple(step for step in _OUTER_STEPS if _fits(step, tag, have, identifier))


def _fits(step: Step, tag: str, classes: frozenset[str], identifier: str) -> bool:
    wanted_tag, wanted_classes, wanted_id = step
    return (
        (not wanted_tag or wanted_tag == tag)
        and wanted_classes <= classes
        and (not wanted_id or wanted_id == identifier)
    )
