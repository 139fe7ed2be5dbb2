"""What is read of an article, one fact each. Whole pages stand in ``fixtures``."""

# ruff: noqa: E501  # markup stays on one line

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schemas.items import Article, Basis, Kind
from tests.pages.reading import (
    CAPTION,
    FIRST,
    HEADLINE,
    LEAD,
    PICTURE,
    SECOND,
    SITE,
    article,
    p,
    plain,
    post,
)

LEAD_TEXT = LEAD.removeprefix("(HBĐT) - ")
IMG = f'<img src="{PICTURE}">'
RELATED = (
    "<h4>Các tin khác</h4>"
    '<div><a href="/12/188001/Gia-cam-tang.htm">Giá cam tăng</a></div>'
    "<div>(HBĐT) - Sáng 24/4, giá cam tại vườn ở huyện Cao Phong tăng thêm 2.000 đồng mỗi ki-lô-gam.</div>"
    '<div><a href="/12/188000/Cho-vay.htm">Cho vay trồng cam</a></div>'
    "<div>Ngân hàng Chính sách xã hội huyện đã cho 300 hộ vay vốn để cải tạo vườn cây lâu năm.</div>"
)
DAY_FORM = "<form><p>Xem các tin đã đưa ngày:</p><p>Tin trong: Chuyên mục này Mọi chuyên mục</p></form>"


def both(*inner: str) -> list[Article]:
    """The article in the known layout and without a single class name."""
    return [
        article(post(*inner, after=RELATED + DAY_FORM)),
        article(plain(p(LEAD), *inner, RELATED, DAY_FORM)),
    ]


def test_the_parts_of_a_plain_article() -> None:
    for item in both(p(FIRST), p(SECOND)):
        assert item.headline == HEADLINE
        assert (item.agency, item.lead) == ("HBĐT", LEAD_TEXT)
        assert item.body == [FIRST, SECOND]
        assert [link.article_id for link in item.related] == [188001, 188000]


def test_the_parser_says_which_layout_read_the_page() -> None:
    assert [item.parser for item in both(p(FIRST))] == ["post/1", "generic/1"]


# --- captions --------------------------------------------------------------------------------------

CAPTIONED = {
    "next block, centred": f'<div style="text-align: center;">{IMG}</div><div style="text-align: center;">{CAPTION}</div>',
    "figcaption": f"<figure>{IMG}<figcaption>{CAPTION}</figcaption></figure>",
    "table of the Word era": f"<table><tr><td>{IMG}</td></tr><tr><td><font>{CAPTION}</font></td></tr></table>",
    "small": f"<p>{IMG}</p><small>{CAPTION}</small>",
    "italic": f"<p>{IMG}</p><p><i>{CAPTION}</i></p>",
    "emphasised": f"<p>{IMG}</p><p><em>{CAPTION}</em></p>",
    "same block after a break": f"<p>{IMG}<br>{CAPTION}</p>",
    "no hint but the credit": p(IMG) + p(CAPTION),
    "over two lines": f"<div align=center>{IMG}</div><div align=center>{CAPTION.split(' Ảnh')[0]}<br>Ảnh: P.V</div>",
    "over two blocks": f"<p align=center>{IMG}</p><p align=center>{CAPTION.split(' Ảnh')[0]}</p><p align=center>Ảnh: P.V</p>",
    "printed twice": f"<p>{IMG.replace('<img', f'<img alt={CAPTION!r}')}</p><p><i>{CAPTION}</i></p><p><i>{CAPTION}</i></p>",
}


@pytest.mark.parametrize("markup", CAPTIONED.values(), ids=CAPTIONED)
def test_a_caption_is_read_wherever_it_stands_and_never_in_the_body(markup: str) -> None:
    for item in both(p(FIRST), markup, p(SECOND)):
        assert [(image.url, image.caption, image.credit) for image in item.images] == [
            (PICTURE, CAPTION, "P.V")
        ]
        assert item.body == [FIRST, SECOND]


def test_a_caption_without_credit_or_markup_is_a_short_sentence_after_the_picture() -> None:
    caption = "Cán bộ xã bàn giải pháp phát triển vùng cam"
    for item in both(p(FIRST), p(IMG), p(caption), p(SECOND)):
        assert item.images[0].caption == caption
        assert item.body == [FIRST, SECOND]


@pytest.mark.parametrize(
    "markup",
    [
        '<p>{image}</p><div class="note">{caption}</div>',
        '<p>{image}</p><p class="italic">{caption}</p>',
        '<p>{image}</p><p><font size="2">{caption}</font></p>',
        '<p>{image}</p><p style="font-size: 12px">{caption}</p>',
    ],
)
def test_a_caption_may_be_told_by_its_class_or_its_small_letters_alone(markup: str) -> None:
    caption = "Cán bộ xã cùng bà con các xóm vùng cao bàn giải pháp phát triển vùng cam của cả huyện."
    for item in both(p(FIRST), markup.format(image=IMG, caption=caption), p(caption[:70] + "."), p(SECOND)):
        assert [image.caption for image in item.images] == [caption]
        assert item.body == [FIRST, caption[:70] + ".", SECOND]


@pytest.mark.parametrize(
    "lead",
    [
        f"{IMG}<br><i>Cam vào vụ.</i><br>{LEAD}",
        f"<p><i>Cam vào vụ.</i></p><p>{LEAD}</p>",
        f"Cam vào vụ. {LEAD}",
    ],
)
def test_a_caption_in_the_lead_above_its_dateline_is_the_first_pictures(lead: str) -> None:
    above = "" if IMG in lead else f"<div>{IMG}</div>"
    item = article(post(p(FIRST), lead=lead).replace("</header>", f"</header>{above}"))
    assert (item.agency, item.lead, item.body) == ("HBĐT", LEAD_TEXT, [FIRST])
    assert [image.caption for image in item.images] == ["Cam vào vụ."]


def test_a_paragraph_after_a_picture_without_caption_stays_a_paragraph() -> None:
    for item in both(p(FIRST), p(IMG), p(SECOND)):
        assert item.images[0].caption is None
        assert item.body == [FIRST, SECOND]


def test_the_first_caption_may_stand_before_the_dateline() -> None:
    page = plain(f"<p align=center>{IMG}</p><p align=center>{CAPTION}</p>", p(LEAD), p(FIRST), RELATED)
    item = article(page)
    assert item.images[0].caption == CAPTION
    assert (item.lead, item.body) == (LEAD_TEXT, [FIRST])


def test_pictures_side_by_side_have_their_captions_in_a_table() -> None:
    other = PICTURE.replace("cam", "vuon")
    table = f"<table><tr><td>{IMG}</td><td><img src={other}></td></tr><tr><td>Vườn cam.</td><td>Hội nghị.</td></tr></table>"
    for item in both(p(FIRST), table, p(SECOND)):
        assert [image.caption for image in item.images] == ["Vườn cam.", "Hội nghị."]


@pytest.mark.parametrize(
    "ornament",
    [
        '<a href="/"><img src="/images/logo.png"></a>',
        '<img src="/icons/print.gif" width="16">',
        '<a href="https://example.com/ad"><img src="/qc/banner.jpg"></a>',
        '<img src="data:image/gif;base64,R0lGOD">',
        f'<a href="/12/188001/x.htm"><img src="{SITE}/Includes/NewsDetail/1_2020/dt_1_x.jpg"></a>',
    ],
)
def test_ornaments_are_no_pictures_of_the_article(ornament: str) -> None:
    for item in both(p(FIRST), ornament, p(SECOND)):
        assert item.images == []


# --- byline and source -----------------------------------------------------------------------------

BYLINES = {
    "right, bold": '<div style="text-align: right;"><b>Đức Phượng</b></div>',
    "bold": "<p><strong>Đức Phượng</strong></p>",
    "plain": p("Đức Phượng"),
    "after the closing mark": p("./. Đức Phượng"),
    "before the closing mark": p("Đức Phượng ./."),
    "pushed": "<p>" + "&nbsp;" * 60 + "Đức Phượng</p>",
    "blank paragraphs around": "<p>&nbsp;</p><p><b>Đức Phượng</b></p><p>&nbsp;</p><p><br></p>",
    "smart tags": '<p class="MsoNormal" align="right"><st1:place w:st="on"><b>Đức Phượng</b></st1:place><o:p></o:p></p>',
}


@pytest.mark.parametrize("markup", BYLINES.values(), ids=BYLINES)
def test_a_byline_is_the_short_last_line(markup: str) -> None:
    for item in both(p(FIRST), p(SECOND), markup):
        assert (item.byline, item.authors) == ("Đức Phượng", ["Đức Phượng"])
        assert item.body == [FIRST, SECOND]


@pytest.mark.parametrize(
    "end",
    [
        "<br><b>Đức Phượng</b>",
        "<br>Đức Phượng",
        "&nbsp; " * 45 + "Đức Phượng",
        "&nbsp;" * 45 + "<b>Đức Phượng</b>",
        " <b>Đức Phượng</b>",
        " ./. Đức Phượng",
    ],
)
def test_a_byline_may_end_the_last_paragraph(end: str) -> None:
    for item in both(p(FIRST), p(SECOND + end)):
        assert item.byline == "Đức Phượng"
        assert item.body == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("line", "byline", "source", "authors"),
    [
        ("H.D", "H.D", None, []),
        ("Hồng Nhung - Đức Phượng", "Hồng Nhung - Đức Phượng", None, ["Hồng Nhung", "Đức Phượng"]),
        ("Bùi Minh (TTXVN)", "Bùi Minh (TTXVN)", "TTXVN", ["Bùi Minh"]),
        ("Theo TTXVN", None, "TTXVN", []),
        ("Nguồn: Báo Nhân Dân", None, "Báo Nhân Dân", []),
    ],
)
def test_the_closing_line_names_author_or_source(
    line: str, byline: str | None, source: str | None, authors: list[str]
) -> None:
    for item in both(p(FIRST), f'<p align="right">{line}</p>'):
        assert (item.byline, item.source, item.authors) == (byline, source, authors)
        assert item.body == [FIRST]


def test_byline_under_the_last_picture_is_no_caption() -> None:
    for item in both(p(FIRST), p(IMG), "<p align=center><b>Nhóm ảnh của P.V</b></p>"):
        assert item.byline == "Nhóm ảnh của P.V"
        assert item.images[0].caption is None


def test_other_editions_carry_no_byline() -> None:
    item = article(
        plain("<p>(HBO) – " + FIRST, p(SECOND), p("Mai Chau")), f"{SITE}/en/2/9000/Cao-Ph111ng.htm"
    )
    assert (item.agency, item.byline, item.body) == ("HBO", None, [SECOND, "Mai Chau"])


# --- body ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "foreign",
    [
        "<script>var a = 'x';</script><style>p {}</style><!-- comment --><iframe src='https://ads.example/'></iframe>",
        "<p>Chia sẻ</p><p>Lượt xem: 120</p><p>[In trang] [Đầu trang]</p>",
        p('Xem thêm: <a href="/12/188001/Gia-cam-tang.htm">Giá cam tăng</a>'),
        "<p>&nbsp;</p><p> </p>",
        '<div id="comment-view"><p>Bài viết rất hay, cảm ơn quý báo đã đưa tin về quê hương tôi.</p></div>',
        '<p style="display:none">Văn bản ẩn mà người đọc không thấy trên trang báo.</p>',
    ],
)
def test_what_is_no_text_is_not_in_the_body(foreign: str) -> None:
    item = article(post(p(FIRST), foreign, p(SECOND)))
    assert item.body == [FIRST, SECOND]


def test_paragraphs_may_be_parted_by_line_breaks_alone() -> None:
    item = article(plain(f"<div>{LEAD}<br><br>{FIRST}<br>{SECOND}<br><br>Đức Phượng</div>", RELATED))
    assert (item.lead, item.body, item.byline) == (LEAD_TEXT, [FIRST, SECOND], "Đức Phượng")


def test_a_line_break_within_a_sentence_does_not_part_it() -> None:
    broken = "Huyện đã tổ chức các lớp tập huấn kỹ thuật chăm sóc<br>cây ăn quả cho bà con."
    for item in both(p(FIRST), p(broken)):
        assert item.body == [FIRST, broken.replace("<br>", " ")]


def test_hard_line_breaks_of_the_source_are_spaces() -> None:
    for item in both(p(FIRST.replace("huyện, ", "huyện,\n   ")), p(SECOND)):
        assert item.body == [FIRST, SECOND]


def test_subheadings_stay_in_the_body() -> None:
    for item in both(p(FIRST), "<p><b>Giữ vững thương hiệu cam</b></p>", p(SECOND)):
        assert item.body == [FIRST, "Giữ vững thương hiệu cam", SECOND]


def test_a_subheading_above_the_first_paragraph_of_a_piece_without_a_lead_stays() -> None:
    item = article(post(p("<b>* Kim Bôi: Ra quân</b>"), p(FIRST), lead=""))
    assert [item.lead, *item.body] == ["* Kim Bôi: Ra quân", FIRST]


# --- lead ------------------------------------------------------------------------------------------


def test_a_lead_without_dateline_is_the_bold_first_paragraph() -> None:
    item = article(plain(f"<p><b>{LEAD_TEXT}</b></p>", p(FIRST), p(SECOND), RELATED))
    assert (item.agency, item.lead, item.rules["lead"]) == (None, LEAD_TEXT, "bold")
    assert item.body == [FIRST, SECOND]


def test_a_lead_may_be_named_by_the_pages_description() -> None:
    page = plain(f"<p>{IMG}</p><p>{LEAD_TEXT}</p>", p(FIRST), p(SECOND), RELATED)
    page = page.replace("<head>", f'<head><meta property="og:description" content="{LEAD_TEXT[:70]}">')
    item = article(page)
    assert (item.lead, item.rules["lead"]) == (LEAD_TEXT, "description")


def test_a_page_of_the_word_era_has_no_marked_lead() -> None:
    page = post(
        f'<p class="MsoNormal"><font>{LEAD}<o:p></o:p></font></p>',
        f'<p class="MsoNormal">{FIRST}</p>',
        lead="",
    )
    item = article(page)
    assert (item.agency, item.lead, item.body) == ("HBĐT", LEAD_TEXT, [FIRST])


# --- kinds -----------------------------------------------------------------------------------------


def test_a_video_has_a_player_and_no_body() -> None:
    item = article(post('<iframe src="https://www.youtube.com/embed/x"></iframe>'))
    assert (item.kind, item.body) == (Kind.VIDEO, [])


def test_the_video_section_of_the_vietnamese_edition_holds_videos() -> None:
    assert article(post(), f"{SITE}/259/107913/Doc_dao_le_hoi.htm").kind == Kind.VIDEO
    assert article(post(), f"{SITE}/en/259/107913/Doc_dao_le_hoi.htm").kind == Kind.TEXT


def test_a_photo_story_is_a_lead_and_captions() -> None:
    shots = "".join(
        f'<p align=center><img src="{PICTURE.replace("cam", str(n))}"></p><p align=center>Lễ hội, cảnh thứ {n}.</p>'
        for n in range(4)
    )
    for item in both(shots, "<p align=right><b>Nhóm ảnh của P.V</b></p>"):
        assert (item.kind, item.body, item.byline, item.authors) == (Kind.PHOTO, [], "Nhóm ảnh của P.V", [])
        assert [image.caption for image in item.images] == [f"Lễ hội, cảnh thứ {n}." for n in range(4)]


def test_an_interview_opens_with_the_editors_note() -> None:
    lead = "(HBĐT) - LTS: Nhân dịp kỷ niệm ngày thành lập ngành, phóng viên đã trao đổi với lãnh đạo sở."
    item = article(post(p(f"PV: {FIRST}"), p(f"Đồng chí Bùi Văn An: {SECOND}"), lead=lead))
    assert item.kind == Kind.INTERVIEW
    assert item.lead == lead.removeprefix("(HBĐT) - ")


def test_questions_make_an_interview() -> None:
    item = article(post(p(f"P.V: {FIRST}"), p(SECOND), p(f"P.V: {SECOND}"), p(FIRST + " Đồng chí nói.")))
    assert (item.kind, item.rules["kind"]) == (Kind.INTERVIEW, "questions")


# --- date ------------------------------------------------------------------------------------------


def test_the_date_is_read_where_the_layout_has_it() -> None:
    item = article(post(p(FIRST), meta="Thứ sáu, 15-11-2019 9-56-05 AM"))
    assert item.published_at == datetime(2019, 11, 15, 2, 56, 5, tzinfo=UTC)
    assert (item.published_raw, item.published_basis) == ("Thứ sáu, 15-11-2019 9-56-05 AM", Basis.PAGE)


@pytest.mark.parametrize("place", ["under", "above", "end"])
def test_the_date_may_stand_anywhere_near_the_headline(place: str) -> None:
    line = "<p>Cập nhật: 15/11/2019 09:56 [GMT+7]</p>"
    page = plain(line * (place == "under"), p(LEAD), p(FIRST), p(SECOND), line * (place == "end"), RELATED)
    if place == "above":
        page = page.replace("<h1>", f"{line}<h1>")
    item = article(page)
    assert item.published_raw == "Cập nhật: 15/11/2019 09:56 [GMT+7]"
    assert item.body == [FIRST, SECOND]


def test_todays_date_in_the_head_of_the_page_is_not_the_articles() -> None:
    page = plain(p(LEAD), p(FIRST), RELATED).replace(
        "<body>", "<body><div>Thứ năm, 25/4/2024</div><ul><li>Trang chủ</ul>"
    )
    assert article(page).published_basis == Basis.NEIGHBOURING_IDS


def test_without_a_date_the_folder_of_the_first_picture_tells_the_month() -> None:
    item = article(post(p(FIRST), IMG))
    assert item.published_at == datetime(2019, 10, 31, 17, tzinfo=UTC)
    assert (item.published_basis, item.published_raw) == (Basis.PICTURE_FOLDER, None)


def test_a_date_after_the_fetch_is_not_the_articles() -> None:
    assert article(post(p(FIRST), meta="15/11/2024")).published_basis == Basis.NEIGHBOURING_IDS


# --- section and rules -----------------------------------------------------------------------------


def test_the_sections_name_stands_by_the_headline() -> None:
    page = plain(p(LEAD), p(FIRST)).replace("<h1>", '<a href="/12/KINH-TE.htm">Kinh tế</a><h1>')
    assert article(page).section_name == "Kinh tế"


def test_a_menu_is_no_breadcrumb() -> None:
    menu = "".join(f'<li><a href="/{n}/X-{n}.htm">Mục {n}</a></li>' for n in (11, 12, 15, 16, 28))
    assert article(plain(p(LEAD), p(FIRST)).replace("<h1>", f"<ul>{menu}</ul><h1>")).section_name is None


def test_every_field_says_which_rule_found_it() -> None:
    item = article(post(p(FIRST), IMG, '<p align="right">Đức Phượng</p>', meta="15/11/2019", after=RELATED))
    assert item.rules == {
        "headline": ".page-header .page-title h2.title",
        "agency": "lead",
        "lead": ".summary",
        "body": "container",
        "byline": "right-aligned-last",
        "images": "no-caption",
        "published_at": ".page-header span.meta",
        "related": "heading",
        "kind": "none-of-the-others",
    }
