"""Where a search is found in a printed text: how often, and the passage that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from attrs import frozen

from analysis.search.query import Term
from schemas.folding import WORD, fold, spell

PASSAGE = 30
"""Words in an excerpt."""


@frozen
class Piece:
    """A piece of an excerpt, as printed."""

    text: str
    hit: bool
    """Whether it is what was searched."""


class PrintedText:
    """A text with the words that the index has of it.

    :param placed: whether it matters where the words stand; to count them is faster.
    """

    def __init__(self, text: str, placed: bool = True) -> None:
        self.text, self._placed = text, placed

    @cached_property
    def folded(self) -> list[str]:
        return self._words(folded=True)

    @cached_property
    def spelled(self) -> list[str]:
        return self._words(folded=False)

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Where each word begins and ends in the printed text."""
        return [match.span() for match in WORD.finditer(self.text)]

    def _words(self, folded: bool) -> list[str]:
        form = fold if folded else spell
        words = WORD.findall(form(self.text))
        if not self._placed or len(words) == len(self.places):
            return words
        # A mark that stood alone is a word in print and nothing when folded.
        return [form(self.text[start:end]) for start, end in self.places]

    def hits(self, term: Term) -> list[range]:
        """The words of each place in which a term stands."""
        words = self.spelled if term.spelled else self.folded
        before, last = list(term.words[:-1]), term.words[-1]
        length = len(before)
        return [
            range(at - length, at + 1)
            for at, word in enumerate(words)
            if (word == last or (term.prefix and word.startswith(last)))
            and at >= length
            and words[at - length : at] == before
        ]


def excerpt(text: str, terms: Sequence[Term]) -> list[Piece]:
    """The passage of a text in which most of the terms stand, or its beginning if none does.

    The words are as printed; "…" stands where the passage begins or ends within the text.
    """
    printed = PrintedText(text)
    sought = [term for term in terms if not term.headline]
    hits = [(hit, number) for number, term in enumerate(sought) for hit in printed.hits(term)]
    hits.sort(key=lambda found: found[0].start)
    start = max(0, _richest(hits) - PASSAGE // 5)
    end = min(start + PASSAGE, len(printed.places))
    start = max(0, end - PASSAGE)
    return _pieces(printed, start, end, {at for hit, _ in hits for at in hit})


def marked(text: str, terms: Sequence[Term]) -> list[Piece]:
    """The whole text, with what was searched marked."""
    printed = PrintedText(text)
    words = {at for term in terms for hit in printed.hits(term) for at in hit}
    return _pieces(printed, 0, len(printed.places), words)


def _richest(hits: list[tuple[range, int]]) -> int:
    """The first word of the passage with the most different terms, then with the most hits."""
    best, richness = 0, (0, 0)
    for first, (hit, _) in enumerate(hits):
        within = []
        for other, number in hits[first:]:
            if other.stop > hit.start + PASSAGE - PASSAGE // 5:
                break
            within.append(number)
        if (len(set(within)), len(within)) > richness:
            best, richness = hit.start, (len(set(within)), len(within))
    return best


def _pieces(printed: PrintedText, start: int, end: int, hit: set[int]) -> list[Piece]:
    places, text = printed.places, printed.text
    begin = places[start][0] if start else 0
    finish = places[end - 1][1] if end < len(places) else len(text)
    pieces = [Piece("… ", False)] if start else []
    at = begin
    word = start
    while word < end:
        if word not in hit:
            word += 1
            continue
        after = word
        while after + 1 < end and after + 1 in hit:
            after += 1
        if places[word][0] > at:
            pieces.append(Piece(text[at : places[word][0]], False))
        pieces.append(Piece(text[places[word][0] : places[after][1]], True))
        at, word = places[after][1], after + 1
    if finish > at:
        pieces.append(Piece(text[at:finish], False))
    if end < len(places):
        pieces.append(Piece(" …", False))
    return pieces
