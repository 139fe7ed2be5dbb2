"""From the bytes of a page to a tree: the right characters, and no markup that could hurt."""

from __future__ import annotations

import codecs
import re
from typing import Any

from lxml import etree
from web_poet import HttpResponse

_CONTROL = bytes.maketrans(bytes([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F]), b" " * 29)
_NO_CHARACTER = re.compile(b"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF
_HALF = re.compile("[\ud800-\udfff]")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)[^<>]*>")
DEEPEST = 2000
"""The parser drops what is nested deeper than about this."""

MAX_DEPTH = 200
"""In a page that nests too deeply, tags deeper than this are left out: they say nothing any more."""

_VOID = "area base br col embed hr img input link meta param source track wbr"
VOID = frozenset(_VOID.split())


MOST_BYTES = 4_000_000
MOST_TAGS = 50_000
"""Real pages have up to 1.5 MB and 3,300 tags; many times as much is no article and fills the memory."""
_PICTURE_WITHIN = re.compile(rb"data:image/[^\s\"'<>)]+")

LONG = 32_000
"""In a shorter page no tag can have so many attributes that they matter."""
_MANY_ATTRIBUTES = re.compile(
    rb"(<[a-zA-Z][^\s/<>]*+)"
    rb"(?:[\s/]++(?:[^\s=>/]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+)?+){1000}+"
    rb"(?:\"[^\"]*+\"|'[^']*+'|[^>\"'])*+"
)
"""A tag with a thousand attributes; the parser compares each with all before it."""


def why_too_large(response: HttpResponse) -> str:
    """Why a page is not read; empty if it is not too large."""
    body, tags = bytes(response.body), response.body.count(b"<")
    if tags > MOST_TAGS:
        return f"the page has {tags:,} tags, at most {MOST_TAGS:,} are read"
    if len(body) > MOST_BYTES and (size := len(_PICTURE_WITHIN.sub(b"", body))) > MOST_BYTES:
        return f"the page has {size:,} bytes without its pictures, at most {MOST_BYTES:,} are read"
    return ""


def read_tree(response: HttpResponse) -> Any | None:
    """The root element of a page; ``None`` if nothing in it can be parsed, or there is too much of it."""
    return None if why_too_large(response) else parse(read_text(response))


def parse(text: str) -> Any | None:
    """The root element of a page's text; broken markup is mended as browsers do, more or less."""
    content = _printable(text)
    if not content.strip():
        return None
    if len(content) > LONG:
        content = _MANY_ATTRIBUTES.sub(rb"\1", content)
    if content.count(b"<") > DEEPEST:
        content = _flatten(content.decode()).encode()
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError):
        return None


def _printable(text: str) -> bytes:
    """A text in UTF-8 with spaces for what no document may hold; bytes are the quickest to search."""
    try:
        content = text.encode()
    except UnicodeEncodeError:
        content = _HALF.sub(" ", text).encode()
    return _NO_CHARACTER.sub(b" ", content.translate(_CONTROL))


def _flatten(text: str) -> str:
    """Leave out the tags of a page that nests too deeply, from the depth on at which it does.

    Unclosed tags count as open, so a long page of unclosed paragraphs might look deep: such tags
    are not counted.
    """
    if not _LONG_RUN.search(text):
        return text
    depth = 0
    kept: list[str] = []
    at = 0
    for match in _TAG.finditer(text):
        name = match[2].lower()
        if name in VOID or name in _OFTEN_UNCLOSED:
            continue
        inside = depth if not match[1] else depth - 1
        depth = max(0, depth - 1) if match[1] else depth + 1
        if inside > MAX_DEPTH:
            kept.append(text[at : match.start()])
            at = match.end()
    kept.append(text[at:])
    return "".join(kept)


_LONG_RUN = re.compile(r"(?:<[a-zA-Z][^<>]{0,300}>\s{0,9}){200}")
_OFTEN_UNCLOSED = frozenset(["p", "li", "td", "tr", "th", "dt", "dd", "option"])


def read_text(response: HttpResponse) -> str:
    """The text of a page, whatever its headers claim.

    Bytes that are valid UTF-8 with letters beyond ASCII are UTF-8: no other encoding looks like it
    by chance. Only then do the header and the page's own declaration count.
    """
    body = bytes(response.body)
    if response.body.bom_encoding():
        return _mend(response.text)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _decode_other(body, response, error)
    return _mend(text)


def _decode_other(body: bytes, response: HttpResponse, error: UnicodeDecodeError) -> str:
    tolerant = body.decode("utf-8", "windows")
    wrong = tolerant.count("\ufffd") + len(_C1.findall(tolerant))
    right = len(body) - len(tolerant)  # each letter of several bytes makes the text shorter
    if right > 3 * wrong:  # UTF-8 with a few broken bytes, or cut off in the middle of a letter
        return tolerant
    declared = [response.headers.declared_encoding()]
    if match := _META_CHARSET.search(body[:4096]):
        declared.append(match[1].decode("ascii", "replace"))
    for name in [*declared, "cp1258", "cp1252"]:
        if name and name.lower().replace("-", "") != "utf8":
            try:
                return body.decode(name)
            except (LookupError, UnicodeError):
                continue
    return body.decode("latin-1")


def _windows(error: UnicodeError) -> tuple[str, int]:
    """Take a lone byte in UTF-8 for one of Windows, if it is one of its quotation marks and dashes."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start]
    return chr(byte) if 0x80 <= byte < 0xA0 else "\ufffd", error.start + 1


codecs.register_error("windows", _windows)
_C1 = re.compile("[\x80-\x9f]")


# --- UTF-8 that was once taken for a one-byte encoding and encoded again ----------------------------

_BYTE_OF = {bytes([b]).decode("cp1252", "replace"): b for b in range(0x80, 0x100)} | {
    chr(b): b for b in range(0x80, 0x100)
}
_CONTINUATION = "".join(re.escape(c) for c, b in _BYTE_OF.items() if 0x80 <= b < 0xC0 and c != "\ufffd")
_TWICE = re.compile(f"(?:[Â-ß][{_CONTINUATION}]|[à-ï][{_CONTINUATION}]{{2}}|[ð-ô][{_CONTINUATION}]{{3}})+")
_CERTAIN = tuple(re.compile(f"{first}[{_CONTINUATION}]{{2}}") for first in "áâ")  # one letter is found faster
_RUN = re.compile(r"[^<>]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f\xa0]")


def _mend(text: str) -> str:
    """Undo a double encoding where there is no doubt: "Há»™i" is "Hội".

    No doubt means: every letter beyond ASCII of a stretch of text is part of a sequence that makes a
    letter of UTF-8, and one of them is a letter with two marks, which takes three bytes.
    """
    return _RUN.sub(_mend_run, text) if _is_certain(text) else text


def _is_certain(text: str) -> bool:
    return any(sequence.search(text) for sequence in _CERTAIN)


def _mend_run(match: re.Match[str]) -> str:
    run = match[0]
    if not _is_certain(run) or _BEYOND_ASCII.search(_TWICE.sub("", run)):
        return run
    try:
        return _TWICE.sub(lambda twice: bytes(_BYTE_OF[c] for c in twice[0]).decode("utf-8"), run)
    except (UnicodeDecodeError, KeyError):
        return run
