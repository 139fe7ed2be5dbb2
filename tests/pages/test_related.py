"""The block of other news: its pairs of headline and teaser, and nothing beside it."""

# ruff: noqa: E501  # markup stays on one line

from __future__ import annotations

import pytest

from tests.pages.reading import FIRST, LEAD, SECOND, SITE, article, p, plain, post

PAIRS = [
    (188001, "Giá cam tăng", "Sáng 24/4, giá cam tại vườn ở huyện Cao Phong tăng thêm 2.000 đồng."),
    (188000, "Tin vắn", "Ngân hàng Chính sách xã hội huyện đã cho 300 hộ vay vốn cải tạo vườn."),
    (187999, "Hội thi", None),
]
BOX = '<div><h3>Tin mới nhất</h3><ul><li><a href="/15/188900/Bong-da.htm">Khai mạc giải bóng đá</a></li></ul></div>'
DAY_FORM = "<form><p>Xem các tin đã đưa ngày:</p></form>"


def entries(shape: str) -> str:
    return "".join(
        shape.format(url=f"/12/{number}/Tin-{number}.htm", headline=headline, teaser=teaser or "")
        for number, headline, teaser in PAIRS
    )


SHAPES = {
    "blocks": '<div><a href="{url}">{headline}</a></div><div>{teaser}</div>',
    "list, after a break": '<li><a href="{url}">{headline}</a><br>{teaser}</li>',
    "list, in one line": '<li><a href="{url}">{headline}</a> - {teaser}</li>',
    "definition list": '<dt><a href="{url}"><b>{headline}</b></a></dt><dd>{teaser}</dd>',
    "thumbnail first": '<div><a href="{url}"><img src="/t.jpg" alt="{headline}"></a><h5><a href="{url}">{headline}</a></h5><p>{teaser}</p></div>',
    "thumbnail behind": '<div><h5><a href="{url}">{headline}</a></h5><a href="{url}"><img src="/t.jpg"></a><p>{teaser}</p></div>',
    "one link around all": '<a href="{url}"><h4>{headline}</h4><p>{teaser}</p></a>',
    "table": '<table><tr><td><a href="{url}">{headline}</a></td></tr><tr><td>{teaser}</td></tr></table>',
    "read on": '<div><a href="{url}">{headline}</a><p>(HBĐT) - {teaser}</p><a href="{url}">Xem tiếp</a></div>',
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(
    "heading", ["<h3>Các tin khác</h3>", "<p><b>CÁC TIN KHÁC:</b></p>", "<h2>Cùng chuyên mục</h2>"]
)
def test_pairs_are_read_in_any_shape(shape: str, heading: str) -> None:
    block = f"<div>{heading}{entries(shape)}</div>"
    for page in (
        post(p(FIRST), after=block + DAY_FORM + BOX),
        post(p(FIRST), block, after=BOX),
        plain(p(LEAD), p(FIRST), block, DAY_FORM, after=BOX),
        plain(p(LEAD), p(FIRST), block, after=BOX),
    ):
        item = article(page)
        assert [(link.article_id, link.headline, link.teaser) for link in item.related] == PAIRS
        assert item.body == [FIRST]


def test_a_box_of_other_news_among_the_paragraphs_is_not_the_block() -> None:
    inside = '<div><h4>Tin liên quan</h4><ul><li><a href="/12/136000/A.htm">Cam vào vụ</a></li></ul></div>'
    block = f"<div><h3>Tin cùng chuyên mục</h3>{entries(SHAPES['blocks'])}</div>"
    item = article(plain(p(LEAD), p(FIRST), inside, p(SECOND), block))
    assert [link.article_id for link in item.related] == [188001, 188000, 187999]


def test_the_layouts_own_block_is_read_by_its_marks() -> None:
    shape = '<div class="post margin-top-20 clearfix"><h5><a href="{url}">{headline}</a></h5><div>{teaser}</div></div>'
    block = (
        '<div class="related-post margin-top-20 clearfix"><header class="widget-header"><h4 class="title">'
        f"Các tin khác</h4></header>{entries(shape)}</div>"
    )
    apart = post(p(FIRST), after=f"<table><tr><td><div>{block}</div></td></tr></table>{BOX}")
    for page in (post(p(FIRST), after=block + BOX), post(p(FIRST), block, after=BOX), apart):
        item = article(page)
        assert item.rules["related"] == ".related-post"
        assert [link.article_id for link in item.related] == [188001, 188000, 187999]
        assert item.body == [FIRST]


def test_the_muong_edition_has_no_heading() -> None:
    block = entries(SHAPES["blocks"]).replace('href="/12/', 'href="/mu/2/')
    page = plain(p("(HBDT) – " + FIRST), p(SECOND), block, DAY_FORM, after=BOX)
    item = article(page, f"{SITE}/mu/2/404/Nge-che.htm")
    assert [link.article_id for link in item.related] == [188001, 188000, 187999]
    assert {link.edition for link in item.related} == {"mu"}
    assert item.rules["related"] == "pairs-after-text"
    assert item.body == [SECOND]


def test_links_carry_both_spellings() -> None:
    block = (
        '<h3>Các tin khác</h3><a href="http://www.baohoabinh.com.vn/12/188001/Gia-cam.htm?x=1">Giá cam</a>'
    )
    link = article(plain(p(LEAD), p(FIRST), block)).related[0]
    assert link.url == f"{SITE}/12/188001/Gia-cam.htm"
    assert link.found_as == "http://www.baohoabinh.com.vn/12/188001/Gia-cam.htm?x=1"


def test_links_to_other_sites_lists_and_the_article_itself_are_left_out() -> None:
    block = (
        '<h3>Các tin khác</h3><a href="https://example.com/12/5/x.htm">Trang khác</a><br>'
        '<a href="/12/KINH-TE.htm">Kinh tế</a><br><a href="/12/136795/y.htm">Chính bài này</a><br>'
        '<a href="/12/188001/Gia-cam.htm">Giá cam</a>'
    )
    assert [link.article_id for link in article(plain(p(LEAD), p(FIRST), block)).related] == [188001]


def test_a_box_of_newest_news_is_not_the_block() -> None:
    item = article(plain(p(LEAD), p(FIRST), p(SECOND), after=BOX + BOX.replace("188900", "188901")))
    assert item.related == []
    assert item.body == [FIRST, SECOND]
