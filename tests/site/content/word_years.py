"""Articles of 2010–2016, whose text was pasted from Word."""

from __future__ import annotations

from tests.site.model import Era, Picture, Piece, Print, Truth, at

PIECES = [
    Piece(
        Truth(
            article_id=43271,
            section_id=12,
            slug="Cao-Ph111ng-chu-d111ng-chong-han-cho-cay-trong-vu-xuan",
            headline="Cao Phong chủ động chống hạn cho cây trồng vụ xuân",
            agency="HBĐT",
            lead="Từ đầu tháng 3 đến nay trên địa bàn huyện Cao Phong hầu như không có mưa, mực nước các "
            "hồ, đập xuống thấp. Huyện đã huy động nhân dân nạo vét kênh mương, đắp bai, lắp máy bơm dã "
            "chiến để cứu lúa.",
            body=(
                "Theo thống kê của phòng NN&PTNT huyện, toàn huyện gieo cấy được 1.150 ha lúa xuân, trong "
                "đó trên 200 ha ở các xã Tây Phong, Nam Phong, Dũng Phong thiếu nước tưới ở giai đoạn đẻ "
                "nhánh.",
                "Tại xã Thu Phong, bà con xóm Mới đã góp hơn 300 ngày công nạo vét 2 km mương nội đồng. "
                "Trạm thủy nông Hòa Bình hỗ trợ 3 máy bơm dầu và bố trí cán bộ trực ngày đêm điều tiết "
                "nước luân phiên.",
                "Với những chân ruộng không thể cấy lúa, huyện vận động nông dân chuyển sang trồng ngô, "
                "lạc và rau màu, không để đất trống.",
            ),
            byline="H.D",
            posted=at(2010, 4, 20, 9, 56, 5),
            pictures=(
                Picture(
                    src="/Includes/NewsDetail/4_2010/dt_2042010_bom nuoc.jpg",
                    caption="Nông dân xã Thu Phong (Cao Phong) bơm nước chống hạn cho lúa xuân.",
                    after=-1,
                ),
            ),
        ),
        Print(
            era=Era.WORD,
            date="sister",
            prefix=" (HBĐT) - ",
            quotes=('"', '"'),
            summary=False,
            misprints=(("ngày đêm điều tiết", "ngày đêm&nbsp; điều\ttiết"),),
        ),
    ),
    Piece(
        Truth(
            article_id=51288,
            section_id=16,
            slug="Giu-gin-net-dep-chieng-Muong",
            headline="Giữ gìn nét đẹp chiêng Mường",
            agency="HBĐT",
            lead="Với người Mường, tiếng chiêng theo suốt một đời người, từ lúc sinh ra, dựng vợ gả chồng "
            "đến khi về với Mường Trời. Ở nhiều xóm, bản, các nghệ nhân vẫn bền bỉ truyền dạy “Sắc bùa” "
            "cho lớp trẻ.",
            body=(
                "Nghệ nhân ở xóm Lũy Ải, xã Phong Phú, huyện Tân Lạc kể: Ngày trước nhà nào khá giả cũng "
                "có đủ bộ 12 chiêng. Qua bao thăng trầm, có nhà phải bán chiêng lấy gạo nuôi con, nên giờ "
                "chiêng cổ còn rất ít.",
                "Nhiều năm nay, xóm lập đội chiêng 24 người, cứ tối thứ bảy lại tập ở nhà văn hóa. Những "
                "bài “Đi đường”, “Bông trắng bông vàng” được các bà, các chị truyền lại bằng miệng, không "
                "có bản ký âm.",
                "Theo thống kê của Bảo tàng tỉnh, trên địa bàn tỉnh Hòa Bình hiện còn gần 10.000 chiếc "
                "chiêng lưu giữ trong các gia đình, trong đó hơn 400 chiếc là chiêng cổ.",
            ),
            byline="Hồng Nhung",
            authors=("Hồng Nhung",),
            posted=at(2010, 11, 2, 14, 5, 40),
            pictures=(
                Picture(
                    src="/Includes/NewsDetail/11_2010/dt_2112010_chieng.jpg",
                    caption="Đội chiêng xóm Lũy Ải, xã Phong Phú (Tân Lạc) luyện tập. Ảnh: H.N",
                    credit="H.N",
                    after=0,
                    twice=True,
                ),
                Picture(
                    src="/Includes/NewsDetail/11_2010/dt_2112010_sac bua.jpg",
                    caption="Phường bùa đi chúc Tết ở xã Phong Phú.",
                    after=2,
                ),
            ),
        ),
        Print(era=Era.WORD, date="letters", prefix="(HBĐT) - ", quotes=("“", "”"), hard_breaks="\n"),
    ),
    Piece(
        Truth(
            article_id=72861,
            section_id=15,
            slug="Doan-the-thao-nguoi-khuyet-tat-Viet-Nam-len-duong",
            headline="Đoàn thể thao người khuyết tật Việt Nam lên đường",
            lead="Sáng 14/8, tại sân bay quốc tế Nội Bài, đoàn thể thao người khuyết tật Việt Nam đã lên "
            "đường tham dự Paralympic London 2012 với 11 vận động viên ở 3 môn.",
            body=(
                "Trước ngày lên đường, các vận động viên đã có 3 tháng tập huấn tại Đà Nẵng và thành phố "
                "Hồ Chí Minh. Ban huấn luyện đặt mục tiêu giành huy chương ở môn cử tạ và bơi.",
                "Đây là lần thứ tư thể thao người khuyết tật nước ta có mặt ở đấu trường lớn nhất thế giới.",
            ),
            source="TTXVN",
            posted=at(2012, 8, 14, 15, 30),
        ),
        Print(era=Era.WORD, date="weekday", closing="(TTXVN)", quotes=('"', '"')),
    ),
    Piece(
        Truth(
            article_id=78911,
            section_id=16,
            slug="Khanh-thanh-nha-van-hoa-x111m-Bai-Chao",
            headline="Khánh thành nhà văn hóa xóm Bãi Chạo",
            agency="HBĐT",
            lead="Nhân dịp kỷ niệm ngày sinh Chủ tịch Hồ Chí Minh 19/5 (Kim Bôi), xã ân Nghĩa và xã Tú "
            "Sơn giao lưu văn nghệ, khánh thành nhà văn hóa xóm Bãi Chạo với sự có mặt của đông đảo bà "
            "con.",
            body=(
                "Công trình có tổng kinh phí 320 triệu đồng, trong đó Nhà nước hỗ trợ 150 triệu đồng, còn "
                "lại do nhân dân đóng góp tiền, vật liệu và trên 600 ngày công.",
                "Nhà văn hóa là nơi sinh hoạt của 96 hộ, 412 nhân khẩu; có tủ sách, loa truyền thanh, sân "
                "bóng chuyền và nơi tập của đội văn nghệ xóm.",
            ),
            byline="H.D",
            posted=at(2013, 6, 3, 16, 7, 12),
        ),
        Print(
            era=Era.WORD,
            date="letters",
            prefix="(HBĐT)- ",
            closing="./. H.D",
            quotes=('"', '"'),
            hard_breaks="<br>",
            misprints=(("19/5 (Kim Bôi)", "19/5( Kim Bôi)"), ("320 triệu đồng,", "320 triệu đồng ,")),
        ),
    ),
    Piece(
        Truth(
            article_id=87984,
            section_id=28,
            slug="Phat-hien-loai-lan-moi-o-Tay-Bac",
            headline="Phát hiện loài lan mới ở Tây Bắc",
            lead="Các nhà khoa học vừa công bố một loài lan mới được tìm thấy trên núi đá vôi vùng Tây "
            "Bắc, ở độ cao trên 1.200 m so với mực nước biển.",
            body=(
                "Loài lan này cao khoảng 15 cm, hoa màu trắng ngà, cánh môi có vệt tím, nở vào tháng 4 và "
                "tháng 5 hằng năm. Mẫu chuẩn được lưu giữ tại phòng tiêu bản của Viện Sinh thái và Tài "
                "nguyên sinh vật.",
                "Do vùng phân bố hẹp, các nhà khoa học đề nghị đưa loài lan vào danh mục cần bảo vệ và "
                "hạn chế người dân khai thác.",
            ),
            source="TTXVN",
            posted=at(2014, 10, 20, 10, 12),
        ),
        Print(era=Era.WORD, date="zone", closing="Theo TTXVN", quotes=("“", "”"), hard_breaks="\n"),
    ),
    Piece(
        Truth(
            article_id=93638,
            section_id=16,
            slug="Lang-Vai-vao-mua-det-tho-cam-",
            headline="Làng Vải vào mùa dệt thổ cẩm",
            agency="HBĐT",
            lead="Những ngày này, về xóm Vải, đâu đâu cũng nghe tiếng lách cách của khung cửi. Chị em "
            "tranh thủ lúc nông nhàn dệt khăn, váy, kịp giao cho khách trước mùa lễ hội.",
            body=(
                "Hợp tác xã dệt có 42 thành viên, mỗi tháng xuất bán khoảng 300 sản phẩm. Thu nhập bình "
                "quân của mỗi chị đạt 2,5 triệu đồng/tháng, tuy chưa cao nhưng đều đặn.",
                "Điều chị em mong nhất là có nơi trưng bày ổn định cho khách du lịch và được vay vốn để "
                "mua sợi.",
            ),
            byline="Hồng Nhung - Đức Phượng",
            authors=("Hồng Nhung", "Đức Phượng"),
            posted=at(2015, 8, 20, 8, 0),
            basis="picture-folder",
            estimate=at(2015, 8, 1, 0, 0),
            pictures=(
                Picture(
                    src="//ims.baohoabinh.com.vn/NewsImg/8_2015/93638_khung cui 1.jpg",
                    caption="Chị em xóm Vải bên khung cửi. Ảnh: P.V",
                    credit="P.V",
                    after=1,
                ),
            ),
        ),
        Print(era=Era.WORD, date=None, prefix="(HBĐT) – ", quotes=('"', "”")),
        points_to=(("vi", 102720),),
    ),
    Piece(
        Truth(
            article_id=97213,
            section_id=219,
            slug="Hieu-qua-chinh-sach-BHYT-ho-gia-dinh..",
            headline="Hiệu quả chính sách BHYT hộ gia đình",
            agency="HBĐT",
            lead="Sau hơn một năm thực hiện Luật BHYT sửa đổi, số người tham gia BHYT theo hộ gia đình "
            "trên địa bàn tỉnh tăng nhanh, góp phần thực hiện mục tiêu BHYT toàn dân.",
            body=(
                "Đến hết năm 2015, toàn tỉnh có trên 780.000 người tham gia BHYT, đạt tỷ lệ bao phủ 95,6% "
                "dân số. Riêng nhóm hộ gia đình có gần 40.000 người, gấp 2 lần so với năm trước.",
                "Để có kết quả đó, cơ quan BHXH các huyện đã phối hợp với các xã, phường mở 210 điểm thu, "
                "tổ chức hàng trăm hội nghị tuyên truyền “đi từng ngõ, gõ từng nhà”.",
                "Khó khăn hiện nay là một số hộ làm nghề tự do chưa tham gia do phải mua cho tất cả thành "
                "viên.",
            ),
            byline="Bùi Minh (CTV)",
            authors=("Bùi Minh",),
            posted=at(2016, 2, 24, 13, 45),
            pictures=(
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/2_2016/97213_bhyt.jpg",
                    caption="Người dân xã Yên Mông (TP Hòa Bình) làm thủ tục tham gia BHYT tại điểm thu. "
                    "Ảnh PV.",
                    credit="PV",
                    after=0,
                ),
            ),
        ),
        Print(
            era=Era.WORD,
            date="words",
            prefix="(HBĐT) - ",
            quotes=("„", "“"),
            broken_captions=True,
            misprints=(("năm trước.", "năm trước.."), ("toàn dân.", "toàn dân ./.")),
        ),
    ),
]
