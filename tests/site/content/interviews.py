"""Interviews: an editor's note as lead, then questions and answers."""

from __future__ import annotations

from tests.site.model import Era, Picture, Piece, Print, Truth, at

PIECES = [
    Piece(
        Truth(
            article_id=121036,
            section_id=11,
            slug="Tao-chuyen-bien-trong-cai-cach-hanh-chinh",
            kind="interview",
            headline="Tạo chuyển biến trong cải cách hành chính",
            agency="HBĐT",
            lead="LTS: Năm 2018, tỉnh chọn chủ đề “Kỷ cương, trách nhiệm, hiệu quả” trong cải cách hành "
            "chính. Phóng viên Báo Hòa Bình có cuộc trao đổi với lãnh đạo Sở Nội vụ về nội dung này.",
            body=(
                "PV: Xin đồng chí cho biết những kết quả nổi bật trong cải cách hành chính từ đầu năm đến "
                "nay?",
                "Đồng chí Giám đốc Sở: Đến hết tháng 8, toàn tỉnh có 96% hồ sơ được giải quyết đúng hạn, "
                "11 huyện, thành phố đã đưa bộ phận một cửa vào hoạt động theo mô hình mới.",
                "PV: Đâu là khó khăn lớn nhất, thưa đồng chí?",
                "Đồng chí Giám đốc Sở: Khó nhất là thói quen. Một bộ phận cán bộ còn ngại dùng phần mềm, "
                "người dân chưa quen nộp hồ sơ qua mạng. Chúng tôi chọn cách cầm tay chỉ việc, làm từ xã "
                "điểm.",
                "PV: Xin cảm ơn đồng chí!",
            ),
            byline="Dương Liễu",
            authors=("Dương Liễu",),
            posted=at(2018, 9, 3, 8, 15),
            pictures=(
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/9_2018/121036_mot cua.jpg",
                    caption="Người dân làm thủ tục tại bộ phận một cửa huyện Yên Thủy. Ảnh: P.V",
                    credit="P.V",
                    after=2,
                ),
            ),
        ),
        Print(era=Era.SPAN, date="weekday", prefix="(HBĐT) - "),
    ),
    Piece(
        Truth(
            article_id=197664,
            section_id=219,
            slug="Nhung-diem-moi-cua-Luat-BHXH",
            kind="interview",
            headline="Những điểm mới của Luật BHXH",
            lead="LTS: Luật BHXH năm 2024 có hiệu lực từ ngày 1/7/2025 với nhiều điểm mới có lợi cho "
            "người lao động. Báo Hòa Bình giới thiệu nội dung trao đổi với lãnh đạo BHXH tỉnh.",
            body=(
                "PV: Thưa đồng chí, người tham gia BHXH tự nguyện được lợi gì từ luật mới?",
                "Đồng chí Phó Giám đốc BHXH tỉnh: Điểm mới đáng chú ý là chế độ thai sản: mỗi con sinh ra "
                "được trợ cấp 2 triệu đồng, người tham gia không phải đóng thêm.",
                "PV: Thời gian đóng tối thiểu để hưởng lương hưu thay đổi ra sao?",
                "Đồng chí Phó Giám đốc BHXH tỉnh: Từ 20 năm giảm còn 15 năm. Nhờ vậy người tham gia muộn "
                "vẫn có cơ hội có lương hưu khi về già.",
            ),
            byline="P.V",
            posted=at(2025, 2, 6, 9, 10),
        ),
        Print(era=Era.PLAIN, date="english"),
    ),
]
