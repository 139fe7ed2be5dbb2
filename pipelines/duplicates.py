"""Signs each text, so that the store can find the articles that tell the same story.

Two articles are *exact* duplicates if lead and body have the same words, and *near* duplicates if
the Jaccard index of their word shingles reaches :data:`THRESHOLD` and every number of the shorter
text stands in the longer one too: "tăng 5%" is not "tăng 6%", and a weather report is not
yesterday's. Candidates come from a MinHash signature cut into bands (Broder 1997; Leskovec,
Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3); each is confirmed on the texts
themselves. ``benchmarks/duplicates.py`` shows what the threshold rests on.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from attrs import frozen
from rensa import RMinHash

from schemas.items import Article

SHINGLE_WORDS = 4
THRESHOLD = 0.7
BANDS = 16
BAND_ROWS = 4
"""16 bands of 4 rows find 99 of 100 pairs with an index of 0.7, and 1 of 8 with an index of 0.3."""
NUMBER_WEIGHT = 2
"""In the signature, not in the comparison, each number counts as so many more shingles: pieces made from one
template differ in their numbers, and so come together half as often."""
SEED = 20180311
MIN_WORDS = 50
"""Shorter texts are not compared: notices and photo leads repeat without being one story."""

ALGORITHM = f"minhash-{SHINGLE_WORDS}w-{BANDS}x{BAND_ROWS}-jaccard-{THRESHOLD}-numbers/2"

_WORD = re.compile(r"\w+(?:[.,/]\d+)*%?")
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*%?")


Numbers: TypeAlias = Counter[str]
"""How often each number stands in a text."""


@frozen
class Match:
    """How two texts are alike."""

    method: str
    """``exact`` or ``near``."""
    similarity: float
    """Jaccard index of the shingles, 0 to 1, four decimals."""


def sign(article: Article) -> None:
    """Fill in ``word_count``, ``content_hash`` and the signature of a clean article."""
    text = full_text(article.lead, article.body)
    words = words_of(text)
    numbers = numbers_of(words)
    article.word_count = len(text.split())
    article.content_hash = hashlib.sha256(" ".join(words).encode()).hexdigest()
    article.bands = bands_of(words, numbers)
    article.number_bits = number_bits(numbers)


def full_text(lead: str | None, body: Iterable[str]) -> str:
    """What is compared: lead and body, without headline and captions."""
    return "\n\n".join(filter(None, (lead, *body)))


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, numbers with their separators and per cent signs."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def bands_of(words: list[str], numbers: Numbers | None = None) -> list[int]:
    """The signature's bands as signed 64-bit numbers; none for a text too short to compare.

    :param numbers: those among the words, if they are known.
    """
    if len(words) < MIN_WORDS:
        return []
    signature = RMinHash(num_perm=BANDS * BAND_ROWS, seed=SEED)
    signed = _shingles(words)
    for number, times in (numbers_of(words) if numbers is None else numbers).items():
        signed.update(f"{number} {time} {copy}" for time in range(times) for copy in range(NUMBER_WEIGHT))
    signature.update(list(signed))
    digest = signature.digest()
    return [
        int.from_bytes(
            hashlib.blake2b(
                b"".join(row.to_bytes(4) for row in digest[start : start + BAND_ROWS]),
                digest_size=8,
                salt=start.to_bytes(2),
            ).digest(),
            signed=True,
        )
        for start in range(0, BANDS * BAND_ROWS, BAND_ROWS)
    ]


def numbers_of(words: list[str]) -> Numbers:
    """The numbers among a text's words."""
    return Counter(word for word in words if word[0].isdigit() and _NUMBER.fullmatch(word))


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


def compare(one: str, other: str) -> Match | None:
    """How two texts are alike, or ``None`` if they are not duplicates of each other."""
    return compare_words(words_of(one), words_of(other))


def compare_words(words: list[str], other_words: list[str]) -> Match | None:
    """The same for texts whose words are known."""
    if min(len(words), len(other_words)) < MIN_WORDS:
        return None
    if words == other_words:
        return Match("exact", 1.0)
    if not _same_numbers(words, other_words):  # cheap, and parts most pieces made from one template
        return None
    shingles, other_shingles = _shingles(words), _shingles(other_words)
    common = len(shingles & other_shingles)
    similarity = common / (len(shingles) + len(other_shingles) - common)
    return Match("near", round(similarity, 4)) if similarity >= THRESHOLD else None


def _shingles(words: list[str]) -> set[str]:
    return set(map(" ".join, zip(*(words[i:] for i in range(SHINGLE_WORDS)), strict=False)))


def _same_numbers(words: list[str], other_words: list[str]) -> bool:
    shorter, longer = sorted((words, other_words), key=len)
    return numbers_of(shorter) <= numbers_of(longer)
