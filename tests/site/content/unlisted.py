"""Articles that no list shows: only blocks of other news lead there."""

from __future__ import annotations

from tests.site.model import Era, Picture, Piece, Print, Truth, at

PIECES = [
    Piece(
        Truth(
            article_id=172086,
            section_id=220,
            slug="Nguoi-giu-lua-cho-ban-Muong",
            headline="Người giữ lửa cho bản Mường",
            agency="HBĐT",
            lead="Bếp lửa nhà sàn chưa bao giờ tắt trong câu chuyện của các già làng. Chúng tôi ngược dốc "
            "lên xóm Cối để nghe kể về những mùa săn, mùa hội đã xa.",
            body=(
                "Đường lên xóm vòng qua ba con dốc dựng đứng. Mùa này sương xuống sớm, bốn giờ chiều đã "
                "không nhìn rõ mặt người. Trong gian bếp, già làng nhóm lửa bằng gộc củi nghiến to bằng "
                "thân người.",
                "Ngày trước, lửa là của chung. Nhà nào tắt bếp thì sang hàng xóm xin than hồng, mang theo "
                "một gói muối hay nắm xôi. Cái lệ ấy giữ cho người trong bản không giận nhau quá một đêm.",
                "Bây giờ bếp ga về tận bản, nhưng ngày giỗ, ngày Tết, bếp lửa ở gian giữa vẫn đỏ.",
            ),
            byline="Bùi Huy",
            authors=("Bùi Huy",),
            posted=at(2022, 11, 20, 5, 50),
        ),
        Print(era=Era.PLAIN, date="weekday", prefix="(HBĐT) - "),
        listed=False,
    ),
    Piece(
        Truth(
            article_id=102720,
            section_id=220,
            slug="Chuyen-o-x111m-khong-dien",
            headline="Chuyện ở xóm không điện",
            agency="HBĐT",
            lead="Cách trung tâm xã hơn 10 km đường rừng, 27 hộ xóm Ráy vẫn thắp đèn dầu và chờ ngày điện "
            "lưới về bản.",
            body=(
                "Mỗi nhà một chiếc máy phát bằng nước suối, đủ thắp một bóng đèn tù mù. Mùa khô suối cạn, "
                "cả xóm tối om.",
                "Trẻ con học bài dưới ánh đèn dầu. Thầy giáo cắm bản mang theo chiếc đài bán dẫn, tối tối "
                "bà con sang nghe nhờ tin tức.",
                "Huyện cho biết dự án cấp điện nông thôn đã có trong kế hoạch, nếu đủ vốn sẽ khởi công "
                "vào năm tới.",
            ),
            byline="Thanh Sơn",
            authors=("Thanh Sơn",),
            posted=at(2016, 9, 9, 9, 9, 9),
            pictures=(
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/9_2016/102720_xom ray.jpg",
                    caption="Lớp học cắm bản ở xóm Ráy.",
                    after=0,
                ),
            ),
        ),
        Print(era=Era.WORD, date="sister", prefix="(HBĐT) - ", quotes=('"', '"')),
        listed=False,
        points_to=(("vi", 57849),),
    ),
    Piece(
        Truth(
            article_id=57849,
            section_id=220,
            slug="Nho-ben-do-xua",
            headline="Nhớ bến đò xưa",
            agency="HBĐT",
            lead="Trước khi có cầu, bến đò bên sông Đà là nơi gặp gỡ của người xuôi, người ngược.",
            body=(
                "Ông lái đò năm nay đã ngoài bảy mươi, đôi tay vẫn chắc như mái chèo. Ông nhớ từng chuyến "
                "phà chở đá, chở xi măng lên công trường thủy điện.",
                "Có những đêm lũ, ông cùng dân quân ngồi canh thuyền đến sáng. Bến vắng từ ngày cầu mới "
                "bắc qua, nhưng chiều chiều ông vẫn ra ngồi dưới gốc gạo.",
            ),
            byline="H.D",
            posted=at(2011, 5, 19, 14, 40, 21),
        ),
        Print(era=Era.WORD, date="letters", prefix="(HBĐT) - ", quotes=('"', '"'), hard_breaks="\n"),
        listed=False,
    ),
]
