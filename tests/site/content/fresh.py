"""News of the hour: what was published, edited and added while someone was looking."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tests.site.model import Key, Picture, Piece, Print, Truth
from tests.site.slugs import slug_of

_FIRST_NUMBER = 203400
"""Above all other numbers, whatever the day on which the sample newspaper is looked at."""

EDITED: tuple[Key, ...] = tuple(("vi", _FIRST_NUMBER + number) for number in range(3))
"""Headline changed; a paragraph changed; caption and byline changed."""

NEW: tuple[Key, ...] = tuple(("vi", _FIRST_NUMBER + 10 + number) for number in range(5))


def pieces(now: datetime) -> list[Piece]:
    """Three articles of the last one and a half hours."""
    return [_council(now), _harvest(now), _festival(now)]


def edited(now: datetime) -> list[Piece]:
    """The same three after the desk has been over them."""
    council, harvest, festival = pieces(now)
    first, second, third = harvest.truth.body
    picture = replace(
        festival.truth.pictures[0],
        caption="Đội chiêng xóm Chiến, xã Vân Sơn biểu diễn trong đêm khai mạc. Ảnh: Hồng Nhung",
        credit="Hồng Nhung",
    )
    return [
        _changed(council, headline="Hội đồng nhân dân xã Cao Dương họp bàn việc làm đường liên xóm"),
        _changed(harvest, body=(first, second.replace("5,2 tấn/ha", "5,6 tấn/ha"), third)),
        _changed(
            festival,
            byline="Hồng Nhung - Đức Phượng",
            authors=("Hồng Nhung", "Đức Phượng"),
            pictures=(picture,),
        ),
    ]


def new(now: datetime) -> list[Piece]:
    """Five articles of the last half hour, in three sections."""
    return [
        _news(number, section, headline, lead, body, now - timedelta(minutes=25 - 5 * number), form)
        for number, (section, headline, lead, body, form) in enumerate(_NEW)
    ]


def _changed(piece: Piece, **fields: object) -> Piece:
    return replace(piece, truth=replace(piece.truth, **fields))  # type: ignore[arg-type]


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _folder(moment: datetime) -> str:
    return f"https://ims.baohoabinh.com.vn/NewsImg/{moment.month}_{moment.year}"


def _council(now: datetime) -> Piece:
    return Piece(
        Truth(
            article_id=EDITED[0][1],
            section_id=11,
            slug="Hoi-dong-nhan-dan-xa-Cao-Du111ng-hop-ban-viec-lam-duong",
            headline="Hội đồng nhân dân xã Cao Dương họp bàn việc làm đường",
            lead="Sáng nay, HĐND xã Cao Dương họp kỳ chuyên đề, thông qua nghị quyết về bố trí vốn đối "
            "ứng làm đường giao thông nông thôn.",
            body=(
                "Theo nghị quyết, xã dành 1,8 tỷ đồng từ nguồn tăng thu để cùng nhân dân làm 4 tuyến "
                "đường dài 6,3 km.",
                "Các đại biểu đề nghị ưu tiên tuyến từ trường học ra quốc lộ, nơi học sinh thường phải "
                "lội bùn vào mùa mưa.",
            ),
            byline="P.V",
            posted=_minute(now - timedelta(minutes=85)),
        ),
        Print(date="weekday"),
    )


def _harvest(now: datetime) -> Piece:
    return Piece(
        Truth(
            article_id=EDITED[1][1],
            section_id=12,
            slug="N111ng-dan-Muong-Vang-vao-vu-gat",
            headline="Nông dân Mường Vang vào vụ gặt",
            lead="Trên cánh đồng Mường Vang, máy gặt chạy từ tờ mờ sáng. Bà con tranh thủ nắng ráo thu "
            "hoạch cho kịp làm đất trồng màu.",
            body=(
                "Vụ này, các xã gieo cấy 2.140 ha, hơn một nửa là giống lúa chất lượng cao theo hợp đồng "
                "bao tiêu.",
                "Qua gặt thống kê, năng suất bình quân ước đạt 5,2 tấn/ha, cao hơn vụ trước dù đầu vụ gặp "
                "rét muộn.",
                "Giá thóc tươi tại ruộng giữ ở mức có lãi, thương lái đưa xe đến tận bờ thửa.",
            ),
            byline="Viết Đào",
            authors=("Viết Đào",),
            posted=_minute(now - timedelta(minutes=60)),
        ),
        Print(date="updated"),
    )


def _festival(now: datetime) -> Piece:
    posted = _minute(now - timedelta(minutes=35))
    return Piece(
        Truth(
            article_id=EDITED[2][1],
            section_id=16,
            slug="Khai-mac-ngay-hoi-chieng-Muong",
            headline="Khai mạc ngày hội chiêng Mường",
            lead="Ngày hội quy tụ 32 đội chiêng của các xã, trong đó có 6 đội nhí lần đầu ra mắt công chúng.",
            body=(
                "Mở đầu là màn hòa tấu của 600 nghệ nhân với các bài “Đi đường”, “Bóng trăng vàng” và "
                "“Mời trầu”.",
                "Trong khuôn khổ ngày hội còn có thi giã bánh dày, ném còn và trưng bày nhạc cụ cổ.",
            ),
            byline="Hồng Nhung",
            authors=("Hồng Nhung",),
            posted=posted,
            pictures=(
                Picture(
                    src=f"{_folder(posted)}/{EDITED[2][1]}_chieng muong.jpg",
                    caption="Đội chiêng xóm Chiến, xã Vân Sơn biểu diễn. Ảnh: P.V",
                    credit="P.V",
                    after=1,
                ),
            ),
        ),
        Print(date="zone"),
    )


def _news(
    number: int,
    section_id: int,
    headline: str,
    lead: str,
    body: tuple[str, ...],
    posted: datetime,
    form: str,
) -> Piece:
    truth = Truth(
        article_id=NEW[number][1],
        section_id=section_id,
        slug=slug_of(headline),
        headline=headline,
        lead=lead,
        body=body,
        byline="Minh Tuấn" if number % 2 else None,
        authors=("Minh Tuấn",) if number % 2 else (),
        posted=_minute(posted),
    )
    return Piece(truth, Print(date=form))


_NEW = (
    (
        11,
        "Ra mắt tổ công nghệ số cộng đồng xóm Đễnh",
        "Xóm Đễnh vừa ra mắt tổ công nghệ số cộng đồng gồm 9 thành viên, phần lớn là đoàn viên trẻ.",
        (
            "Tổ sẽ đến từng nhà giúp bà con cài ứng dụng, nộp hồ sơ trực tuyến và nhận biết lừa đảo qua "
            "mạng.",
            "Trong tháng đầu, tổ đặt mục tiêu hỗ trợ 120 hộ có người cao tuổi.",
        ),
        "weekday",
    ),
    (
        11,
        "Tiếp xúc cử tri trước kỳ họp cuối năm",
        "Cử tri các xã vùng hồ kiến nghị sớm sửa bến thuyền và lắp phao tiêu cảnh báo trên các luồng chính.",
        (
            "Tại các điểm tiếp xúc, 43 lượt ý kiến được ghi nhận, tập trung vào giao thông, nước sạch và "
            "chế độ cho người hoạt động không chuyên trách.",
            "Đại biểu đã giải trình những nội dung thuộc thẩm quyền, số còn lại chuyển ngành chức năng "
            "trả lời bằng văn bản.",
        ),
        "dashes",
    ),
    (
        12,
        "Mở lớp dạy nghề nuôi ong lấy mật",
        "Hai mươi lăm hội viên nông dân xã Thịnh Minh được học nghề nuôi ong ngay tại vườn nhãn của hợp "
        "tác xã.",
        (
            "Lớp học kéo dài ba tháng, học viên thực hành chia đàn, quay mật và phòng bệnh thối ấu trùng.",
            "Kết thúc khóa, mỗi người được hỗ trợ hai đàn giống để khởi nghiệp.",
        ),
        "updated",
    ),
    (
        12,
        "Chợ phiên vùng cao đông khách trở lại",
        "Phiên chợ sáng nay ở vùng cao Mai Châu đông gấp đôi phiên trước, hàng thổ cẩm và chè shan tuyết "
        "bán chạy.",
        (
            "Ban quản lý chợ đã kẻ lại vạch gửi xe, lắp bốn vòi nước công cộng và bố trí người dọn rác "
            "ngay sau giờ tan chợ.",
            "Các hộ bán hàng cam kết niêm yết giá, không chèo kéo du khách.",
        ),
        "zone",
    ),
    (
        15,
        "Giải chạy quanh hồ thu hút hơn nghìn người",
        "Hơn một nghìn vận động viên phong trào tham gia giải chạy quanh hồ với ba cự ly 5 km, 10 km và "
        "21 km.",
        (
            "Đường chạy men theo bờ nước, qua bảy xóm, nơi bà con mang chiêng ra đánh cổ vũ.",
            "Ban tổ chức trao giải cho vận động viên cao tuổi nhất, 74 tuổi, hoàn thành cự ly 10 km.",
        ),
        "english",
    ),
)
