"""Articles that were published twice: word for word, or with changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tests.site.model import Era, Key, Piece, Print, Truth, at
from tests.site.slugs import slug_of

_ROAD = Piece(
    Truth(
        article_id=152011,
        section_id=11,
        slug="Nhan-dan-hien-dat-mo-duong-o-xa-Ngoc-My",
        headline="Nhân dân hiến đất mở đường ở xã Ngọc Mỹ",
        agency="HBĐT",
        lead="Chỉ trong ba tháng, 86 hộ dân ở xã Ngọc Mỹ, huyện Tân Lạc đã tự nguyện hiến hơn 4.200 m2 "
        "đất ở, đất vườn để mở rộng tuyến đường trục xã.",
        body=(
            "Con đường cũ chỉ rộng hơn hai mét, trời mưa là lầy lội, xe chở mía, chở ngô không vào được "
            "tận xóm. Khi có chủ trương nâng cấp, chi bộ các xóm họp bàn, phân công từng đảng viên đến "
            "vận động từng nhà, người trong họ nói với nhau trước.",
            "Gia đình ông trưởng xóm Biệng đi đầu, phá bỏ 30 mét tường rào vừa xây và chặt cả hàng nhãn "
            "đang cho quả. Thấy vậy, nhiều hộ làm theo. Có hộ neo đơn không còn sức lao động thì góp cây "
            "tre, cây luồng để làm cọc.",
            "Đến nay, tuyến đường dài 3,4 km đã được mở rộng lên năm mét, đổ bê tông xong hai phần ba. Xe "
            "tải vào đến sân kho, giá mía bán tại ruộng nhờ thế cao hơn trước, bà con không còn bị ép giá "
            "mỗi khi vào vụ.",
            "Từ kinh nghiệm này, xã tiếp tục vận động nhân dân ba xóm vùng sâu mở thêm đường ra khu sản "
            "xuất trong năm tới.",
        ),
        byline="Bùi Minh",
        authors=("Bùi Minh",),
        posted=at(2021, 4, 3, 8, 30),
    ),
    Print(era=Era.PLAIN, date="weekday", prefix="(HBĐT) - "),
)

_CLINIC = Piece(
    Truth(
        article_id=118402,
        section_id=219,
        slug="Kham-benh-mien-phi-cho-nguoi-ngheo-xa-Toan-S111n",
        headline="Khám bệnh miễn phí cho người nghèo xã Toàn Sơn",
        agency="HBĐT",
        lead="Cuối tuần qua, đoàn thầy thuốc trẻ tình nguyện đã vượt gần 40 km đường đèo lên xã Toàn Sơn, "
        "huyện Đà Bắc khám bệnh, cấp thuốc miễn phí cho người nghèo.",
        body=(
            "Từ sáng sớm, sân trạm y tế xã đã đông kín người. Các bàn khám nội, nhi, răng, mắt được kê "
            "dưới bóng cây, đoàn viên thanh niên của xã dẫn người già đến từng bàn và đọc giúp tờ khai "
            "cho những người không biết chữ.",
            "Trong hai ngày, đoàn khám cho 412 lượt người, chủ yếu là người cao tuổi và trẻ em dưới sáu "
            "tuổi. Nhiều trường hợp mắc bệnh về khớp, dạ dày, huyết áp được lập sổ theo dõi; 17 ca nặng "
            "được giới thiệu lên tuyến trên.",
            "Bà con nhận thuốc kèm lời dặn tỉ mỉ bằng cả tiếng phổ thông và tiếng Mường. Một cụ bà ở xóm "
            "Tra cho hay đây là lần đầu tiên cụ được đo mắt, được phát kính để xâu kim khâu áo cho cháu.",
            "Ngoài khám bệnh, đoàn tặng trạm y tế một máy đo đường huyết, tặng học sinh nghèo của xã 60 "
            "suất quà gồm sách vở và áo ấm, hướng dẫn các bà mẹ cách chăm sóc trẻ khi trời trở lạnh.",
        ),
        byline="Hương Lan",
        authors=("Hương Lan",),
        posted=at(2018, 6, 12, 14, 0, 7),
    ),
    Print(era=Era.SPAN, date="sister", prefix="(HBĐT) - "),
)

_FISH = Piece(
    Truth(
        article_id=133210,
        section_id=12,
        slug="Nuoi-ca-l111ng-tren-ho-Hoa-Binh",
        headline="Nuôi cá lồng trên hồ Hòa Bình",
        agency="HBĐT",
        lead="Tận dụng mặt nước lòng hồ, hàng trăm hộ dân ven hồ Hòa Bình đã đầu tư nuôi cá lồng, biến "
        "nghề phụ thành nghề chính và có của ăn của để.",
        body=(
            "Ở xã Vầy Nưa, nơi mười năm trước người dân chỉ biết thả lưới bắt cá tự nhiên, nay đâu đâu "
            "cũng thấy những dãy lồng sắt nối nhau trên mặt nước. Mỗi lồng rộng chừng ba mươi mét khối, "
            "nuôi cá lăng, cá chiên hoặc trắm đen.",
            "Anh chủ bè nổi cho biết, thức ăn của cá là tôm, cá tạp đánh bắt ngay trong hồ cùng với ngô, "
            "sắn của nhà nên thịt chắc, được nhà hàng dưới xuôi ưa chuộng. Một lứa nuôi kéo dài từ mười "
            "bốn đến mười tám tháng.",
            "Cái khó nhất là con giống và dịch bệnh khi nước hồ rút nhanh. Trạm khuyến nông huyện đã mở "
            "lớp tập huấn ngay trên bè, phát vôi bột, hướng dẫn treo túi thuốc và di chuyển lồng ra chỗ "
            "nước sâu trong những ngày nắng nóng.",
            "Mới đây, các hộ liên kết lập hợp tác xã, gắn nhãn hiệu cho sản phẩm, ký hợp đồng với hai "
            "chuỗi siêu thị. Đầu ra ổn định, người nuôi mạnh dạn vay vốn làm thêm lồng mới, con cái yên "
            "tâm theo học.",
        ),
        byline="Thu Thủy",
        authors=("Thu Thủy",),
        posted=at(2019, 9, 10, 8, 45),
    ),
    Print(era=Era.SPAN, date="updated", prefix="(HBĐT) - "),
)

_SCHOOL = Piece(
    Truth(
        article_id=146120,
        section_id=16,
        slug="Thu-vien-nho-giua-rung-xanh",
        headline="Thư viện nhỏ giữa rừng xanh",
        agency="HBĐT",
        lead="Một gian nhà sàn cũ được sửa lại, mái lợp cọ, vách thưng nứa, bên trong là gần ba nghìn "
        "cuốn sách: đó là thư viện của học trò xã Tự Do, huyện Lạc Sơn.",
        body=(
            "Người gây dựng thư viện là cô giáo dạy văn về hưu. Cô gom sách từ bạn bè, từ các chuyến hàng "
            "từ thiện, tự tay đóng bìa, dán gáy, ghi sổ. Những cuốn truyện tranh quăn mép luôn có người "
            "đợi mượn.",
            "Chiều nào tan học, lũ trẻ cũng ùa về ngồi kín sàn. Đứa lớn đọc cho đứa bé, đứa biết tiếng "
            "phổ thông dịch lại cho em còn ngọng nghịu. Có hôm trời tối, cô phải lấy đèn pin đưa từng tốp "
            "về tận đầu xóm.",
            "Từ ngày có thư viện, các thầy cô trong trường nhận thấy học sinh viết bài bớt lỗi chính tả, "
            "mạnh dạn giơ tay phát biểu. Phụ huynh thấy con chăm đọc cũng góp gỗ đóng thêm kệ, góp ngày "
            "công làm lại bậc thang.",
            "Mong ước của cô là có một chiếc máy tính nối mạng để các em xem được bản đồ, xem được biển. "
            "Một nhóm bạn trẻ ở Hà Nội đã hứa sẽ mang lên vào dịp khai giảng.",
        ),
        byline="Hồng Nhung",
        authors=("Hồng Nhung",),
        posted=at(2020, 10, 2, 10, 10, 10),
    ),
    Print(era=Era.PLAIN, date="clock24", prefix="(HBĐT) - "),
)

_FOREST = Piece(
    Truth(
        article_id=164305,
        section_id=11,
        slug="Giu-rung-tu-goc-o-Phu-Canh",
        headline="Giữ rừng từ gốc ở Phu Canh",
        agency="HBĐT",
        lead="Nhiều năm liền khu bảo tồn thiên nhiên Phu Canh không để xảy ra cháy rừng lớn, nhờ giao "
        "rừng đến từng nhóm hộ và gắn quyền lợi của dân với cây rừng.",
        body=(
            "Mười hai tổ bảo vệ rừng của các xóm vùng đệm thay nhau đi tuần, mỗi chuyến kéo dài hai ngày "
            "một đêm. Họ mang theo gạo, muối, võng dù và cuốn sổ ghi lại dấu chân người lạ, vết cưa mới, "
            "bẫy thú còn sót trên lối mòn.",
            "Tiền dịch vụ môi trường rừng được chia công khai tại nhà văn hóa, ghi rõ ngày công của từng "
            "người. Phần quỹ chung dùng mua loa cầm tay, máy thổi gió, sửa lại các bể nước dự phòng trên "
            "đỉnh dốc.",
            "Trạm trưởng kiểm lâm địa bàn cho rằng điều quan trọng là cán bộ phải ở cùng dân, ăn cùng "
            "dân, hiểu lúc nào dân cần đất trồng sắn, lúc nào dân cần củi. Hiểu rồi thì mới nói cho dân "
            "nghe được.",
            "Dưới tán rừng, bà con trồng thêm sa nhân, khôi tía, mỗi vụ thu vài chục triệu đồng mà không "
            "phải chặt một cây gỗ nào.",
        ),
        byline="Viết Đào",
        authors=("Viết Đào",),
        posted=at(2022, 4, 11, 7, 20),
    ),
    Print(era=Era.PLAIN, date="zone", prefix="(HBĐT) - "),
)


def _again(
    piece: Piece,
    article_id: int,
    section_id: int,
    posted: datetime,
    *,
    headline: str | None = None,
    body: tuple[str, ...] | None = None,
    how: Print | None = None,
) -> Piece:
    """The article once more, under another number."""
    old = piece.truth
    truth = replace(
        old,
        article_id=article_id,
        section_id=section_id,
        posted=posted,
        headline=headline or old.headline,
        slug=slug_of(headline) if headline else old.slug,
        body=body or old.body,
    )
    return Piece(truth, how or piece.print)


_SHORTENED = (
    *_FISH.truth.body[:-1],
    "Mới đây, các hộ liên kết lập hợp tác xã, gắn nhãn hiệu cho sản phẩm.",
)

_EXTENDED = (
    *_SCHOOL.truth.body,
    "Trước khi chia tay, chúng tôi được các em đọc tặng một bài thơ chép trên giấy ô ly, viết về con suối "
    "chảy qua trước cửa thư viện.",
)

_CHANGED = tuple(
    text.replace(
        "Hiểu rồi thì mới nói cho dân nghe được.", "Có như vậy, lời tuyên truyền mới vào lòng người."
    )
    for text in _FOREST.truth.body
)

_ROAD_AGAIN = _again(_ROAD, 152016, 16, at(2021, 4, 3, 15, 5))
_CLINIC_AGAIN = _again(
    _CLINIC,
    118477,
    16,
    at(2018, 6, 14, 9, 0, 31),
    how=Print(era=Era.SPAN, date="letters", prefix="(HBĐT) – ", quotes=("“", "”")),
)
_FISH_AGAIN = _again(
    _FISH, 133288, 220, at(2019, 9, 12, 16, 45), headline="Nghề nuôi cá lồng ven hồ", body=_SHORTENED
)
_SCHOOL_AGAIN = _again(
    _SCHOOL, 146204, 220, at(2020, 10, 5, 8, 8, 8), headline="Thư viện giữa rừng xanh", body=_EXTENDED
)
_FOREST_AGAIN = _again(
    _FOREST, 164371, 28, at(2022, 4, 13, 9, 20), headline="Chuyện giữ rừng ở Phu Canh", body=_CHANGED
)

PIECES = [
    _ROAD,
    _ROAD_AGAIN,
    _CLINIC,
    _CLINIC_AGAIN,
    _FISH,
    _FISH_AGAIN,
    _SCHOOL,
    _SCHOOL_AGAIN,
    _FOREST,
    _FOREST_AGAIN,
]

PAIRS: tuple[tuple[Key, Key, str], ...] = (
    (_ROAD_AGAIN.key, _ROAD.key, "exact"),
    (_CLINIC_AGAIN.key, _CLINIC.key, "exact"),
    (_FISH_AGAIN.key, _FISH.key, "near"),
    (_SCHOOL_AGAIN.key, _SCHOOL.key, "near"),
    (_FOREST_AGAIN.key, _FOREST.key, "near"),
)
