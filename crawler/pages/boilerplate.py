"""What stands in or beside an article and is none of its text: counters, share buttons, fonts, boxes.

Told by where it stands and by what holds it, not by what it says: a number of readers, a rating or a
clock may be worded in any way, and it changes at each fetch.
"""

from __future__ import annotations

import re

from crawler.pages.blocks import PROSE, Block, Node, Picture, Text
from crawler.pages.dates import is_date_line, read_date
from crawler.pages.parts import Part
from crawler.pages.region import is_paragraph
from newspapers.vietnamese import is_vietnamese, split_dateline

SHORTEST_LEAD = 40
"""Above the first paragraph, a shorter line that is no sentence is part of the article's head."""

SHORTEST_CAPTION = 25
"""In a box of the template, a shorter line under a picture is no caption."""

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
_NO_TEXT = (Part.ASIDE, Part.CAPTION, Part.BYLINE, Part.SOURCE, Part.DATE)
_SENTENCE_END = (".", "!", "?", "…", "”", '"', ":", ";", ",")


def beside_text(
    blocks: list[Block], start: int, end: int, container: Node, lead: tuple[int, int] | None
) -> set[int]:
    """Numbers of the texts between an article's head and its end that are not its text.

    :param container: the element of a known layout that holds the article.
    :param lead: where the layout says that the lead is.
    """
    inside = [block for block in blocks[start:end] if isinstance(block, Text)]
    leads = range(*lead) if lead else range(0)
    known = _classes_of_prose(inside, container, leads)
    boxes: dict[int, bool] = {}

    def boxed(node: Node | None) -> bool:
        """Whether an element is, or stands in, a box of the template."""
        if node is None or node is container:
            return False
        if id(node) not in boxes:
            boxes[id(node)] = _is_box(blocks, node, known) or boxed(node.parent)
        return boxes[id(node)]

    found = {
        text.index
        for text in inside
        if (len(text.text) < PROSE or text.linked >= 0.5)  # a box has no prose
        and text.index not in leads
        and boxed(text.node)
        and not (len(text.text) >= SHORTEST_CAPTION and _may_be_caption(blocks, text))
    }
    return found | _above_lead(blocks, [text for text in inside if text.index not in found], leads)


def _above_lead(blocks: list[Block], texts: list[Text], leads: range) -> set[int]:
    """The lines between headline and lead that are neither prose nor a caption."""
    head: list[int] = []
    for text in texts:
        if text.index in leads or len(text.text) >= PROSE or split_dateline(text.text)[0]:
            return set(head)
        if _may_be_caption(blocks, text):
            continue
        sentence = len(text.text) >= SHORTEST_LEAD or text.text.endswith(_SENTENCE_END)
        if not leads and sentence and text.linked < 0.5:
            return set(head)
        head.append(text.index)
    return set(head) if leads else set()


def _classes_of_prose(texts: list[Text], container: Node, leads: range) -> set[str]:
    """The class names in use around the article's paragraphs."""
    return {
        name
        for text in texts
        if (len(text.text) >= PROSE and text.linked < 0.5) or text.index in leads
        for node in _within(text.node, container)
        for name in node.classes.split()
    }


def lines_above(
    blocks: list[Block],
    start: int,
    end: int,
    container: Node,
    left_out: set[int],
    *,
    keep_standfirst: bool,
) -> set[int]:
    """On a page that no layout knows: the lines between headline and text that are no lead.

    :param keep_standfirst: whether to keep what stands above the text's own element in other languages than
        Vietnamese: there it says what the text says once more.

    Dates, names, counters and sections stand there. What stands among the paragraphs is text.
    """
    inside = [b for b in blocks[start:end] if isinstance(b, Text) and b.index not in left_out]
    below = [text for text in inside if text.index >= container.first]
    first = next((text for text in below if is_paragraph(text) and text.linked < 0.5), None)
    if first is None:
        return set()
    flow = {id(first.node), id(first.node.parent)}
    apart = container.first > start  # the text has an element of its own, without the headline
    found = set()
    for text in inside:
        if text.index >= first.index:
            break
        said = text.linked < 0.5 and text.part not in _NO_TEXT and not _is_signature(text.text)
        among = text.index >= container.first and (
            apart or (id(text.node.parent) in flow and not _is_boxed(text, first) and not _counts(text.text))
        )
        lead = text.part is Part.LEAD or is_paragraph(text)
        if said and (among or (lead and (keep_standfirst or is_vietnamese(text.text)))):
            continue
        if not _may_be_caption(blocks, text):
            found.add(text.index)
    return found


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
MOST_LETTERS = 15
LAST_LINES = 5
"""So many lines at the end of a text may ask the reader for something."""


def is_furniture(text: Text, *, last: bool) -> bool:
    """On a page that no layout knows: whether a line among the paragraphs is the template's own.

    :param last: whether it is one of the last lines of the text.
    """
    line = text.text
    if len(line) < 100 and _LABEL.fullmatch(line):
        return True
    if len(line) < 240 and text.links and text.linked > 0.3 and _POINTER.match(line):
        return True
    if len(line) < 80 and _BY.match(line) and read_date(line) is not None:
        return True
    if len(line) < 160 and _APPEAL_IN_VIETNAMESE.match(line):
        return True
    if not last or len(line) >= 300:
        return False
    asks = text.links or text.italic or "@" in line
    return bool(_CREDITS.fullmatch(line) or (asks and _APPEAL.search(line)))


def _is_boxed(text: Text, paragraph: Text) -> bool:
    """Whether a line has a named division of its own, as no paragraph has."""
    return text.node.tag == "div" != paragraph.node.tag and bool(text.node.classes)


def _counts(line: str) -> bool:
    """Whether a line is a number with its unit: readers, shares, minutes."""
    return any(map(str.isdigit, line)) and sum(map(str.isalpha, line)) < MOST_LETTERS


def _is_signature(line: str) -> bool:
    """Whether a line names author or time of a piece."""
    return is_date_line(line) or (len(line) < 120 and bool(_BY.match(line)))


def _within(node: Node, container: Node) -> list[Node]:
    found = []
    for around in node.ancestors():
        if around is container:
            break
        found.append(around)
    return found


def _is_box(blocks: list[Block], node: Node, known: set[str]) -> bool:
    """Whether an element is one of the template's own: named, and without prose or picture in it."""
    names = [*node.classes.split(), *node.identifier.split()]
    if not names or all(_TYPED.fullmatch(name) or name in known for name in names):
        return False
    if any(map(_SIGNS.search, names)):
        return False
    return all(
        isinstance(block, Text) and (len(block.text) < PROSE or block.linked >= 0.5)
        for block in blocks[node.first : node.last + 1]
    )


def _may_be_caption(blocks: list[Block], text: Text) -> bool:
    """Whether a text stands under a picture and near it, with at most another line between them."""
    around = {id(node) for node in text.node.ancestors()[:3]}
    return any(
        isinstance(block, Picture) and any(id(node) in around for node in block.node.ancestors()[:3])
        for block in blocks[max(0, text.index - 2) : text.index]
    )
