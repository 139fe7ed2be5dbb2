"""Pages that are broken, endless or meant to hurt: something is returned, and soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.items import Article, NotAnArticle
from tests.pages.reading import FIRST, LEAD, SECOND, SITE, article, day_form, listing, p, plain, post, read

_TAGS = "div p span b h1 h2 a img br table td form select option script style iframe o:p st1:place ul li font"
TAGS = _TAGS.split()
SNIPPETS = [
    *(f"<{tag}>" for tag in TAGS),
    *(f"</{tag}>" for tag in TAGS),
    '<div class="post clearfix">',
    '<h2 class="title">',
    '<div class="summary">',
    '<span class="meta">',
    '<a href="/11/5/x.htm">',
    '<a href="/11/x.htm">',
    '<img src="a b.jpg">',
    '<div style="text-align: right">',
    "<input type=radio name=a value=1>",
    "<!--",
    "-->",
    "<![CDATA[",
    "&#0;",
    "&#xD800;",
    "&nbsp;" * 9,
    "Các tin khác",
    "Xem các tin đã đưa ngày:",
    "(HBĐT) - ",
    "./.",
    "Ảnh: P.V",
    "2-11-2018 9-56-05 AM",
    "Đức Phượng",
    "Sáng nay, huyện tổ chức hội nghị. " * 4,
    '"',
    "”",
    "\x00",
]
markup = st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=20)), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(markup)
def test_any_markup_gives_an_article_or_says_what_it_is(html: str) -> None:
    assert isinstance(read(html), Article | NotAnArticle)
    listing(html)
    day_form(html)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_an_answer(body: bytes) -> None:
    assert isinstance(read(body), Article | NotAnArticle)


@settings(max_examples=100, deadline=None)
@given(markup)
def test_markup_in_the_middle_of_an_article_never_raises(html: str) -> None:
    read(post(p(FIRST), html, p(SECOND)))
    read(plain(p(LEAD), p(FIRST), html, p(SECOND)))


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 10_000 + "x",
        "<table><tr><td>" * 4_000 + "x",
        "<b><i>" * 6_000 + "x",
        "".join(f'<a href="/11/{n}/Tin-{n}.htm">Tin vắn {n}</a>' for n in range(1, 100_001)),
        "<p>" + "&nbsp;" * 200_000,
        "<p>" + "( " * 100_000,
        "<p>" + "./. " * 50_000,
        '<p>"' + ' "' * 50_000,
        "<p>" + "1/1/ " * 50_000,
        "<br>" * 50_000 + "x<br>" * 20_000,
        '<img src="a.jpg">' * 20_000,
        "<form>" * 2_000 + "<select><option>1" * 2_000,
    ],
    ids=[
        "div",
        "table",
        "inline",
        "links",
        "nbsp",
        "brackets",
        "ends",
        "quotes",
        "dates",
        "breaks",
        "pictures",
        "forms",
    ],
)
def test_endless_pages_do_not_take_endless_time(html: str) -> None:
    start = time.process_time()
    read(html)
    read(post(p(FIRST), html))
    listing(html)
    day_form(html)
    assert time.process_time() - start < 30, "the square of such a size takes minutes on any machine"


def test_an_article_in_ten_thousand_nested_tags_is_still_read() -> None:
    item = article(post("<div>" * 10_000, p(FIRST), "</div>" * 10_000, p(SECOND)))
    assert item.body == [FIRST, SECOND]


def test_an_address_that_is_no_article_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="not the URL of an article"):
        read("<p>x", url=f"{SITE}/11/CHINH-TRI.htm")
