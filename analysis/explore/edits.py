"""What kind of edit a change of an article was, told by the words that it took away and put in.

The rules are simple and their answers guesses: a name is a word with a capital letter, a typing error a word
of which one or two letters differ.
"""

from __future__ import annotations

from difflib import SequenceMatcher

LIKE = 0.6
"""Similarity, 0 to 1, from which a word is another one written wrongly."""
REWRITTEN = 0.3
"""Share of the words from which a change is more than a correction."""


def kind_of_edit(field: str, before: str | None, after: str | None) -> str:
    """The kind of an edit, in a word or two; for a field that holds no prose the field's name."""
    if field not in ("headline", "lead", "body"):
        return field
    old, pairs = _changes(before, after)
    removed = [word for gone, _ in pairs for word in gone]
    added = [word for _, put in pairs for word in put]
    if not removed and added:
        return "addition"
    if removed and not added:
        return "removal"
    if all(_has_digit(gone) and _has_digit(put) for gone, put in pairs):
        return "figure"
    if all(_is_slip(gone, put) for gone, put in pairs):
        return "typing error"
    if all(word[:1].isupper() for word in removed + added):
        return "name"
    if field == "headline":
        return "headline"
    return "rewriting" if len(removed) > REWRITTEN * len(old) else "correction"


def words_changed(before: str | None, after: str | None) -> int:
    """How many words an edit took away or put in, whichever are more."""
    _, pairs = _changes(before, after)
    return sum(max(len(gone), len(put)) for gone, put in pairs)


def _changes(before: str | None, after: str | None) -> tuple[list[str], list[tuple[list[str], list[str]]]]:
    old, new = (before or "").split(), (after or "").split()
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return old, [(old[a:b], new[c:d]) for tag, a, b, c, d in blocks if tag != "equal"]


def _has_digit(words: list[str]) -> bool:
    return any(letter.isdigit() for word in words for letter in word)


def _is_slip(gone: list[str], put: list[str]) -> bool:
    one, other = " ".join(gone), " ".join(put)
    return (
        abs(len(one) - len(other)) <= 2 and SequenceMatcher(None, one.lower(), other.lower()).ratio() >= LIKE
    )
