"""Articles that look alike and are different news: reports of other months, weather, short notices."""

from __future__ import annotations

from tests.site.model import Piece, Print, Truth, at


def _report(article_id: int, month: int, figures: tuple[str, ...]) -> Piece:
    """A monthly report: one form of words, other figures in every sentence."""
    growth, value, mining, making, power, retail, tourists, budget, share, capital, prices, jobs = figures
    return Piece(
        Truth(
            article_id=article_id,
            section_id=12,
            slug=f"Tinh-hinh-kinh-te--xa-hoi-thang-{month}",
            headline=f"Tình hình kinh tế - xã hội tháng {month}",
            lead=f"Tháng {month}, chỉ số sản xuất công nghiệp toàn tỉnh ước tăng {growth} so với cùng kỳ, "
            f"giá trị sản xuất đạt {value} tỷ đồng.",
            body=(
                f"Trong đó, ngành khai khoáng tăng {mining}, công nghiệp chế biến tăng {making}, sản xuất "
                f"và phân phối điện tăng {power}. Các doanh nghiệp trong khu công nghiệp duy trì đơn hàng "
                "đến hết quý.",
                f"Tổng mức bán lẻ hàng hóa ước đạt {retail} tỷ đồng. Du lịch đón {tourists} lượt khách, "
                "công suất phòng ngày cuối tuần ở mức khá.",
                f"Thu ngân sách ước đạt {budget} tỷ đồng, bằng {share} dự toán năm. Vốn đầu tư công giải "
                f"ngân được {capital} tỷ đồng. Chỉ số giá tiêu dùng tăng {prices} so với tháng trước; "
                f"{jobs} lao động được giải quyết việc làm.",
            ),
            byline="P.V",
            posted=at(2024, month, 28, 10, 0),
        ),
        Print(date="updated"),
    )


def _weather(article_id: int, day: int, month: int, low: int, high: int, rain: str, wind: int) -> Piece:
    return Piece(
        Truth(
            article_id=article_id,
            section_id=28,
            slug="Thoi-tiet",
            headline="Thời tiết",
            lead=f"Dự báo ngày {day}/{month}, khu vực tỉnh Hòa Bình nhiệt độ từ {low} - {high} độ C.",
            body=(
                f"Ngày nhiều mây, {rain}, gió nhẹ cấp {wind}. Độ ẩm trung bình 8{wind}%.",
                f"Vùng núi cao huyện Mai Châu, Đà Bắc nhiệt độ thấp nhất {low - 3} độ C. Mực nước hồ Hòa "
                f"Bình lúc 7 giờ là 11{wind},{low} m.",
            ),
            posted=at(2025, month, day, 5, 30),
        ),
        Print(date="clock24"),
    )


def _notice(article_id: int, day: int, month: int, where: str) -> Piece:
    return Piece(
        Truth(
            article_id=article_id,
            section_id=217,
            slug="Tin-van",
            headline="Tin vắn",
            lead=f"Do sửa chữa cầu, từ ngày {day}/{month} cấm xe tải trên 5 tấn lưu thông qua {where}.",
            body=("Các phương tiện đi theo biển chỉ dẫn của lực lượng chức năng.",),
            byline="P.V",
            posted=at(2025, month, day - 1, 17, 0),
        ),
        Print(date="dashes"),
    )


PIECES = [
    _report(
        192750,
        8,
        ("5%", "4.312", "2,1%", "6,4%", "11%", "5.480", "310.000", "512", "61%", "298", "0,12%", "1.420"),
    ),
    _report(
        193880,
        9,
        ("6%", "4.405", "1,8%", "7,2%", "9%", "5.515", "287.000", "548", "69%", "341", "0,25%", "1.385"),
    ),
    _weather(196811, 6, 1, 12, 19, "không mưa", 2),
    _weather(199241, 4, 4, 20, 28, "có mưa rào vài nơi", 3),
    _notice(198480, 8, 3, "cầu Chum, xã Trung Minh"),
    _notice(199260, 6, 4, "cầu Vàng, xã Độc Lập"),
]
