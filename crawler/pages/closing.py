"""The end of an article: who wrote it and where it was taken from."""

from __future__ import annotations

import re

from attrs import define, field

from crawler.pages.blocks import PROSE, Block, Text
from crawler.pages.dates import beside_date, is_date_line
from crawler.pages.parts import Part
from newspapers.spelling import normalise
from newspapers.vietnamese import clean_byline, is_office, looks_like_byline, source_of_byline, split_source


@define
class Closing:
    """What the end of an article names, and by which rules."""

    byline: str | None = None
    source: str | None = None
    rules: dict[str, str] = field(factory=dict)


def _is_closing(line: str) -> bool:
    return len(line) <= 80 and (looks_like_byline(line) or split_source(line) is not None)


def closing_lines(inside: list[Block], lead: list[Text]) -> list[Text]:
    """The lines at the end that may name author and source; under a picture they are no caption either."""
    texts = [block for block in inside if isinstance(block, Text)]
    found: list[Text] = []
    for text in reversed(texts[-3:]):
        line = clean_byline(text.text)
        if text in lead or not (_is_closing(line) or is_office(line)):
            break
        found.append(text)
    return found


def read_closing(texts: list[Text]) -> tuple[list[Text], Closing]:
    """Byline and source, and the texts without them."""
    texts, closing = list(texts), Closing()
    lines: list[str] = []
    rule = ""
    while texts and len(lines) < 3:
        text = texts[-1]
        line = clean_byline(text.text)
        if not any(c.isalnum() for c in line):
            texts.pop()
            continue
        if is_office(line) and len(texts) > 1 and looks_like_byline(texts[-2].clean) and not lines:
            lines.insert(0, line)
            texts.pop()
            continue
        marked = text.part is Part.SOURCE and len(line) <= 60
        if not (marked or _is_closing(line)) or (not lines and _is_last_item(texts)):
            break
        if source := split_source(line) or (line if marked else None):
            closing.source = closing.source or source
            closing.rules.setdefault("source", "closing-line")
        else:
            lines.insert(0, line)
            rule = rule or _closing_rule(text)
        texts.pop()
    if not lines and texts:
        lines, rule = _closing_within(texts, closing)
    if lines:
        closing.byline = _join_names(lines)
        closing.rules["byline"] = rule
        if not closing.source and (source := source_of_byline(closing.byline)):
            closing.source = source
            closing.rules["source"] = "byline"
    return texts, closing


def _is_last_item(texts: list[Text]) -> bool:
    """Whether a name ends a list or a table of figures, or what a paragraph with a colon announces."""
    last = texts[-1]
    if _closing_rule(last) != "last-line":
        return False
    before = texts[-2] if len(texts) > 1 else None
    if any(node.tag in ("li", "dd") for node in last.node.ancestors()[:2]):
        return True
    row = last.node.tag in ("td", "th") and before is not None and before.node.tag in ("td", "th")
    return before is not None and (before.text.endswith(":") or (row and len(before.text) < PROSE))


def _closing_rule(text: Text) -> str:
    if text.pushed:
        return "pushed-right-last"
    if text.align == "right":
        return "right-aligned-last"
    if text.bold:
        return "bold-last"
    return "last-after-break" if text.after_break else "last-line"


def _closing_within(texts: list[Text], closing: Closing) -> tuple[list[str], str]:
    """A byline or source at the end of the last paragraph, in one line with it."""
    last = texts[-1]
    text = last.text
    before, mark, after = text.rpartition("./.")
    if mark and after.strip() and before.strip() and len(after) <= 60 and _is_closing(normalise(after)):
        rule, tail = "after-end-mark", after
    elif last.bold_tail and _is_closing(normalise(last.bold_tail)) and text != last.bold_tail:
        before, tail, rule = text.removesuffix(last.bold_tail), last.bold_tail, "bold-end"
        if not before.rstrip().endswith((".", "!", "?", "…", "”", '"', "/")):
            return [], ""
    elif text.endswith(")") and text[text.rfind("(") - 1 : text.rfind("(")] in (" ", "."):
        before, tail, rule = text[: text.rfind("(")], text[text.rfind("(") :], "bracket-end"
        if not split_source(normalise(tail)) or not before.rstrip().endswith(
            (".", "!", "?", "…", "”", '"', "/")
        ):
            return [], ""
    else:
        return [], ""
    last.cut(before.strip())
    line = clean_byline(tail)
    if source := split_source(line):
        closing.source = closing.source or source
        closing.rules.setdefault("source", rule)
        return [], ""
    return [line], rule


def _join_names(lines: list[str]) -> str:
    joined = lines[0]
    for line in lines[1:]:
        joined += (" " if line.startswith("(") else " - ") + line
    return clean_byline(joined)


# --- under the headline, and beside the text -------------------------------------------------------

AFTER_TEXT = 4
_AUTHOR_HREF = re.compile(r"author|tac-?gia|profile|phong-?vien|but-?danh|/by/", re.IGNORECASE)
_SAYS_BY = re.compile(r"(?:by|tác giả|bài|tin|thực hiện|theo)\s*:?\s+", re.IGNORECASE)


def lines_after(blocks: list[Block], end: int) -> list[Text]:
    """Lines right under a text, in elements of their own, that name author or source."""
    found = []
    for block in blocks[end : end + AFTER_TEXT]:
        if not isinstance(block, Text):
            continue
        line = clean_byline(block.text)
        named = block.part in (Part.BYLINE, Part.SOURCE) and len(line) <= 60
        if block.part is Part.ASIDE or not (named or _is_closing(line)):
            break
        if block.linked > 0.5 and not all(_AUTHOR_HREF.search(link.href) for link, _ in block.links):
            break
        found.append(block)
    return found


def read_above(blocks: list[Block], start: int, end: int) -> Closing:
    """Byline and source between headline and first paragraph, marked as such or beside the date."""
    found = Closing()
    lines = [block for block in blocks[start:end] if isinstance(block, Text) and len(block.text) <= 100]
    dated = {text.index for text in lines if is_date_line(text.text) or text.part is Part.DATE}
    for text in lines:
        line = clean_byline(beside_date(text.text) if text.index in dated else text.text)
        line = _SAYS_BY.sub("", line, count=1) if text.part is Part.BYLINE else line
        beside = text.index in dated or not dated.isdisjoint(range(text.index - 2, text.index + 3))
        if not beside and text.part is not Part.BYLINE:
            continue
        if (source := split_source(line)) and not found.source:
            found.source, found.rules["source"] = source, "under-headline"
        elif not found.byline and _may_be_signed(text, line):
            found.byline, found.rules["byline"] = line, "under-headline"
    return found


def _may_be_signed(text: Text, line: str) -> bool:
    """Whether a line in the head of an article is its author's name, and not a section's."""
    if not looks_like_byline(line) or (len(line.split()) < 2 and text.part is not Part.BYLINE):
        return False
    return all(_AUTHOR_HREF.search(link.href) for link, _ in text.links) or text.part is Part.BYLINE
