"""A saved search as an Atom feed (RFC 4287): a file that readers subscribe to, made of what was found."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from sqlalchemy import Connection, Row, select

from analysis.search.excerpt import excerpt
from analysis.search.query import parse, terms
from newspapers import HomeRef, current
from schemas.shown_text import printable
from schemas.tables import Article, SavedSearchHit

ENTRIES = 200
"""The newest texts; a reader that asks less often than they come loses the others."""

_ATOM = "http://www.w3.org/2005/Atom"


def feed_file(folder: Path, name: str) -> Path:
    """Where the feed of a saved search lies."""
    return folder / f"{name}.atom"


def write_feed(connection: Connection, search: Row[Any], folder: Path) -> None:
    """Write the feed of a saved search anew; who reads meanwhile finds the former one whole.

    :raises OSError: if it cannot be written.
    """
    query = (
        select(SavedSearchHit.__table__, Article.__table__)
        .join(Article, Article.id == SavedSearchHit.article_id)
        .where(SavedSearchHit.search_id == search.id)
        .order_by(SavedSearchHit.found_at.desc(), SavedSearchHit.article_id.desc())
        .limit(ENTRIES)
    )
    hits = connection.execute(query).all()
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    home = HomeRef(current().codes[0]).url
    _add(feed, "id", f"{home}#{search.name}")
    _add(feed, "title", f"{current().name}: {search.query}")
    _add(feed, "updated", _time(hits[0].found_at if hits else search.saved_at))
    _add(_add(feed, "author"), "name", current().name)
    wanted = terms(parse(search.query))
    for hit in hits:
        entry = _add(feed, "entry")
        _add(entry, "id", f"{hit.canonical_url}#{_time(hit.text_since)}")
        _add(entry, "title", f"{hit.headline} (edited)" if hit.edited else hit.headline)
        _add(entry, "link", href=hit.canonical_url)
        _add(entry, "updated", _time(hit.found_at))
        if hit.published_at:
            _add(entry, "published", _time(hit.published_at))
        passage = excerpt(" ".join(filter(None, (hit.lead, hit.body))), wanted)
        _add(entry, "summary", "".join(piece.text for piece in passage))
    folder.mkdir(parents=True, exist_ok=True)
    file = feed_file(folder, search.name)
    unfinished = file.with_name(f".{file.name}.part")
    ET.ElementTree(feed).write(unfinished, encoding="utf-8", xml_declaration=True)
    unfinished.replace(file)


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = text and printable(text)
    return child


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
