"""The text of an article: lead, paragraphs, captions, byline and source, out of the blocks of its frame."""

from __future__ import annotations

import re
from collections import Counter

from attrs import define, field

from crawler.pages.blocks import PROSE, Block, Page, Picture, Player, Text, other_article
from crawler.pages.boilerplate import LAST_LINES, is_furniture
from crawler.pages.closing import Closing, closing_lines, lines_after, read_above, read_closing
from crawler.pages.dates import is_only_date
from crawler.pages.frame import Frame
from crawler.pages.head import Head
from crawler.pages.media import MAX_CAPTION, Paragraphs, read_captions
from crawler.pages.parts import Part
from crawler.pages.region import is_paragraph
from newspapers import current, why_refused
from newspapers.layout import GENERIC
from newspapers.spelling import fold, folds_to, normalise
from newspapers.vietnamese import (
    is_editors_note,
    is_label,
    is_vietnamese,
    looks_like_byline,
    persons,
    split_credit,
    split_dateline,
    split_outlet,
)
from schemas.items import Image

STEPS = 4
ROW = 4
LONGEST_HEADING = 60
_HOST = re.compile(r"(?:https?:)?//([^/:?#]+)")


@define
class Content:
    """What was read, and by which rules."""

    lead: str | None = None
    agency: str | None = None
    body: list[str] = field(factory=list)
    tables: tuple[tuple[tuple[str, ...], ...], ...] | None = None
    images: list[Image] = field(factory=list)
    byline: str | None = None
    source: str | None = None
    players: int = 0
    rules: dict[str, str] = field(factory=dict)


@define
class _Paragraph:
    """One or several lines that make a paragraph."""

    texts: list[Text]

    @property
    def clean(self) -> str:
        return _joined(self.texts)

    @property
    def last(self) -> Text:
        return self.texts[-1]


def read_content(page: Page, frame: Frame, head: Head, edition: str, article_id: int) -> Content:
    """Read the text within a frame."""
    blocks, content = page.blocks, Content()
    signed = current().edition(edition).signed
    inside = _of_article(blocks, frame, article_id)
    content.players = sum(isinstance(block, Player) for block in inside)
    lead, content_rule = _known_lead(inside, frame, head)
    closing = closing_lines(inside, lead) if signed else []
    captions = read_captions(
        inside,
        head.base,
        {text.index for text in [*lead, *closing]},
        _look_of_paragraphs(inside, lead, generic=frame.layout is GENERIC),
    )
    content.images = captions.images
    if captions.images:
        content.rules["images"] = captions.rule or "no-caption"
    taken = captions.used | {text.index for text in lead}
    texts = [block for block in inside if isinstance(block, Text) and block.index not in taken]
    if frame.layout is GENERIC:
        texts = [text for text in texts if text.part is not Part.CAPTION]
    if signed:
        if frame.layout is GENERIC:
            texts += lines_after(blocks, frame.end)
        texts, found = read_closing(texts)
        first = next((text.index for text in texts if is_paragraph(text)), frame.start)
        named = found.byline or found.source
        above = Closing() if named else read_above(blocks, frame.headline_at + 1, max(first, frame.start))
        content.byline, content.source = found.byline or above.byline, found.source or above.source
        content.rules |= above.rules | found.rules
        if not (content.byline or content.source) and persons(head.author):
            content.byline, content.rules["byline"] = head.author, "structured-data"
    if frame.layout is GENERIC:
        texts = [text for text in texts if text.part not in (Part.BYLINE, Part.SOURCE) or is_paragraph(text)]
    if lead:
        content.lead = _joined(lead)
        texts = [text for text in texts if not _is_stray_caption(inside, text, lead[0])]
    paragraphs = _paragraphs(texts)
    if not lead and paragraphs:
        content.lead, content_rule = _first_paragraph(paragraphs)
    if content.lead is not None:
        content.rules["lead"] = content_rule
    _read_agency(content)
    content.body = _without_repeats(paragraphs, content, frame)
    content.tables = _tables(page, paragraphs) or None
    if content.body:
        content.rules["body"] = "between-headline-and-end" if frame.layout is GENERIC else "container"
    return content


def _of_article(blocks: list[Block], frame: Frame, article_id: int) -> list[Block]:
    """The blocks that are the article's own: no headline, date, comments, labels, links to other news."""
    spans = [*frame.left_out, *((start, end) for start, end, _ in frame.dates)]
    left_out = {number for span in spans for number in range(*span)}
    lead = range(*frame.lead) if frame.lead else range(0)
    found: list[Block] = []
    folded_headline = fold(frame.headline)
    known = frame.layout is not GENERIC
    dropped = 0
    for block in blocks[frame.start : frame.end]:
        if block.index in left_out:
            continue
        if isinstance(block, Text) and block.index not in lead:
            line = block.text
            if not known and is_furniture(block, last=block.index >= frame.end - LAST_LINES):
                continue
            if len(line) < 240 and is_label(line):
                continue
            if len(line) < 240 and other_article(block, article_id):
                _leave_heading(found, block, dropped)
                dropped += 1
                continue
            if is_only_date(line) and _may_be_its_date(found, block, frame):
                continue
            if (
                block.links
                and block.linked > 0.95
                and (len(line) < PROSE or not known)
                and block.part is not Part.BYLINE
                and _leads_within(block)
            ):
                _leave_heading(found, block, dropped)
                dropped += 1
                continue
            if len(found) < 3 and len(line) < 300 and folds_to(line, folded_headline):
                continue
        found.append(block)
        if not (isinstance(block, Picture) and block.link):
            dropped = 0
    return found


def _leave_heading(found: list[Block], link: Text, links: int) -> None:
    """Leave out what heads a box of links, whatever it says, and the thumbnail of a link.

    :param links: how many links of the box were left out before.
    """
    above = found[-1] if found else None
    if isinstance(above, Picture) and above.link and above.link.href == link.links[0][0].href:
        found.pop()
    if not found or not isinstance(heading := found[-1], Text) or heading.links or len(found) == 1:
        return
    line = heading.text
    if len(line) < LONGEST_HEADING and (line.endswith(":") or (links and not is_paragraph(heading))):
        found.pop()


def _leads_within(text: Text) -> bool:
    """Whether a text's links lead to pages of the same site: other articles, sections, nowhere."""
    return all(
        not (host := _HOST.match(link.href)) or why_refused(f"https://{host[1]}/") is None
        for link, _ in text.links
    )


def _may_be_its_date(found: list[Block], text: Text, frame: Frame) -> bool:
    """Whether a date stands above the first paragraph or at the end, and not under a picture."""
    if found and isinstance(found[-1], Picture):
        return False
    begun = any(isinstance(block, Text) and len(block.text) >= PROSE for block in found[-20:])
    return not begun or text.index >= frame.end - 6


# --- lead ------------------------------------------------------------------------------------------


def _known_lead(inside: list[Block], frame: Frame, head: Head) -> tuple[list[Text], str]:
    """The lead as far as something says which text it is, before captions are looked for."""
    texts = [block for block in inside if isinstance(block, Text)]
    if frame.lead:
        span = range(*frame.lead)
        marked = [text for text in texts if text.index in span]
        if marked:
            return marked, frame.lead_rule
    for number, text in enumerate(texts[:8]):
        if split_dateline(text.clean)[0]:
            if any(_is_prose(inside, above) for above in texts[:number]):
                break  # a later paragraph that quotes one
            return _with_next_lines(texts, text), "dateline"
    described = fold(split_dateline(head.description)[1])[:60]
    if len(described) >= 30:
        for text in texts[:6]:
            above = [other for other in texts if other.index < text.index]
            if any(is_paragraph(other) and not _explains_picture(inside, other) for other in above):
                break  # the text begins above it
            if fold(split_dateline(text.clean)[1]).startswith(described):
                return _with_next_lines(texts, text), "description"
    return [], ""


def _is_prose(inside: list[Block], text: Text) -> bool:
    """Whether a text above the dateline is a paragraph of its own: no caption and no editors' note."""
    if len(text.text) < PROSE or is_editors_note(text.clean) or split_credit(text.clean):
        return False
    return not (_by_a_picture(inside, text) and (text.italic or text.align == "center"))


def _is_stray_caption(inside: list[Block], text: Text, lead: Text) -> bool:
    """Whether a text above the lead is what stands under a picture, though no picture took it."""
    return (
        text.index < lead.index
        and len(text.text) <= MAX_CAPTION
        and not is_editors_note(text.clean)
        and (split_credit(text.clean) is not None or _by_a_picture(inside, text))
    )


def _explains_picture(inside: list[Block], text: Text) -> bool:
    return text.part is Part.CAPTION or isinstance(inside[inside.index(text) - 1], Picture)


def _by_a_picture(inside: list[Block], text: Text) -> bool:
    at = inside.index(text)
    return any(isinstance(block, Picture) for block in inside[max(0, at - 2) : at])


def _with_next_lines(texts: list[Text], first: Text) -> list[Text]:
    """A paragraph that line breaks cut in the middle of a sentence."""
    lines = [first]
    for text in texts[texts.index(first) + 1 :]:
        if not _goes_on(lines[-1], text):
            break
        lines.append(text)
    return lines


def _joined(texts: list[Text]) -> str:
    return texts[0].clean if len(texts) == 1 else normalise(" ".join(text.text for text in texts))


def _first_paragraph(paragraphs: list[_Paragraph]) -> tuple[str, str]:
    """The lead where nothing names it: the first paragraph, most often a bold one."""
    lead = paragraphs.pop(0)
    return lead.clean, "bold" if lead.texts[0].bold else "first-paragraph"


def _read_agency(content: Content) -> None:
    """Part the dateline prefix from the lead."""
    if content.lead is None:
        return
    content.agency, content.lead = split_dateline(content.lead)
    content.lead = content.lead or None
    if content.agency:
        content.rules["agency"] = "lead"
    elif content.lead and (outlet := split_outlet(content.lead))[0]:
        content.agency, content.lead = outlet
        content.rules["agency"] = "outlet"
    if content.lead is None:
        content.rules.pop("lead", None)


# --- paragraphs ------------------------------------------------------------------------------------


def _look_of_paragraphs(inside: list[Block], lead: list[Text], generic: bool) -> Paragraphs:
    """What most of the article's prose looks like."""
    if generic and not lead and inside and isinstance(inside[0], Text):
        lead = [inside[0]]  # nothing names it
    leads = {text.index for text in lead}
    looks: Counter[tuple[object, ...]] = Counter()
    free: list[Text] = []
    under: list[int] = []
    after_picture = marked = False
    pictures = 0
    for block in inside:
        if isinstance(block, Picture):
            after_picture = True
            pictures += 1
        elif isinstance(block, Text) and block.index not in leads:
            marked = marked or (after_picture and block.part is Part.CAPTION)
            if len(block.text) >= PROSE and not (after_picture and len(block.text) < 3 * PROSE):
                looks[block.look] += len(block.text)
            if after_picture:
                under.append(len(block.text))
            else:
                free.append(block)
            after_picture = False
    if (
        pictures >= 2
        and lead
        and not any(count > 4 * PROSE for count in looks.values())
        and all(looks_like_byline(text.clean) for text in free)
    ):
        return Paragraphs((), shortest) if (shortest := _two_lengths(under)) else Paragraphs(None)
    if not looks and (shortest := _two_lengths(under)):
        return Paragraphs((), shortest)
    look = looks.most_common(1)[0][0] if looks else ("",)
    steps = generic and (len(under) >= STEPS or not any(map(is_vietnamese, (block.text for block in free))))
    return Paragraphs(look, unknown_layout=generic, instructions=steps, only_marked=generic and marked)


def _two_lengths(lengths: list[int]) -> int:
    """Where texts under pictures are either short or long, the length from which on they are long."""
    short = [length for length in lengths if length <= PROSE]
    long = [length for length in lengths if length > PROSE]
    if len(short) < 2 or not long or min(long) < 2 * max(short):
        return 0
    return min(long)


def _paragraphs(texts: list[Text]) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    for text in texts:
        if found and (_goes_on(found[-1].last, text) or _in_one_row(found[-1].last, text)):
            found[-1].texts.append(text)
        else:
            found.append(_Paragraph([text]))
    return found


def _in_one_row(before: Text, after: Text) -> bool:
    """Whether two texts are cells of one row of a table of figures and names."""
    if before.node is after.node or max(len(before.text), len(after.text)) >= PROSE:
        return False
    rows = [node for node in before.node.ancestors()[:ROW] if node.tag == "tr"]
    return bool(rows) and rows[0] in after.node.ancestors()[:ROW]


def _tables(page: Page, paragraphs: list[_Paragraph]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The tables among the paragraphs, with their empty cells: two rows at least, of two cells at least."""
    of_text = {text.index for paragraph in paragraphs for text in paragraph.texts}
    tables: dict[int, dict[int, list[str]]] = {}
    for cell in page.nodes:
        if cell.tag not in ("td", "th"):
            continue
        around = {node.tag: node for node in reversed(cell.ancestors())}
        row, table = around.get("tr", cell), around.get("table", cell)
        texts = [block for block in page.blocks[cell.first : cell.last + 1] if isinstance(block, Text)]
        said = " ".join(text.clean for text in texts if text.index in of_text)
        tables.setdefault(id(table), {}).setdefault(id(row), []).append(said)
    found = (tuple(map(tuple, rows.values())) for rows in tables.values())
    return tuple(rows for rows in found if sum(sum(map(bool, row)) > 1 for row in rows) > 1)


def _goes_on(before: Text, after: Text) -> bool:
    """Whether a line break parts two lines of one sentence (old pages break at 75 to 80 characters)."""
    if not after.after_break or after.node is not before.node or after.pushed or before.bold != after.bold:
        return False
    line, following = before.text, after.text
    if line.endswith((".", "!", "?", "…", ":", "”", '"', ";")):
        return False
    if line.count("(") > line.count(")"):
        return True
    return following[:1].islower() or (
        55 <= len(line) <= 100 and len(following) > 2 and following[0].isalnum()
    )


def _without_repeats(paragraphs: list[_Paragraph], content: Content, frame: Frame) -> list[str]:
    """The body's paragraphs: not empty, and neither lead nor headline nor a caption once more."""
    others = [content.lead, frame.headline, *(image.caption for image in content.images)]
    known = {fold(text) for text in others if text}
    found = []
    for paragraph in paragraphs:
        text = paragraph.clean
        if any(c.isalnum() for c in text) and not any(folds_to(text, other) for other in known):
            found.append(text)
    return found
