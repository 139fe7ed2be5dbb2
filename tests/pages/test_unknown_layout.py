"""Pages of a template nobody has seen: what is text and what is the template's, by where it stands and its name."""

# ruff: noqa: E501  # markup stays on one line

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from schemas.items import NotAnArticle
from tests.pages.reading import (
    CAPTION,
    FIRST,
    HEADLINE,
    LEAD,
    PICTURE,
    SECOND,
    SITE,
    URL,
    article,
    plain,
    post,
    read,
)

TEXT = LEAD.removeprefix("(HBĐT) - ")
THIRD = "Ông Bùi Văn Tự ở xóm Dệ cho biết gia đình ông trồng cam từ năm 2004, mỗi năm thu hơn 20 tấn quả."
NAVIGATION = '<nav class="main-menu"><a href="/11/CHINH-TRI.htm">Chính trị</a><a href="/12/KINH-TE.htm">Kinh tế</a></nav>'


def page(*inside: str, above: str = "", after: str = "", lead: str = f'<h2 class="sapo">{LEAD}</h2>') -> str:
    """A page as many content management systems make them."""
    return (
        f"<html><head><title>{HEADLINE} - Báo Hòa Bình điện tử</title></head><body>{NAVIGATION}"
        f'<div class="wrap"><div class="left-col"><h1 class="title-detail">{HEADLINE}</h1>{above}{lead}'
        f'<div class="detail-content">{"".join(inside)}</div>{after}</div>'
        f'<div class="sidebar"><h3>Tin mới</h3><p>{SECOND}</p><p>{THIRD}</p></div></div></body></html>'
    )


def para(text: str) -> str:
    return f"<p>{text}</p>"


def test_the_text_is_what_stands_together() -> None:
    item = article(page(para(FIRST), para(SECOND)))
    assert (item.parser, item.lead, item.body) == ("generic/1", TEXT, [FIRST, SECOND])


@pytest.mark.parametrize(
    "beside",
    [
        '<div class="share-bar"><span>Chia sẻ bài viết lên mạng xã hội ngay hôm nay.</span></div>',
        '<div class="box-tin-lien-quan"><p>Huyện Lạc Thủy mở rộng diện tích cây ăn quả có múi lên 1.700 ha trong ba năm.</p></div>',
        '<aside><p>Đăng ký nhận bản tin qua thư điện tử mỗi sáng để không bỏ lỡ tin tức quan trọng trong ngày của tỉnh.</p></aside>',
        '<div id="comments"><p>Bài viết rất hay, mong báo có thêm nhiều bài về cây cam Cao Phong như thế này nữa nhé.</p></div>',
        '<form><p>Gửi ý kiến của bạn về bài viết này cho tòa soạn, chúng tôi sẽ trả lời trong thời gian sớm nhất.</p></form>',
        "<p>Tham khảo thêm</p>",
        "<aside class='pull-quote'>hơn 2.800 ha cam</aside>",
        "<span>10:15</span>",
        "<p>Theo dòng sự kiện:</p>",
        f'<p>&gt;&gt; <a href="{SITE}/12/136000/Cam-vao-vu.htm">Cam Cao Phong vào vụ thu hoạch</a></p>',
        f'<p><a href="{SITE}/12/136000/Cam-vao-vu.htm">Cam Cao Phong vào vụ thu hoạch, giá tăng mạnh so với cùng kỳ năm trước và dự báo còn tăng</a></p>',
    ],
)  # fmt: skip
def test_what_the_template_puts_among_the_paragraphs_is_none(beside: str) -> None:
    assert article(page(para(FIRST), beside, para(SECOND))).body == [FIRST, SECOND]


def test_a_box_of_other_news_does_not_end_the_text() -> None:
    box = (
        f'<div class="b"><h3>Tin liên quan</h3><ul><li><a href="{SITE}/12/136001/A.htm">Thêm một vụ cam được mùa</a></li>'
        f'<li><a href="{SITE}/12/136002/B.htm">Dán tem truy xuất cho cam</a></li></ul></div>'
    )
    assert article(page(para(FIRST), box, para(SECOND), para(THIRD))).body == [FIRST, SECOND, THIRD]


def test_date_and_author_between_headline_and_text_are_read_and_no_text() -> None:
    above = '<div class="info"><p>Nguyên Minh - 15/11/2019 09:56</p></div><div class="views">1.234 lượt</div>'
    item = article(page(para(FIRST), para(SECOND), above=above))
    assert (item.lead, item.body) == (TEXT, [FIRST, SECOND])
    assert (item.byline, f"{item.published_at:%Y-%m-%d %H:%M}") == ("Nguyên Minh", "2019-11-15 09:56")


def test_subheadings_and_items_of_a_list_are_text_and_a_lead_twice_is_one() -> None:
    inside = [para(TEXT), para(FIRST), "<h3>Giữ uy tín</h3>", "<ul><li>Dán tem cho quả.</li><li>Kiểm tra vườn.</li></ul>", para(SECOND)]  # fmt: skip
    item = article(page(*inside))
    assert item.lead == TEXT
    assert item.body == [FIRST, "Giữ uy tín", "Dán tem cho quả.", "Kiểm tra vườn.", SECOND]


TABLE = (
    "<table><tr><th>Năm</th><th>Diện tích</th><th>Ghi chú</th></tr><tr><td><p>2018</p></td><td>2.800 ha</td><td></td></tr>"
    "<tr><td></td><td>2.900 ha</td><td>ước tính</td></tr></table>"
)


@pytest.mark.parametrize("whole", [page, lambda *inside: post(*inside)], ids=["unknown", "known"])
def test_the_row_of_a_table_is_one_line_and_the_table_is_kept_beside_the_text(
    whole: Callable[..., str],
) -> None:
    item = article(whole(para(FIRST), TABLE, para(SECOND)))
    assert item.body == [FIRST, "Năm Diện tích Ghi chú", "2018 2.800 ha", "2.900 ha ước tính", SECOND]
    assert item.tables == (
        (("Năm", "Diện tích", "Ghi chú"), ("2018", "2.800 ha", ""), ("", "2.900 ha", "ước tính")),
    )


def test_a_table_that_lays_out_pictures_or_the_page_is_none() -> None:
    picture = f'<table><tr><td><img src="{PICTURE}"></td></tr><tr><td>{CAPTION}</td></tr></table>'
    item = article(
        f"<table><tr><td>{page(para(FIRST), picture, para(SECOND))}</td><td>Quảng cáo</td></tr></table>"
    )
    assert (item.body, item.tables) == ([FIRST, SECOND], None)


def test_a_caption_by_its_class_is_none_of_the_text() -> None:
    figure = f'<div class="photo"><img src="{PICTURE}"></div><p class="photo-caption">{CAPTION}</p>'
    item = article(page(para(FIRST), figure, para(SECOND)))
    assert item.body == [FIRST, SECOND]
    assert [image.caption for image in item.images] == [CAPTION]


@pytest.mark.parametrize(
    "markup",
    [
        f'<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="{PICTURE}">',
        f'<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><noscript><img src="{PICTURE}"></noscript>',
        f'<picture><source srcset="{PICTURE} 1x"><img alt=""></picture>',
        f'<img src="/i/1x1.png" data-srcset="{PICTURE} 1x, {PICTURE}?2 2x">',
        f'<img src="/blank.gif" srcset="{PICTURE} 800w">',
        f'<img src="/blank.gif" data-hi-res="{PICTURE}">',
        f'<amp-img src="{PICTURE}" width="600"></amp-img>',
        f'<img data-srcset="{PICTURE} 480w, {PICTURE}?2 960w">',
    ],
)
def test_a_picture_that_is_loaded_late(markup: str) -> None:
    assert [image.url for image in article(page(para(FIRST), markup, para(SECOND))).images][-1] == PICTURE


def links(number: int = 3) -> str:
    return "".join(
        f'<li><a href="/12/{136000 + n}/Nhan-{n}.htm">Xã Thu Phong được mùa nhãn, lần thứ {n}</a></li>'
        for n in range(number)
    )


@pytest.mark.parametrize("thumbnail", ["", '<a href="/12/136000/A.htm"><img src="/t.jpg"></a>'])
def test_the_heading_of_a_list_with_more_prose_than_a_videos_page_is_no_text(thumbnail: str) -> None:
    teasers = "".join(
        f'<li>{thumbnail.replace("136000", str(136000 + n))}<a href="/12/{136000 + n}/A.htm">Cam vào vụ thứ {n}</a>{para(SECOND)}</li>'
        for n in range(6)
    )
    html = plain(
        para(TEXT),
        '<iframe src="/v.mp4"></iframe>',
        f"<section><h2>Các tin khác</h2><ul>{teasers}</ul></section>",
    )
    item = article(html, f"{SITE}/259/136795/Huyen_Cao_Phong_giu_uy_tin_cam.htm")
    assert (item.lead, item.body, len(item.related)) == (TEXT, [], 6)


@pytest.mark.parametrize("heading", ["Đọc nhiều", "BẠN CÓ THỂ QUAN TÂM", "Most read", "Góc của chị Tư"])
@pytest.mark.parametrize("tag", ["h4", "p", "b"])
def test_what_heads_a_box_of_links_within_the_text_is_none_of_it_whatever_it_says(
    heading: str, tag: str
) -> None:
    box = f"<div><{tag}>{heading}</{tag}><ul>{links()}</ul></div>"
    assert article(plain(f"<p><b>{TEXT}</b></p>", para(FIRST), box, para(SECOND))).body == [FIRST, SECOND]


def test_a_subheading_above_a_single_link_stays() -> None:
    inside = para(FIRST), f"<h3>Giữ uy tín</h3><p>{links(1)[4:-5]}</p>", para(SECOND)
    assert article(page(*inside)).body == [FIRST, "Giữ uy tín", SECOND]


@pytest.mark.parametrize(
    "line",
    [
        "Hill News writer Lan Nguyen in Hoa Binh contributed to this report.",
        "The Hill Agency contributed to this report",
        "Hill News writers Lan Nguyen and Minh Tran contributed.",
        "(Reporting by Lan Nguyen; editing by Minh Tran)",
        "— Lan Nguyen contributed reporting from Cao Phong.",
        "Contact Lan at lan@hill.example",
        "Copyright 2019 Hill News. All rights reserved.",
    ],
)
def test_what_closes_an_english_text_is_none_of_it(line: str) -> None:
    said = [
        f"Orange growers in Cao Phong say that prices held up well in the {n} year of the new label."
        for n in ("first", "second", "third")
    ]
    html = plain(*map(para, said), f"<div>{line}</div>", headline="Oranges keep their name")
    item = article(html, f"{SITE}/en/2/5537/Oranges-keep-their-name.htm")
    assert [item.lead, *item.body] == said


@pytest.mark.parametrize(
    "line",
    [
        "Đăng ký nhận bản tin hằng ngày của chúng tôi",
        "Nhập email để nhận tin mới nhất mỗi sáng",
        "Mời bạn đọc theo dõi trang Zalo của báo để nhận tin nhanh nhất mỗi ngày",
        "Tải ứng dụng để đọc tin nhanh hơn",
        "Mọi ý kiến xin gửi về toasoan@example.vn hoặc đường dây nóng: 0218.3852.141.",
    ],
)
def test_what_asks_the_reader_for_something_is_no_text(line: str) -> None:
    for box in (
        f"<div class='q1'><h4>{line}</h4><form><input></form></div>",
        f"<p>{line} <a href='https://zalo.example'>tại đây</a></p>",
    ):
        assert article(page(para(FIRST), box, para(SECOND), box)).body == [FIRST, SECOND]


@pytest.mark.parametrize(
    "line",
    [
        "Tác giả: Lan Anh, ngày 15/11/2019 09:56",
        "Bởi Lan Anh - 15 Tháng Mười Một, 2019 09:56",
        "Đăng bởi Lan Anh lúc 09:56 ngày 15/11/2019",
        "Lan Anh • 15/11/2019 09:56 • 3 phút đọc",
        'Đăng ngày 15/11/2019 09:56 bởi <a href="/tac-gia/7">Lan Anh</a> 0 bình luận',
        '15/11/2019 09:56</{tag}><span itemprop="author">Lan Anh</span><{tag}>',
    ],
)
@pytest.mark.parametrize("tag", ["div", "small"])
def test_who_and_when_may_be_one_sentence(line: str, tag: str) -> None:
    line = line.replace("{tag}", tag)
    item = article(plain(f"<{tag}>{line}</{tag}>", f"<p><b>{TEXT}</b></p>", para(FIRST), para(SECOND)))
    assert (item.byline, item.published_at) == ("Lan Anh", datetime(2019, 11, 15, 2, 56, tzinfo=UTC))
    assert (item.lead, item.body) == (TEXT, [FIRST, SECOND])


def test_where_two_ways_do_not_agree_a_person_should_look() -> None:
    other = f'<div class="x"><p>{SECOND}</p><p>{THIRD}</p><p>{FIRST} {SECOND}</p></div>'
    html = page(para(FIRST)).replace('<div class="sidebar">', f"{other}<div class='sidebar'>")
    assert article(html).parser == "generic/1:doubtful"


def test_the_next_owner_of_a_domain_is_foreign_though_title_and_address_are_copied() -> None:
    spam = "Nhà cái uy tín số một châu Á tặng ngay 200 nghìn cho thành viên mới, nạp rút trong một phút, hỗ trợ cả ngày."
    for paragraphs in (2, 20):
        item = read(
            f'<html><head><title>{HEADLINE} - Báo Hòa Bình điện tử</title><link rel="canonical" href="{URL}"></head>'
            '<body><a href="https://nhacai.example/vao">Đăng nhập</a><h1>Nhà cái số một</h1>'
            f"{para(spam) * paragraphs}</body></html>"
        )
        assert isinstance(item, NotAnArticle)
        assert item.found == "foreign"


def test_a_poem_is_text_though_none_of_its_lines_is_long() -> None:
    verses = [
        "Sông trôi về phía mặt trời",
        "Thuyền ai chở nắng qua đồi ngẩn ngơ",
        "Em đi hái lộc bên bờ sông xanh",
    ]
    teaser = f'<div class="latest"><p><a href="{SITE}/12/136000/Cam.htm">Cam Cao Phong vào vụ thu hoạch</a></p><p>{SECOND}</p></div>'
    second = [
        "Để câu hát cũ bây giờ còn vang",
        "Núi nghiêng soi bóng bản làng",
        "Khói lam quyện với mùa màng",
    ]
    item = article(plain(*(f"<p>{'<br>'.join(stanza)}</p>" for stanza in (verses, second)), after=teaser * 3))
    assert [item.lead, *item.body] == [*verses, *second]


def test_the_name_in_the_head_of_an_article_is_no_lead_though_a_portrait_stands_above_it() -> None:
    above = (
        '<div class="author-wrap"><div class="author-avatar"><img src="/u.jpg"></div>'
        '<div class="author-name"><b>Phạm Hồng Hạnh</b></div><time>15/11/2019 09:56</time></div>'
    )
    item = article(page(para(FIRST), para(SECOND), above=above))
    assert (item.lead, item.body, item.byline) == (TEXT, [FIRST, SECOND], "Phạm Hồng Hạnh")


def test_paragraphs_under_pictures_that_stand_among_them_are_no_captions() -> None:
    html = page(
        lead="",
        above=f"{para(TEXT)}<h2>1. Cam</h2><img src='/1.jpg'>{para(FIRST)}<h2>2. Tem</h2><img src='/2.jpg'>{para(SECOND)}",
    )
    assert article(html).body == ["1. Cam", FIRST, "2. Tem", SECOND]


def test_the_author_under_the_text_may_be_a_link_with_his_outlet() -> None:
    after = '<div class="article-author"><a href="/tac-gia/1">Hương Lan/VOV.VN</a></div>'
    item = article(page(para(FIRST), para(SECOND), after=after))
    assert (item.byline, item.source, item.authors) == ("Hương Lan/VOV.VN", "VOV.VN", ["Hương Lan"])


def test_a_date_that_goes_on_with_a_counter_is_read() -> None:
    item = article(
        page(para(FIRST), above='<div class="i"><b>09:56 | 15/11/2019</b><b>Lượt xem: 1.234</b></div>')
    )
    assert (item.published_at, item.lead) == (datetime(2019, 11, 15, 2, 56, tzinfo=UTC), TEXT)


@pytest.mark.parametrize(
    "prefix",
    ["(Báo Lạng) - ", "Dân Việt - ", "GD&TĐ - ", "(NLĐ)- ", "VOV.VN - ", "BLS – ", "(Chinhphu.vn) - "],
)
def test_the_prefix_of_any_outlet_is_no_part_of_the_lead(prefix: str) -> None:
    item = article(page(para(FIRST), lead=f'<p class="sapo">{prefix}{TEXT}</p>'))
    assert (item.agency, item.lead) == (prefix.strip("()-– "), TEXT)


STRUCTURED = {
    "@graph": [
        {"@type": "WebPage"},
        {
            "@type": "NewsArticle",
            "datePublished": "2019-11-15T09:56:00+07:00",
            "author": [{"@type": "Person", "name": "Lan Anh"}],
        },
    ]
}


def test_date_and_author_that_no_line_prints_are_read_from_structured_data() -> None:
    data = f'<script type="application/ld+json">{json.dumps(STRUCTURED)}</script>'
    item = article(page(para(FIRST), after=data))
    assert (item.byline, item.published_at) == ("Lan Anh", datetime(2019, 11, 15, 2, 56, tzinfo=UTC))
    assert (item.rules["byline"], item.rules["published_at"]) == ("structured-data", "meta")


def test_a_day_has_its_clock_from_structured_data() -> None:
    data = f'<script type="application/ld+json">{json.dumps(STRUCTURED)}</script>'
    for day, clock in (("15/11/2019", (9, 56)), ("14/11/2019", (0, 0))):
        item = article(page(para(FIRST), above=f'<p class="date">{day}</p>', after=data))
        assert item.published_at
        local = item.published_at.astimezone(timezone(timedelta(hours=7)))
        assert (f"{local:%d/%m/%Y}", (local.hour, local.minute)) == (day, clock)


@pytest.mark.parametrize(
    "data",
    [
        "[" * 50_000 + '"Article"',
        '{"@type": "Article", "author": 7',
        '{"@type": "NewsArticle", "author": "P.V", "datePublished": [null, {}]}',
    ],
)
def test_broken_structured_data_says_nothing(data: str) -> None:
    item = article(page(para(FIRST), after=f'<script type="application/ld+json">{data}</script>'))
    assert (item.byline, item.lead) == (None, TEXT)
