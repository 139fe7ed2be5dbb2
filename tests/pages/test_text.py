"""Which text of a page belongs to the article, and as what."""

from __future__ import annotations

from tests.pages.reading import CAPTION, FIRST, LEAD, PICTURE, SECOND, article, p, plain

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
