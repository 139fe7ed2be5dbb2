"""Which text of a page belongs to the article, and as what."""

from __future__ import annotations

import pytest

from schemas.items import Basis
from tests.pages.reading import CAPTION, FIRST, LEAD, PICTURE, SECOND, article, p, plain, post

LEAD_TEXT = LEAD.removeprefix("(HBĐT) - ")
IMG = f'<img src="{PICTURE}">'
NOTE = "LTS: Tòa soạn nhận được bài viết của bạn đọc gần xa và xin trân trọng giới thiệu trên số báo này."
RELATED = (
    "<h4>Các tin khác</h4>"
    '<div><a href="/12/188001/Gia-cam-tang.htm">Giá cam tăng</a></div><div>Giá cam ở huyện tăng thêm.</div>'
)


# --- above the dateline ----------------------------------------------------------------------------


def test_paragraphs_above_a_quoted_dateline_stay() -> None:
    quote = "(HBĐT) - là dòng chữ mở đầu mỗi tin mà bạn đọc của báo đã quen thuộc suốt nhiều năm qua."
    item = article(plain(p(FIRST), p(SECOND), p(quote), RELATED))
    assert item.lead == FIRST
    assert item.body == [SECOND, quote]


def test_an_editors_note_above_the_dateline_opens_the_body() -> None:
    item = article(plain(f"<p><i>{NOTE}</i></p>", p(LEAD), p(FIRST), RELATED))
    assert (item.lead, item.body) == (LEAD_TEXT, [NOTE, FIRST])


def test_a_caption_whose_picture_is_gone_is_no_paragraph() -> None:
    item = article(plain(f"<p align=center>{CAPTION}</p>", p(LEAD), p(FIRST), RELATED))
    assert (item.lead, item.body) == (LEAD_TEXT, [FIRST])


# --- links to other articles -----------------------------------------------------------------------

LINKS = '<p><a href="/12/188003/A.htm">Vùng cam vào vụ</a></p><p><a href="/12/188004/B.htm">Cam sạch</a></p>'


def test_links_to_other_articles_within_the_text_do_not_end_it() -> None:
    inner = (p(FIRST), LINKS, p(SECOND), p(FIRST + " Vụ này."), "<p align=right><b>Đức Phượng</b></p>")
    for page in (plain(p(LEAD), *inner, RELATED), plain(p(LEAD), *inner), post(*inner)):
        item = article(page)
        assert item.body[0] == FIRST
        assert item.body[-1] == FIRST + " Vụ này."
        assert item.byline == "Đức Phượng"


def test_in_a_layout_with_a_block_of_other_news_links_never_end_the_text() -> None:
    item = article(post(p(FIRST), LINKS, p("Đức Phượng"), after=f'<div class="related-post">{RELATED}</div>'))
    assert (item.body, item.byline) == ([FIRST], "Đức Phượng")


# --- tables around the text ------------------------------------------------------------------------


def test_a_table_that_lays_out_the_page_makes_no_caption_of_the_text() -> None:
    rows = (p(LEAD), p(FIRST), IMG, p(SECOND), p("Đức Phượng"))
    item = article(plain("<table>" + "".join(f"<tr><td>{row}</td></tr>" for row in rows) + "</table>"))
    assert (item.body, item.byline) == ([FIRST, SECOND], "Đức Phượng")
    assert item.images[0].caption is None


# --- dates in the text -----------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["Lễ hội diễn ra từ 20/2/2019.", "Ảnh chụp ngày 12/3/2015."])
def test_the_date_of_an_event_is_a_line_of_the_text(line: str) -> None:
    for inner in ((p(line), p(FIRST), p(SECOND)), (p(FIRST), p(SECOND), p(line))):
        item = article(plain(p(LEAD), *inner, RELATED))
        assert item.published_basis == Basis.NEIGHBOURING_IDS
        assert line in item.body


def test_a_bare_date_far_from_the_numbers_estimate_is_not_the_articles() -> None:
    assert article(plain("<p>12/3/2015</p>", p(LEAD), p(FIRST))).published_basis != Basis.PAGE
    assert article(plain("<p>12/3/2020</p>", p(LEAD), p(FIRST))).published_basis == Basis.PAGE


def test_a_date_under_a_picture_is_not_the_articles() -> None:
    item = article(plain(p(LEAD), p(FIRST), IMG, "<p>15/11/2019</p>", RELATED))
    assert item.published_basis == Basis.PICTURE_FOLDER


# --- bylines and sources ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "byline", "source", "authors"),
    [
        (p("Thúy Hằng/TTXVN"), "Thúy Hằng/TTXVN", "TTXVN", ["Thúy Hằng"]),
        ("<p>Lê Thu Hà<br>(Sở Y tế)</p>", "Lê Thu Hà (Sở Y tế)", None, ["Lê Thu Hà"]),
        (
            p("Bùi Văn Chủng - Hội Nông dân huyện"),
            "Bùi Văn Chủng - Hội Nông dân huyện",
            None,
            ["Bùi Văn Chủng"],
        ),
        (p("Theo Báo Nhân Dân"), None, "Báo Nhân Dân", []),
        (p("Tác giả: Lê Thu Hà"), "Tác giả: Lê Thu Hà", None, ["Lê Thu Hà"]),
        (p("Thơ của Lê Thu Hà"), "Thơ của Lê Thu Hà", None, ["Lê Thu Hà"]),
        (p("Lê Thu Hà") + p("[Trở về] [Đầu trang]"), "Lê Thu Hà", None, ["Lê Thu Hà"]),
    ],
)
def test_who_signs_and_for_whom(end: str, byline: str | None, source: str | None, authors: list[str]) -> None:
    item = article(post(p(FIRST), end))
    assert (item.byline, item.source, item.authors) == (byline, source, authors)
    assert item.body == [FIRST]


def test_a_table_of_names_and_what_says_that_a_series_goes_on_are_no_byline() -> None:
    table = "<table><tr><td>1</td><td>Bùi Văn An</td></tr><tr><td>2</td><td>Vũ Thị Mai</td></tr></table>"
    item = article(post(p(FIRST), table, p("Lê Thu Hà"), p("(Còn nữa)")))
    assert (item.authors, item.body) == (["Lê Thu Hà"], [FIRST, "1 Bùi Văn An", "2 Vũ Thị Mai", "(Còn nữa)"])


@pytest.mark.parametrize(
    "end",
    [
        "<ul><li>Bùi Văn An</li><li>Lê Thu Hà</li></ul>",
        "<table><tr><td>Giải nhất</td><td>Lê Thu Hà</td></tr></table>",
        p("Giải nhất thuộc về:") + p("Lê Thu Hà"),
        p("Theo Ban tổ chức giải Việt dã"),
    ],
)
def test_what_ends_a_text_is_not_always_a_byline(end: str) -> None:
    item = article(post(p(FIRST), end))
    assert (item.byline, item.source) == (None, None)
    assert len(item.body) >= 2
