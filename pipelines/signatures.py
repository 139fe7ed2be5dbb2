"""Signs each text, so that the store can find the articles that tell the same story.

Two articles are *exact* duplicates if lead and body have the same words. They are *near* duplicates, or one
is a *part* of the other, if most word shingles of the shorter text stand in the longer one (containment,
Broder 1997) and its numbers do, too, in the same words: "tăng 5%" is not "tăng 6%", and a weather report is
not yesterday's. Candidates have anchors in common: shingles chosen by what stands around them ("winnowing",
Schleimer, Wilkerson and Aiken 2003), so that a passage keeps its anchors whatever is cut off around it. Each
candidate is confirmed on the texts themselves. ``benchmarks/duplicates.py`` shows what all this rests on.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import TypeAlias

from attrs import frozen

from schemas.items import Article

SHINGLE_WORDS = 4
CONTAINED = 0.8
"""Share of the shorter text's shingles that must stand in the longer one."""
ALIKE = 0.7
"""Jaccard index from which two texts are near duplicates and none is called a part of the other."""
ANCHOR_WORDS = 8
"""Longer than a shingle: "Phó Chủ tịch Ủy ban nhân dân tỉnh" must not bring half the collection together."""
WINDOW = 40
"""Of so many anchors that could be one is taken: 47 words in common hold at least one in common."""
MIN_WORDS = 50
"""Shorter texts are not compared: notices and photo leads repeat without being one story."""

ALGORITHM = f"winnowing-{ANCHOR_WORDS}w-{WINDOW}-containment-{SHINGLE_WORDS}w-{CONTAINED}-numbers/3"

_WORD = re.compile(r"\w+(?:[.,/]\d+)*%?")
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*%?")
_NO_NUMBER = 1 << 32
"""Added to the checksum of an anchor without a number."""


Numbers: TypeAlias = Counter[str]
"""How often each number stands in a text."""


class Text:
    """A text to compare; what is needed of it is made once."""

    def __init__(self, text: str) -> None:
        self.words = words_of(text)

    @cached_property
    def numbers(self) -> Numbers:
        """How often each number stands in it."""
        return Counter(word for word in self.words if word[0].isdigit() and _NUMBER.fullmatch(word))

    @cached_property
    def shingles(self) -> dict[str, list[int]]:
        """Its words, by so many that follow each other, with the places where they stand."""
        places: dict[str, list[int]] = defaultdict(list)
        following = (self.words[at:] for at in range(SHINGLE_WORDS))
        for at, words in enumerate(zip(*following, strict=False)):
            places[" ".join(words)].append(at)
        return places


@frozen
class Match:
    """How two texts are alike."""

    method: str
    """``exact``, ``near`` or ``part``."""
    similarity: float
    """Jaccard index of the shingles, 0 to 1, four decimals."""
    containment: float
    """Share of the shorter text's shingles that stand in the longer one, 0 to 1, four decimals."""


def sign(article: Article) -> None:
    """Fill in ``word_count``, ``content_hash`` and the signature of a clean article."""
    text = full_text(article.lead, article.body)
    compared = Text(text)
    article.word_count = len(text.split())
    article.content_hash = hashlib.sha256(" ".join(compared.words).encode()).hexdigest()
    article.anchors = anchors_of(compared.words)
    article.number_bits = number_bits(compared.numbers)


def full_text(lead: str | None, body: Iterable[str]) -> str:
    """What is compared: lead and body, without headline and captions."""
    return "\n\n".join(filter(None, (lead, *body)))


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, numbers with their separators and per cent signs."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def anchors_of(words: list[str]) -> list[int]:
    """Checksums of a text's anchors, 32 bits, sorted; none for a text too short to compare.

    Anchors with a number in them come before all others: the pieces made from one template differ in their
    numbers, and so have few in common.
    """
    if len(words) < MIN_WORDS:
        return []
    encoded = [word.encode() for word in words]
    shingles = map(b" ".join, zip(*(encoded[at:] for at in range(ANCHOR_WORDS)), strict=False))
    ranks = list(map(zlib.crc32, shingles))
    last_number = -1
    for end, word in enumerate(words):
        if word[0].isdigit():
            last_number = end
        elif end - last_number >= ANCHOR_WORDS <= end + 1:
            ranks[end - ANCHOR_WORDS + 1] += _NO_NUMBER
    chosen, least = set(), -1
    for start in range(max(1, len(ranks) - WINDOW + 1)):
        if least < start:
            window = ranks[start : start + WINDOW]
            least = start + window.index(min(window))
        elif ranks[start + WINDOW - 1] < ranks[least]:
            least = start + WINDOW - 1
        chosen.add(ranks[least] % _NO_NUMBER)
    return sorted(chosen)


def number_bits(numbers: Numbers) -> int:
    """A Bloom filter of a text's numbers, each as often as it stands in the text, as a signed 64-bit number.

    If all numbers of one text stand in another, all bits of the one are set in the other: pairs for which
    that holds in neither direction are no duplicates, and neither text need be read to know it.
    """
    bits = 0
    for number, times in numbers.items():
        for time in range(times):
            bits |= 1 << (zlib.crc32(f"{number} {time}".encode()) & 63)
    return bits - (1 << 64) if bits >> 63 else bits


def compare(one: Text, other: Text) -> Match | None:
    """How two texts are alike, or ``None`` if they do not tell the same story."""
    shorter, longer = sorted((one, other), key=lambda text: len(text.words))
    if len(shorter.words) < MIN_WORDS:
        return None
    if shorter.words == longer.words:
        return Match("exact", 1.0, 1.0)
    if not shorter.numbers <= longer.numbers:  # quickly told, so that it comes first
        return None
    common = len(shorter.shingles.keys() & longer.shingles.keys())
    containment = common / len(shorter.shingles)
    if containment < CONTAINED or _has_other_figures(shorter, longer):
        return None
    similarity = common / (len(shorter.shingles) + len(longer.shingles) - common)
    if similarity < ALIKE and _in_order(shorter, longer) < CONTAINED:
        return None
    return Match("near" if similarity >= ALIKE else "part", round(similarity, 4), round(containment, 4))


def _has_other_figures(shorter: Text, longer: Text) -> bool:
    """Whether one says of another number what the other says: "tăng 5% so với", "tăng 6% so với"."""
    words, beside = shorter.words, SHINGLE_WORDS - 1
    changed: set[str] = set()
    for at, word in enumerate(words):
        if word in shorter.numbers:
            around = " ".join(words[max(0, at - beside) : at + 1]), " ".join(words[at : at + beside + 1])
            if longer.shingles.keys().isdisjoint(around):
                changed.update(_NUMBER.sub("#", shingle) for shingle in around)
    return bool(changed) and not changed.isdisjoint(_NUMBER.sub("#", it) for it in longer.shingles)


def _in_order(shorter: Text, longer: Text) -> float:
    """Share of the shorter text's shingles that stand in the longer one in the same order.

    A part keeps the order of the whole; turns of phrase that many pieces have in common come in any. (The
    longest common subsequence, as Hunt and Szymanski find it.)
    """
    ends: list[int] = []
    sequence = sorted((at, shingle) for shingle, places in shorter.shingles.items() for at in places)
    for _, shingle in sequence:
        for place in reversed(longer.shingles.get(shingle, ())):
            at = bisect_left(ends, place)
            ends[at : at + 1] = [place]
    return len(ends) / len(sequence)
