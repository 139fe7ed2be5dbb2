"""A search in the words of each database: what FTS5 takes after MATCH, and a ``tsquery``."""

from __future__ import annotations

from pipelines.search.query import And, Node, Or, Term, parse
from schemas.folding import fold


def fts5(node: Node) -> str:
    """The search for SQLite's table ``article_search``."""
    match node:
        case Term():
            # Words are letters and digits, so nothing in them can end the string.
            words = f'"{" ".join(node.words)}"' + (" *" if node.prefix else "")
            columns = ["headline"] if node.headline else ["headline", "body"]
            return (
                f"{{{' '.join(f'{name}_spelled' if node.spelled else name for name in columns)}}} : {words}"
            )
        case Or():
            return f"({' OR '.join(map(fts5, node.found))})"
        case And():
            found = " AND ".join(map(fts5, node.found))
            if not node.missing:
                return f"({found})"
            return f"(({found}) NOT ({' OR '.join(map(fts5, node.missing))}))"


def tsquery(node: Node) -> str:
    """The search for ``to_tsquery('simple', …)`` on PostgreSQL's table ``article_search``."""
    match node:
        case Term():
            weights = _weights(node)
            lexemes = [_lexeme(word, weights) for word in node.words[:-1]]
            lexemes.append(_lexeme(node.words[-1], ("*" if node.prefix else "") + weights))
            return f"({' <-> '.join(lexemes)})"
        case Or():
            return f"({' | '.join(map(tsquery, node.found))})"
        case And():
            parts = [tsquery(part) for part in node.found] + [f"!{tsquery(part)}" for part in node.missing]
            return f"({' & '.join(parts)})"


def fts5_match(text: str) -> str:
    """A search as a person types it, for ``WHERE article_search MATCH …``; for other programs.

    :raises QueryError: if it cannot be understood.
    """
    return fts5(parse(text))


def _lexeme(word: str, marks: str) -> str:
    return f"'{word}'" + (f":{marks}" if marks else "")


def _weights(term: Term) -> str:
    """Folded words have the weights A and C, spelled ones B and D; A and B are the headline's.

    A weight makes PostgreSQL look at every hit, so it is given only where it decides: what has a mark
    stands among the spelled words only, and what has none among the folded ones too.
    """
    if term.headline:
        return "B" if term.spelled else "A"
    return "BD" if term.spelled and all(word == fold(word) for word in term.words) else ""
