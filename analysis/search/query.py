"""The language that searches are written in, read once and for both databases.

===========================  ===========================================================================
``giam ngheo``               both words, in any spelling
``giảm nghèo``               both words, as spelled
``"giảm nghèo"``             the words side by side; if one of them has a mark, all are read as spelled
``a OR b``, ``a NOT b``      either; the first without the second (also ``a -b``); brackets group
``nghe*``                    words that begin so
``=nam``                     as spelled, without any mark: not năm
``headline:nghèo``           in headlines only; before a word, a phrase or a bracket; other fields are refused
===========================  ===========================================================================

Words stand for AND; the operators are written in capitals. What joins letters (``19/5``, ``Covid-19``,
``P.V``) makes a phrase of them. What cannot be understood is refused with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import evolve, frozen

from schemas.folding import WORD, fold, spell

LONGEST = 1000
"""Characters that a search may have."""
DEEPEST = 20
"""Brackets within brackets."""
SHORTEST_PREFIX = 2
"""Letters before a star: one letter stands for a tenth of all words."""


class QueryError(ValueError):
    """The search cannot be understood; the message says why, and what is accepted."""

    def __init__(self, said: str, in_vietnamese: str) -> None:
        super().__init__(said)
        self.in_vietnamese = in_vietnamese


@frozen
class Term:
    """A word, or several that stand side by side."""

    words: tuple[str, ...]
    """Folded, or spelled."""
    spelled: bool = False
    prefix: bool = False
    """Whether the last word may go on."""
    headline: bool = False
    """Whether only headlines are searched."""


@frozen
class And:
    """What must all be found, without what must not."""

    found: tuple[Node, ...]
    missing: tuple[Node, ...] = ()


@frozen
class Or:
    """What must be found in part."""

    found: tuple[Node, ...]


Node = Term | And | Or

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<bracket>[()])
    | (?P<operator>(?:AND|OR|NOT)(?=[\s()"]|$))
    | (?P<minus>-(?=[^\s()]))
    | (?P<headline>headline:(?=[^\s)]))
    | (?P<field>(?:author|byline|caption|lead|body|section|source):)
    | (?P<phrase>=?"[^"]*"\*?)
    | (?P<open>=?"[^"]*$)
    | (?P<word>[^\s()"]+)
    """,
    re.VERBOSE,
)


def parse(text: str) -> Node:
    """Read a search.

    :raises QueryError: if it cannot be understood, or names nothing to be found.
    """
    if len(text) > LONGEST:
        raise QueryError(
            f"a search of {len(text):,} characters is too long; accepted: up to {LONGEST:,}",
            f"câu tìm dài {len(text)} ký tự là quá dài; nhiều nhất {LONGEST}",
        )
    parser = _Parser(_tokens(text))
    node = parser.either(0)
    if parser.next is not None:
        raise QueryError(
            f"a bracket is closed that was not opened: {text!r}", f"thừa dấu đóng ngoặc: {text!r}"
        )
    if node is None:
        raise QueryError(
            f"{text!r} names no word; accepted: words, phrases in quotation marks, AND, OR, NOT",
            f"{text!r} không có chữ nào; hãy gõ chữ, cụm từ trong ngoặc kép, AND, OR, NOT",
        )
    return node


def terms(node: Node) -> list[Term]:
    """The words and phrases to be found, in the order of the search; not those that must be missing."""
    if isinstance(node, Term):
        return [node]
    return [term for part in node.found for term in terms(part)]


def in_headline(node: Node) -> Node:
    """The same search with all that must be found in the headline."""
    match node:
        case Term():
            return evolve(node, headline=True)
        case And():
            return evolve(node, found=tuple(map(in_headline, node.found)))
        case Or():
            return Or(tuple(map(in_headline, node.found)))


def _tokens(text: str) -> Iterator[re.Match[str]]:
    # Typographic quotation marks are typed, or pasted, for straight ones.
    for token in _TOKEN.finditer(re.sub("[“”„‟«»]", '"', text.replace("\0", " "))):
        if token.lastgroup == "field":
            raise QueryError(
                f"{token[0]} cannot be searched by itself; accepted: headline:, or the words alone",
                f"không tìm riêng {token[0]} được; hãy dùng headline:, hoặc chỉ gõ chữ",
            )
        if token.lastgroup == "open":
            raise QueryError(
                f'a quotation mark is not closed: {token[0]}; accepted: "giảm nghèo"',
                f'thiếu dấu đóng ngoặc kép: {token[0]}; viết như "giảm nghèo"',
            )
        if token.lastgroup != "space":
            yield token


class _Parser:
    """One token ahead. Each method reads what its name says; ``None`` if there is no word in it."""

    def __init__(self, tokens: Iterator[re.Match[str]]) -> None:
        self._tokens = tokens
        self.next = next(tokens, None)

    def _advance(self) -> re.Match[str]:
        token = self.next
        assert token is not None  # noqa: S101 - every caller has looked
        self.next = next(self._tokens, None)
        return token

    def _at(self, *texts: str) -> bool:
        return (
            self.next is not None and self.next.lastgroup in ("operator", "bracket") and self.next[0] in texts
        )

    def either(self, depth: int) -> Node | None:
        parts = [self.all_of(depth)]
        while self._at("OR"):
            self._advance()
            parts.append(self.all_of(depth, after="OR"))
        found = tuple(part for part in parts if part is not None)
        return Or(found) if len(found) > 1 else next(iter(found), None)

    def all_of(self, depth: int, after: str = "") -> Node | None:
        found: list[Node] = []
        missing: list[Node] = []
        anything = False
        while self.next is not None and not self._at("OR", ")"):
            wanted = True
            if self._at("AND"):
                if not anything:
                    raise QueryError(
                        "AND stands between two words: giảm AND nghèo",
                        "AND đứng giữa hai chữ: giảm AND nghèo",
                    )
                after = self._advance()[0]
            if self._at("NOT") or (self.next and self.next.lastgroup == "minus"):
                after, wanted = "NOT", False
                self._advance()
            if self.next is None or self._at("AND", "OR", "NOT", ")"):
                raise QueryError(f"after {after} a word is missing", f"sau {after} thiếu một chữ")
            part = self._atom(depth)
            after, anything = "", True
            if part is not None:
                (found if wanted else missing).append(part)
        if after:
            raise QueryError(f"after {after} a word is missing", f"sau {after} thiếu một chữ")
        if self._at("OR") and not anything:
            raise QueryError(
                "OR stands between two words: giảm OR nghèo", "OR đứng giữa hai chữ: giảm OR nghèo"
            )
        if missing and not found:
            raise QueryError(
                "NOT needs a word before it that is to be found: nghèo NOT giảm",
                "trước NOT phải có chữ cần tìm: nghèo NOT giảm",
            )
        return And(tuple(found), tuple(missing)) if len(found) + len(missing) > 1 else next(iter(found), None)

    def _atom(self, depth: int) -> Node | None:
        if self._at("("):
            if depth == DEEPEST:
                raise QueryError(
                    f"too many brackets within brackets; accepted: up to {DEEPEST}",
                    f"quá nhiều ngoặc lồng nhau; nhiều nhất {DEEPEST}",
                )
            self._advance()
            node = self.either(depth + 1)
            if not self._at(")"):
                raise QueryError("a bracket is not closed", "thiếu dấu đóng ngoặc")
            self._advance()
            return node
        token = self._advance()
        if token.lastgroup == "headline":
            if self.next is None or self.next.lastgroup not in ("word", "phrase", "bracket"):
                raise QueryError("after headline: a word is missing", "sau headline: thiếu một chữ")
            node = self._atom(depth)
            return node and in_headline(node)
        return _term(token[0])


def _term(text: str) -> Term | None:
    exact, prefix = text.startswith("="), text.rstrip('"').endswith("*")
    words = [word for word in WORD.findall(text) if fold(word)]
    if not words:
        return None
    spelled = exact or any(spell(word) != fold(word) for word in words)
    read = tuple(map(spell if spelled else fold, words))
    if prefix and len(read[-1]) < SHORTEST_PREFIX:
        raise QueryError(
            f"{text!r} is too short; accepted: {SHORTEST_PREFIX} letters or more before *",
            f"{text!r} quá ngắn; trước dấu * cần ít nhất {SHORTEST_PREFIX} chữ cái",
        )
    return Term(read, spelled, prefix)
