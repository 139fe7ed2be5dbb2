"""Page objects, addresses and dates under random input made of the site's own vocabulary."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from attrs import asdict
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.dates import read_date
from newspapers import ArticleRef, canonical_url, read_url, why_refused
from pipelines.clean import clean_article
from schemas.items import Article, NotAnArticle
from tests.pages.reading import (
    FETCHED,
    FIRST,
    HEADLINE,
    LEAD,
    PICTURE,
    SECOND,
    SITE,
    day_form,
    listing,
    p,
    plain,
    post,
    read,
)

ODD = [
    *("\x00", "\ud800", "&#0;", "&#xD800;", "&#x110000;", "&lt;b&gt;", "&amp", "&nbsp;" * 50),
    *("\u0312", "\u202e", "\ufeff", "<!--", "-->", "<![CDATA[", "“"),
]
TEXTS = [
    HEADLINE,
    LEAD,
    FIRST,
    SECOND,
    unicodedata.normalize("NFD", FIRST),
    "(HBĐT) - ",
    "(TTXVN)",
    "./.",
    "Ảnh: P.V",
    "H.D",
    "Đức Phượng",
    "Các tin khác",
    "Related Topics",
    "Xem các tin đã đưa ngày:",
    "PV:",
    "Theo VOV",
    "Bạn đọc bình luận",
    "Không tìm thấy trang",
    "Hệ thống đang bảo trì",
    "'; DROP TABLE articles; --",
    "=1+1",
    *ODD,
]
DAYS = [
    "2-11-2018 9-56-05 AM",
    "Thứ sáu, 31/12/9999 23:59",
    "29/02/2023",
    "00/00/0000",
    "Cập nhật: 24/4/2024 9:56 [GMT+7]",
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00-12:00",
    "2024-04-24T25:61:61+99:99",
    "Chủ nhật 1.1.2010 12h60",
    "32/13/2020",
]
HREFS = [
    "/11/5/x.htm",
    "/en/2/7/y.htm",
    "/11/CHINH-TRI.htm",
    "/11/page/9/X.htm",
    f"{SITE}/12/{2**63}/x.htm",
    "http://[x",
    "//",
    "",
    "javascript:1",
    "data:,x",
    "file:///x",
    "http://10.0.0.1/11/5/x.htm",
    "/11/5/%ff%00.htm",
    "/11/5/\ud800.htm",
    "?a=1",
    PICTURE,
]
_PLAIN_TAGS = (
    "div form table tr td select o:p h4 b option ul li script title noscript st1:place svg template iframe"
)
TAGS = [
    *_PLAIN_TAGS.split(),
    'div class="post clearfix"',
    'div class="related-post margin-top-20 clearfix"',
    'div class="post margin-top-20 clearfix"',
    'h2 class="title"',
    'span class="meta"',
    'div class="summary"',
    'div style="text-align: justify;"',
    'div style="text-align: center;"',
    "p class=MsoNormal",
    "header class=page-header",
]
words = st.lists(st.one_of(st.sampled_from(TEXTS + DAYS), st.text(max_size=12)), max_size=4).map(" ".join)
hrefs = st.one_of(st.sampled_from(HREFS), st.text(max_size=20))


def _around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    inside = st.lists(inner, max_size=4).map("".join)
    opening = st.sampled_from(TAGS)
    return st.one_of(
        st.builds(lambda tag, text: f"<{tag}>{text}</{tag.split()[0]}>", opening, inside),
        st.builds(lambda href, text: f'<a href="{href}">{text}</a>', hrefs, inside),
        st.builds(lambda src, alt: f'<img src="{src}" alt="{alt}">', hrefs, words),
        st.builds(lambda tag, text: f"<{tag}>{text}", opening, inside),
        st.builds(
            lambda value: f'<meta property="article:published_time" content="{value}">', st.sampled_from(DAYS)
        ),
        st.builds(lambda href: f'<base href="{href}"><link rel=canonical href="{href}">', hrefs),
    )


markup = st.lists(st.recursive(words, _around, max_leaves=12), max_size=6).map("".join)
ENCODINGS = ["utf-8", "utf-16", "windows-1258", "big5", "utf-7", "latin-1"]


@given(markup, st.sampled_from(ENCODINGS), st.binary(max_size=100))
def test_a_page_of_the_sites_vocabulary_gives_a_valid_item(html: str, encoding: str, noise: bytes) -> None:
    known = post(p(FIRST), html, p(SECOND))
    body = known.encode(encoding, "replace")
    for page in (html, known, plain(p(LEAD), html, p(SECOND)), body + noise, noise + body, noise):
        item = read(page)
        assert isinstance(item, Article | NotAnArticle)
        if isinstance(item, Article):
            assert item.canonical_url == canonical_url(item.canonical_url)
            assert all(canonical_url(link.url) == link.url for link in item.related)
            clean_article(item)
        assert_valid(asdict(item))
    assert all(isinstance(read_url(entry.url), ArticleRef) for entry in listing(html).entries)
    day_form(html)


def assert_valid(value: Any) -> None:
    """Text is NFC and can be stored, times have a zone."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("found_as", "html", "payload"):  # as they came
                assert_valid(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            assert_valid(inner)
    elif isinstance(value, datetime):
        assert value.tzinfo
    elif isinstance(value, str):
        value.encode("utf-8")
        assert unicodedata.is_normalized("NFC", value)


_PLAIN_ADDRESS_PARTS = (
    "http: https: // / www. en. mu. baohoabinh.com.vn . :443 :99999 :x @ a:b@ 11 0 5 page en mu "
    "x.htm .htm ?a #b %00 %ff %2f [ ] ::1 ١"
)
ADDRESS_PARTS = [*_PLAIN_ADDRESS_PARTS.split(), str(2**63), "\ud800", "\x00", " ", "\t", "\u0660"]
parts = st.sampled_from(ADDRESS_PARTS)


@given(st.lists(st.one_of(parts, st.text(max_size=3)), max_size=12).map("".join))
def test_an_address_of_any_parts_is_read_or_refused(rest: str) -> None:
    for url in (rest, f"{SITE}/{rest}", f"{SITE}/11/5/{rest}.htm", f"https:{rest}", f"http://{rest}/"):
        reference = read_url(url)
        if reference:
            assert read_url(reference.url) == reference
            assert why_refused(url) is None
            assert reference.url.isascii()


_PLAIN_DATE_PARTS = (
    "Friday , / - . : h AM PM SA CH Chiều ngày tháng năm T Z +07:00 +99:99 -00:00 (GMT+7) 9999 0000 "
    "2024 24 04 4 31 12 60 00"
)
DATE_PARTS = [*_PLAIN_DATE_PARTS.split(), "Thứ sáu", "Thứ 6", "Chủ nhật", " ", "Cập nhật:"]
dates = st.sampled_from(DATE_PARTS)


@given(
    st.lists(st.one_of(dates, st.integers(0, 10**6).map(str), st.text(max_size=2)), max_size=14).map("".join)
)
def test_a_date_of_any_parts_is_read_or_refused(text: str) -> None:
    for printed in (text, f"24/4/2024 {text}", f"2024-04-24T{text}"):
        found = read_date(printed, FETCHED)
        if found is not None:
            assert found.at.tzinfo
            assert found.at <= FETCHED + timedelta(days=366)
