"""Tin Ven Sông, a newspaper that does not exist: one edition, one layout, no section in an article's address.

::

    https://tinvensong.example/                           the front page
    https://tinvensong.example/muc/<section>(/trang-<n>)  a section's list
    https://tinvensong.example/bai/<slug>-<number>.html   an article
"""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from newspapers.layout import Layout
from newspapers.newspaper import (
    MAX_ARTICLE_ID,
    ArticleRef,
    Edition,
    HomeRef,
    ListRef,
    Newspaper,
    Reference,
    SectionRef,
    Style,
)
from newspapers.web_address import canonical_segment, host_and_path

DOMAIN = "tinvensong.example"
EDITION = "vi"
SECTIONS = {"thoi-su": 1, "doi-song": 2}
"""The paper names its sections; these are our numbers for them."""

_ARTICLE = re.compile(r"/bai/(?P<slug>[^/]+)-(?P<number>[0-9]{1,18})\.html")
_LIST = re.compile(r"/muc/(?P<name>[^/]+)(?:/trang-(?P<page>[1-9][0-9]{0,5}))?")


@lru_cache(maxsize=8192)
def read_url(url: str) -> Reference | None:
    host, path = host_and_path(url)
    if host != DOMAIN:
        return None
    if path in ("", "/"):
        return HomeRef(EDITION)
    if match := _LIST.fullmatch(path):
        number = SECTIONS.get(match["name"])
        return ListRef(EDITION, number, match["name"], int(match["page"] or 1)) if number else None
    if match := _ARTICLE.fullmatch(path):
        number, slug = int(match["number"]), canonical_segment(match["slug"])
        return ArticleRef(EDITION, number, None, slug) if slug and 0 < number <= MAX_ARTICLE_ID else None
    return None


def write_url(reference: Reference) -> str:
    match reference:
        case ArticleRef():
            return f"https://{DOMAIN}/bai/{reference.slug}-{reference.article_id}.html"
        case ListRef():
            paging = f"/trang-{reference.page}" if reference.page > 1 else ""
            return f"https://{DOMAIN}/muc/{reference.slug}{paging}"
        case HomeRef():
            return f"https://{DOMAIN}/"


def is_picture(url: str) -> bool:
    host, path = host_and_path(url)
    return host == DOMAIN and path.startswith("/anh/")


def belongs(_article: ArticleRef, _section: SectionRef) -> bool:
    """An address tells nothing of a section, and no box of others stands beside the lists."""
    return True


NEWSPAPER = Newspaper(
    name="Tin Ven Sông",
    domain=DOMAIN,
    hosts=frozenset({DOMAIN}),
    editions=(Edition(EDITION, label="Vietnamese", label_vi="tiếng Việt", language="vi"),),
    zone=ZoneInfo("Asia/Ho_Chi_Minh"),
    read_url=read_url,
    write_url=write_url,
    article_href=re.compile(r"bai/[^/?#]+-(?P<article>[0-9]+)\.html"),
    page_href=re.compile(r"(?:bai|muc)/"),
    url_form=f"https://{DOMAIN}/bai/<slug>-<number>.html",
    is_picture=is_picture,
    belongs=belongs,
    seed_lists=(ListRef(EDITION, SECTIONS["thoi-su"], "thoi-su"),),
    layouts=(
        Layout(
            name="story",
            version=1,
            marks={
                "container": ("main.story",),
                "headline": ("h1.name",),
                "date": ("p.when",),
                "lead": ("p.opening",),
            },
        ),
    ),
    style=Style(datelines={"TVS": "TVS"}, names="tin ven sông", staff="Tin Ven Sông"),
)
