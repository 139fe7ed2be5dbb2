"""What to say when nothing is found: the words that stand nowhere, each with the nearest one that does."""

from __future__ import annotations

from difflib import SequenceMatcher, get_close_matches

from attrs import evolve
from sqlalchemy import Connection, text

from analysis.search.keys import Search, count
from analysis.search.query import Node, terms
from schemas.folding import WORD, fold

NEAR_ENOUGH = 0.7
"""The least similarity (0 to 1) of two words without their marks: one wrong letter of four is near."""

_VOCABULARY = {
    "sqlite": "SELECT term, doc FROM article_search_vocabulary",
    # PostgreSQL keeps no list of words. To gather those of all articles would take minutes.
    "postgresql": "SELECT word, ndoc FROM"
    """ ts_stat('SELECT words FROM article_search ORDER BY "key" DESC LIMIT 1000')""",
}
"""Words in both forms, and in how many texts they stand."""


def unknown_words(connection: Connection, query: Node) -> dict[str, str | None]:
    """The words of a search that no article has, each with the nearest that some have, if one is near.

    Marks decide only between words whose letters are equally near, and after them how common a word is. A
    word with marks gets one with marks. On PostgreSQL the words of the newest 1,000 articles are compared.
    """
    unknown = [
        word
        for term in terms(query)
        for word in (term.words[:-1] if term.prefix else term.words)
        if not count(connection, Search(evolve(term, words=(word,), prefix=False, headline=False)), 1)
    ]
    if not unknown:
        return {}
    known = connection.execute(text(_VOCABULARY[connection.dialect.name])).all()
    numbers: dict[str, int] = {word: number for word, number in known if WORD.fullmatch(word)}
    return {word: _nearest(word, numbers) for word in unknown}


def _nearest(word: str, numbers: dict[str, int]) -> str | None:
    letters, marked = fold(word), word != fold(word)
    if not letters.isalpha():
        return None
    spellings: dict[str, list[str]] = {}
    for known in numbers:
        if (folded := fold(known)).isalpha() and (known != folded) == marked:
            spellings.setdefault(folded, []).append(known)
    near = [
        known for one in get_close_matches(letters, spellings, 5, NEAR_ENOUGH) for known in spellings[one]
    ]
    return max(
        near,
        key=lambda known: (_likeness(fold(known), letters), _likeness(known, word), numbers[known]),
        default=None,
    )


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
