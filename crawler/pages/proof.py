"""Whether a page that no layout knows is the article of its URL.

A heading with a paragraph under it makes no article: a notice of maintenance, a page that asks for
patience or that says where the newspaper has moved shows the same. Something must tie it to the article.
"""

from __future__ import annotations

import re

from crawler.pages.blocks import Page
from crawler.pages.content import Content
from crawler.pages.frame import Frame
from crawler.pages.head import Head
from crawler.pages.links import texts
from newspapers import ArticleRef, is_picture
from newspapers.spelling import fold, fold_slug
from newspapers.vietnamese import is_day_form

_WORD = re.compile(r"[^\s,.;:!?()/_\"'“”‘’-]+")
FEWEST_WORDS = 2

ONLY_THE_FRAME = frozenset({"related", "day-form"})
"""Proofs that every page of the newspaper has, one that says it is out of order too."""


def proof_of(page: Page, head: Head, reference: ArticleRef, frame: Frame, content: Content) -> str:
    """What ties a frame without known marks to the article of the URL; empty if nothing does."""
    if shares_words(frame.headline, reference.slug):
        return "slug"
    if isinstance(head.names, ArticleRef) and head.names.key == reference.key:
        return "canonical"
    if content.agency:
        return "dateline"
    if any(is_picture(image.url) for image in content.images):
        return "picture"
    if frame.related is not None:
        return "related"
    if any(is_day_form(text.text) for _, text in texts(page.blocks)):
        return "day-form"
    return ""


def shares_words(headline: str, slug: str) -> bool:
    """Whether a headline and a URL's slug have most of their words in common."""
    if (letters := fold(headline)) == fold_slug(slug):
        return bool(letters)
    said = {folded for word in _WORD.findall(headline) if (folded := fold(word))}
    named = {folded for word in _WORD.findall(slug) if (folded := fold_slug(word))}
    if min(len(said), len(named)) < FEWEST_WORDS:
        return bool(said) and said == named
    common = len(said & named)
    return common > len(named) / 2 and common > len(said) / 2
