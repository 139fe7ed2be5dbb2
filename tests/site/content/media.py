"""Photo stories and videos."""

from __future__ import annotations

from tests.site.model import Era, Picture, Piece, Print, Truth, at

_FOLDER = "https://ims.baohoabinh.com.vn/NewsImg"

PIECES = [
    Piece(
        Truth(
            article_id=116958,
            section_id=256,
            slug="Mua-nuoc-do-tren-nhung-thua-ruong-bac-thang",
            kind="photo",
            headline="Mùa nước đổ trên những thửa ruộng bậc thang",
            agency="HBĐT",
            lead="Tháng 4, những thửa ruộng bậc thang ở các xã vùng cao huyện Lạc Sơn vào mùa nước đổ, "
            "đẹp như tranh. Phóng viên Báo Hòa Bình ghi lại một số hình ảnh.",
            byline="Nhóm ảnh của P.V",
            posted=at(2018, 4, 27, 10, 20),
            pictures=(
                Picture(
                    src=f"{_FOLDER}/4_2018/116958_anh 1.jpg",
                    caption="Ruộng bậc thang xã Miền Đồi (Lạc Sơn) lấp loáng ánh nước.",
                ),
                Picture(
                    src=f"{_FOLDER}/4_2018/116958_anh 2.jpg",
                    caption="Bà con xóm Thăn be bờ giữ nước.",
                ),
                Picture(
                    src=f"{_FOLDER}/4_2018/116958_anh 3.jpg",
                    caption="Trẻ em theo mẹ ra đồng bắt cua, bắt cá.",
                ),
                Picture(
                    src=f"{_FOLDER}/4_2018/116958_anh 4.jpg",
                    caption="Máy cày thay sức trâu ở những thửa ruộng lớn.",
                ),
            ),
        ),
        Print(era=Era.SPAN, date="sister", prefix="(HBĐT) - "),
    ),
    Piece(
        Truth(
            article_id=166207,
            section_id=256,
            slug="Tre-em-vung-cao-vui-Tet-thieu-nhi",
            kind="photo",
            headline="Trẻ em vùng cao vui Tết thiếu nhi",
            agency="HBĐT",
            lead="Sau hai năm phải tạm dừng vì dịch bệnh, các hoạt động đón Tết thiếu nhi 1/6 được tổ "
            "chức rộn ràng ở các xã vùng cao.",
            byline="Nhóm ảnh của P.V",
            posted=at(2022, 6, 4, 15, 0),
            pictures=(
                Picture(
                    src=f"{_FOLDER}/6_2022/166207_1.jpg",
                    caption="Các cháu trường mầm non xã Hang Kia (Mai Châu) trong trang phục dân tộc. "
                    "Ảnh: P.V",
                    credit="P.V",
                ),
                Picture(
                    src=f"{_FOLDER}/6_2022/166207_2.jpg",
                    caption="Đoàn viên, thanh niên tặng sách, vở cho học sinh xã Pà Cò (Mai Châu).",
                ),
                Picture(
                    src=f"{_FOLDER}/6_2022/166207_3.jpg",
                    caption="Trò chơi kéo co thu hút cả phụ huynh cùng tham gia. Ảnh PV.",
                    credit="PV",
                ),
            ),
        ),
        Print(era=Era.PLAIN, date="clock24", prefix="(HBĐT) – ", broken_captions=True),
    ),
    Piece(
        Truth(
            article_id=107937,
            section_id=259,
            slug="Doc_dao_le_hoi_danh_ca_suoi_xa_Lo_Son",
            kind="video",
            headline="Độc đáo lễ hội đánh cá suối xã Lỗ Sơn",
            agency="HBĐT",
            lead="Lễ hội đánh cá suối xã Lỗ Sơn, huyện Tân Lạc được tổ chức vào tháng 2 âm lịch, cầu cho "
            "mưa thuận gió hòa, mùa màng tươi tốt.",
            posted=at(2017, 3, 16, 16, 45),
        ),
        Print(
            era=Era.SPAN,
            date="dashes",
            prefix="(HBĐT) - ",
            player="https://www.youtube.com/embed/baohoabinh01",
        ),
    ),
    Piece(
        Truth(
            article_id=198437,
            section_id=259,
            slug="Mua_hoa_ban_tren_ban_vung_cao",
            kind="video",
            headline="Mùa hoa ban trên bản vùng cao",
            lead="Tháng 3, hoa ban nở trắng các triền núi ở Mai Châu, Đà Bắc, mời gọi du khách về với bản "
            "làng.",
            posted=at(2025, 3, 6, 8, 30),
        ),
        Print(era=Era.PLAIN, date="words", player="https://ims.baohoabinh.com.vn/Video/3_2025/hoa_ban.mp4"),
    ),
]
