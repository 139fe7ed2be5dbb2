"""What an opening tag says by itself, wherever it stands: block or not, bold, hidden, which part of a page.

Templates everywhere call a comment ``comment`` and a caption ``caption``. A name is a hint, not a proof: what
is called an aside and holds most of a page's prose is none (:mod:`crawler.pages.region`).
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from attrs import frozen

from newspapers import current
from newspapers.layout import Layout, Mark, Step, candidates, outer_steps


def tags(names: str) -> frozenset[str]:
    """Names of tags, or words of names, from a line."""
    return frozenset(names.split())


# --- by its names ----------------------------------------------------------------------------------


class Part(StrEnum):
    """What a name says about an element."""

    NONE = ""
    BODY = "body"
    ASIDE = "aside"
    """Neither text nor caption: shares, related articles, advertisements, comments, forms."""
    CAPTION = "caption"
    LEAD = "lead"
    BYLINE = "byline"
    SOURCE = "source"
    DATE = "date"


_SPLIT = re.compile(r"[^a-z0-9]+|(?<=[a-z])(?=[0-9])")
_CAMEL_WORD = re.compile(r"(?<![A-Z])[A-Z]?[a-z]{3,}(?=[A-Z][a-z]{3}|[^A-Za-z]|$)")
"""``Share`` and ``tools`` in ``articleShare`` and ``toolsBar``, but no letters of a hash: ``hJpRRP``."""


_ASIDE_WORDS = tags(
    # sharing and tools
    "share sharing shares shared sharebar social socials sociable addthis addtoany sharethis facebook fb"
    " fblike twitter zalo whatsapp pinterest print printer toolbar tools fontsize bookmark"
    # other articles
    " related relate relateds relatednews relatedposts recommended recommendation recommendations recirc"
    " suggested suggestions trending popular mostread readmore seealso outbrain taboola zergnet zemanta"
    " nativo revcontent lienquan tinlienquan tinkhac docthem xemthem yarpp teaser teasers carousel ticker"
    # readers
    " comment comments commenting disqus reply respond livefyre binhluan ykien rating ratings rate vote votes"
    " poll survey quiz"
    # money
    " ad ads adv advert adverts advertise advertisement advertisements advertising adsense adsbygoogle adslot"
    " adunit adwrap dfp gpt sponsor sponsored sponsorship promo promos promotion promoted partner partners"
    " banner banners quangcao qc paywall offer offers affiliate commercial dfad"
    # asking for something
    " newsletter newsletters subscribe subscription signup optin login signin register cookie cookies consent"
    " gdpr modal popup overlay lightbox cta donate donation alert alerts notification"
    # about the page
    " sidebar sidenav rightrail rail widget widgets nav navbar navigation menu submenu breadcrumb breadcrumbs"
    " crumb footer pagination pager paging phantrang tag tags tagcloud taglist keywords tukhoa category"
    " categories postmeta entrymeta toc skiplink skip screenreader hidden invisible hide noprint copyright"
    " disclaimer biography authorbio aboutauthor avatar gravatar playlist player jwplayer embedvideo"
)
_ASIDE_PHRASES = re.compile(
    r"(?:^|[^a-z])(?:author[-_ ]?(?:box|bio|card|about|desc\w*|profile|block)"
    r"|about[-_ ]?(?:the[-_ ]?)?author|most[-_ ]?(?:read|popular|viewed|recent)"
    r"|(?:read|see|view|load)[-_ ]?(?:more|also|next)"
    r"|more[-_ ]?(?:on|from|stories|news|articles|posts|like|info)"
    r"|(?:other|next|prev\w*|latest|recent|top|hot)[-_ ]?(?:news|stories|story|articles?|posts?|tin)"
    r"|tin[-_ ]?(?:lien[-_ ]?quan|khac|moi|nong|doc[-_ ]?nhieu|cung\w*)|binh[-_ ]?luan|chia[-_ ]?se"
    r"|tu[-_ ]?khoa|doc[-_ ]?them|xem[-_ ]?them|quang[-_ ]?cao|sr[-_ ]only|visually[-_ ]?hidden"
    r"|entry[-_ ]?(?:footer|meta|utility)|post[-_ ]?(?:footer|meta|nav\w*|tags?)"
    r"|article[-_ ]?(?:footer|meta|tags?|tools|related|share\w*|social|actions?)"
    r"|story[-_ ]?(?:footer|meta|tools)|sub[-_ ]?nav|side[-_ ]?bar|in[-_ ]?body[-_ ]?ad|pull[-_ ]?quote"
    r"|box[-_ ]?(?:tin|lien|news|comment|tag)\w*)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:^|[^a-z])(?:(?:article|story|post|entry|news|detail|main|content|blog|single|page)"
    r"(?:[-_ ]{0,2}|-inner-)(?:body|content|text|copy|detail)"
    r"|body[-_ ]?(?:content|copy|text)|fck[-_ ]?detail|noi[-_ ]?dung"
    r"|chi[-_ ]?tiet|bai[-_ ]?viet|the[-_ ]?content|rich[-_ ]?text|contentdetail|cms[-_ ]?body|storytext)"
    r"(?:$|[^a-z])",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"(?:^|(?<=\s))(?:category|tag|topic|type|format|status|author)-[\w-]+")
"""What a post is about and what kind it is, among its classes."""
_SURE_WORDS = tags(
    "footer nav navbar navigation menu breadcrumb breadcrumbs cookie cookies consent gdpr copyright comments"
    " disqus livefyre binhluan"
)
_CAPTION_WORDS = tags(
    "caption captions figcaption cutline photocaption imagecaption imgcaption credit credits photocredit"
    " imagecredit photographer chuthich chuthichanh pcaption"
)
_LEAD_WORDS = tags("sapo summary standfirst dek deck lede chapo tomtat mota subheadline")
_BYLINE_WORDS = tags("author authors byline writer tacgia contributor contributors posted")
_SOURCE_WORDS = tags("source sources nguon nguontin")
_DATE_WORDS = tags(
    "date time timestamp dateline datetime pubdate published publishdate modified updated ngaydang"
)


def is_surely_aside(tag: str, classes: str, identifier: str) -> bool:
    """Whether an element can hardly be an article, even on a page where it holds most of the prose."""
    return tag in ("nav", "footer") or not _SURE_WORDS.isdisjoint(
        _SPLIT.split(f"{classes} {identifier}".lower())
    )


_PROPERTIES = {"articleBody": Part.BODY, "author": Part.BYLINE, "datePublished": Part.DATE}


@lru_cache(maxsize=8192)  # templates repeat themselves
def part_of(tag: str, classes: str, identifier: str, itemprop: str, role: str) -> Part:
    """The part of a page that an element's tag and names speak of."""
    if part := _PROPERTIES.get(itemprop):
        return part
    if tag in ("form", "nav", "aside", "footer", "menu", "button", "dialog") or role in (
        "navigation",
        "complementary",
        "contentinfo",
        "search",
        "dialog",
        "banner",
    ):
        return Part.ASIDE
    if tag in ("figcaption", "caption"):
        return Part.CAPTION
    names = f"{classes} {identifier}".strip()
    names = _ABOUT.sub("", names).strip() or names
    if not names:
        return Part.DATE if tag == "time" else Part.NONE
    words = set(_SPLIT.split(names.lower()))
    words.update(word.lower() for word in _CAMEL_WORD.findall(names))
    if words & _CAPTION_WORDS:
        return Part.CAPTION
    if tag in ("blockquote", "article", "main", "body", "tr", "td", "th"):
        # A post of a social network that the text quotes; what holds more than one part.
        return Part.BODY if tag == "article" and _BODY.search(classes) else Part.NONE
    if words & _ASIDE_WORDS or _ASIDE_PHRASES.search(names):
        return Part.ASIDE
    if _BODY.search(names):
        return Part.BODY
    if words & _LEAD_WORDS:
        return Part.LEAD
    if words & _BYLINE_WORDS:
        return Part.BYLINE
    if words & _SOURCE_WORDS:
        return Part.SOURCE
    return Part.DATE if words & _DATE_WORDS or tag == "time" else Part.NONE


# --- block, emphasis, roles ------------------------------------------------------------------------

BLOCKS = tags(
    "html body div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption center"
    " section article header footer nav aside main figure figcaption blockquote pre address form fieldset"
    " legend hr details summary menu dialog hgroup search time"
)
BOLD, ITALIC, SMALL = 1, 2, 4
_EMPHASIS = {"b": BOLD, "strong": BOLD, "i": ITALIC, "em": ITALIC, "small": SMALL, "cite": ITALIC, "th": BOLD}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ALIGN = re.compile(r"text-align\s*:\s*(\w+)")
_WEIGHT = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)")
_LIGHT = re.compile(r"font-weight\s*:\s*(?:normal|[1-4]00)")
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)")
_SMALL = re.compile(r"font-size\s*:\s*(?:(?:x-)?small|smaller|(?:[89]|1[01])(?:\.\d+)?p[tx]|12px)")
_FLOAT_RIGHT = re.compile(r"float\s*:\s*right")


@frozen
class Opening:
    """What an opening tag says by itself, wherever it stands."""

    hidden: bool
    block: bool
    """Whether it makes a block of its own."""
    named: bool
    """Whether it is inline, but has a class or an id that a style sheet may make a block of."""
    on: int
    off: int
    align: str
    heading: int
    styled: bool
    """Whether the text in it looks otherwise than the text around it."""
    classes: str
    identifier: str
    part: Part
    marks: tuple[tuple[Layout, str, Mark], ...]
    steps: tuple[Step, ...]


TELLING = tags("class id style align size hidden itemprop role")


@lru_cache(maxsize=4096)  # the template's tags stand on every page
def opening(tag: str, *telling: tuple[str, str]) -> Opening:
    """Read a tag with those of its attributes that are :data:`TELLING`."""
    attributes = dict(telling)
    classes, identifier = attributes.get("class", ""), attributes.get("id", "")
    style = attributes.get("style", "").lower()
    on = _EMPHASIS.get(tag, 0)
    on |= (BOLD if _WEIGHT.search(style) else 0) | (ITALIC if _ITALIC.search(style) else 0)
    on |= SMALL if _SMALL.search(style) or attributes.get("size") in ("1", "2") else 0
    off = BOLD if _LIGHT.search(style) else 0
    aligned = match[1] if (match := _ALIGN.search(style)) else "right" if _FLOAT_RIGHT.search(style) else ""
    align = "center" if tag == "center" else (attributes.get("align") or aligned).lower()
    heading = _HEADINGS.get(tag, 0)
    marks = candidates(current().marks, tag, classes, identifier)
    block = tag in BLOCKS or bool(marks or _SHOWN_AS_BLOCK.search(style))
    return Opening(
        hidden="hidden" in attributes or bool(_HIDDEN.search(style)),
        block=block,
        named=not block and bool(classes or identifier or "itemprop" in attributes or is_custom(tag)),
        on=on,
        off=off,
        align=align,
        heading=heading,
        styled=bool(on or off or align or heading),
        classes=classes,
        identifier=identifier,
        part=part_of(tag, classes, identifier, attributes.get("itemprop", ""), attributes.get("role", "")),
        marks=marks,
        steps=outer_steps(current().marks, tag, classes, identifier),
    )


def is_custom(tag: str) -> bool:
    """Whether an element is of the site's own making."""
    return "-" in tag and ":" not in tag
