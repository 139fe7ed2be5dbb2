"""The pictures of an article: which are its own, and what stands under them.

A text under a picture is its caption by the first of these that holds: it shares a figure or a small table
with it; it credits somebody; it is the picture's alternative text; there is nothing but captions; it looks
otherwise than the paragraphs; it is a short sentence with longer paragraphs below.
"""

from __future__ import annotations

import re
from collections import Counter
from math import inf

from attrs import define, field

from crawler.pages.blocks import PROSE, SENTENCE_ENDS, Block, Picture, Text
from crawler.pages.elements import Part
from crawler.pages.head import join
from newspapers import is_picture, read_url
from newspapers.spelling import has_letters, letters_of, normalise
from newspapers.surroundings import is_label
from newspapers.vietnamese import is_vietnamese, looks_like_byline, split_credit, split_dateline, split_source
from schemas.items import Image

MAX_CAPTION = 400
SHORT_CAPTION = 180

_ORNAMENT = re.compile(
    r"(?:^|[/_.-])(?:logo|icons?|banner|ads?|adv|quangcao|qc|spacer|blank|avatar|emoji|share|btn|button|bullet|arrow"
    r"|facebook|zalo|twitter|print|email|loading|pixel|transparent|sprite|no-?image)(?:[/_.\d-]|$)",
    re.IGNORECASE,
)
_TWO_SENTENCES = re.compile(r"[.!?…]\s+[^\W\d_]")
_PICTURE_FILE = (".jpg", "jpeg", ".png", ".gif", "webp")


@define
class Captions:
    """Pictures with their captions, and the numbers of the blocks that were used up for them."""

    images: list[Image] = field(factory=list)
    used: set[int] = field(factory=set)
    rule: str = ""


@define
class _Paragraphs:
    """What an article's paragraphs look like, for telling captions from them."""

    look: tuple[object, ...] | None
    """Tag, class, alignment, emphasis of most; ``None`` if all texts stand under pictures."""
    shortest: float = inf
    """Where both captions and paragraphs stand under pictures: a shorter text is a caption."""
    by_length: bool = True
    """Whether a short sentence may be a caption: on pages that no layout knows, in Vietnamese only."""
    classes: set[str] = field(factory=set)
    """Those of captions."""
    only_marked: bool = False
    """Whether captions are marked as such, so that what is not marked is none."""


def read_captions(
    blocks: list[Block], base: str, lead: list[Text], closing: list[Text], *, generic: bool
) -> Captions:
    """Give each picture the text that is its caption.

    :param closing: the lines at the end that name author or source.
    """
    paragraphs = _look_of_paragraphs(blocks, lead, generic)
    not_captions = {text.index for text in (*lead, *closing)}
    found = Captions()
    explained = {block.index for block in blocks if isinstance(block, Picture)}
    at = 0
    while at < len(blocks):
        picture = blocks[at]
        at += 1
        if not isinstance(picture, Picture):
            continue
        row = [picture]  # pictures side by side: a table or a figure may give each its caption
        while at < len(blocks) and isinstance(following := blocks[at], Picture):
            row.append(following)
            at += 1
        own = [(p, url) for p in row if _is_own(p, url := picture_url(p.src, base))]
        if not own:
            continue
        texts, rule = _captions_of(blocks, at, own, not_captions, explained, paragraphs)
        found.used.update(text.index for group in texts for text in group)
        explained |= found.used
        captions = [_joined([text.clean for text in group]) for group in texts]
        captions = [""] * (len(own) - len(captions)) + captions  # one for all stands under the last
        for (_, url), caption in zip(own, captions, strict=True):
            if all(url != image.url for image in found.images):
                credit = split_credit(caption)
                found.images.append(Image(url=url, caption=caption or None, credit=credit))
                found.rule = found.rule or (rule if caption else "")
    return found


def picture_url(src: str, base: str) -> str:
    """The absolute URL of a picture; spaces in it as ``%20``."""
    return join(base, re.sub(r"[\t\r\n]", "", src).strip().replace(" ", "%20"))


def _is_own(picture: Picture, url: str) -> bool:
    """Whether a picture among an article's text is its own: no ornament, advertisement or thumbnail."""
    if not url.startswith(("http://", "https://")):
        return False
    if picture.link is not None:
        target = join(url, picture.link.href)
        if read_url(target) is not None:
            return False  # the thumbnail of another article, or the logo that leads home
        if not is_picture(url) and target.rsplit("?", 1)[0].lower()[-4:] not in _PICTURE_FILE:
            return False  # an advertisement
    return is_picture(url) or not _ORNAMENT.search(url.split("://", 1)[1])


def _joined(lines: list[str]) -> str:
    """One caption from its lines; a line printed twice counts once."""
    kept: dict[str, str] = {}
    for line in lines:
        kept.setdefault(letters_of(line), line)
    return normalise(" ".join(kept.values()))


def _look_of_paragraphs(blocks: list[Block], lead: list[Text], generic: bool) -> _Paragraphs:
    """What most of the article's prose looks like."""
    if generic and not lead and blocks and isinstance(blocks[0], Text):
        lead = [blocks[0]]  # nothing names it
    leads = {text.index for text in lead}
    looks: Counter[tuple[object, ...]] = Counter()
    free: list[Text] = []
    under: list[int] = []
    pictures = 0
    after_picture = marked = False
    for block in blocks:
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
        return _Paragraphs(None, _shortest_paragraph(under))
    look = looks.most_common(1)[0][0] if looks else ("",)
    by_length = not generic or any(is_vietnamese(text.text) for text in free)
    classes = caption_classes(blocks) if by_length else set()
    return _Paragraphs(look, by_length=by_length, classes=classes, only_marked=generic and marked)


def caption_classes(blocks: list[Block]) -> set[str]:
    """The classes of texts that stand right under pictures only, if what they say are sentences.

    Where each paragraph has a class of its own, none.
    """
    under: dict[str, list[bool]] = {}
    free: Counter[str] = Counter()
    above: Block | None = None
    for block in blocks:
        if isinstance(block, Text) and isinstance(above, Picture) and block.node.classes:
            under.setdefault(block.node.classes, []).append(block.text.endswith(SENTENCE_ENDS))
        elif isinstance(block, Text):
            free[block.node.classes] += 1
        above = block
    if free and max(free.values()) * 2 < free.total():
        return set()
    return {classes for classes, ends in under.items() if classes not in free and (ends[1:] or any(ends))}


def _shortest_paragraph(lengths: list[int]) -> float:
    """Where texts under pictures are either short or long, the length from which on they are long."""
    short = [length for length in lengths if length <= PROSE]
    long = [length for length in lengths if length > PROSE]
    return min(long) if len(short) > 1 and long and min(long) >= 2 * max(short) else inf


def _captions_of(
    blocks: list[Block],
    at: int,
    row: list[tuple[Picture, str]],
    not_captions: set[int],
    explained: set[int],
    paragraphs: _Paragraphs,
) -> tuple[list[list[Text]], str]:
    """The texts after a row of pictures that are captions, one group for each picture or one for all.

    :param explained: numbers of the article's pictures and of the captions found so far.
    """
    following: list[Text] = []
    for block in blocks[at : at + 8]:
        if not isinstance(block, Text) or block.index in not_captions:
            break
        following.append(block)
    if not following:
        return [], ""
    picture, first = row[-1][0], following[0]
    inside = _inside(following, row[0][0], explained)
    if len(row) > 1 and len(inside) == len(row):
        return [[text] for text in inside], "table"
    if not _may_be_caption(first):
        return [], ""
    rule = _why_caption(first, picture, bool(inside), paragraphs, following)
    if not rule:
        return [], ""
    group = [first]
    for text in following[1:4]:
        if not _continues(group, text, inside):
            break
        group.append(text)
    return [group], rule


def _inside(following: list[Text], picture: Picture, explained: set[int]) -> list[Text]:
    """The texts that share a small table or a figure with the picture.

    A table that also holds something above the picture lays out the article, not the picture.
    """
    for node in picture.node.ancestors():
        if node.tag in ("figure", "table"):
            texts = [text for text in following if node.first <= text.index <= node.last]
            small = node.last - node.first < 24 and sum(len(text.text) for text in texts) <= 2 * MAX_CAPTION
            complete = len(texts) < len(following) or node.last <= following[-1].index
            alone = small and all(index in explained for index in range(node.first, picture.index))
            told = node.tag == "figure" or (
                len(texts) <= 2 and not any(t.text.endswith(":") for t in texts[:1])
            )
            return texts if alone and complete and told else []
    return []


def _may_be_caption(text: Text) -> bool:
    line = text.clean
    return (
        0 < len(line) <= MAX_CAPTION
        and split_dateline(line)[0] is None
        and not text.heading
        and not is_label(line)
        and text.linked < 0.5
        and not (looks_like_byline(line) and (text.pushed or text.align == "right"))
        and not split_source(line)
    )


def _why_caption(
    text: Text, picture: Picture, inside: bool, paragraphs: _Paragraphs, following: list[Text]
) -> str:
    """The rule by which a text after a picture is its caption, or nothing."""
    line, look = text.clean, paragraphs.look
    if inside or text.part is Part.CAPTION:
        return "figure"
    if split_credit(line):
        return "credit"
    if picture.alt and has_letters(line, letters_of(picture.alt)):
        return "alt"
    if look is None:
        return "only-captions" if len(line) < paragraphs.shortest else ""
    if text.look != look:
        if text.italic or text.align == "center" or (text.small and not text.bold):
            return "style"
        if text.node.classes in paragraphs.classes and len(line) <= SHORT_CAPTION:
            return "class"
        if not paragraphs.only_marked and text.node is picture.node:
            return "same-block"
    if paragraphs.only_marked or not paragraphs.by_length:
        return ""
    one_sentence = not re.search(r"[.!?…]\s+[^\W\d_]", line.rstrip(".")) and not line.endswith(
        (":", "?", ";")
    )
    longer = any(len(text.text) >= 2 * len(line) for text in following[1:3])
    return "short-sentence" if len(line) <= SHORT_CAPTION and one_sentence and longer else ""


def _continues(group: list[Text], text: Text, inside: list[Text]) -> bool:
    """Whether a caption goes on in another line, or is printed a second time."""
    line, last = text.clean, group[-1].clean
    if letters_of(line) == letters_of(group[0].clean) or text in inside:
        return True
    if len(line) <= 60 and split_credit(line) and re.match(r"\(?(?:Ảnh|ảnh|Photo)\b", line):
        return True
    same_style = text.look == group[-1].look and (text.italic or text.align == "center" or text.after_break)
    unfinished = not last.endswith((".", "!", "?", "…", "”", ")"))
    goes_on = line[:1].islower() or last.count("(") > last.count(")")
    return same_style and len(line) <= SHORT_CAPTION and unfinished and goes_on
