"""The page object of an article."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from attrs import define
from web_poet import WebPage

from crawler.pages.blocks import PROSE, SENTENCE, Page, Player, Text, leads_elsewhere, texts
from crawler.pages.boilerplate import own_blocks
from crawler.pages.content import read_content
from crawler.pages.dates import read_date
from crawler.pages.entries import read_related
from crawler.pages.flatten import flatten, part_for
from crawler.pages.frame import Frame, find_frame
from crawler.pages.head import Head, join, read_head
from crawler.pages.inputs import FetchedAt
from crawler.pages.markup import read_tree, why_too_large
from crawler.pages.not_an_article import ONLY_THE_FRAME, evidence_for, name_page
from crawler.pages.notices import says_closed, says_missing
from crawler.pages.published import date_article, line_of, printed_date
from newspapers import ArticleRef, ListRef, current, read_article_url, read_url
from newspapers.layout import GENERIC, Layout
from newspapers.spelling import normalise
from newspapers.surroundings import is_related_heading
from newspapers.vietnamese import is_editors_note, is_question
from schemas.items import Article, Kind, NotAnArticle

LONGEST_NOTICE = 240
SHORTEST_HEADLINE = 20
MENU_TAGS = frozenset(("ul", "ol", "dl", "table", "tbody", "tr", "nav", "menu"))


@define(kw_only=True)
class ArticlePage(WebPage[Article]):
    """Reads an article, or says what its URL gave instead.

    Each layout is tried in turn; each field then tries its rules in order, and the rule that matched
    stands in the item's ``rules``.
    """

    fetched: FetchedAt

    layouts: ClassVar[tuple[Layout, ...] | None] = None
    """Those that are tried; ``None``: the newspaper's, and the generic one."""

    def to_item(self) -> Article | NotAnArticle:  # type: ignore[override]  # no input of it is awaited
        """Read the page.

        :raises ValueError: if the URL is not that of an article.
        """
        reference = read_article_url(str(self.response.url))
        if reference is None:
            raise ValueError(f"not the URL of an article: {self.response.url}")
        if reason := why_too_large(self.response):
            return NotAnArticle(found="too-large", reason=reason)
        root = read_tree(self.response)
        if root is None:
            return NotAnArticle(found="empty", reason="the page has no text")
        head = read_head(root, str(self.response.url))
        pages = cache(flatten)
        without_text: Article | None = None
        unidentified = ""
        for layout in self.layouts or (*current().layouts, GENERIC):
            if not layout.was_served(self.fetched.value):
                continue
            page = pages(root if layout is GENERIC else part_for(layout, root))
            if (frame := find_frame(page, layout, head, reference)) is None:
                continue
            item = self._read(page, frame, head, reference)
            if item is None:
                continue
            if layout is GENERIC and not self._is_identified(page, head, reference, frame, item):
                unidentified = item.headline
            elif sum(map(len, [item.lead or "", *item.body])) >= (SENTENCE if layout is GENERIC else 1):
                return item  # less, outside any known text, is what a template counts
            else:
                without_text = without_text or item
        if without_text is not None and (without_text.images or without_text.kind == Kind.VIDEO):
            return without_text
        return name_page(root, pages(root), head, reference, self.response.status, unidentified)

    def _read(self, page: Page, frame: Frame, head: Head, reference: ArticleRef) -> Article | None:
        """The article that stands in a frame; ``None`` if nothing of one does."""
        item = Article(
            edition=reference.edition,
            article_id=reference.article_id,
            section_id=reference.section_id,
            canonical_url=reference.url,
            found_as=[str(self.response.url)],
            headline=frame.headline,
            fetched_at=self.fetched.value,
            parser=f"{frame.layout}:doubtful" if frame.doubtful else str(frame.layout),
            rules={"headline": frame.headline_rule},
        )
        own = own_blocks(page, frame, head, reference.article_id)
        read_content(item, page, frame, own, head)
        plays = any(isinstance(block, Player) for block in own)
        if not (item.headline and (item.lead or item.body or item.images or plays)):
            return None
        if _is_notice(item, page, frame, plays) or _only_teasers(page, frame, item.article_id):
            return None
        item.kind, item.rules["kind"] = _kind(item, plays)
        item.section_name = _section_name(page, frame, head.base, reference)
        if frame.related:
            item.related = read_related(page.blocks[slice(*frame.related)], head.base, reference)
        if item.related:
            item.rules["related"] = frame.related_rule
        if any("\ufffd" in text for text in (item.headline, item.lead or "", *item.body)):
            item.rules["characters"] = "lost"
        date_article(item, page, head, frame, self.fetched.value)
        return item

    def _is_identified(
        self, page: Page, head: Head, reference: ArticleRef, frame: Frame, item: Article
    ) -> bool:
        """Whether something beside a heading and prose speaks for the article of the URL."""
        evidence = evidence_for(page, head, reference, frame, item)
        said = [item.headline, item.lead or "", *item.body]
        if evidence in ONLY_THE_FRAME and any(map(says_closed, said)):
            return False
        if evidence:
            return True
        printed = printed_date(page, head, frame, self.fetched.value)
        return printed is not None and printed.rule.endswith("-headline")


def _is_notice(item: Article, page: Page, frame: Frame, plays: bool) -> bool:
    """Whether what looks like a short article is a notice: that there is none, or none now."""
    texts = [item.lead or "", *item.body]
    if item.agency or item.images or plays or sum(map(len, texts)) > LONGEST_NOTICE:
        return False
    if any(read_date(line_of(page, span)) for span, _ in frame.dates):
        return False
    return any(map(says_closed, texts)) or any(map(says_missing, [item.headline, *texts]))


def _only_teasers(page: Page, frame: Frame, article_id: int) -> bool:
    """Whether all that is said belongs to links to other articles: a section's list in an article's place."""
    teasers, after_link, length = 0, False, 0
    for _, text in texts(page.blocks, frame.start):
        length = len(text.text) + (length if text.after_break else 0)  # of lines that only breaks part
        if is_related_heading(text.text):
            break
        headline = text.linked >= 0.9 and len(text.text) >= SHORTEST_HEADLINE  # of whatever article
        if headline or leads_elsewhere(text, article_id):
            after_link = True
        elif length >= PROSE:
            if not after_link:
                return False
            teasers, after_link = teasers + 1, False
    return teasers > 2


def _kind(item: Article, plays: bool) -> tuple[Kind, str]:
    """What sort of piece it is (``docs/site.md``: video pages and photo stories have no body)."""
    section = current().kind_of(item.edition, item.section_id)
    if section == Kind.VIDEO:
        return Kind.VIDEO, "section"
    if not item.body and plays:
        return Kind.VIDEO, "player"
    if not item.body and len(item.images) >= 2:
        return Kind.PHOTO, "pictures-only"
    if not item.body and section == Kind.PHOTO:
        return Kind.PHOTO, "section"
    if item.lead and is_editors_note(item.lead):
        return Kind.INTERVIEW, "editors-note"
    if sum(is_question(paragraph) for paragraph in item.body) >= 2:
        return Kind.INTERVIEW, "questions"
    return Kind.TEXT, "none-of-the-others"


def _section_name(page: Page, frame: Frame, base: str, reference: ArticleRef) -> str | None:
    """The section's name by a link that stands near the headline and not in a menu of all sections."""
    near = list(texts(page.blocks, max(0, frame.headline_at - 8), frame.start + 4))
    for _, text in reversed(near):
        for link, words in text.links:
            target = _list_of(link.href, base)
            if words and target and target.section == reference.section and not _in_menu(page, text, base):
                return normalise(words) or None
    return None


def _in_menu(page: Page, text: Text, base: str) -> bool:
    """Whether a link is one of many beside each other that lead to lists, as in a menu."""
    outer = text.node.ancestors()[1:5]
    around = next((node for node in reversed(outer) if node.tag in MENU_TAGS), text.node.parent or text.node)
    first, last = max(around.first, text.index - 3), min(around.last, text.index + 3)
    links = {link.href for _, other in texts(page.blocks, first, last + 1) for link, _ in other.links}
    return sum(_list_of(href, base) is not None for href in links) > 3


def _list_of(href: str, base: str) -> ListRef | None:
    target = read_url(join(base, href)) if current().page_href.search(href) else None
    return target if isinstance(target, ListRef) else None
