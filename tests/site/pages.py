"""Answers of the sample site: which page an address names, rendered once and kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from urllib.parse import parse_qs, urlsplit

from tests.site.model import HANOI, State
from tests.site.newspaper import Newspaper, last_changed
from tests.site.pictures import PICTURE_FOLDERS, picture

_EDITION_OF_HOST = {"en": "en", "mu": "mu"}
_PATH = re.compile(
    r"/(?:(?P<edition>en|mu)/)?(?P<section>\d+)/(?:page/(?P<page>\d+)/|(?P<article>\d+)/)?[^/]+\.htm"
)
_HOME = re.compile(r"/(?:(?P<edition>en|mu)/?)?(?:(?:default|index)\.(?:aspx|html?))?")
_ROBOTS = "User-agent: *\nAllow: /\nDisallow: /binh-luan.aspx\n"
_HTML = "text/html; charset=utf-8"

Address = tuple[str | int, ...]
"""What a page is, apart from the state of the site: a kind and its particulars."""


@dataclass(frozen=True)
class Answer:
    """A rendered page with what HTTP says about it."""

    status: int
    body: bytes
    content_type: str = _HTML
    etag: str | None = None
    last_modified: str | None = None


class Pages:
    """All answers of one newspaper."""

    def __init__(self, newspaper: Newspaper) -> None:
        self._newspaper = newspaper
        self._kept: dict[tuple[State, Address], Answer] = {}

    def answer(self, method: str, host: str, target: str, form: bytes, state: State) -> Answer:
        """The answer to a request, without regard to its conditions."""
        address = self._address(method, host, target, form)
        kept = self._kept.get((state, address))
        if kept is None:
            kept = self._kept[state, address] = self._render(address, state)
        return kept

    def warm(self, state: State) -> None:
        """Render every article and list before anyone asks."""
        archive = self._newspaper.archive
        addresses: list[Address] = [("article", *key) for key in archive.pieces(state)]
        for section in archive.all_sections:
            addresses += [("list", section.edition, section.section_id, page) for page in range(1, 40)]
        for address in addresses:
            self._kept[state, address] = self._render(address, state)

    def _address(self, method: str, host: str, target: str, form: bytes) -> Address:
        label = host.split(":", 1)[0].split(".", 1)[0].lower()
        parts = urlsplit(target)
        path = parts.path
        if path.startswith(PICTURE_FOLDERS):
            return ("picture", path)
        edition = _EDITION_OF_HOST.get(label, "vi")
        if match := _PATH.fullmatch(path):
            edition = match["edition"] or edition
            if match["article"]:
                return ("article", edition, int(match["article"]))
            return ("list", edition, int(match["section"]), int(match["page"] or 1))
        if match := _HOME.fullmatch(path):
            return ("front", match["edition"] or edition)
        if path == "/robots.txt":
            return ("robots",)
        if path.endswith(f"/{self._newspaper.design.day_path}"):
            first = path.split("/")[1]
            edition = first if first in {"en", "mu"} else edition
            return self._day(method, edition, form.decode() if method == "POST" else parts.query)
        return ("missing", edition)

    def _day(self, method: str, edition: str, query: str) -> Address:
        """What was asked with the day form; only the right method and complete fields are answered."""
        fields = self._newspaper.design.day_fields(edition)
        sent = {name: values[0] for name, values in parse_qs(query).items()}
        if method != ("POST" if fields.date else "GET"):
            return ("missing", edition)
        try:
            if fields.date:
                day = datetime.strptime(sent[fields.date].strip(), "%d/%m/%Y").replace(tzinfo=HANOI)
            else:
                numbers = (int(sent[name]) for name in (fields.year, fields.month, fields.day))
                day = datetime(*numbers, tzinfo=HANOI)  # type: ignore[misc,arg-type]
            everywhere = sent[fields.scope] == fields.everywhere
            section = 0 if everywhere else int(sent[fields.section])
        except (KeyError, ValueError):
            return ("missing", edition)
        return ("day", edition, day.isoformat(), section)

    def _render(self, address: Address, state: State) -> Answer:
        if address[0] == "picture":
            return Answer(200, picture(str(address[1])), "image/jpeg")
        html, status, edition = self._html(address, state)
        if address[0] == "robots":
            return Answer(200, html.encode(), "text/plain; charset=utf-8")
        body = html.encode()
        content_type = _HTML
        if address[0] == "article" and status == 200:
            piece = self._newspaper.archive.pieces(state).get((str(address[1]), int(address[2])))
            if piece is not None:
                content_type = f"text/html; charset={piece.print.charset}"
        if status != 200 or edition == "mu" or address[0] == "day":
            return Answer(status, body, content_type)
        tag = blake2b(body, digest_size=8).hexdigest()
        if edition == "en":
            return Answer(status, body, content_type, etag=f'W/"{tag}"')
        changed = state is State.LATER and self._html(address, State.FIRST)[0].encode() != body
        modified = format_datetime(
            last_changed(self._newspaper.now, changed=changed).astimezone(UTC), usegmt=True
        )
        return Answer(status, body, content_type, etag=f'"{tag}"', last_modified=modified)

    def _html(self, address: Address, state: State) -> tuple[str, int, str]:
        """Page, status and edition."""
        paper = self._newspaper
        html: str | None
        match address:
            case ("robots",):
                return _ROBOTS, 200, "vi"
            case ("article", str(edition), int(number)):
                html = paper.article((edition, number), state) or paper.gone((edition, number), state)
            case ("list", str(edition), int(section), int(page)):
                html = paper.listing(edition, section, page, state)
            case ("front", str(edition)):
                html = paper.front(edition, state)
            case ("day", str(edition), str(day), int(section)):
                html = paper.day(edition, datetime.fromisoformat(day), section or None, state)
            case _:
                edition, html = str(address[1]), None
        if html is None:
            return paper.missing(edition, state), 404, edition
        return html, 200, edition


def not_modified(answer: Answer, headers: dict[str, str]) -> bool:
    """Whether a conditional request is answered with 304 (RFC 9110, 13.2.2)."""
    if (known := headers.get("if-none-match")) is not None:
        tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        return answer.etag is not None and answer.etag.removeprefix("W/") in tags
    if (since := headers.get("if-modified-since")) is not None and answer.last_modified is not None:
        try:
            return parsedate_to_datetime(answer.last_modified) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False
    return False
