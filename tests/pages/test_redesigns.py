"""One article in many dresses: no class, id, heading level or paragraph tag is relied upon."""

# ruff: noqa: E501  # markup stays on one line

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from tests.pages.reading import CAPTION, FIRST, HEADLINE, LEAD, PICTURE, SECOND, article

IMG = f'<img src="{PICTURE}">'
DATED = datetime(2019, 11, 15, 2, 56, tzinfo=UTC)
PAIRS = [
    (188001, "Giá cam tăng trở lại", "Sáng 24/4, giá cam tại vườn ở huyện Cao Phong tăng thêm 2.000 đồng."),
    (188000, "Cho vay trồng cam", "Ngân hàng Chính sách xã hội huyện đã cho 300 hộ vay vốn cải tạo vườn."),
]
HEADLINES = [
    "<h1>{}</h1>",
    "<h5>{}</h5>",
    "<div>{}</div>",
    "<p>{}</p>",
    "<div style='font-size:24px'>{}</div>",
    "<section>{}</section>",
]
DATES = [
    "<time>15-11-2019 9-56-00 AM</time>",
    "<div>Thứ sáu, 15/11/2019 | 09:56</div>",
    "<p><small>15/11/2019 9:56 SA [GMT+7]</small></p>",
    "<ul><li>Ngày 15 tháng 11 năm 2019, 9:56</li></ul>",
]
PARAGRAPHS = [
    "<p>{}</p>",
    "<div>{}</div>",
    "<section>{}</section>",
    "<li>{}</li>",
    "<blockquote>{}</blockquote>",
    "<x-para>{}</x-para>",
    "<td>{}</td>",
    "<span style='display:block'>{}</span>",
    "<h6>{}</h6>",
]
LEADS = [*PARAGRAPHS[:3], "<h2>{}</h2>", "<p><b>{}</b></p>"]
CAPTIONS = [
    "<figure>{img}<figcaption>{c}</figcaption></figure>",
    "<div>{img}<em>{c}</em></div>",
    "<table><tr><td>{img}</td></tr><tr><td>{c}</td></tr></table>",
    "<center>{img}<br>{c}</center>",
    "<div>{img}<div>{c}</div></div>",
    "<p>{img}</p><p><i>{c}</i></p>",
    "<div>{img}</div><small>{c}</small>",
]
BYLINES = [
    "<p><b>{}</b></p>",
    "<div align=right>{}</div>",
    "<p>{}</p>",
    "<address>{}</address>",
    "<h5>{}</h5>",
    "<p>" + "&nbsp;" * 40 + "{}</p>",
]
RELATED_HEADINGS = [
    "<h3>Các tin khác</h3>",
    "<div>Các tin khác</div>",
    "<p><b>CÁC TIN KHÁC:</b></p>",
    "<header><h6>Các tin khác</h6></header>",
]
ENTRIES = [
    '<li><a href="{u}">{h}</a><p>{t}</p></li>',
    '<div><h4><a href="{u}">{h}</a></h4>{t}</div>',
    '<article><a href="{u}"><img src="/t.jpg"></a><h3><a href="{u}">{h}</a></h3><p>{t}</p></article>',
    '<dt><a href="{u}">{h}</a></dt><dd>{t}</dd>',
    '<p><a href="{u}">{h}</a><br>{t}</p>',
]
BOX = '<div><h3>Đọc nhiều</h3><ul><li><a href="/15/188900/Bong-da.htm">Khai mạc giải bóng đá thiếu niên</a></li><li><a href="/15/188901/Bong-chuyen.htm">Giải bóng chuyền nữ</a></li></ul></div>'
MENU = (
    "<ul>" + "".join(f'<li><a href="/{n}/MUC-{n}.htm">Mục {n}</a></li>' for n in (11, 12, 15, 16)) + "</ul>"
)
FORM = "<form><p>Xem các tin đã đưa ngày:</p><p>Tin trong: Chuyên mục này Mọi chuyên mục</p></form>"
PAGES = [
    "<nav>{menu}</nav><main><article>{article}</article>{related}{form}</main><aside>{box}</aside>",
    "<div>{menu}</div><div>{box}</div><div>{article}{related}{form}</div>",
    "<table><tr><td>{menu}</td><td>{article}{related}{form}</td><td>{box}</td></tr></table>",
    "<div>{menu}<div>{article}</div><div>{related}</div><div>{form}</div>{box}</div>",
    "<div>Thứ năm, 25/4/2024</div>{menu}{article}{form}{related}{box}",
]
TITLES = [f"{HEADLINE} - Báo Hòa Bình điện tử", f"Báo Hòa Bình | {HEADLINE}", "Báo Hòa Bình điện tử"]
FOOT = "<div>Báo Hòa Bình điện tử. Giấy phép số 12 ngày 1/2/2015. Tổng biên tập.</div>"


def dress(number: int) -> str:
    """The article in a combination of shapes, always the same for a number."""
    choose = random.Random(number).choice  # noqa: S311
    paragraph = choose(PARAGRAPHS).format
    entries = choose(ENTRIES).format
    related = "".join(
        entries(u=f"/12/{n}/Tin-{n}.htm", h=headline, t=teaser) for n, headline, teaser in PAIRS
    )
    text = "".join(
        [
            choose(HEADLINES).format(HEADLINE),
            choose(DATES),
            choose(LEADS).format(LEAD),
            paragraph(FIRST),
            choose(CAPTIONS).format(img=IMG, c=CAPTION),
            paragraph(SECOND),
            choose(BYLINES).format("Đức Phượng"),
        ]
    )
    page = choose(PAGES).format(
        menu=MENU,
        article=text,
        related=f"<div>{choose(RELATED_HEADINGS)}{related}</div>",
        form=FORM,
        box=BOX,
    )
    return f"<html><head><title>{choose(TITLES)}</title></head><body>{page}{FOOT}</body></html>"


@pytest.mark.parametrize("number", range(60))
def test_every_part_is_read_in_any_dress(number: int) -> None:
    item = article(dress(number))
    assert item.parser == "generic/1"
    assert item.headline == HEADLINE
    assert (item.agency, item.lead) == ("HBĐT", LEAD.removeprefix("(HBĐT) - "))
    assert item.body == [FIRST, SECOND]
    assert [(image.url, image.caption) for image in item.images] == [(PICTURE, CAPTION)]
    assert item.byline == "Đức Phượng"
    assert item.published_at == DATED
    assert [(link.article_id, link.headline, link.teaser) for link in item.related] == PAIRS
