"""Short pages for tests: markup in, item out."""

from __future__ import annotations

from datetime import UTC, datetime

from web_poet import HttpResponse

from crawler.pages.article import ArticlePage
from crawler.pages.dayform import DayFormPage
from crawler.pages.inputs import FetchedAt
from crawler.pages.listing import ListingPage
from schemas.items import Article, DayForm, Listing, NotAnArticle

FETCHED = datetime(2024, 4, 25, 3, 0, tzinfo=UTC)
SITE = "https://baohoabinh.com.vn"
URL = f"{SITE}/12/136795/Huyen-Cao-Ph111ng-giu-uy-tin-cam.htm"
HEADLINE = "Huyện Cao Phong giữ uy tín cam"
LEAD = "(HBĐT) - Những năm gần đây, cây cam đã mang lại thu nhập ổn định cho nhiều hộ dân huyện Cao Phong."
FIRST = (
    "Theo thống kê của huyện, toàn vùng có hơn 2.800 ha cam, trong đó hai phần ba đang cho thu hoạch. "
    "Các hợp tác xã đã ký hợp đồng với siêu thị ở Hà Nội và Hải Phòng."
)
SECOND = (
    "Thời gian tới, huyện tiếp tục hướng dẫn bà con chăm sóc vườn cây theo quy trình VietGAP, dán tem truy "
    "xuất nguồn gốc cho từng quả và xử lý nghiêm việc trà trộn cam nơi khác."
)
CAPTION = "Người dân xã Bắc Phong (Cao Phong) thu hoạch cam. Ảnh: P.V"
PICTURE = "https://ims.baohoabinh.com.vn/NewsImg/11_2019/136795_cam.jpg"


def response(html: str | bytes, url: str = URL, **values: object) -> HttpResponse:
    body = html if isinstance(html, bytes) else html.encode("utf-8", "surrogatepass")
    return HttpResponse(url, body, **values)  # type: ignore[arg-type]


def read(
    html: str | bytes, url: str = URL, fetched: datetime = FETCHED, **values: object
) -> Article | NotAnArticle:
    """What the article page object makes of a page."""
    return ArticlePage(response=response(html, url, **values), fetched=FetchedAt(fetched)).to_item()


def article(html: str | bytes, url: str = URL, **values: object) -> Article:
    item = read(html, url, **values)  # type: ignore[arg-type]
    assert isinstance(item, Article), item
    return item


def listing(html: str, url: str = f"{SITE}/11/CHINH-TRI.htm") -> Listing:
    return ListingPage(response=response(html, url), fetched=FetchedAt(FETCHED)).to_item()


def day_form(html: str, url: str = f"{SITE}/11/CHINH-TRI.htm") -> DayForm | None:
    return DayFormPage(response=response(html, url)).to_item()


def post(
    *paragraphs: str, headline: str = HEADLINE, lead: str = LEAD, meta: str = "", after: str = ""
) -> str:
    """A page in the layout whose class names were seen; the paragraphs are markup."""
    return (
        f"<html><head><title>{headline} - Báo Hòa Bình điện tử</title></head><body>"
        f'<div class="post clearfix"><header class="page-header">'
        f'<div class="page-title"><h2 class="title">{headline}</h2></div>'
        f'<div class="meta-wrapper"><span class="meta">{meta}</span></div></header>'
        f'<div class="summary">{lead}</div>{"".join(paragraphs)}</div>{after}</body></html>'
    )


def plain(*blocks: str, headline: str = HEADLINE, after: str = "") -> str:
    """A page without a single class name."""
    return (
        f"<html><head><title>{headline} - Báo Hòa Bình điện tử</title></head><body>"
        f"<main><h1>{headline}</h1>{''.join(blocks)}</main>{after}</body></html>"
    )


def p(text: str) -> str:
    return f'<div style="text-align: justify;">{text}</div>'
