"""Who wrote an article and where it was taken from: at its end, else under its headline."""

from __future__ import annotations

import re

from attrs import define, evolve, field

from crawler.pages.blocks import PROSE, Block, Text, texts
from crawler.pages.dates import beside_date, is_date_line
from crawler.pages.elements import Part
from newspapers.spelling import normalise
from newspapers.vietnamese import clean_byline, is_office, looks_like_byline, source_of_byline, split_source

AFTER_TEXT = 4
"""So many blocks right under the text may name author and source."""
MOST_LINES = 3
LONGEST_LINE = 60

_AUTHOR_HREF = re.compile(r"author|tac-?gia|profile|phong-?vien|but-?danh|/by/", re.IGNORECASE)
_SAYS_BY = re.compile(r"(?:by|tác giả|bài|tin|thực hiện|theo)\s*:?\s+", re.IGNORECASE)
_CONTINUED = re.compile(r"\W*(?:còn (?:nữa|tiếp)|hết)\W*", re.IGNORECASE)
"""What stands under the byline where a series goes on."""
_SENTENCE_ENDS = (".", "!", "?", "…", "”", '"', "/")


@define
class Signature:
    """What names author and source, and by which rules."""

    byline: str | None = None
    source: str | None = None
    rules: dict[str, str] = field(factory=dict)

    def take(self, name: str, value: str, rule: str) -> None:
        """Keep a value unless there is one."""
        if getattr(self, name) is None:
            setattr(self, name, value)
            self.rules[name] = rule


def _signs(line: str) -> bool:
    return len(line) <= 80 and (looks_like_byline(line) or split_source(line) is not None)


# --- at the end ------------------------------------------------------------------------------------


def last_lines(blocks: list[Block], lead: list[Text]) -> list[Text]:
    """The lines at the end that may name author and source; under a picture they are no caption either."""
    found: list[Text] = []
    for _, text in list(texts(blocks))[: -MOST_LINES - 1 : -1]:
        line = clean_byline(text.text)
        if text in lead or not (_signs(line) or is_office(line)):
            break
        found.append(text)
    return found


def lines_after(blocks: list[Block], end: int) -> list[Text]:
    """Lines right under a text, in elements of their own, that name author or source."""
    found = []
    for _, text in texts(blocks, end, end + AFTER_TEXT):
        line = clean_byline(text.text)
        named = text.part in (Part.BYLINE, Part.SOURCE) and len(line) <= LONGEST_LINE
        if text.part is Part.ASIDE or not (named or _signs(line)):
            break
        if text.linked > 0.5 and not _leads_to_author(text):
            break
        found.append(text)
    return found


def read_end(texts: list[Text], found: Signature) -> list[Text]:
    """Read byline and source from the last lines.

    :returns: the texts without them.
    """
    texts = list(texts)
    note = [texts.pop()] if texts and _CONTINUED.fullmatch(texts[-1].clean) else []
    lines: list[str] = []
    rule = ""
    while texts and len(lines) < MOST_LINES:
        text = texts[-1]
        line = clean_byline(text.text)
        marked = text.part is Part.SOURCE and len(line) <= LONGEST_LINE
        office = not lines and is_office(line) and len(texts) > 1 and looks_like_byline(texts[-2].clean)
        if any(map(str.isalnum, line)):
            if not (marked or office or _signs(line)) or (not office and _is_last_item(texts)):
                break
            if source := split_source(line) or (line if marked else None):
                found.take("source", source, "closing-line")
            else:
                lines.insert(0, line)
                rule = rule if office else rule or _rule_of(text)
        texts.pop()
    if not lines and texts:
        before, tail, rule = _end_within(texts[-1])
        if tail:
            texts[-1] = evolve(texts[-1], text=before)
            line = clean_byline(tail)
            if source := split_source(line):
                found.take("source", source, rule)
            else:
                lines = [line]
    if lines:
        joined = lines[0] + "".join(f"{' ' if line.startswith('(') else ' - '}{line}" for line in lines[1:])
        found.take("byline", clean_byline(joined), rule)
        if source := source_of_byline(joined):
            found.take("source", source, "byline")
    return texts + note


def _is_last_item(texts: list[Text]) -> bool:
    """Whether a name ends a list or a table of figures, or what a paragraph with a colon announces."""
    last = texts[-1]
    if _rule_of(last) != "last-line" or len(texts) < 2:
        return False
    before = texts[-2]
    if any(node.tag in ("li", "dd") for node in last.node.ancestors()[:2]):
        return True
    row = last.node.tag in ("td", "th") and before.node.tag in ("td", "th")
    return before.text.endswith(":") or (row and len(before.text) < PROSE)


def _rule_of(text: Text) -> str:
    if text.pushed:
        return "pushed-right-last"
    if text.align == "right":
        return "right-aligned-last"
    if text.bold:
        return "bold-last"
    return "last-after-break" if text.after_break else "last-line"


def _end_within(last: Text) -> tuple[str, str, str]:
    """What ends the last paragraph, in one line with it: the text before, a byline or source, the rule."""
    text = last.text
    before, mark, tail = text.rpartition("./.")
    if mark and before.strip() and len(tail) <= LONGEST_LINE and _signs(normalise(tail)):
        return before.strip(), tail, "after-end-mark"
    tail = last.bold_tail
    before = text.removesuffix(tail).rstrip()
    if tail and before.endswith(_SENTENCE_ENDS) and _signs(normalise(tail)):
        return before, tail, "bold-end"
    before, bracket, tail = text.rpartition("(")
    if (
        text.endswith(")")
        and before.rstrip().endswith(_SENTENCE_ENDS)
        and split_source(f"({normalise(tail)}")
    ):
        return before.rstrip(), f"{bracket}{tail}", "bracket-end"
    return text, "", ""


# --- under the headline ----------------------------------------------------------------------------


def read_above(blocks: list[Block], start: int, end: int, found: Signature) -> None:
    """Read byline and source between headline and first paragraph, marked as such or beside the date."""
    lines = [text for _, text in texts(blocks, start, end) if len(text.text) <= 100]
    dated = {text.index for text in lines if is_date_line(text.text) or text.part is Part.DATE}
    for text in lines:
        line = clean_byline(beside_date(text.text) if text.index in dated else text.text)
        author = [words for link, words in text.links if words and _AUTHOR_HREF.search(link.href)]
        named = text.part is Part.BYLINE or len(author) == 1
        line = clean_byline(author[0]) if len(author) == 1 else line
        if not named and dated.isdisjoint(range(text.index - 2, text.index + 3)):
            continue
        line = _SAYS_BY.sub("", line, count=1) if named else line
        if source := split_source(line):
            found.take("source", source, "under-headline")
        elif looks_like_byline(line) and (named or (" " in line and _leads_to_author(text))):
            found.take("byline", line, "under-headline")


def _leads_to_author(text: Text) -> bool:
    """Whether a text has no link but to its author: the name of a section is none."""
    return all(_AUTHOR_HREF.search(link.href) for link, _ in text.links)
