"""A search in the words of each database: what FTS5 takes after MATCH, and a ``tsquery``."""

from __future__ import annotations

from attrs import evolve

from analysis.search.query import And, Node, Or, Term, parse
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
    """The search as a ``tsquery`` for PostgreSQL's table ``article_search``."""
    match node:
        case Term():
            lexemes = [_lexeme(word, node) for word in node.words[:-1]]
            lexemes.append(_lexeme(node.words[-1], node, last=True))
            return f"({' <-> '.join(lexemes)})"
        case Or():
            return f"({' | '.join(map(tsquery, node.found))})"
        case And():
            parts = [tsquery(part) for part in node.found] + [f"!{tsquery(part)}" for part in node.missing]
            return f"({' & '.join(parts)})"


def loosened(node: Node) -> Node:
    """A search that finds the same and more, for which PostgreSQL's index alone is enough.

    The index does not know which words are neighbours, nor whether a word without marks is spelled so.
    """
    match node:
        case Term():
            parts = [evolve(node, words=(word,), prefix=False) for word in node.words[:-1]]
            parts.append(evolve(node, words=node.words[-1:]))
            loose = tuple(evolve(part, spelled=part.spelled and _marked(part)) for part in parts)
            return And(loose) if len(loose) > 1 else loose[0]
        case Or():
            return Or(tuple(map(loosened, node.found)))
        case And():
            # What must be missing may be dropped, but must not come to mean more.
            missing = tuple(part for part in node.missing if loosened(part) == part)
            return And(tuple(map(loosened, node.found)), missing)


def fts5_match(text: str) -> str:
    """A search as a person types it, for ``WHERE article_search MATCH …``; for other programs.

    :raises QueryError: if it cannot be understood.
    """
    return fts5(parse(text))


def _lexeme(word: str, term: Term, last: bool = False) -> str:
    """A word of a term. The words of headlines stand in the index once more, with ^ before them.

    Folded words have the weights A and C, spelled ones B and D. A weight makes PostgreSQL look at every
    hit, so it is given only where it decides: what has a mark stands among the spelled words only, and
    what has none among the folded ones too.
    """
    marks = "*" if term.prefix and last else ""
    if term.spelled and not _marked(term):
        marks += "BD"
    return f"'{'^' if term.headline else ''}{word}'" + (f":{marks}" if marks else "")


def _marked(term: Term) -> bool:
    return any(word != fold(word) for word in term.words)
