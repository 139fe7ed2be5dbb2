"""An article's URL that gives something else: it is named, never taken for an article."""

# ruff: noqa: E501  # markup stays on one line

from __future__ import annotations

import pytest

from schemas.items import NotAnArticle
from tests.pages.reading import FIRST, LEAD, PICTURE, SECOND, SITE, URL, p, plain, post, read

MENU = (
    "<ul>" + "".join(f'<li><a href="/{n}/MUC-{n}.htm">Mục {n}</a></li>' for n in (11, 12, 15, 16)) + "</ul>"
)
RELATED = (
    "<h4>Các tin khác</h4>"
    + "".join(
        f'<div><a href="/{11 + n}/{188000 + n}/Tin.htm">Tin thứ {n} trong ngày</a></div><div>(HBĐT) - {SECOND}</div>'
        for n in range(6)
    )
    + "<form>Xem các tin đã đưa ngày: <select name=d><option>1</select></form>"
)
FOOT = "<div>Báo Hòa Bình. Giấy phép số 12. Tổng biên tập. Địa chỉ: thành phố Hòa Bình.</div>"
NEWS = "".join(
    f'<h3><a href="/{11 + n % 4}/{188000 + n}/Tin.htm">Tin thứ {n} trong ngày</a></h3><p>(HBĐT) - {SECOND}</p>'
    for n in range(12)
)


def page(*inner: str, title: str = "Báo Hòa Bình điện tử", head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{MENU}{''.join(inner)}{FOOT}</body></html>"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (page(f'<div class="post clearfix"></div>{RELATED}'), "soft-404"),
        (page('<div class="post clearfix"><h2 class="title"></h2></div>', RELATED), "soft-404"),
        (
            page("<h1>Không tìm thấy trang</h1><p>Bài viết không tồn tại hoặc đã bị xóa.</p>", NEWS),
            "soft-404",
        ),
        (page("<p>The page you requested was not found.</p>"), "soft-404"),
        (page(title="404 Not Found"), "soft-404"),
        (page(), "soft-404"),
        (page("<h2>Tin nổi bật</h2>", NEWS), "home"),
        (page(NEWS, head=f'<link rel="canonical" href="{SITE}/">'), "home"),
        (page("<h1>Chính trị</h1>", NEWS, title="Chính trị - Báo Hòa Bình"), "listing"),
        (page(NEWS, head='<meta property="og:url" content="/11/CHINH-TRI.htm">'), "listing"),
        (page("<form><input name=u><input type=password name=p><button>Đăng nhập</button></form>"), "login"),
        (
            plain("<p>Bạn cần đăng nhập để đọc toàn bộ bài viết này.</p><form><input type=password></form>"),
            "login",
        ),
        ("", "empty"),
        ("<html><body></body></html>", "empty"),
        (post(lead=""), "empty"),
        ("<html><body>" + p(FIRST) * 5 + "</body></html>", "unreadable"),
    ],
)
def test_what_it_is_instead(html: str, found: str) -> None:
    item = read(html)
    assert isinstance(item, NotAnArticle)
    assert item.found == found, item
    assert item.reason


def test_a_status_of_absence_counts() -> None:
    item = read(page("<h1>Xin lỗi</h1>"), URL, status=404)
    assert isinstance(item, NotAnArticle)
    assert item.found == "soft-404"


def test_an_article_that_mentions_a_loss_is_an_article() -> None:
    lost = "Người dân báo không tìm thấy hai cháu nhỏ sau trận lũ quét, lực lượng chức năng đang tìm kiếm."
    assert not isinstance(read(plain(p(LEAD), p(lost), p(SECOND))), NotAnArticle)


# --- pages of somebody else ------------------------------------------------------------------------

NOTICES = {
    "maintenance": (
        "Hệ thống đang bảo trì",
        "Hệ thống đang được nâng cấp để phục vụ bạn đọc tốt hơn, mời quý vị quay lại sau ít phút nữa.",
    ),
    "anti-bot": (
        "Just a moment...",
        "Enable JavaScript and cookies to continue. This site checks the security of your connection before proceeding.",
    ),
    "expired domain": (
        "Tên miền đã hết hạn",
        "Tên miền này đã hết hạn sử dụng. Chủ thể vui lòng liên hệ nhà đăng ký để gia hạn trong thời gian sớm nhất.",
    ),
    "merged": (
        "Báo Hòa Bình đã hợp nhất với Báo Phú Thọ",
        "Từ ngày 1/7/2025, Báo Hòa Bình hợp nhất với Báo Phú Thọ; mời bạn đọc theo dõi tin tức tại địa chỉ mới.",
    ),
}


@pytest.mark.parametrize(("heading", "text"), NOTICES.values(), ids=NOTICES)
def test_a_notice_with_heading_and_prose_is_no_article(heading: str, text: str) -> None:
    for html, found in (
        (
            f"<html><head><title>{heading}</title></head><body><h1>{heading}</h1><p>{text}</p></body></html>",
            "foreign",
        ),
        (f"<html><body><h2>{heading}</h2><p>{text}</p><p>{text}</p></body></html>", "foreign"),
        (page(f"<h1>{heading}</h1><p>{text}</p>"), "unreadable"),
    ):
        item = read(html)
        assert isinstance(item, NotAnArticle)
        assert item.found == found, item


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        NOTICES["maintenance"],
        ("Bảo trì hệ thống", "Mời quý vị bạn đọc quay lại sau ít phút nữa, xin cảm ơn quý vị đã quan tâm."),
        ("Thông báo", "Trang thông tin điện tử đang tạm ngừng hoạt động, mời quý vị bạn đọc quay lại sau."),
        (
            "Notice",
            "This website is currently under maintenance, please come back in a few minutes. Thank you.",
        ),
    ],
)
def test_a_maintenance_notice_in_the_sites_own_frame_is_no_article(heading: str, text: str) -> None:
    for after in (RELATED, FORM, RELATED + FORM):
        item = read(page(f"<h1>{heading}</h1><p>{text}</p>", after), f"{SITE}/12/136795/Huyen-Cao-Phong.htm")
        assert isinstance(item, NotAnArticle)
        assert item.found == "unreadable", item


def test_a_maintenance_notice_in_the_articles_own_layout_is_no_article() -> None:
    item = read(page(post(headline=NOTICES["maintenance"][0], lead=NOTICES["maintenance"][1])))
    assert isinstance(item, NotAnArticle)
    assert item.found == "unreadable", item


def test_an_article_about_maintenance_is_an_article() -> None:
    heading = "Hệ thống cấp nước đang được nâng cấp"
    html = page(f"<h1>{heading}</h1><p>{FIRST}</p>", RELATED)
    assert not isinstance(read(html, f"{SITE}/12/5/He-thong-cap-nuoc-dang-duoc-nang-cap.htm"), NotAnArticle)
    assert not isinstance(read(post(p(SECOND), headline=heading), OTHER_URL), NotAnArticle)


OTHER_URL = f"{SITE}/12/136795/Tin.htm"
PROOFS = {
    "slug": (plain(p(FIRST)), URL),
    "canonical": (
        plain(p(FIRST), after=MENU).replace("<head>", f'<head><link rel="canonical" href="{OTHER_URL}">'),
        OTHER_URL,
    ),
    "dateline": (plain(p(LEAD)), OTHER_URL),
    "date": (plain("<p>15/11/2019 09:56</p>", p(FIRST)), OTHER_URL),
    "picture": (plain(p(FIRST), f'<img src="{PICTURE}">'), OTHER_URL),
    "related": (plain(p(FIRST), RELATED.partition("<form>")[0]), OTHER_URL),
    "day form": (plain(p(FIRST), "<form>Xem các tin đã đưa ngày:</form>"), OTHER_URL),
}


@pytest.mark.parametrize(("html", "url"), PROOFS.values(), ids=PROOFS)
def test_one_thing_that_ties_a_page_to_its_url_is_enough(html: str, url: str) -> None:
    assert not isinstance(read(html, url), NotAnArticle)


def test_prose_that_nothing_ties_to_the_url_is_not_read() -> None:
    for html, found in (
        (plain(p(FIRST)), "foreign"),
        (page("<h1>Tin</h1>", p(FIRST), title=""), "unreadable"),
    ):
        item = read(html, OTHER_URL)
        assert isinstance(item, NotAnArticle)
        assert item.found == found, item


# --- gone, or only not understood ------------------------------------------------------------------

FORM = "<form>Xem các tin đã đưa ngày: <select name=d><option>1</select></form>"
GONE = {
    "Vietnamese": page("<p>Bài viết bạn tìm không tồn tại.</p>"),
    "removed": page("<p>Nội dung này đã bị gỡ bỏ.</p>"),
    "the other way round": page("<p>Không tìm thấy trang bạn yêu cầu.</p>"),
    "English": page("<p>The requested URL was not found on this server.</p>"),
    "server": "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr>nginx</body></html>",
    "ASP.NET": "<html><head><title>The resource cannot be found.</title></head><body><p>The resource cannot be found.</p></body></html>",
    "empty frame": page('<div class="post clearfix"></div>', FORM),
}


@pytest.mark.parametrize("html", GONE.values(), ids=GONE)
def test_gone_is_what_says_so_or_is_the_sites_own_empty_page(html: str) -> None:
    item = read(html)
    assert isinstance(item, NotAnArticle)
    assert item.found == "soft-404", item


UNREADABLE = {
    "database": "<html><body><p>Lỗi kết nối cơ sở dữ liệu, không có dữ liệu</p><p>Mã lỗi 0x80131904, vui lòng thử lại sau.</p></body></html>",
    "database in the frame": page("<p>Lỗi kết nối cơ sở dữ liệu, không có dữ liệu</p>"),
    "maintenance in the frame": page("<div>Hệ thống đang bảo trì, mời quay lại sau.</div>"),
    "foreign page without navigation": "<html><body><p>Service unavailable, please come back later.</p><p>Request 8f-12, server front-2, contact the administrator of the site.</p></body></html>",
    "a dateline above the words": page(f"<p>{LEAD}</p><p>Trang không tồn tại</p>", title=""),
}


@pytest.mark.parametrize("html", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_not_understood_is_not_gone(html: str) -> None:
    item = read(html, OTHER_URL)
    assert isinstance(item, NotAnArticle)
    assert item.found == ("unreadable" if MENU in html else "foreign"), item


def test_a_teaser_that_speaks_of_missing_pages_says_nothing_of_this_one() -> None:
    teaser = "<div><a href='/12/188001/Tin.htm'>Tin</a></div><div>Trang web không tồn tại, chị bị lừa mất tiền.</div>"
    item = read(page("<p>Nội dung đang được cập nhật lại.</p>", teaser, FORM))
    assert isinstance(item, NotAnArticle)
    assert item.found == "unreadable"


@pytest.mark.parametrize("lead", ["Cao Phong đã xóa hết nhà tạm.", "Nhiều xóm ở vùng hồ không có dữ liệu."])
def test_a_short_article_about_something_missing_is_an_article(lead: str) -> None:
    for html in (post(headline=lead, lead=lead), post(p("Tin cuối ngày."), headline=lead, lead=lead)):
        assert not isinstance(read(html, f"{SITE}/259/136795/Cao-Phong.htm"), NotAnArticle)
