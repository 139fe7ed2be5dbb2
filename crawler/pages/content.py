"""The text of an article out of its own blocks: lead, then captions, then byline, then paragraphs."""

from __future__ import annotations

from crawler.pages.blocks import PROSE, Block, Page, Picture, Text
from crawler.pages.boilerplate import under_picture
from crawler.pages.byline import Signature, last_lines, lines_after, read_above, read_end
from crawler.pages.captions import MAX_CAPTION, read_captions
from crawler.pages.elements import Part
from crawler.pages.frame import Frame
from crawler.pages.head import Head
from newspapers import current
from newspapers.layout import GENERIC
from newspapers.spelling import has_letters, letters_of, normalise
from newspapers.vietnamese import is_editors_note, persons, split_credit, split_dateline, split_outlet
from schemas.items import Article

ROW = 4
"""So many levels up the tree, a cell's text stands in its row."""

Paragraph = list[Text]
"""The lines, or the cells of a table's row, that make one."""
Table = tuple[tuple[str, ...], ...]


def read_content(item: Article, page: Page, frame: Frame, own: list[Block], head: Head) -> None:
    """Fill in lead, body, pictures and signature, each with the rule that found it.

    :param own: the blocks that are the article's own.
    """
    generic = frame.layout is GENERIC
    signed = current().edition(item.edition).signed
    lead, rule = _known_lead(page.blocks, own, frame, head)
    captions = read_captions(own, head.base, lead, last_lines(own, lead) if signed else [], generic=generic)
    item.images = captions.images
    if item.images:
        item.rules["images"] = captions.rule or "no-caption"
    taken = captions.used | {text.index for text in lead}
    texts = [block for block in own if isinstance(block, Text) and block.index not in taken]
    if generic:
        texts = [text for text in texts if text.part is not Part.CAPTION]
    if signed:
        texts = _read_signature(item, page, frame, texts, head)
    if generic:
        texts = [text for text in texts if text.part not in (Part.BYLINE, Part.SOURCE) or text.is_paragraph]
    if lead:
        texts = [text for text in texts if not _is_stray_caption(page.blocks, text, lead[0])]
    paragraphs = _paragraphs(texts)
    if not lead and paragraphs:
        lead = paragraphs.pop(0)  # nothing names it; most often a bold one
        rule = "bold" if lead[0].bold else "first-paragraph"
    if lead:
        _take_lead(item, _without_caption(item, _joined(lead)), rule)
    item.body = _without_repeats(paragraphs, item)
    item.tables = _tables(page, paragraphs) or None
    if item.body:
        item.rules["body"] = "between-headline-and-end" if generic else "container"


# --- lead ------------------------------------------------------------------------------------------


def _known_lead(blocks: list[Block], own: list[Block], frame: Frame, head: Head) -> tuple[Paragraph, str]:
    """The lead as far as something says which text it is, before captions are looked for."""
    texts = [block for block in own if isinstance(block, Text)]
    if marked := [text for text in texts if text.index in range(*frame.lead)]:
        opens = (n for n, text in enumerate(marked) if split_dateline(text.clean)[0])
        return marked[next(opens, 0) :], frame.lead_rule  # above it stands a caption
    for number, text in enumerate(texts[:8]):
        if split_dateline(text.clean)[0]:
            prose = (above for above in texts[:number] if above.is_prose and not is_editors_note(above.clean))
            if not all(under_picture(blocks, above) for above in prose):
                break  # a later paragraph that quotes one
            return _with_next_lines(texts, text), "dateline"
    described = letters_of(split_dateline(head.description)[1])[:60]
    if len(described) >= 30:
        for text in texts[:6]:
            if letters_of(split_dateline(text.clean)[1]).startswith(described):
                return _with_next_lines(texts, text), "description"
            above = own[own.index(text) - 1]
            if text.is_paragraph and text.part is not Part.CAPTION and not isinstance(above, Picture):
                break  # the text begins above it
    return [], ""


def _take_lead(item: Article, text: str, rule: str) -> None:
    """Take the lead, and part the dateline prefix from it."""
    for name, split in (("lead", split_dateline), ("outlet", split_outlet)):
        if item.agency is None:
            item.agency, text = split(text)
            if item.agency:
                item.rules["agency"] = name
    if text:
        item.lead, item.rules["lead"] = text, rule


def _without_caption(item: Article, lead: str) -> str:
    """A lead without the caption of the first picture, which may stand in it before the dateline."""
    at = lead.find(" (", 0, MAX_CAPTION)
    if at < 1 or not item.images or lead[at - 1].isalnum() or not split_dateline(lead[at:])[0]:
        return lead
    first = item.images[0]
    first.caption = first.caption or lead[:at]
    first.credit = first.credit or split_credit(first.caption)
    return lead[at + 1 :]


def _with_next_lines(texts: list[Text], first: Text) -> Paragraph:
    """A paragraph that line breaks cut in the middle of a sentence."""
    return _paragraphs(texts[texts.index(first) :], rows=False)[0]


def _is_stray_caption(blocks: list[Block], text: Text, lead: Text) -> bool:
    """Whether a text above the lead is what stands under a picture, though no picture took it."""
    if text.index > lead.index or len(text.text) > MAX_CAPTION or is_editors_note(text.clean):
        return False
    return split_credit(text.clean) is not None or under_picture(blocks, text)


# --- author and source -----------------------------------------------------------------------------


def _read_signature(item: Article, page: Page, frame: Frame, texts: list[Text], head: Head) -> list[Text]:
    """Read byline and source at the end, else under the headline, else in the page's structured data.

    :returns: the texts without them.
    """
    found = Signature()
    after = lines_after(page.blocks, frame.end) if frame.layout is GENERIC else []
    texts = read_end([*texts, *after], found)
    if not (found.byline or found.source):
        first = next((text.index for text in texts if text.is_paragraph), frame.start)
        read_above(page.blocks, frame.headline_at + 1, max(first, frame.start), found)
    if not (found.byline or found.source) and persons(head.author):
        found.take("byline", head.author, "structured-data")
    item.byline, item.source = found.byline, found.source
    item.authors = persons(found.byline) if found.byline else []
    item.rules |= found.rules
    return texts


# --- paragraphs ------------------------------------------------------------------------------------


def _paragraphs(texts: list[Text], *, rows: bool = True) -> list[Paragraph]:
    found: list[Paragraph] = []
    for text in texts:
        if found and (_goes_on(found[-1][-1], text) or (rows and _in_one_row(found[-1][-1], text))):
            found[-1].append(text)
        else:
            found.append([text])
    return found


def _joined(lines: Paragraph) -> str:
    return lines[0].clean if len(lines) == 1 else normalise(" ".join(text.text for text in lines))


def _goes_on(before: Text, after: Text) -> bool:
    """Whether a line break parts two lines of one sentence (old pages break at 75 to 80 characters)."""
    line, following = before.text, after.text
    if not after.after_break or before.bold != after.bold:
        return False
    if line.endswith((".", "!", "?", "…", ":", "”", '"', ";")):
        return False
    return following[:1].islower() or (55 <= len(line) <= 100 and following[:1].isalnum())


def _in_one_row(before: Text, after: Text) -> bool:
    """Whether two texts are cells of one row of a table of figures and names."""
    if before.node is after.node or max(len(before.text), len(after.text)) >= PROSE:
        return False
    rows = [node for node in before.node.ancestors()[:ROW] if node.tag == "tr"]
    return bool(rows) and rows[0] in after.node.ancestors()[:ROW]


def _tables(page: Page, paragraphs: list[Paragraph]) -> tuple[Table, ...]:
    """The tables among the paragraphs, with their empty cells: two rows at least, of two cells at least."""
    of_text = {text.index for paragraph in paragraphs for text in paragraph}
    tables: dict[int, dict[int, list[str]]] = {}
    for cell in page.nodes:
        if cell.tag not in ("td", "th"):
            continue
        around = {node.tag: node for node in reversed(cell.ancestors())}
        row, table = around.get("tr", cell), around.get("table", cell)
        texts = [block for block in page.blocks[slice(*cell.span)] if isinstance(block, Text)]
        said = " ".join(text.clean for text in texts if text.index in of_text)
        tables.setdefault(id(table), {}).setdefault(id(row), []).append(said)
    found = (tuple(map(tuple, rows.values())) for rows in tables.values())
    return tuple(rows for rows in found if sum(sum(map(bool, row)) > 1 for row in rows) > 1)


def _without_repeats(paragraphs: list[Paragraph], item: Article) -> list[str]:
    """The body's paragraphs: not empty, and neither lead nor headline nor a caption once more."""
    others = [item.lead, item.headline, *(image.caption for image in item.images)]
    known = {letters_of(text) for text in others if text}
    return [
        text
        for text in map(_joined, paragraphs)
        if any(map(str.isalnum, text)) and not any(has_letters(text, other) for other in known)
    ]
