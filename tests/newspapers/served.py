"""The site of the newspaper that does not exist: two sections, a front page, a few articles in one layout."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import escape

from attrs import frozen

from tests.newspapers.tin_ven_song import NEWSPAPER, SECTIONS
from tests.site.model import State
from tests.site.pages import Answer
from tests.site.server import SiteServer

ON_A_PAGE = 5
NAMES = {"thoi-su": "Thời sự", "doi-song": "Đời sống"}


@frozen
class Story:
    """One article as the site has it."""

    number: int
    section: str
    headline: str
    published: datetime
    lead: str
    body: tuple[str, ...]
    byline: str

    @property
    def path(self) -> str:
        return f"/bai/phien-cho-ven-song-ngay-{self.number}-{self.number}.html"


def _story(number: int) -> Story:
    section = list(SECTIONS)[number % len(SECTIONS)]
    return Story(
        number,
        section,
        f"Phiên chợ ven sông ngày {number}",
        datetime(2024, 3, 1, 7, 30, tzinfo=NEWSPAPER.zone) + timedelta(days=number),
        f"Sáng hôm ấy, ghe thứ {number} cập bến chợ với một khoang đầy cá linh và bông điên điển đầu mùa.",
        (
            f"Bà con trong ấp kể rằng từ {number} năm nay nước về muộn, nên ai cũng mừng khi thấy cá.",
            f"Ông chủ ghe nói sẽ quay lại sau {number} ngày nữa, nếu trời yên và con nước không đổi.",
        ),
        "Lê Thị Bến",
    )


FIRST = tuple(_story(number) for number in range(1, 15))
LATER = (*FIRST, _story(15))
"""What the site has when it is asked again."""


class River:
    """Answers requests; what it is asked to serve depends on the state of the site."""

    def answer(self, _method: str, _host: str, target: str, _form: bytes, state: State) -> Answer:
        stories = FIRST if state is State.FIRST else LATER
        if target == "/":
            return _page("Tin Ven Sông", _teasers(stories[::-1][:ON_A_PAGE]))
        if match := re.fullmatch(r"/muc/([a-z-]+)(?:/trang-(\d+))?", target):
            name, page = match[1], int(match[2] or 1)
            here = [story for story in stories[::-1] if story.section == name]
            shown = here[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
            more = len(here) > page * ON_A_PAGE
            pager = f'<a href="/muc/{name}/trang-{page + 1}">Trang sau</a>' if more else ""
            return _page(NAMES[name], _teasers(shown) + pager) if shown else _missing()
        found = next((story for story in stories if story.path == target), None)
        return _article(found) if found else _missing()


def serve(state: str = "first") -> SiteServer:
    """A server on the loopback, to be entered with ``with``."""
    return SiteServer(River(), 0, state)  # type: ignore[arg-type]  # it answers as the sample site's pages do


def _teasers(stories: tuple[Story, ...] | list[Story]) -> str:
    return "".join(
        f'<div class="teaser"><h3><a href="{story.path}">{escape(story.headline)}</a></h3>'
        f"<p>(TVS) - {escape(story.lead)}</p></div>"
        for story in stories
    )


def _article(story: Story) -> Answer:
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.body)
    return _page(
        story.headline,
        f'<main class="story"><h1 class="name">{escape(story.headline)}</h1>'
        f'<p class="when">{story.published:%d/%m/%Y %H:%M}</p>'
        f'<p class="opening">(TVS) - {escape(story.lead)}</p>'
        f'<div class="text">{body}<p style="text-align: right"><b>{story.byline}</b></p></div></main>',
    )


def _page(title: str, content: str) -> Answer:
    menu = "".join(f'<li><a href="/muc/{name}">{label}</a></li>' for name, label in NAMES.items())
    text = (
        f"<!DOCTYPE html><html><head><title>{escape(title)} | Tin Ven Sông</title></head><body>"
        f'<nav><ul><li><a href="/">Trang chủ</a></li>{menu}</ul></nav>{content}</body></html>'
    )
    return Answer(200, text.encode())


def _missing() -> Answer:
    return Answer(404, b"<html><body>Not here</body></html>")
