"""The headline of a page that no layout knows.

It is the text that repeats the page's title or the slug of its URL; failing that, the heading above an
article's first paragraph.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from crawler.pages.blocks import PROSE, Page, Text, other_article, texts
from crawler.pages.dates import read_date
from crawler.pages.head import Head
from crawler.pages.notices import says_missing
from newspapers import ArticleRef
from newspapers.spelling import begins_like, letters_of, letters_of_slug
from newspapers.surroundings import is_comments_heading, is_related_heading

_WORD = re.compile(r"[^\s,.;:!?()/_\"'“”‘’-]+")
FEWEST_WORDS = 2


def find_headline(page: Page, head: Head, reference: ArticleRef) -> tuple[str, str, int] | None:
    """The headline, the rule that found it, and its block's number."""
    found: list[tuple[str, str, int]] = []
    for rule, title, folded, shortest in (
        ("og:title", head.og_title, letters_of(head.og_title), 4),
        ("title", head.title, letters_of(head.title), 4),
        ("slug", reference.slug, letters_of_slug(reference.slug), 12),
    ):
        if len(folded) < shortest or (found and rule == "title"):
            continue
        if (best := _best_match(page, folded, len(title), reference)) is None:
            continue
        # Only a style sheet may part headline and date: then they stand in one block.
        with_date = rule != "slug" and len(best.clean) > len(title) and read_date(best.clean[len(title) :])
        found.append((title if with_date else best.clean, rule, best.index))
    for headline in found:
        if shares_words(headline[0], reference.slug):
            return headline
    return found[0] if found else _headline_by_heading(page, head, reference)


def _best_match(page: Page, wanted: str, length: int, reference: ArticleRef) -> Text | None:
    """The text that reads like a title; of several the one that looks most like a headline."""
    found: list[tuple[int, Text]] = []
    shortest, longest = 0.4 * length - 8, 1.6 * length + 60
    for _, text in texts(page.blocks):
        if not shortest <= len(text.text) <= longest or text.node.chrome:
            continue
        if not begins_like(text.text, wanted):
            continue
        folded = letters_of(text.text)
        if folded == wanted:
            score = 4
        elif len(folded) >= 15 and (wanted.startswith(folded) or folded.startswith(wanted)):
            score = 2
        else:
            continue
        if text.links and text.linked > 0.5:
            if other_article(text, reference.article_id):
                continue
            score -= 2
        found.append((score + bool(text.heading), text))
    if not found:
        return None
    best = max(score for score, _ in found)
    ranked = [text for score, text in found if score == best]
    # A breadcrumb may repeat the headline: the one nearest to the text counts.
    prose = next((i for i, text in texts(page.blocks, ranked[0].index + 1) if len(text.text) > PROSE), None)
    return [text for text in ranked if prose is None or text.index < prose][-1]


def _headline_by_heading(page: Page, head: Head, reference: ArticleRef) -> tuple[str, str, int] | None:
    """The first heading that is followed by prose before any link to another article."""
    if head.names is not None and not isinstance(head.names, ArticleRef):
        return None
    for at, text in texts(page.blocks):
        if text.heading and not text.node.chrome and len(text.text) >= 8 and text.linked < 0.5:
            if is_related_heading(text.text) or is_comments_heading(text.text) or says_missing(text.text):
                return None
            for _, after in texts(page.blocks, at + 1, at + 13):
                if other_article(after, reference.article_id):
                    break
                if after.is_prose:
                    return text.clean, "heading", at
    return None


# --- headline and slug -----------------------------------------------------------------------------


def shares_words(headline: str, slug: str) -> bool:
    """Whether a headline and a URL's slug have most of their words in common."""
    slug = unquote(slug)
    if (letters := letters_of(headline)) == letters_of_slug(slug):
        return bool(letters)
    said, named = _words(headline), _words_of_slug(slug)
    if min(len(said), len(named)) < FEWEST_WORDS:
        return bool(said) and said == named
    common = len(said & named)
    return common > len(named) / 2 and common > len(said) / 2


def resembles(headline: str, slug: str) -> bool:
    """Whether a headline tells the same in other words: a third of its words are the slug's."""
    said = _words(headline)
    common = len(said & _words_of_slug(unquote(slug)))
    return common >= FEWEST_WORDS and 3 * common >= len(said)


def _words(text: str) -> set[str]:
    return {folded for word in _WORD.findall(text) if (folded := letters_of(word))}


def _words_of_slug(slug: str) -> set[str]:
    return {folded for word in _WORD.findall(slug) if (folded := letters_of_slug(word))}
