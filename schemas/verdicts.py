"""How a run went: its verdict, the reason in words, and what was not as usual about it."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from schemas.shown_text import printable

LONGEST = 1000
"""Characters of a reason: a line that fills more than a screen is read by nobody."""


class Verdict(StrEnum):
    """How a run ended."""

    OK = "ok"
    NOTHING_NEW = "nothing new"
    DEGRADED = "degraded"
    """Finished, but some articles could not be fetched or read; they stay wanted."""
    UNREACHABLE = "site unreachable"
    BLOCKED = "blocked"
    """The site answers, but with refusals or pages that hold nothing."""
    LAYOUT_CHANGED = "layout changed"
    """The site answers, but its pages are not those that this program knows."""
    STORAGE_FAILED = "storage failed"
    INTERRUPTED = "interrupted"
    ALREADY_RUNNING = "already running"
    BAD_ARGUMENTS = "bad arguments"
    BROKEN = "broken"
    """A fault in the program: see the log."""

    @property
    def exit_code(self) -> int:
        """What ``scrapy crawl`` exits with."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    Verdict.OK: 0,
    Verdict.NOTHING_NEW: 0,
    Verdict.BROKEN: 1,
    Verdict.BAD_ARGUMENTS: 2,  # as shells and argparse do
    Verdict.DEGRADED: 3,
    Verdict.UNREACHABLE: 4,
    Verdict.STORAGE_FAILED: 5,
    Verdict.INTERRUPTED: 6,
    Verdict.LAYOUT_CHANGED: 7,
    Verdict.BLOCKED: 8,
    Verdict.ALREADY_RUNNING: 9,
}


def in_one_line(reason: str) -> str:
    """A reason as it may be shown, with what is too much of it counted."""
    said, *more = [line for part in printable(reason).split("\n") if (line := part.strip())] or [""]
    for number, line in enumerate(more):
        if len(said) + len(line) > LONGEST:
            said += f"; and {len(more) - number:,} more"
            break
        said += f"; {line}"
    return said if len(said) <= LONGEST + 30 else f"{said[:LONGEST]} …"


@frozen
class Judgement:
    """The verdict on a run, and why."""

    verdict: Verdict
    reason: str = field(converter=in_one_line)

    def __str__(self) -> str:
        """One line, as a run ends with."""
        return f"{self.verdict}: {self.reason}" if self.reason else str(self.verdict)


@frozen
class Finding:
    """One thing that is not as usual."""

    monitor: str
    subject: str
    """The field or rule that is meant; empty if the monitor has one subject only."""
    value: float
    usual: float
    text: str = field(converter=in_one_line)
    """In words, for an operator."""
