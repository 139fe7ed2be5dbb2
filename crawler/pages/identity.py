"""Whether a page that no layout knows is the article of its URL.

A heading with a paragraph under it makes no article: a notice of maintenance, a page that asks for
patience or that says where the newspaper has moved shows the same. Something must tie it to the article.
"""

from __future__ import annotations

from crawler.pages.blocks import Page
from crawler.pages.content import Content
from crawler.pages.frame import Frame
from crawler.pages.head import Head
from crawler.pages.headline import resembles, shares_words
from crawler.pages.links import leads_to_lists, texts
from newspapers import ArticleRef, is_picture
from newspapers.vietnamese import is_day_form

ONLY_THE_FRAME = frozenset({"related", "day-form"})
"""Evidence that every page of the newspaper has, one that says it is out of order too."""


def evidence_for(page: Page, head: Head, reference: ArticleRef, frame: Frame, content: Content) -> str:
    """What ties a frame without known marks to the article of the URL; empty if nothing does.

    Title and canonical address alone tie nothing: the next owner of a domain copies them, for the visitors
    whom search engines send. What is printed on the page has to agree with them.
    """
    if shares_words(frame.headline, reference.slug):
        return "slug"
    titles = (head.og_title, head.title)
    if any(shares_words(title, reference.slug) for title in titles) and resembles(
        frame.headline, reference.slug
    ):
        return "title"
    if content.agency and content.rules["agency"] != "outlet":
        return "dateline"
    if any(is_picture(image.url) for image in content.images):
        return "picture"
    if frame.related is not None:
        return "related"
    if any(is_day_form(text.text) for _, text in texts(page.blocks)):
        return "day-form"
    if isinstance(head.names, ArticleRef) and head.names.key == reference.key and leads_to_lists(page, head):
        return "canonical"
    return ""
