"""Articles of 2017–2020."""

from __future__ import annotations

from tests.site.model import Era, Picture, Piece, Print, Truth, at

PIECES = [
    Piece(
        Truth(
            article_id=111269,
            section_id=217,
            slug="Tin-van",
            headline="Tin vắn",
            lead="Công an huyện Lạc Sơn vừa bàn giao 2 xe mô tô bị mất trộm cho chủ sở hữu.",
            body=(
                "* Ngày 21/8, xã Liên Vũ tổ chức ra mắt mô hình camera an ninh do nhân dân đóng góp với 6 "
                "mắt camera.",
                "* Hạt Kiểm lâm huyện tiếp nhận 1 cá thể cầy hương do người dân tự nguyện giao nộp.",
            ),
            byline="P.V",
            posted=at(2017, 8, 22, 7, 5),
        ),
        Print(era=Era.SPAN, date="dashes"),
    ),
    Piece(
        Truth(
            article_id=122931,
            section_id=15,
            slug="Soi-noi-hoi-thi-ban-no,-day-gay-tai-Kim-Boi",
            headline="Sôi nổi hội thi bắn nỏ, đẩy gậy tại Kim Bôi",
            agency="HBĐT",
            lead="Ngày 2/11, huyện Kim Bôi tổ chức hội thi các môn thể thao dân tộc năm 2018 với sự tham "
            "gia của 180 vận động viên đến từ 28 xã, thị trấn.",
            body=(
                "Các vận động viên tranh tài ở 4 môn: bắn nỏ, đẩy gậy, kéo co và tung còn. Nhiều gương "
                "mặt trẻ lần đầu dự thi đã có thành tích tốt, nhất là ở nội dung bắn nỏ quỳ nữ.",
                "Kết thúc hội thi, đoàn xã Hạ Bì giành giải nhất toàn đoàn, đoàn xã Vĩnh Đồng giành giải "
                "nhì, đoàn thị trấn Bo giành giải ba.",
                "Hội thi là dịp tuyển chọn vận động viên cho đại hội thể thao cấp tỉnh.",
            ),
            byline="H.D",
            posted=at(2018, 11, 2, 9, 56, 5),
            pictures=(
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/11_2018/122931_ban%20no.jpg",
                    caption="Các vận động viên thi bắn nỏ. Ảnh: P.V",
                    credit="P.V",
                    after=1,
                ),
            ),
        ),
        Print(era=Era.SPAN, date="sister", prefix="(HBĐT) – ", comments=True),
    ),
    Piece(
        Truth(
            article_id=126417,
            section_id=16,
            slug="Le-hoi-Khai-ha-Muong-Bi-nam-2019",
            headline="Lễ hội Khai hạ Mường Bi năm 2019",
            agency="HBĐT",
            lead="Mùng 8 tháng Giêng, tại xã Phong Phú, huyện Tân Lạc đã diễn ra lễ hội Khai hạ Mường Bi, "
            "lễ hội lớn nhất của người Mường trong tỉnh, thu hút hàng vạn du khách.",
            body=(
                "Phần lễ có nghi thức rước kiệu, tế Thành hoàng và dâng lễ vật tạ ơn người có công mở "
                "đất, lập mường. Phần hội có thi đấu bóng chuyền, đánh mảng, bắn nỏ, trình diễn chiêng "
                "Mường.",
                "Năm nay, ban tổ chức dựng thêm 20 gian trưng bày nông sản, ẩm thực của các xã; bố trí "
                "bãi gửi xe miễn phí và tổ y tế trực trong suốt hai ngày.",
                "Theo quan niệm của người Mường, sau lễ Khai hạ bà con mới xuống đồng, mở đầu một năm mùa "
                "màng bội thu.",
            ),
            byline="Hương Lan",
            authors=("Hương Lan",),
            posted=at(2019, 2, 20, 10, 30),
            pictures=(
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/2_2019/126417_khai ha.jpg",
                    caption="Nghi thức rước kiệu tại lễ hội.",
                    after=1,
                ),
            ),
        ),
        Print(era=Era.SPAN, date="updated", prefix="(HBĐT) - ", decomposed=True),
    ),
    Piece(
        Truth(
            article_id=129702,
            section_id=219,
            slug="No-luc-tuyen-truyen-chinh-sach-BHXH-tu-nguyen-den-nguoi-dan.",
            headline="Nỗ lực tuyên truyền chính sách BHXH tự nguyện đến người dân",
            agency="HBĐT",
            lead="Xác định BHXH tự nguyện là “của để dành” cho tuổi già, thời gian qua BHXH huyện Lạc "
            "Thủy đã đổi mới cách tuyên truyền, đưa chính sách đến với từng xóm, khu dân cư.",
            body=(
                "Năm tháng đầu năm, BHXH huyện phối hợp với Bưu điện tổ chức 18 hội nghị khách hàng, vận "
                "động được 245 người tham gia mới, đạt 61% kế hoạch năm.",
                "Chị bán hàng ở chợ thị trấn Chi Nê cho biết: Mỗi tháng đóng 154 nghìn đồng, sau này có "
                "lương hưu, tôi thấy yên tâm hơn.",
                'Cuối buổi tuyên truyền, nhiều người còn băn khoăn: "Đóng 20 năm có quá dài không?',
            ),
            byline="Hồng Duyên",
            authors=("Hồng Duyên",),
            posted=at(2019, 5, 28, 15, 20),
            pictures=(
                Picture(
                    src="//ims.baohoabinh.com.vn/NewsImg/5_2019/129702_bhxh 01.jpg",
                    caption="Cán bộ BHXH huyện Lạc Thủy tư vấn chính sách cho tiểu thương chợ Chi Nê. "
                    "Ảnh: P.V",
                    credit="P.V",
                    after=2,
                ),
            ),
        ),
        Print(era=Era.SPAN, date="english", prefix="(HBĐT) - ", broken_captions=True),
    ),
    Piece(
        Truth(
            article_id=136795,
            section_id=12,
            slug="Huyen-Cao-Ph111ng-Giu-uy-tin,thuong-hieu-cay-co-mui-dac-san",
            headline="Huyện Cao Phong: Giữ uy tín, thương hiệu cây có múi đặc sản",
            agency="HBĐT",
            lead="Vào vụ thu hoạch, cam Cao Phong được thương lái đặt mua ngay tại vườn. Để giữ thương "
            "hiệu, huyện siết chặt việc cấp tem truy xuất nguồn gốc và xử lý nghiêm tình trạng trà trộn "
            "cam nơi khác.",
            body=(
                "Toàn huyện hiện có trên 3.000 ha cây có múi, trong đó 1.600 ha ở thời kỳ kinh doanh; sản "
                "lượng niên vụ này ước đạt 36.000 tấn, giá bán tại vườn từ 15 - 25 nghìn đồng/kg.",
                "Hiện, 24 tổ chức, cá nhân được cấp quyền sử dụng chỉ dẫn địa lý với diện tích 520 ha. "
                "Mỗi quả cam xuất bán đều được dán tem, quét mã là biết vườn trồng, ngày hái.",
                "Bên cạnh đó, huyện cùng ngành quản lý thị trường lập 2 tổ kiểm tra lưu động dọc quốc lộ "
                "6, nhắc nhở các điểm bán hàng ghi rõ xuất xứ.",
                "Theo UBND huyện, về lâu dài phải giảm diện tích trồng tự phát, tập trung thâm canh theo "
                "tiêu chuẩn VietGAP và chế biến sâu.",
            ),
            byline="Thu Thủy",
            authors=("Thu Thủy",),
            posted=at(2019, 12, 24, 8, 20, 33),
            pictures=(
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/12_2019/136795_cam cao phong.jpg",
                    caption="Nông dân thị trấn Cao Phong (Cao Phong) thu hoạch cam. Ảnh: P.V",
                    credit="P.V",
                    after=1,
                ),
                Picture(src="https://ims.baohoabinh.com.vn/NewsImg/12_2019/136795_2.jpg", after=3),
            ),
        ),
        Print(era=Era.SPAN, date="updated-weekday", prefix="(HBĐT) - "),
    ),
    Piece(
        Truth(
            article_id=139481,
            section_id=15,
            slug="Tam-dung-cac-giai-the-thao-cap-tinh",
            headline="Tạm dừng các giải thể thao cấp tỉnh",
            agency="HBĐT",
            lead="Trước diễn biến phức tạp của dịch bệnh, ngành thể thao tỉnh quyết định tạm dừng tổ chức "
            "các giải có đông người tham gia cho đến khi có thông báo mới.",
            body=(
                "Theo kế hoạch, trong quý II toàn tỉnh có 6 giải cấp tỉnh và 2 giải khu vực đăng cai. Các "
                "đội tuyển chuyển sang tập luyện theo nhóm nhỏ, không tập trung quá 20 người.",
                "Các nhà thi đấu, bể bơi được phun khử khuẩn 2 lần mỗi tuần.",
            ),
            byline="Đức Phượng - Hồng Nhung",
            authors=("Đức Phượng", "Hồng Nhung"),
            posted=at(2020, 3, 12, 19, 15),
        ),
        Print(era=Era.PLAIN, date="words", prefix="(HBĐT) - ", related=False),
    ),
    Piece(
        Truth(
            article_id=142690,
            section_id=217,
            slug="Tuyen-truyen-phap-luat-cho-doan-vien,-thanh-nien",
            headline="Tuyên truyền pháp luật cho đoàn viên, thanh niên",
            agency="HBĐT",
            lead="Huyện đoàn Mai Châu vừa phối hợp với Phòng Tư pháp tổ chức buổi tuyên truyền pháp luật "
            "về phòng, chống ma túy và an toàn giao thông cho 150 đoàn viên, thanh niên.",
            body=(
                "Tại buổi tuyên truyền, báo cáo viên giới thiệu những điểm mới của Nghị định 100 về xử "
                "phạt vi phạm hành chính trong lĩnh vực giao thông; giải đáp câu hỏi bằng tình huống sân "
                "khấu hóa.",
                "Dịp này, 30 thanh niên ký cam kết không vi phạm nồng độ cồn khi điều khiển xe.",
            ),
            byline="Đỗ Hà",
            authors=("Đỗ Hà",),
            posted=at(2020, 6, 15, 9, 0),
            basis="neighbouring-ids",
            estimate=at(2020, 6, 1, 0, 0),
        ),
        Print(era=Era.PLAIN, date=None, prefix="(HBĐT) - "),
    ),
]
