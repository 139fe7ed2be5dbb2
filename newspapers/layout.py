"""What a layout of article pages is: marks that say which element has which role.

Layouts are data, in each newspaper's folder. Several stand side by side: pages saved years ago are
still read by the layout of their time. One is chosen by the time of fetch and by whether its container
is on the page; :data:`GENERIC`, which rests on no class name at all, is always the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from attrs import field, frozen

Step = tuple[str, frozenset[str], str]
"""Tag, classes and id of one element in a selector; what is empty does not matter."""


@frozen
class Mark:
    """One element by tag, classes and id, within another if need be: ``.head h2.title``."""

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


GENERIC = Layout(name="generic", version=1)

Marks = tuple[tuple[Layout, str, Mark], ...]
"""Selectors, each with its layout and the role it marks."""


def marks_of(layouts: Iterable[Layout]) -> Marks:
    """All marks of some layouts."""
    return tuple(
        (layout, role, Mark(selector))
        for layout in layouts
        for role, selectors in layout.marks.items()
        for selector in selectors
    )


def candidates(marks: Marks, tag: str, classes: str, identifier: str) -> Marks:
    """The marks whose last step an element fits."""
    have = frozenset(classes.split())
    return tuple(entry for entry in marks if _fits(entry[2].steps[-1], tag, have, identifier))


def outer_steps(marks: Marks, tag: str, classes: str, identifier: str) -> tuple[Step, ...]:
    """The steps of all marks before their last that an element fits."""
    have = frozenset(classes.split())
    steps = dict.fromkeys(step for _, _, mark in marks for step in mark.steps[:-1])
    return tuple(step for step in steps if _fits(step, tag, have, identifier))


def _fits(step: Step, tag: str, classes: frozenset[str], identifier: str) -> bool:
    wanted_tag, wanted_classes, wanted_id = step
    return (
        (not wanted_tag or wanted_tag == tag)
        and wanted_classes <= classes
        and (not wanted_id or wanted_id == identifier)
    )
