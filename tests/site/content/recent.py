"""Articles of 2021–2025, with most of the troubles of typing."""

from __future__ import annotations

from tests.site.model import Era, Ghost, Picture, Piece, Print, Truth, at

PIECES = [
    Piece(
        Truth(
            article_id=155238,
            section_id=12,
            slug="Huyen-Luong-S111n-thu-hut-dau-tu-vao-cac-cum-c111ng-nghiep",
            headline="Huyện Lương Sơn thu hút đầu tư vào các cụm công nghiệp",
            agency="HBĐT",
            lead="6 tháng đầu năm, huyện Lương Sơn thu hút thêm 5 dự án đầu tư với tổng vốn đăng ký trên "
            "820 tỷ đồng, dẫn đầu các huyện trong tỉnh.",
            body=(
                "Huyện đã thành lập tổ công tác gỡ vướng mắc trong giải phóng mặt bằng; hằng tuần họp "
                "giao ban với chủ đầu tư và các xã có dự án. Đến nay, 3 cụm công nghiệp cơ bản có mặt "
                "bằng sạch.",
                "Cùng với hạ tầng, huyện mở 12 lớp đào tạo nghề cho lao động tại chỗ, ưu tiên con em các "
                "hộ nhường đất.",
            ),
            byline="Hải Yến",
            authors=("Hải Yến",),
            posted=at(2021, 7, 8, 16, 40),
        ),
        Print(era=Era.PLAIN, date="weekday", prefix="(HBĐT) - ", charset="iso-8859-1"),
    ),
    Piece(
        Truth(
            article_id=162484,
            section_id=12,
            slug="Tan-Lac-phat-trien-vung-trong-buoi-do-huu-co",
            headline="Tân Lạc phát triển vùng trồng bưởi đỏ hữu cơ",
            agency="HBĐT",
            lead="Đến nay, huyện Tân Lạc có 1.250 ha bưởi đỏ, trong đó 65 ha được chứng nhận hữu cơ. Quả "
            "bưởi đã lên kệ siêu thị và xuất khẩu những tấn đầu tiên sang châu Âu.",
            body=(
                "Vùng bưởi tập trung ở các xã Đông Lai, Thanh Hối, Tử Nê, Tuân Lộ. Tham gia tổ hợp tác, "
                "nông dân ghi chép nhật ký, ủ phân từ đậu tương và cá thay cho phân hóa học.",
                "Giám đốc một HTX ở xã Đông Lai cho biết, năm đầu chuyển đổi sản lượng giảm gần một phần "
                "ba, nhưng từ năm thứ ba vườn khỏe hơn, giá bán cao gấp rưỡi.",
                "Huyện phấn đấu đến năm 2025 có 200 ha bưởi đạt tiêu chuẩn hữu cơ, gắn mã số vùng trồng.",
            ),
            byline="Viết Đào",
            authors=("Viết Đào",),
            posted=at(2022, 2, 17, 14, 2, 9),
            pictures=(
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/2_2022/162484_buoi do.jpg",
                    caption="Vườn bưởi đỏ hữu cơ ở xã Đông Lai (Tân Lạc). Ảnh: P.V",
                    credit="P.V",
                    after=2,
                    twice=True,
                ),
            ),
        ),
        Print(era=Era.PLAIN, date="clock24", prefix="(HBĐT) - ", junk=True, comments=True),
        points_to=(("vi", 172086),),
    ),
    Piece(
        Truth(
            article_id=176048,
            section_id=11,
            slug="Xay-dung-nep-song-van-hoa-o-Hoa-Binh--nhin-tu-co-so",
            headline="Xây dựng nếp sống văn hóa ở Hoà Bình – nhìn từ cơ sở",
            agency="HBĐT",
            lead="Thành phố Hòa Bình đang rà soát, bổ sung quy ước của 100% xóm, tổ dân phố, hoàn thành "
            "trước ngày 30/6, làm cơ sở bình xét gia đình văn hóa năm 2023.",
            body=(
                "Đồng chí Bí thư chi bộ tổ dân phố cho biết: Trước khi sửa quy ước, chi bộ lấy ý kiến "
                "từng hộ, nhất là các quy định về việc cưới, việc tang. Nhờ vậy, quy ước đi vào cuộc sống.",
                "Tại phường Thái Bình, Uỷ ban MTTQ phường vận động nhân dân không đốt vàng mã, không mời "
                "khách tràn lan; phường Thuỷ Vân cũ và phường Thủy Sơn làm theo cách ấy.",
                "Chương trình “Mỗi tuần một việc làm tốt”, “Ngày chủ nhật xanh” được duy trì… đã góp phần "
                "thay đổi bộ mặt các khu dân cư.",
                "Thành phố phấn đấu có 92% hộ đạt gia đình văn hóa trong năm 2023.",
            ),
            byline="Hoàng Nga",
            authors=("Hoàng Nga",),
            posted=at(2023, 3, 14, 7, 55),
            pictures=(
                Picture(
                    src="https://ims.baohoabinh.com.vn/NewsImg/3_2023/176048_nsvh (1).jpg",
                    caption="Nhân dân phường Thái Bình (TP Hoà Bình) dọn vệ sinh đường phố.",
                    after=1,
                ),
            ),
        ),
        Print(
            era=Era.PLAIN,
            date="zone",
            prefix="(HBĐT) - ",
            misprints=(
                ("trong năm 2023.", "trong năm 2023 ./."),
                ("chi bộ lấy ý kiến", "chi\u200b bộ  lấy\u00a0ý\u00ad kiến"),
                ("cuộc sống.", "cuộc sống.."),
                ("tràn lan; phường", "tràn lan ; phường"),
                ("vàng mã, không", "vàng mã ,không"),
                ("Thành phố phấn", "\ufeffThành\u200e phố phấn"),
            ),
        ),
    ),
    Piece(
        Truth(
            article_id=179560,
            section_id=219,
            slug="Chi-tra-luong-huu-qua-tai-khoan-ngan-hang",
            headline="Chi trả lương hưu qua tài khoản ngân hàng",
            agency="HBĐT",
            lead="Hết tháng 6, toàn tỉnh có 48% người hưởng lương hưu, trợ cấp BHXH nhận tiền qua tài "
            "khoản, tăng 9% so với cùng kỳ năm ngoái.",
            body=(
                "BHXH tỉnh phối hợp với các ngân hàng mở thẻ miễn phí, hướng dẫn người cao tuổi sử dụng "
                "ứng dụng trên điện thoại ngay tại điểm chi trả.",
                "Mục tiêu đến cuối năm là 60% người hưởng ở đô thị nhận lương hưu qua tài khoản.",
            ),
            byline="PV",
            posted=at(2023, 7, 5, 18, 30),
        ),
        Print(era=Era.PLAIN, date="dashes", prefix="(HBĐT) - "),
    ),
    Piece(
        Truth(
            article_id=184533,
            section_id=11,
            slug="Giam-sat-viec-thuc-hien-chuong-trinh-muc-tieu-quoc-gia",
            headline="Giám sát việc thực hiện chương trình mục tiêu quốc gia",
            lead="Đoàn giám sát của HĐND tỉnh vừa làm việc với huyện Đà Bắc về kết quả thực hiện 3 chương "
            "trình mục tiêu quốc gia giai đoạn 2021 - 2025.",
            body=(
                "Đến đầu tháng 12, huyện giải ngân được 63% kế hoạch vốn. Một số danh mục chậm do thiếu "
                "hướng dẫn, mức hỗ trợ nhà ở thấp so với giá vật liệu.",
                "Đoàn giám sát đề nghị huyện rà soát danh mục không còn đối tượng để điều chuyển vốn, "
                "tăng cường kiểm tra các công trình tại xã Đồng Chum, Mường Chiềng, Yên Hòa.",
            ),
            byline="Bùi Minh (CTV)",
            authors=("Bùi Minh",),
            posted=at(2023, 12, 12, 20, 5),
        ),
        Print(era=Era.PLAIN, date="updated"),
    ),
    Piece(
        Truth(
            article_id=191006,
            section_id=28,
            slug="Canh-giac-voi-sat-lo-dat-mua-mua-bao",
            headline="Cảnh giác với sạt lở đất mùa mưa bão",
            lead="Toàn tỉnh hiện có 218 điểm nguy cơ sạt lở với trên 4.000 hộ trong vùng ảnh hưởng. Các "
            "địa phương đang rà soát phương án di dời khi có mưa lớn.",
            body=(
                "Tại huyện Đà Bắc, 36 xóm được lắp loa cảnh báo sớm. Khi lượng mưa vượt 100 mm trong 24 "
                "giờ, trưởng xóm báo cho từng hộ chuyển đến nhà văn hóa.",
                "Theo cơ quan chuyên môn, dấu hiệu cần chú ý là vết nứt trên sườn đồi, nước suối đục bất "
                "thường, cây cối nghiêng đổ.",
            ),
            byline="Minh Tuấn",
            authors=("Minh Tuấn",),
            posted=at(2024, 7, 2, 17, 12, 44),
        ),
        Print(
            era=Era.PLAIN,
            date="letters",
            misprints=(
                (
                    "cơ quan chuyên môn",
                    '<a href="http://thientai.example/tin/2024.htm">cơ quan chuyên môn</a>',
                ),
                ("36 xóm", '<a href="/Includes/phuong-an-2024.pdf">36 xóm</a>'),
            ),
        ),
    ),
    Piece(
        Truth(
            article_id=194409,
            section_id=12,
            slug="Xuat-khau-n111ng-san-9-thang-vuot-ke-hoach",
            headline="Xuất khẩu nông sản 9 tháng vượt kế hoạch",
            lead="Kim ngạch xuất khẩu nông, lâm, thủy sản cả nước 9 tháng năm 2024 ước đạt 46,3 tỷ USD, "
            "tăng 21% so với cùng kỳ năm trước.",
            body=(
                "Trong đó, rau quả đạt 5,6 tỷ USD, gạo 4,4 tỷ USD, cà phê 4,3 tỷ USD. Thị trường châu Á "
                "chiếm gần một nửa giá trị xuất khẩu.",
                "Bộ NN&PTNT đặt mục tiêu cả năm đạt 60 - 61 tỷ USD.",
            ),
            byline="Bùi Minh (TTXVN)",
            source="TTXVN",
            authors=("Bùi Minh",),
            posted=at(2024, 10, 11, 11, 8),
        ),
        Print(era=Era.PLAIN, date="english"),
    ),
    Piece(
        Truth(
            article_id=200507,
            section_id=11,
            slug="Chuan-bi-cho-viec-van-hanh-chinh-quyen-dia-phuong-hai-cap",
            headline="Chuẩn bị cho việc vận hành chính quyền địa phương hai cấp",
            lead="Các bộ, ngành đang khẩn trương hoàn thiện hướng dẫn để chính quyền địa phương hai cấp "
            "vận hành từ ngày 1/7/2025, bảo đảm không gián đoạn công việc của người dân.",
            body=(
                "Trọng tâm là sắp xếp trụ sở, kết nối dữ liệu hộ tịch, đất đai và bố trí cán bộ tại trung "
                "tâm phục vụ hành chính công cấp xã.",
                "Nhiều địa phương tổ chức vận hành thử từ đầu tháng 6 để kịp thời khắc phục vướng mắc.",
            ),
            source="Báo Nhân Dân",
            posted=at(2025, 5, 20, 6, 45),
        ),
        Print(era=Era.PLAIN, date="updated-weekday", closing="Nguồn: Báo Nhân Dân"),
    ),
]

GHOSTS = [
    Ghost(
        article_id=176120,
        section_id=12,
        slug="Hoi-cho-xuc-tien-thuong-mai-vung-Tay-Bac",
        headline="Hội chợ xúc tiến thương mại vùng Tây Bắc",
        teaser="Hội chợ có 150 gian hàng của các tỉnh trong vùng, diễn ra trong 5 ngày.",
        posted=at(2023, 3, 16, 9, 0),
    ),
    Ghost(
        article_id=155301,
        section_id=11,
        slug="Hop-bao-ve-ky-hop-thu-hai-HDND-tinh",
        headline="Họp báo về kỳ họp thứ hai HĐND tỉnh",
        teaser="Kỳ họp sẽ xem xét 18 báo cáo và thông qua 12 nghị quyết.",
        posted=at(2021, 7, 10, 8, 0),
        answer="soft-404",
    ),
]
