"""Pages that are broken, endless or meant to hurt: something is returned, and soon."""

from __future__ import annotations

import time

import pytest

from schemas.items import NotAnArticle
from tests.pages.reading import FIRST, SECOND, SITE, article, day_form, listing, p, plain, post, read

ENDLESS = {
    "div": "<div>" * 10_000 + "x",
    "table": "<table><tr><td>" * 4_000 + "x",
    "inline": "<b><i>" * 6_000 + "x",
    "links": "".join(f'<a href="/11/{n}/Tin-{n}.htm">Tin vắn {n}</a>' for n in range(1, 10_001)),
    "breaks": "<br>" * 10_000 + "x<br>" * 10_000,
    "pictures": '<img src="a.jpg">' * 10_000,
    "pictures with captions": "".join(f'<p><img src="{n}.jpg"></p><p>Ảnh: P.V</p>' for n in range(3_000)),
    "sources": "<picture>" + "<source><img>" * 10_000,
    "forms": "<form>" * 2_000 + "<select><option>1" * 2_000,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>",
    "attributes with signs": "<p a='>' b='<' " + " ".join(f"a{n}" for n in range(100_000)) + ">x</p>",
    "names of tags": "<a" * 40_000,
    "list items": "<ul>" + "<li>Đức" * 10_000,
    "headings of boxes": "<p>Các tin khác</p>" * 10_000,
    "asides": '<div class="related">x</div>' * 10_000,
    "nbsp": "<p>" + "&nbsp;" * 200_000,
    "nbsp between bold words": "<p>" + ("<b>a</b>" + "&nbsp;" * 8) * 10_000,
    "marks on one letter": "<p>a" + "\u0301\u0323" * 200_000,
    "lost characters": "<p>" + "&#xD800;" * 200_000,
    "brackets": "<p>" + "( " * 500_000,
    "ends": "<p>" + "./. " * 200_000,
    "ends before a letter": "<p>" + "./." * 200_000 + "x",
    "quotation marks": "<p>" + '"' * 2_000_000,
    "spaced quotation marks": '<p>"' + ' "' * 200_000,
    "dates": "<p>" + "1/1/ " * 200_000,
    "datelines": "<p>" + "(HBĐT) " * 200_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENDLESS)
def test_the_time_a_page_takes_does_not_grow_with_the_square_of_its_size(kind: str) -> None:
    start = time.process_time()
    read(post(p(FIRST), ENDLESS[kind]))
    read(plain(p(FIRST), ENDLESS[kind]))
    listing(ENDLESS[kind])
    day_form(ENDLESS[kind])
    assert time.process_time() - start < 12, "the square of such a size takes minutes on any machine"


@pytest.mark.parametrize("html", ["<p>x</p>" * 25_001, "<p>" + "x" * 4_000_001], ids=["tags", "bytes"])
def test_what_is_too_large_for_an_article_is_not_read(html: str) -> None:
    item = read(post(p(FIRST), html))
    assert isinstance(item, NotAnArticle)
    assert item.found == "too-large"
    assert listing(html + '<a href="/11/5/x.htm">Tin</a>').entries == []
    assert day_form(html) is None


def test_pictures_within_a_page_do_not_make_it_too_large() -> None:
    picture = f'<img src="data:image/png;base64,{"A" * 4_000_001}">'
    assert article(post(p(FIRST), picture, p(SECOND))).body == [FIRST, SECOND]


def test_an_article_in_ten_thousand_nested_tags_is_still_read() -> None:
    item = article(post("<div>" * 10_000, p(FIRST), "</div>" * 10_000, p(SECOND)))
    assert item.body == [FIRST, SECOND]


def test_an_address_that_is_no_article_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="not the URL of an article"):
        read("<p>x", url=f"{SITE}/11/CHINH-TRI.htm")
