"""Where in an archived page the values of an article stand, character by character.

Nothing here knows how they were read: they are looked for. So whoever doubts the reading can check it.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, Row, select
from w3lib.encoding import html_to_unicode

from archive import read_at
from archive.fields import field
from schemas.tables import Article, ArticleRevision, Image, Page

_TEXT = re.compile(
    r"(?P<skipped><!--.*?-->|<(?P<tag>script|style)\b.*?</(?P=tag)\s*>|<[^>]*>)"
    r"|(?P<entity>&#?\w{1,32};?)|(?P<char>.)",
    re.DOTALL | re.IGNORECASE,
)
_IGNORED = r"""[\s"'“”„‟‘’‚‛«»\u00ad\u200b-\u200f\u2060\ufeff]"""
"""White space; quotation marks, which are stored in one form however a page prints them; what is not seen."""

FIELDS = ("headline", "published_raw", "agency", "lead", "body", "byline", "source")


@frozen
class Located:
    """A value, or a paragraph of one, and where in the page it stands: characters from the first on."""

    field: str
    value: str
    rule: str | None
    start: int | None = None
    """``None``: the page does not show it so; it was inferred, or converted from other letters."""
    end: int | None = None


@frozen
class Proof:
    """A version of an article, the archived page that it was read from, and where its values stand there."""

    headline: str
    url: str
    fetched_at: Any
    file: Path
    offset: int
    skip: int
    digest: str
    located: list[Located]


class ProofError(Exception):
    """There is no page to prove anything by; the message says why."""


def prove(connection: Connection, folder: Path, edition: str, number: int, revision: int | None) -> Proof:
    """Find the values of a version of an article, the present one if none is named, in its archived page.

    :raises ProofError: if there is no such version, or its page is not archived.
    :raises OSError, DamagedError: if the page cannot be read.
    """
    key = (Article.edition == edition) & (Article.site_article_id == number)
    article: Any = connection.execute(select(Article).where(key)).first()
    if article is None:
        raise ProofError("no such article is collected")
    version, page = article, connection.execute(select(Page).where(Page.id == article.page_id)).first()
    images = select(Image.url, Image.caption, Image.credit).where(Image.article_id == article.id)
    pictures: list[Any] = [
        dict(row) for row in connection.execute(images.order_by(Image.position)).mappings()
    ]
    if revision is not None and revision != article.revision:
        one = (ArticleRevision.article_id == article.id) & (ArticleRevision.revision == revision)
        version = connection.execute(select(ArticleRevision).where(one)).first()
        if version is None:
            raise ProofError(f"there is no revision {revision}; accepted: 1 to {article.revision}")
        pictures = version.images
        shown = (Page.edition == edition) & (Page.site_article_id == number)
        page = connection.execute(select(Page).where(shown, Page.fetched_at == version.seen_at)).first()
    if page is None:
        raise ProofError("its page is not archived")
    holder = _payload(connection, page)
    capture = read_at(folder / holder.warc_file, holder.warc_offset, holder.warc_skip)
    text = decode(capture.body, field(capture.headers, "Content-Type"))
    return Proof(
        headline=version.headline,
        url=capture.url,
        fetched_at=page.fetched_at,
        file=Path(holder.warc_file),
        offset=holder.warc_offset,
        skip=holder.warc_skip,
        digest=holder.digest,
        located=list(locate(text, _values(version, pictures), article.rules)),
    )


def locate(page: str, values: list[tuple[str, str]], rules: dict[str, str]) -> Iterator[Located]:
    """Find values in a page, in its text if they stand there, else in its attributes.

    Paragraphs are looked for one after the other, what precedes them nearest before the first, and the rest
    behind it: a headline stands in the title, in the path and in the lists beside the article, too.
    """
    text, whole = _Letters(page, tags=False), _Letters(page, tags=True)
    texts = [value for name, value in values if name in ("lead", "body")]
    anchor = max(0, text.find(texts[0], 0)) if texts else 0
    behind = anchor
    for name, value in values:
        if name in ("headline", "published_raw", "agency"):
            at = text.find_last(value, anchor if texts else None)
        else:
            at = text.find(value, behind if name in ("lead", "body") else anchor)
        at = at if at >= 0 else text.find(value, 0)
        letters = text if at >= 0 else whole
        at = at if at >= 0 else whole.find(value, 0)
        rule = rules.get("published" if name == "published_raw" else name)
        if at < 0 or not comparable(value):
            yield Located(name, value, rule)
            continue
        size = len(comparable(value))
        if name in ("lead", "body") and letters is text:
            behind = at + size
        yield Located(name, value, rule, letters.places[at], letters.ends[at + size - 1])


def decode(body: bytes, content_type: str | None) -> str:
    """The text of a page. What can be UTF-8 is, whatever the server says."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return str(html_to_unicode(content_type, body)[1])


class _Letters:
    """The letters of a page, folded, and the place of each in its source."""

    def __init__(self, page: str, *, tags: bool) -> None:
        found: list[tuple[str, int, int]] = []
        for match in _TEXT.finditer(page):
            if match["skipped"] is None or tags:
                found += ((one, *match.span()) for one in _letters(html.unescape(match[0])))
        found = _in_order(found)
        self.text = "".join(one for one, _, _ in found)
        self.places = [start for _, start, _ in found]
        self.ends = [end for _, _, end in found]

    def find(self, value: str, start: int) -> int:
        return self.text.find(comparable(value), start)

    def find_last(self, value: str, before: int | None) -> int:
        return self.text.rfind(comparable(value), 0, before)


def comparable(text: str) -> str:
    """A text without white space and quotation marks, its letters decomposed, however they were typed."""
    return "".join(one for one, _, _ in _in_order([(one, 0, 0) for one in _letters(text)]))


def _letters(text: str) -> str:
    return re.sub(_IGNORED, "", unicodedata.normalize("NFKD", text))


def _in_order(letters: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Marks of one letter in the order of Unicode, however far apart they stood in the source."""
    ordered: list[tuple[str, int, int]] = []
    marks: list[tuple[str, int, int]] = []
    for letter in letters:
        if unicodedata.combining(letter[0]):
            marks.append(letter)
            continue
        ordered += sorted(marks, key=lambda mark: unicodedata.combining(mark[0]))
        marks = []
        ordered.append(letter)
    return ordered + sorted(marks, key=lambda mark: unicodedata.combining(mark[0]))


def _values(version: Row[Any], pictures: list[dict[str, Any]]) -> list[tuple[str, str]]:
    values: list[tuple[str, str]] = []
    for name in FIELDS:
        value = getattr(version, name)
        values += ((name, part) for part in (value or "").split("\n\n") if part)
    return values + [("caption", picture["caption"]) for picture in pictures if picture["caption"]]


def _payload(connection: Connection, page: Row[Any]) -> Row[Any]:
    """The page that holds the content, an earlier one for a revisit."""
    if not page.revisit:
        return page
    same = (Page.url == page.url) & (Page.digest == page.digest) & ~Page.revisit
    holder = connection.execute(select(Page).where(same).order_by(Page.id)).first()
    if holder is None:
        raise ProofError("the page that it repeats is not archived")
    return holder


def script(proof: Proof) -> str:
    """A program that finds the same text again in the archive file alone; it needs warcio and lxml."""
    values = [(one.field, one.value) for one in proof.located if one.start is not None]
    shown = json.dumps(values, ensure_ascii=False)
    return _SCRIPT.format(
        url=proof.url,
        file=str(proof.file),
        offset=proof.offset,
        digest=proof.digest,
        values=shown,
        ignored=_IGNORED,
    )


_SCRIPT = '''\
"""Finds what an article says in the archived page of {url}

Usage: python script.py FOLDER-OF-THE-ARCHIVE      Needs: pip install warcio lxml
"""
import base64, hashlib, re, sys, unicodedata
from lxml import html
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader

FILE, OFFSET = {file!r}, {offset}
DIGEST = {digest!r}
VALUES = {values}

def comparable(text):
    return re.sub({ignored!r}, "", unicodedata.normalize("NFKD", text))

with open(sys.argv[1] + "/" + FILE, "rb") as file:
    file.seek(OFFSET)
    record = next(iter(ArchiveIterator(file)))
    coding = record.http_headers.get_header("Content-Encoding")
    kind = record.http_headers.get_header("Content-Type") or ""
    payload = record.raw_stream.read()
algorithm, said = DIGEST.split(":")
assert base64.b32encode(hashlib.new(algorithm, payload).digest()).decode() == said, "another payload"
if coding in ("gzip", "deflate", "br"):
    import io
    payload = BufferedReader(io.BytesIO(payload), decomp_type=coding).read()
named = re.search(rb"charset=[\\"']?([\\w-]+)", kind.encode() + payload[:4096])
try:
    page = payload.decode()
except UnicodeDecodeError:
    page = payload.decode(named[1].decode() if named else "utf-8", "replace")
tree = html.fromstring(re.sub(r"^\\s*<\\?xml[^>]*>", "", page))
for element in list(tree.iter("script", "style")):
    element.text = None
text = comparable("".join(tree.itertext()))
attributes = comparable(" ".join(value for element in tree.iter() for value in element.attrib.values()))
missing = [name for name, value in VALUES if comparable(value) not in text + attributes]
print(len(VALUES) - len(missing), "values found,", len(missing), "not", *missing)
sys.exit(bool(missing))
'''
