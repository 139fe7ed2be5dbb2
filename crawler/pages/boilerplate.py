"""Which blocks between an article's headline and its end are its own, and which are the template's.

:func:`own_blocks` asks in this order: what stands beside the text (told by where it stands and by what holds
it, never by what it says: a number of readers, a rating or a clock may be worded in any way, and changes at
each fetch); on pages that no layout knows, lines that any template has; then labels, links to other articles,
the date, and the headline once more.
"""

from __future__ import annotations

import re

from crawler.pages.blocks import PROSE, Block, Node, Page, Picture, Text, other_article, texts
from crawler.pages.captions import caption_classes
from crawler.pages.dates import begins_with_date, is_date_line, is_only_date, read_date
from crawler.pages.elements import Part
from crawler.pages.entries import linked_lists
from crawler.pages.frame import Frame
from crawler.pages.head import Head
from crawler.pages.notices import is_imprint
from newspapers import why_refused
from newspapers.layout import GENERIC
from newspapers.spelling import has_letters, letters_of
from newspapers.surroundings import is_label
from newspapers.vietnamese import is_vietnamese

SHORTEST_LEAD = 40
"""Above the first paragraph, a shorter line that is no sentence is part of the article's head."""
LONGEST_HEADING = 60
LAST_LINES = 5
"""So many lines at the end of a text may ask the reader for something."""

_TYPED = re.compile(r"Mso\w*|Normal|Default|Body\w*|Table\w*|Apple-\w*|xl\d+|style\d+", re.IGNORECASE)
"""Classes that come with text pasted from a word processor, not from the template."""
_SIGNS = re.compile(
    r"author|byline|writer|sign|source|tac-?gia|but-?danh|nguon|caption|chu-?thich", re.IGNORECASE
)
_BY = re.compile(
    r"(?:by|published|updated|last (?:updated|modified)|posted|von|por|par|oleh|written by"
    r"|tác giả:?|tin, ảnh:|bài, ảnh:|bài:)\s+\S",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:https?:)?//([^/:?#]+)")


def own_blocks(page: Page, frame: Frame, head: Head, article_id: int) -> list[Block]:
    """The blocks of a frame that are the article's own, but for the headline."""
    blocks, generic = page.blocks, frame.layout is GENERIC
    left_out = {
        number for span in (*frame.asides, *(span for span, _ in frame.dates)) for number in range(*span)
    }
    left_out |= _lines_above(page, frame, left_out, head) if generic else _beside_text(blocks, frame)
    headline = letters_of(frame.headline)
    found: list[Block] = []
    links = 0  # of a box of links, how many were left out
    for block in blocks[frame.start : frame.end]:
        if block.index in left_out:
            continue
        if isinstance(block, Text) and block.index not in range(*frame.lead):
            if generic and _is_furniture(block, last=block.index >= frame.end - LAST_LINES):
                continue
            if is_label(block.text) or _is_pointer(block):
                continue
            if _leads_away(block, article_id, generic):
                _leave_heading(found, block, links)
                links += 1
                continue
            if _may_be_its_date(found, block, frame) and is_only_date(block.text):
                continue
            if len(found) < 3 and len(block.text) < 300 and has_letters(block.text, headline):
                continue
        found.append(block)
        if not (isinstance(block, Picture) and block.link):
            links = 0
    return found


# --- beside the text, in a known layout ------------------------------------------------------------


def _beside_text(blocks: list[Block], frame: Frame) -> set[int]:
    """Numbers of the texts in boxes of the template, and of those above the lead that are no prose."""
    inside = [text for _, text in texts(blocks, frame.start, frame.end)]
    lead = range(*frame.lead)
    known = {
        name
        for text in inside
        if text.is_prose or text.index in lead
        for node in _within(text.node, frame.container)
        for name in node.classes.split()
    }
    boxes: dict[int, bool] = {}

    def boxed(node: Node | None) -> bool:
        """Whether an element is, or stands in, a box of the template."""
        if node is None or node is frame.container:
            return False
        if id(node) not in boxes:
            boxes[id(node)] = _is_box(blocks, node, known) or boxed(node.parent)
        return boxes[id(node)]

    captions = caption_classes(blocks[frame.start : frame.end])
    found = {
        t.index
        for t in inside
        if not t.is_prose and t.index not in lead and t.node.classes not in captions and boxed(t.node)
    }
    above: list[Text] = []
    for text in inside:
        if text.index in found:
            continue
        says = text.is_paragraph or len(text.text) >= SHORTEST_LEAD
        if text.index in lead or text.is_prose or (not lead and says):
            align = text.align or None  # a subheading aligned like it was typed with it
            return found | {t.index for t in above if (t.node.parent, t.align) != (text.node.parent, align)}
        if not under_picture(blocks, text):
            above.append(text)
    return found


def _is_box(blocks: list[Block], node: Node, known: set[str]) -> bool:
    """Whether an element is one of the template's own: named, and without prose or picture in it."""
    names = [*node.classes.split(), *node.identifier.split()]
    if not names or all(_TYPED.fullmatch(name) or name in known for name in names):
        return False
    if any(map(_SIGNS.search, names)):
        return False
    return all(isinstance(block, Text) and not block.is_prose for block in blocks[slice(*node.span)])


def _within(node: Node, container: Node) -> list[Node]:
    around = node.ancestors()
    return around[: around.index(container)] if container in around else around


# --- on a page that no layout knows ----------------------------------------------------------------


def _lines_above(page: Page, frame: Frame, left_out: set[int], head: Head) -> set[int]:
    """Numbers of the lines between headline and text that are no lead: dates, names, counters, sections.

    What stands among the paragraphs is text. What stands above the text's own element in another language
    than Vietnamese says what the text says once more, on other newspapers' pages.
    """
    inside = [text for i, text in texts(page.blocks, frame.start, frame.end) if i not in left_out]
    top = frame.container.first
    first = next((t for t in inside if t.index >= top and t.is_paragraph and t.linked < 0.5), None)
    if first is None:
        return set()
    flow = (first.node, first.node.parent)
    apart = top > frame.start  # the text has an element of its own, without the headline
    own = bool(linked_lists(page, head))
    found = set()
    for text in inside:
        if text.index >= first.index:
            break
        lead = text.part is Part.LEAD or text.is_paragraph
        among = text.index >= top and (apart or text.node.parent in flow)
        says = text.linked < 0.5 and text.part not in _NO_TEXT and not _is_signature(text.text)
        if says and (among or (lead and (own or is_vietnamese(text.text)))):
            continue
        if not under_picture(page.blocks, text):
            found.add(text.index)
    return found


_NO_TEXT = (Part.ASIDE, Part.CAPTION, Part.BYLINE, Part.SOURCE, Part.DATE)


def _is_signature(line: str) -> bool:
    """Whether a line names author or time of a piece, or begins with the time and counts something."""
    if is_date_line(line) or (len(line) < 120 and _BY.match(line)):
        return True
    return len(line) < PROSE and begins_with_date(line)


_LABEL = re.compile(
    r"\d\d?[:h]\d\d|caption|close|advert(?:isement)?s?|sponsored|iklan|publicidade|anzeige|by|next|prev(?:ious)?|topics?(?::.*)?"
    r"|print|image|trending(?: news)?|you (?:may|might) also like.*|recommended(?: for you)?|loading\W*"
    r"|reuse this content|join the conversation.*|(?:view|show|hide|read|leave a|post a|all) comments?.*"
    r"|comments?(?: \(\d*\+?\))?|(?:slide |photo |image )?\d+\s*(?:-\s*\d+\s*)?(?:of|/)\s*\d+"
    r"|filed (?:under|to)\s*:.*|story continues.*|this slideshow requires javascript.*|click to tweet"
    r"|skip (?:ad|to .*)|(?:show|load|view|see|read) more|continue reading.*|article continues.*"
    r"|tell us what you think.*|share (?:this|via|on).*|photo gallery|more (?:from|on|in) .{3,60}"
    r"|related (?:coverage|articles?|stories|posts?|topics?|content|video|news).*"
    r"|(?:©|copyright (?:©|\(c\)|[0-9]{4})|getty images"
    r"|image (?:credit|source)s?:|photo(?:graph)?(?: credit| by)?:|credit:|source:).{0,80}",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\W*(?:(?:related|also|see also|read (?:more|also|next|on)|more|recommended|watch(?: now)?|listen"
    r"|up next|don['’]t miss|you may like|must read|xem thêm|đọc thêm|tham khảo thêm|tin liên quan"
    r"|mời (?:độc giả|bạn đọc).*)\s*[:–—|-]|[»>►▶→]{1,3}\s)",
    re.IGNORECASE,
)
_APPEAL = re.compile(
    r"\b(?:subscribe|sign up|newsletters?|inbox|have a tip|be reached at|email (?:him|her|me|us)"
    r"|(?:follow|like|join|find) (?:us|me|him|her|them|the \w+|[A-Z@]\S+(?: [A-Z]\S+)?) (?:on|at|@)"
    r"|listen to .{0,30} live|full coverage|download (?:the|our) app|click here (?:to|for more)"
    r"|delivered (?:to|through) your|contact .{0,40} at"
    r"|(?:is|was) (?:an? |the )?[\w’' -]{0,30}(?:editor|reporter|writer|curator|correspondent|columnist)"
    r" (?:at|for|of|and))",
    re.IGNORECASE,
)
_APPEAL_IN_VIETNAMESE = re.compile(
    r"(?:(?:mời|kính mời) (?:bạn đọc|quý (?:độc giả|bạn đọc|vị)|độc giả|các bạn|bạn) |hãy |bấm )?"
    r"(?:đăng ký (?:nhận|theo dõi|kênh|ngay)|nhập (?:địa chỉ )?e-?mail"
    r"|(?:tải|cài đặt) (?:ngay )?(?:ứng dụng|app)\b"
    r"|theo dõi (?:chúng tôi|trang|kênh|báo|fanpage|nhóm)|tham gia (?:nhóm|kênh)|nhận (?:tin|bản tin) qua)\b",
    re.IGNORECASE,
)
_CREDITS = re.compile(
    r"\W*(?:.{3,120}\bcontributed (?:reporting\b.{0,40}|to this (?:report|story|article))"
    r"|.{0,40}\b(?:writer|reporter|correspondent|editor|staff)s? .{3,80} contributed"
    r"|(?:(?:additional )?reporting|writing|editing) by .{3,140})\W*",
    re.IGNORECASE,
)


def _is_furniture(text: Text, *, last: bool) -> bool:
    """Whether a line among the paragraphs is the template's own.

    :param last: whether it is one of the last lines of the text.
    """
    line = text.text
    if len(line) < 100 and _LABEL.fullmatch(line):
        return True
    if len(line) < 80 and _BY.match(line) and read_date(line) is not None:
        return True
    if len(line) < 160 and _APPEAL_IN_VIETNAMESE.match(line):
        return True
    if not last or len(line) >= 300:
        return False
    asks = text.links or text.italic or "@" in line
    return bool(
        _CREDITS.fullmatch(line) or (asks and _APPEAL.search(line)) or ("@" in line and is_imprint(line))
    )


def _is_pointer(text: Text) -> bool:
    """Whether a line among the paragraphs says where to read on: "Xem thêm: …"."""
    return text.linked > 0.3 and len(text.text) < 240 and bool(_POINTER.match(text.text))


# --- links, dates, pictures ------------------------------------------------------------------------


def _leads_away(text: Text, article_id: int, generic: bool) -> bool:
    """Whether a text is but a link to another article or, if it is no byline, to a page of the same site."""
    if len(text.text) < 240 and other_article(text, article_id):
        return True
    if text.linked <= 0.95 or text.part is Part.BYLINE or (len(text.text) >= PROSE and not generic):
        return False
    hosts = (_HOST.match(link.href) for link, _ in text.links)
    return all(host is None or why_refused(f"https://{host[1]}/") is None for host in hosts)


def _leave_heading(found: list[Block], link: Text, links: int) -> None:
    """Leave out what heads a box of links, whatever it says, and the thumbnail of a link.

    :param links: how many links of the box were left out before.
    """
    above = found[-1] if found else None
    if isinstance(above, Picture) and above.link and above.link.href == link.links[0][0].href:
        found.pop()
    if len(found) < 2 or not isinstance(heading := found[-1], Text) or heading.links:
        return
    line = heading.text
    if len(line) < LONGEST_HEADING and (line.endswith(":") or (links and not heading.is_paragraph)):
        found.pop()


def _may_be_its_date(found: list[Block], text: Text, frame: Frame) -> bool:
    """Whether a date stands above the first paragraph or at the end, and not under a picture."""
    if found and isinstance(found[-1], Picture):
        return False
    begun = any(isinstance(block, Text) and block.is_prose for block in found[-20:])
    return not begun or text.index >= frame.end - 6


def under_picture(blocks: list[Block], text: Text) -> bool:
    """Whether a text stands under a picture and near it, with at most another line between them."""
    around = {id(node) for node in text.node.ancestors()[:3]}
    return any(
        isinstance(block, Picture) and any(id(node) in around for node in block.node.ancestors()[:3])
        for block in blocks[max(0, text.index - 2) : text.index]
    )
