"""Lists of articles, in any markup: they are read by their URLs alone."""

# ruff: noqa: E501  # markup stays on one line

from __future__ import annotations

import pytest

from tests.pages.reading import SITE, listing

TEASER = "Sáng 24/4, giá cam tại vườn ở huyện Cao Phong tăng thêm 2.000 đồng mỗi ki-lô-gam."
SHAPES = {
    "cards": '<div class="item"><a href="{u}"><img src="/t.jpg"></a><h3><a href="{u}">{h}</a></h3><p>{t}</p></div>',
    "list": '<li><a href="{u}">{h}</a><br>{t}</li>',
    "flat": '<h3><a href="{u}">{h}</a></h3><p>{t}</p>',
    "table": '<tr><td><a href="{u}"><img src="/t.jpg"></a></td><td><a href="{u}"><b>{h}</b></a><div>{t}</div></td></tr>',
    "with date": '<div><h3><a href="{u}">{h}</a></h3><span>24/4/2024 10:15</span><p>(HBĐT) - {t}</p></div>',
    "one link": '<a href="{u}"><span style="display:block">{h}</span><p>{t}</p></a>',
    "read on": '<div><a href="{u}">{h}</a><p>{t}</p><a href="{u}">Xem tiếp</a></div>',
}
MENU = '<ul><li><a href="/">Trang chủ</a></li><li><a href="/11/CHINH-TRI.htm">Chính trị</a></li><li><a href="/12/KINH-TE.htm"><b>Kinh tế</b></a></li></ul>'
PAGER = '<div><a href="/11/CHINH-TRI.htm">1</a> <b>2</b> <a href="/11/page/3/CHINH-TRI.htm">3</a> <a href="/11/page/105/CHINH-TRI.htm">Cuối »</a></div>'
FOOT = "<div>Xem các tin đã đưa ngày:</div><div><p>Báo Hòa Bình. Giấy phép số 12. Tổng biên tập: địa chỉ tòa soạn.</p></div>"


def page(shape: str, *, foot: str = FOOT) -> str:
    entries = "".join(
        shape.format(u=f"/11/{number}/Tin-{number}.htm", h=f"Tin số {number} trong ngày", t=TEASER)
        for number in (5, 4, 3)
    )
    return f"<html><body>{MENU}<div><div>{entries}</div>{PAGER}</div>{foot}</body></html>"


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_entries_are_read_in_any_shape(shape: str) -> None:
    found = listing(page(shape), f"{SITE}/11/page/2/CHINH-TRI.htm")
    assert [(e.article_id, e.section_id, e.headline, e.teaser) for e in found.entries] == [
        (number, 11, f"Tin số {number} trong ngày", TEASER) for number in (5, 4, 3)
    ]


def test_sections_are_those_of_the_navigation_with_their_names() -> None:
    found = listing(page(SHAPES["list"]))
    assert [(s.edition, s.section_id, s.slug, s.name) for s in found.sections] == [
        ("vi", 11, "CHINH-TRI", "Chính trị"),
        ("vi", 12, "KINH-TE", "Kinh tế"),
    ]


def test_page_numbers_are_those_of_this_list() -> None:
    other = PAGER.replace("/11/", "/12/").replace("105", "7")
    found = listing(page(SHAPES["list"], foot=other), f"{SITE}/11/page/2/CHINH-TRI.htm")
    assert found.page_numbers == [1, 3, 105]


def test_the_navigation_alone_is_no_pager() -> None:
    assert listing(MENU).page_numbers == []


def test_an_article_listed_twice_is_one_entry_with_its_longest_headline() -> None:
    found = listing(
        '<a href="/11/5/a.htm">Tin dài…</a><p>x</p><a href="/12/6/b.htm">Tin khác</a>'
        '<p><a href="http://www.baohoabinh.com.vn/11/5/a.htm">Tin dài hơn nhiều</a></p>'
    )
    assert [(e.article_id, e.headline) for e in found.entries] == [(5, "Tin dài hơn nhiều"), (6, "Tin khác")]
    assert found.entries[0].found_as == f"{SITE}/11/5/a.htm"


def test_a_picture_alone_is_named_by_its_title_or_alternative_text() -> None:
    found = listing(
        '<a href="/11/5/a.htm" title="Lễ hội Mường"><img src="x.jpg"></a><a href="/11/6/b.htm"><img src="y.jpg" alt="Hội cam"></a>'
    )
    assert [e.headline for e in found.entries] == ["Lễ hội Mường", "Hội cam"]


def test_the_foot_of_the_page_is_no_teaser() -> None:
    found = listing(
        '<div><div><ul><li><a href="/11/5/a.htm">Tin cuối cùng</a></li></ul></div></div>'
        "<div><p>Giấy phép số 12 của Bộ Thông tin và Truyền thông. Tổng biên tập: địa chỉ.</p></div>"
    )
    assert found.entries[0].teaser is None


def test_what_is_not_ours_is_left_out() -> None:
    found = listing(
        '<a href="https://baophutho.vn/11/5/a.htm">Phú Thọ</a><a href="javascript:void(0)">x</a>'
        '<a href="/rss/home.rss">RSS</a><a href="/11/0/a.htm">Không</a><a href="//[::1">y</a>'
    )
    assert (found.entries, found.sections) == ([], [])


def test_editions_are_kept_apart() -> None:
    found = listing('<a href="/en/2/5/a.htm">News</a><a href="http://mu.baohoabinh.com.vn/2/5/b.htm">Tin</a>')
    assert [(e.edition, e.article_id) for e in found.entries] == [("en", 5), ("mu", 5)]


def test_an_empty_page_is_an_empty_list() -> None:
    assert listing("").entries == []
