"""The page object of an article."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, ClassVar

from attrs import define
from web_poet import WebPage

from crawler.pages.blocks import PROSE, Page, Text, leads_elsewhere, texts
from crawler.pages.content import Content, read_content
from crawler.pages.dates import read_date
from crawler.pages.entries import read_related
from crawler.pages.flatten import flatten, part_for
from crawler.pages.frame import Frame, frame_of_layout, frame_of_page
from crawler.pages.head import Head, join, read_head
from crawler.pages.inputs import FetchedAt
from crawler.pages.markup import read_tree, why_too_large
from crawler.pages.not_an_article import ONLY_THE_FRAME, evidence_for, name_page
from crawler.pages.notices import says_maintenance, says_missing
from crawler.pages.published import date_article, line_of, printed_date
from newspapers import ArticleRef, ListRef, current, read_article_url, read_url
from newspapers.layout import GENERIC, Layout
from newspapers.spelling import normalise
from newspapers.vietnamese import is_editors_note, is_question, is_related_heading, persons
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
        faint: Article | None = None
        unidentified = ""
        for page, frame in self._frames(root, pages, head, reference):
            content = read_content(page, frame, head, reference.edition, reference.article_id)
            if _only_says_missing(page, frame, content) or _only_teasers(page, frame, reference.article_id):
                continue
            if frame.headline and (content.lead or content.body or content.images or content.players):
                if frame.layout is GENERIC and not self._is_identified(page, head, reference, frame, content):
                    unidentified = frame.headline
                    continue
                article = self._article(page, head, reference, frame, content)
                if content.lead or content.body:
                    return article
                faint = faint or article
        of_videos = current().kind_of(reference.edition, reference.section_id) == Kind.VIDEO
        if faint is not None and (faint.images or of_videos):
            return faint
        return name_page(root, pages(root), head, reference, self.response.status, unidentified)

    def _frames(
        self, root: Any, pages: Callable[[Any], Page], head: Head, reference: ArticleRef
    ) -> Iterator[tuple[Page, Frame]]:
        for layout in self.layouts or (*current().layouts, GENERIC):
            if not layout.was_served(self.fetched.value):
                continue
            page = pages(root if layout is GENERIC else part_for(layout, root))
            if layout is GENERIC:
                frame = frame_of_page(page, head, reference)
            else:
                frame = frame_of_layout(page, layout, reference.article_id)
            if frame is not None:
                yield page, frame

    def _is_identified(
        self, page: Page, head: Head, reference: ArticleRef, frame: Frame, content: Content
    ) -> bool:
        """Whether something beside a heading and prose speaks for the article of the URL."""
        evidence = evidence_for(page, head, reference, frame, content)
        said = [frame.headline, content.lead or "", *content.body]
        if evidence in ONLY_THE_FRAME and any(map(says_maintenance, said)):
            return False
        if evidence:
            return True
        printed = printed_date(page, head, frame, self.fetched.value)
        return printed is not None and printed.rule.endswith("-headline")

    def _article(
        self, page: Page, head: Head, reference: ArticleRef, frame: Frame, content: Content
    ) -> Article:
        item = Article(
            edition=reference.edition,
            article_id=reference.article_id,
            section_id=reference.section_id,
            section_name=_section_name(page, frame, head.base, reference),
            canonical_url=reference.url,
            found_as=[str(self.response.url)],
            headline=frame.headline,
            agency=content.agency,
            lead=content.lead,
            body=content.body,
            tables=content.tables,
            byline=content.byline,
            source=content.source,
            authors=persons(content.byline) if content.byline else [],
            images=content.images,
            related=read_related(page.blocks[slice(*frame.related)], head.base, reference)
            if frame.related
            else [],
            fetched_at=self.fetched.value,
            parser=f"{frame.layout}:doubtful" if frame.doubtful else str(frame.layout),
            rules={"headline": frame.headline_rule, **content.rules},
        )
        if item.related:
            item.rules["related"] = frame.related_rule
        item.kind, item.rules["kind"] = _kind(item, content)
        if any("\ufffd" in text for text in (item.headline, item.lead or "", *item.body)):
            item.rules["characters"] = "lost"
        date_article(item, page, head, frame, self.fetched.value)
        return item


def _only_says_missing(page: Page, frame: Frame, content: Content) -> bool:
    """Whether what looks like a short article is the notice that there is none."""
    texts = [content.lead or "", *content.body]
    if content.agency or content.images or content.players or sum(map(len, texts)) > LONGEST_NOTICE:
        return False
    if any(read_date(line_of(page, start, end)) for start, end, _ in frame.dates):
        return False
    return any(map(says_missing, [frame.headline, *texts]))


def _only_teasers(page: Page, frame: Frame, article_id: int) -> bool:
    """Whether all that is said belongs to links to other articles: a section's list in an article's place."""
    teasers, after_link, length = 0, False, 0
    for number, text in texts(page.blocks, frame.start):
        length = len(text.text) + (length if text.after_break else 0)  # of lines that only breaks part
        if is_related_heading(text.text):
            break
        headline = text.linked >= 0.9 and len(text.text) >= SHORTEST_HEADLINE  # of whatever article
        if headline or leads_elsewhere(text, article_id):
            after_link = True
        elif length >= PROSE:
            if not after_link and number < frame.end:
                return False
            teasers, after_link = teasers + after_link, False
    return teasers > 2


def _kind(item: Article, content: Content) -> tuple[Kind, str]:
    """What sort of piece it is (``docs/site.md``: video pages and photo stories have no body)."""
    section = current().kind_of(item.edition, item.section_id)
    if section == Kind.VIDEO:
        return Kind.VIDEO, "section"
    if not item.body and content.players:
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


# --- section ---------------------------------------------------------------------------------------


def _section_name(page: Page, frame: Frame, base: str, reference: ArticleRef) -> str | None:
    """The section's name by a link that stands near the headline and not in a menu of all sections."""
    if reference.section is None:
        return None
    start = max(0, frame.headline_at - 8)
    for block in reversed(page.blocks[start : frame.start + 4]):
        if not isinstance(block, Text):
            continue
        for link, text in block.links:
            if not text or not current().page_href.search(link.href):
                continue
            target = read_url(join(base, link.href))
            if (
                isinstance(target, ListRef)
                and target.section == reference.section
                and not _in_menu(page, block, base)
            ):
                return normalise(text) or None
    return None


def _in_menu(page: Page, block: Text, base: str) -> bool:
    """Whether a link is one of many beside each other that lead to lists, as in a menu."""
    around = _enclosing(block)
    hrefs = {
        link.href
        for other in page.blocks[max(0, block.index - 3) : block.index + 4]
        if isinstance(other, Text)
        for link, _ in other.links
        if around & _enclosing(other) and isinstance(read_url(join(base, link.href)), ListRef)
    }
    return len(hrefs) > 3


def _enclosing(block: Text) -> set[int]:
    """The elements that may be the menu a link stands in."""
    inner, *outer = block.node.ancestors()[:4]
    parent = outer[:1] if inner.tag != "article" else []
    return {id(node) for node in [inner, *parent, *(n for n in outer if n.tag in MENU_TAGS)]}
