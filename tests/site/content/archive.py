"""All articles of the sample newspaper, by state."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from tests.site.content import sample
from tests.site.content.filler import fillers
from tests.site.content.fresh import news_at
from tests.site.content.sections import SECTIONS
from tests.site.content.written import articles
from tests.site.model import Ghost, Key, Piece, Section, State, at

_NOT_BEFORE = at(2025, 7, 10)

_FILES = (
    "word_years",
    "middle_years",
    "recent",
    "interviews",
    "media",
    "alike",
    "traps",
    "unlisted",
    "foreign",
)


class Archive:
    """What the newspaper has published when it is looked at."""

    def __init__(self, now: datetime, filler: int) -> None:
        if now < _NOT_BEFORE:
            raise ValueError("the sample newspaper goes up to June 2025: 'now' must be after 10 July 2025")
        handmade = [*sample.PIECES, *(piece for name in _FILES for piece in articles(name).piece)]
        self.ghosts: dict[Key, Ghost] = {
            ghost.key: ghost for ghost in sample.GHOSTS + articles("recent").ghost
        }
        taken = {piece.key for piece in handmade} | set(self.ghosts)
        self._old = _by_key([*handmade, *fillers(filler, taken)])
        fresh = news_at(now)
        self._fresh = _by_key(fresh.first)
        self._edited = _by_key(fresh.edited)
        self._new = _by_key(fresh.new)
        if any(piece.truth.posted > now - timedelta(days=3) for piece in self._old.values()):
            raise ValueError("an article of the past is not three days old")
        self._listed: dict[tuple[str, State], list[Piece | Ghost]] = {}

    @property
    def all_sections(self) -> tuple[Section, ...]:
        return SECTIONS

    def sections(self, edition: str) -> list[Section]:
        return [section for section in SECTIONS if section.edition == edition]

    def section(self, edition: str, section_id: int) -> Section | None:
        return next((each for each in self.sections(edition) if each.section_id == section_id), None)

    def pieces(self, state: State) -> dict[Key, Piece]:
        """Every article that can be read."""
        return self._first if state is State.FIRST else self._later

    @cached_property
    def _first(self) -> dict[Key, Piece]:
        return self._old | self._fresh

    @cached_property
    def _later(self) -> dict[Key, Piece]:
        return self._first | self._edited | self._new

    def item(self, key: Key) -> Piece | Ghost | None:
        """An article, gone or not, whenever it was there."""
        return self._later.get(key) or self.ghosts.get(key)

    def listed(self, edition: str, state: State) -> list[Piece | Ghost]:
        """What the edition's lists show, newest first; gone articles among it."""
        kept = self._listed.get((edition, state))
        if kept is None:
            items: list[Piece | Ghost] = [piece for piece in self.pieces(state).values() if piece.listed]
            items += [ghost for ghost in self.ghosts.values() if ghost.listed]
            kept = sorted((item for item in items if item.key[0] == edition), key=_number, reverse=True)
            self._listed[edition, state] = kept
        return kept

    def duplicates(self, state: State) -> set[tuple[Key, Key, str]]:
        """Pairs of alike articles: the later, the earlier, and the method that must find them."""
        known = self.pieces(state)
        return {pair for pair in articles("alike").pair if pair[0] in known and pair[1] in known}


def _number(item: Piece | Ghost) -> int:
    return item.key[1]


def _by_key(pieces: list[Piece]) -> dict[Key, Piece]:
    keyed = {piece.key: piece for piece in pieces}
    if len(keyed) != len(pieces):
        raise ValueError("two articles of the sample newspaper have one number")
    return keyed
