"""The pictures of an article: which are its own, and what stands under them."""

from __future__ import annotations

import re

from attrs import define

from crawler.pages.blocks import Block, Picture, Text
from crawler.pages.head import join
from crawler.pages.parts import Part
from newspapers import is_picture, read_url
from newspapers.spelling import fold, folds_to, normalise
from newspapers.vietnamese import is_label, looks_like_byline, split_credit, split_dateline, split_source
from schemas.items import Image

MAX_CAPTION = 400
SHORT_CAPTION = 180
MOST_TOGETHER = 6

_ORNAMENT = re.compile(
    r"(?:^|[/_.-])(?:logo|icons?|banner|ads?|adv|quangcao|qc|spacer|blank|avatar|emoji|share|btn|button|bullet|arrow"
    r"|facebook|zalo|twitter|print|email|loading|pixel|transparent|sprite|no-?image)(?:[/_.\d-]|$)",
    re.IGNORECASE,
)


def picture_url(src: str, base: str) -> str:
    """The absolute URL of a picture; spaces in it as ``%20``."""
    src = re.sub(r"[\t\r\n]", "", src).strip()
    return join(base, src.replace(" ", "%20"))


def is_own(picture: Picture, url: str) -> bool:
    """Whether a picture among an article's text is its own: no ornament, advertisement or thumbnail."""
    if not url.startswith(("http://", "https://")):
        return False
    if picture.link is not None:
        target = join(url, picture.link.href)
        if read_url(target) is not None:
            return False  # the thumbnail of another article, or the logo that leads home
        if not is_picture(url) and target.rsplit("?", 1)[0].lower()[-4:] not in (
            ".jpg",
            "jpeg",
            ".png",
            ".gif",
            "webp",
        ):
            return False  # an advertisement
    return is_picture(url) or not _ORNAMENT.search(url.split("://", 1)[1])


@define
class Paragraphs:
    """What an article's paragraphs look like, for telling captions from them."""

    look: tuple[object, ...] | None
    """Tag, class, alignment, emphasis of most; ``None`` if there are none, but captions only."""
    shortest: int = 0
    """Where paragraphs stand under pictures too, as captions do: a shorter text is one of these."""
    unknown_layout: bool = False
    instructions: bool = False
    """Whether texts go on under many pictures, as the steps of a recipe do."""
    only_marked: bool = False
    """Whether captions are marked as such, so that what is not marked is none."""


@define
class Captions:
    """Pictures with their captions, and the blocks that were used up for them."""

    images: list[Image]
    used: set[int]
    rule: str


def read_captions(blocks: list[Block], base: str, not_captions: set[int], paragraphs: Paragraphs) -> Captions:
    """Give each picture the text that is its caption.

    :param not_captions: numbers of texts that are known to be something else: the lead, the byline.
    """
    found = Captions([], set(), "")
    seen: set[str] = set()
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
        own = [(p, url) for p in row if is_own(p, url := picture_url(p.src, base))]
        texts, rule = _captions_of(blocks, at, own, not_captions, explained, paragraphs) if own else ([], "")
        found.used.update(text.index for group in texts for text in group)
        explained.update(found.used)
        captions = [join_caption([text.clean for text in group]) for group in texts]
        captions = [""] * (len(own) - len(captions)) + captions  # one for all stands under the last
        for (_, url), caption in zip(own, captions, strict=True):
            if url in seen:
                continue
            seen.add(url)
            found.images.append(
                Image(url=url, caption=caption or None, credit=split_credit(caption) if caption else None)
            )
            found.rule = found.rule or (rule if caption else "")
    return found


def join_caption(lines: list[str]) -> str:
    """One caption from its lines; printed twice, it counts once."""
    kept: list[str] = []
    for line in lines:
        if not any(fold(line) == fold(other) for other in kept):
            kept.append(line)
    caption = normalise(" ".join(kept))
    half = len(caption) // 2
    if len(caption) > 20 and caption[:half].strip() == caption[half:].strip():
        caption = caption[:half].strip()
    return caption


def _captions_of(
    blocks: list[Block],
    at: int,
    row: list[tuple[Picture, str]],
    not_captions: set[int],
    explained: set[int],
    paragraphs: Paragraphs,
) -> tuple[list[list[Text]], str]:
    """The texts after a row of pictures that are captions, one group for each picture or one for all."""
    following: list[Text] = []
    for block in blocks[at:]:
        if not isinstance(block, Text) or block.index in not_captions or len(following) >= 8:
            break
        following.append(block)
    if not following:
        return [], ""
    picture = row[-1][0]
    inside = _inside(following, row[0][0], explained)
    if len(row) > 1 and len(inside) == len(row):
        return [[text] for text in inside], "table"
    first = following[0]
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

    :param explained: numbers of the article's pictures and of the captions found so far.
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
    text: Text,
    picture: Picture,
    inside: bool,
    paragraphs: Paragraphs,
    following: list[Text],
) -> str:
    """The rule by which a text after a picture is its caption, or nothing."""
    line = text.clean
    if inside or text.part is Part.CAPTION:
        return "figure"
    if split_credit(line):
        return "credit"
    if picture.alt and len(line) > 10 and folds_to(line, fold(picture.alt)):
        return "alt"
    look = paragraphs.look
    if look is None:
        return "only-captions"
    if paragraphs.shortest:
        return "shorter-than-paragraphs" if len(line) < paragraphs.shortest else ""
    if text.look != look and (rule := _why_by_look(text, picture, paragraphs)):
        return rule
    if paragraphs.only_marked or (paragraphs.instructions and not _shares_block(text, picture)):
        return ""
    if len(line) <= SHORT_CAPTION and _is_one_sentence(line) and _paragraphs_are_longer(line, following[1:]):
        return "short-sentence"
    return ""


def _why_by_look(text: Text, picture: Picture, paragraphs: Paragraphs) -> str:
    """The rule by which a text is a caption that looks otherwise than the paragraphs, or nothing."""
    marked = text.italic or text.small or text.align == "center"
    if marked and not (text.bold and not text.italic and text.align != "center"):
        return "style"
    if paragraphs.only_marked:
        return ""
    if _shares_block(text, picture):
        return "same-block"
    known = not paragraphs.unknown_layout and paragraphs.look is not None
    if known and len(text.clean) <= 250 and not text.bold and text.look[:3] != (paragraphs.look or ())[:3]:
        return "look"
    return ""


def _shares_block(text: Text, picture: Picture) -> bool:
    small = picture.node.last - picture.node.first < MOST_TOGETHER  # what holds more is the text itself
    return text.node is picture.node or (small and picture.node in text.node.ancestors()[:2])


def _is_one_sentence(line: str) -> bool:
    return not re.search(r"[.!?…]\s+[^\W\d_]", line.rstrip(".")) and not line.endswith((":", "?", ";"))


def _paragraphs_are_longer(line: str, following: list[Text]) -> bool:
    return any(len(text.text) >= 2 * len(line) for text in following[:2])


def _continues(group: list[Text], text: Text, inside: list[Text]) -> bool:
    """Whether a caption goes on in another line, or is printed a second time."""
    line, last = text.clean, group[-1].clean
    if fold(line) == fold(group[0].clean) or text in inside:
        return True
    if len(line) <= 60 and split_credit(line) and not _before_credit(line):
        return True
    same_style = text.look == group[-1].look and (text.italic or text.align == "center" or text.after_break)
    unfinished = not last.endswith((".", "!", "?", "…", "”", ")"))
    goes_on = line[:1].islower() or last.count("(") > last.count(")")
    return same_style and len(line) <= SHORT_CAPTION and unfinished and goes_on


def _before_credit(line: str) -> str:
    return re.split(r"[(]?(?:Ảnh|ảnh|Photo)\b", line, maxsplit=1)[0].strip()
