"""What a template shows around a text is none of it, whatever it says and wherever it stands."""

# ruff: noqa: E501  # markup stays on one line

from __future__ import annotations

from itertools import product

import pytest

from schemas.items import Kind, NotAnArticle
from tests.pages.reading import CAPTION, FIRST, HEADLINE, LEAD, PICTURE, SECOND, article, p, post, read

LEAD_TEXT = LEAD.removeprefix("(HBĐT) - ")
SAID = [
    "0",
    "131",
    "Đã xem: 131",
    "(1.234 lượt đọc)",
    "Bình chọn: 5/5",
    "A+ A-",
    "Nghe bài viết 3:21",
    "Thứ năm, 25/4/2024",
    "Kinh tế",
    "Góc nhìn của bạn",
]
HEADS = [
    '<header class="page-header"><div class="page-title"><h2 class="title">{h}</h2></div><div class="meta-wrapper">'
    '<span class="meta">15/11/2019 09:56</span><span class="meta">{said}</span></div></header>',
    '<header class="page-header"><div class="page-title"><h2 class="title">{h}</h2></div><div class="meta-wrapper">'
    '<span class="meta">15/11/2019 09:56</span></div><p>{said}</p></header>',
    '<header class="page-header"><div class="page-title"><h2 class="title">{h}</h2></div><div class="meta-wrapper">'
    '<span class="meta">15/11/2019 09:56</span></div></header><ul class="list"><li>{said}</li></ul>',
    '<header class="page-header"><div class="page-title"><h2 class="title">{h}</h2></div><div class="meta-wrapper">'
    '<span class="meta">15/11/2019 09:56</span></div></header><div>{said}</div>',
]
LEADS = [f'<div class="summary">{LEAD}</div>', p(LEAD)]


@pytest.mark.parametrize("said", SAID)
def test_what_stands_in_the_head_is_no_paragraph(said: str) -> None:
    for head, lead in product(HEADS, LEADS):
        inside = f"{head.format(h=HEADLINE, said=said)}{lead}{p(FIRST)}"
        item = article(f'<div class="post clearfix">{inside}</div>')
        assert item.parser == "post/1"
        assert (item.lead, item.body) == (LEAD_TEXT, [FIRST]), head
        assert f"{item.published_at:%Y-%m-%d %H:%M}" == "2019-11-15 09:56"


@pytest.mark.parametrize("said", SAID)
def test_a_named_box_among_or_under_the_paragraphs_is_none(said: str) -> None:
    box = f'<div class="rating clearfix"><span>{said}</span></div>'
    item = article(post(p(FIRST), box, p(SECOND), box))
    assert (item.lead, item.body, item.byline) == (LEAD_TEXT, [FIRST, SECOND], None)


def test_subheadings_and_bylines_stay() -> None:
    item = article(
        post(
            p(FIRST),
            '<p class="MsoNormal"><b>Bước chuyển mình</b></p>',
            p(SECOND),
            '<div class="author">Đức Phượng</div>',
        )
    )
    assert item.body == [FIRST, "Bước chuyển mình", SECOND]
    assert item.byline == "Đức Phượng"


def test_a_photo_story_with_counters_stays_one() -> None:
    photos = "".join(
        f'<div style="text-align: center;"><img src="{PICTURE}?{n}"></div>'
        f'<div style="text-align: center;"><span>{CAPTION}</span></div>'
        for n in range(3)
    )
    item = article(
        post(photos, meta="15/11/2019").replace("</header>", "<span>0</span></header><div>12</div>")
    )
    assert (item.kind, item.body) == (Kind.PHOTO, [])
    assert [image.caption for image in item.images] == [CAPTION] * 3


def test_a_photo_story_without_a_word_is_not_told_by_its_counters_and_comments() -> None:
    comment = f'<div id="comment-view"><h4>Bình luận (1)</h4><b>Bạn đọc</b> 3/11/2019<p>{SECOND}</p></div>'
    html = post(f'<img src="{PICTURE}">', lead="", meta="15/11/2019 09:56", after=comment)
    item = article(html.replace("</header>", '<span class="meta">0</span></header>'))
    assert (item.parser, item.lead, item.body) == ("post/1", None, [])
    assert [image.url for image in item.images] == [PICTURE]


def test_its_sections_list_in_place_of_an_article_says_that_it_is_gone() -> None:
    items = "".join(
        f'<div class="list-item clearfix"><div class="list-inner col-md-8"><h4 class="title">'
        f'<a href="/12/{188000 + n}/Tin-{n}.htm">Tin thứ {n} trong ngày</a></h4><div class="meta-wrapper">'
        f'<span class="meta">24/4/2024</span><span class="meta">0</span></div><p>{SECOND}</p></div></div>'
        for n in range(4)
    )
    html = f"""<html><head><title>Kinh tế - Báo Hòa Bình điện tử</title></head><body>
        <div class="post clearfix"><header class="page-header"><div class="page-title"><h2 class="title">Kinh tế</h2>
        </div></header><div class="margin-bottom-10"><a class="tag" href="/12/KINH-TE.htm">Kinh tế</a></div>
        <div class="feature-view"><div class="card-meta"><ul class="list"><li><a href="#">0</a></li></ul></div>
        <div class="col-inner"><h4 class="title"><a href="/12/188009/Tin.htm">Giá cam tăng</a></h4><p>{FIRST}</p></div>
        </div><div class="post margin-top-20 clearfix"><div class="row">{items}</div></div></div></body></html>"""
    item = read(html)
    assert isinstance(item, NotAnArticle)
    assert item.found == "soft-404"
