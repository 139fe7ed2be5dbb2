"""Sentences of which the Vietnamese filler articles are made."""

from __future__ import annotations

VALUES = {
    "h": (
        "Lạc Sơn",
        "Tân Lạc",
        "Mai Châu",
        "Đà Bắc",
        "Kim Bôi",
        "Lương Sơn",
        "Cao Phong",
        "Yên Thủy",
        "Lạc Thủy",
        "Kỳ Sơn",
    ),
    "x": (
        "Phong Phú",
        "Nhân Nghĩa",
        "Hang Kia",
        "Toàn Sơn",
        "Vĩnh Đồng",
        "Cư Yên",
        "Thu Phong",
        "Bảo Hiệu",
        "Mường Chiềng",
        "Quyết Chiến",
        "Hợp Thành",
        "An Bình",
        "Thượng Cốc",
        "Đông Lai",
    ),
    "b": (
        "Mận",
        "Vó",
        "Dài",
        "Chiềng",
        "Bưng",
        "Rậm",
        "Nà Mười",
        "Đồi Thung",
        "Sống",
        "Cuối",
        "Quê Sụ",
        "Trẳm",
    ),
    "k": (
        "Hội Nông dân",
        "Hội Phụ nữ",
        "Đoàn Thanh niên",
        "Hội Cựu chiến binh",
        "Mặt trận Tổ quốc",
        "Liên đoàn Lao động",
        "Hội Người cao tuổi",
    ),
    "s": (
        "mía tím",
        "bưởi đỏ",
        "su su",
        "rau hữu cơ",
        "lợn bản địa",
        "gà đồi",
        "mật ong",
        "cá lồng",
        "chè shan",
        "nhãn",
    ),
    "t": (
        "tháng 3",
        "tháng 4",
        "quý I",
        "quý II",
        "tháng 8",
        "tháng 10",
        "cuối năm",
        "đầu vụ xuân",
        "vụ mùa",
    ),
    "v": (
        "bà con",
        "các hộ dân",
        "đoàn viên",
        "hội viên",
        "người cao tuổi",
        "lực lượng dân quân",
        "cán bộ xã",
    ),
}

HEADLINES = (
    "Xã {x}: {k} đồng hành cùng {v}",
    "Huyện {h} nhân rộng mô hình {s} ở xóm {b}",
    "{s} giúp xã {x} giảm nghèo bền vững",
    "Xóm {b} đổi thay từ “Dân vận khéo”",
    "Huyện {h} chuẩn bị tốt cho {t}",
    "{k} huyện {h} hướng về cơ sở",
    "Chuyển biến ở xã {x} sau {n} ngày ra quân",
    "Đưa {s} xã {x} vươn xa",
)

LEADS = (
    "Trong {t}, {k} huyện {h} đã vận động {n} hội viên xã {x} tham gia phong trào “Chung sức xây dựng "
    "nông thôn mới”.",
    "Về xóm {b}, xã {x}, huyện {h} những ngày này, đâu đâu cũng nghe chuyện trồng {s} và làm đường.",
    "Với {n} ngày công và sự vào cuộc của {k}, xã {x}, huyện {h} đã hoàn thành thêm hai tiêu chí nông "
    "thôn mới.",
    "Từ chỗ chỉ có vài hộ làm thử, đến nay nghề {s} ở xã {x}, huyện {h} đã thu hút {n} hộ tham gia.",
    "{k} huyện {h} vừa tổng kết {t}, biểu dương {n} tập thể, cá nhân ở xóm {b} và các xóm lân cận.",
    "Không còn cảnh đèo dốc, lầy lội, con đường về xóm {b}, xã {x} hôm nay đã phẳng lì nhờ {v} hiến đất.",
)

CAPTIONS = (
    "Mô hình {s} ở xóm {b}, xã {x} ({h}) cho thu nhập ổn định.",
    "{k} xã {x} ({h}) giúp {v} thu hoạch {s}.",
    "Đường về xóm {b} ({h}) được {v} chung tay mở rộng.",
    "Cán bộ huyện {h} trao đổi kinh nghiệm với {v} xã {x}.",
)

SENTENCES: dict[int, tuple[str, ...]] = {
    0: (
        "Theo báo cáo của UBND xã {x}, đến {t} toàn xã còn {n} hộ nghèo, giảm đáng kể so với năm trước.",
        "Bí thư chi bộ xóm {b} cho biết, cái được lớn nhất là {v} tin tưởng, cùng bàn, cùng làm.",
        "Mỗi tối thứ bảy, nhà văn hóa xóm {b} lại sáng đèn, {v} tập trung nghe phổ biến chính sách mới.",
        "Từ nguồn vốn ủy thác {n} triệu đồng, {k} xã đã giúp nhiều gia đình sửa nhà, mua con giống.",
        "Trưởng xóm {b} tâm sự, ngày đầu đi vận động vất vả lắm, có nhà phải đến năm lần bảy lượt.",
        "Ngân hàng Chính sách xã hội huyện {h} giải ngân {n} triệu đồng cho các tổ vay vốn của {k}.",
        "Những khu vườn tạp trước kia nay được thay bằng {s}, mỗi năm cho thu vài chục triệu đồng.",
        "Được hỗ trợ xi măng, {v} xóm {b} góp cát, sỏi và đổ xong {n} mét đường trong chưa đầy một tháng.",
        "Công tác tuyên truyền được đổi mới, lồng ghép qua loa truyền thanh, nhóm Zalo và các buổi sinh "
        "hoạt của {k}.",
        "Từ {t}, huyện {h} phân công mỗi phòng, ban phụ trách một xóm khó khăn của xã {x}.",
        "Nhiều cách làm hay ở xóm {b} đã được các xã bạn đến tham quan, học tập.",
        "Điều phấn khởi là lớp trẻ sau khi đi học nghề đã trở về quê, mở xưởng và tạo việc làm cho {n} "
        "lao động.",
        "Hệ thống nước sạch xây dựng trong {t} cấp nước cho {n} hộ ở hai xóm {b} và Mới.",
        "Kinh nghiệm rút ra là phải công khai từ đầu, để {v} tự bàn mức đóng góp và cử người giám sát.",
        "Bên cạnh kết quả đạt được, xã {x} còn gặp khó khăn về giao thông ở những xóm cách trung tâm trên "
        "mười cây số.",
        "Thời gian tới, {k} huyện {h} tiếp tục bám cơ sở, nắm tâm tư của {v} để kịp thời kiến nghị.",
        "Ba năm liền xóm {b} không có người vi phạm pháp luật, không có đơn thư vượt cấp.",
        "Ngoài làm ruộng, {v} còn đan lát, nuôi {s} lúc nông nhàn nên cuộc sống dần khấm khá.",
        "Trạm y tế xã {x} vừa được đầu tư thêm thiết bị, mỗi ngày khám cho khoảng {n} lượt người.",
        "Những tấm gương như gia đình bác Tình ở xóm {b} được nêu trong hội nghị của {k} để mọi người noi "
        "theo.",
    ),
    11: (
        "Đảng bộ xã {x} hiện có {n} đảng viên, sinh hoạt ở các chi bộ nông thôn, trường học và trạm y tế.",
        "Qua kiểm tra, giám sát trong {t}, Ủy ban Kiểm tra Huyện ủy {h} nhắc nhở hai tổ chức đảng chậm "
        "khắc phục tồn tại.",
        "Nghị quyết chuyên đề của Huyện ủy {h} được cụ thể hóa bằng chương trình hành động của từng chi bộ.",
        "Trước kỳ họp HĐND, đại biểu tiếp xúc cử tri xã {x}, ghi nhận {n} ý kiến về đất đai và chế độ "
        "chính sách.",
        "Tỷ lệ hồ sơ giải quyết đúng hạn tại bộ phận một cửa xã {x} được giữ vững trong suốt {t}.",
        "Người đứng đầu cấp ủy huyện {h} định kỳ đối thoại với {v}, trả lời ngay những việc trong thẩm "
        "quyền.",
        "Chi bộ xóm {b} chọn việc khó để làm trước: dồn điền, đổi thửa và dời chuồng trại ra xa nhà ở.",
        "Công tác phát triển Đảng được quan tâm, trong {t} có thêm {n} quần chúng ưu tú được học lớp cảm "
        "tình.",
        "Mặt trận và các đoàn thể xã {x} tổ chức phản biện đề án sáp nhập xóm trước khi trình cấp trên.",
        "Phong trào học tập và làm theo Bác ở huyện {h} gắn với những việc cụ thể như tiết kiệm điện, giữ "
        "gìn trụ sở.",
        "Lực lượng vũ trang huyện {h} giúp dân thu hoạch {s}, dựng lại nhà cho gia đình có công ở xóm {b}.",
        "Sau sắp xếp, số người hoạt động không chuyên trách của xã {x} giảm, việc chạy hơn trước.",
    ),
    12: (
        "Giá {s} tại vườn đang ở mức cao, thương lái từ Hà Nội lên tận xã {x} đặt cọc.",
        "HTX nông nghiệp xã {x} ký hợp đồng bao tiêu {n} tấn {s} với doanh nghiệp chế biến.",
        "Trong {t}, huyện {h} chuyển {n} ha lúa kém hiệu quả sang trồng cây ăn quả.",
        "Nông dân xóm {b} đã quen ghi nhật ký đồng ruộng, cách ly đủ ngày trước khi thu hoạch.",
        "Nhờ có hồ chứa mới sửa, cánh đồng xã {x} chủ động nước cho cả hai vụ lúa và một vụ màu.",
        "Các doanh nghiệp trong cụm công nghiệp của huyện {h} tuyển thêm {n} công nhân may và lắp ráp "
        "điện tử.",
        "Dịch bệnh trên đàn vật nuôi ở xã {x} được khống chế, người chăn nuôi yên tâm tái đàn.",
        "Thu ngân sách của huyện {h} trong {t} đạt khá, chủ yếu từ đất đai và dịch vụ.",
        "Sản phẩm {s} của xã {x} vừa được công nhận bốn sao trong chương trình mỗi xã một sản phẩm.",
        "Cơ quan khuyến nông huyện {h} cấp {n} gói giống và hướng dẫn {v} xóm {b} cách ủ phân vi sinh.",
        "Chợ trung tâm xã {x} được xây lại, có mái che, khu bán {s} riêng và điểm rửa tay.",
        "Lưới điện về xóm {b} đã nâng công suất, máy xay xát, máy sấy chạy ổn định cả giờ cao điểm.",
    ),
    15: (
        "Giải bóng chuyền hơi của {k} huyện {h} thu hút {n} vận động viên của các xóm.",
        "Đội bóng đá xã {x} thắng đội bạn sau loạt luân lưu căng thẳng trong ngày mưa.",
        "Ở nội dung đẩy gậy, cô gái xóm {b} lần thứ hai liên tiếp đứng trên bục cao nhất.",
        "Phong trào đi bộ buổi sớm lan khắp huyện {h}, sân vận động ngày nào cũng đông {v}.",
        "Ban tổ chức trao cờ nhất toàn đoàn cho xã {x}, trao giải phong cách cho đội trẻ nhất.",
        "Kinh phí tổ chức giải hoàn toàn do {v} và doanh nghiệp ủng hộ, khoảng {n} triệu đồng.",
        "Huấn luyện viên cho rằng các em ở xóm {b} có sức bền tốt nhờ quen leo dốc từ nhỏ.",
        "Trận chung kết kéo co nữ giữa xã {x} và thị trấn phải đấu lại đến lần thứ ba.",
        "Hai kỷ lục của đại hội thể dục thể thao huyện {h} bị phá ở cự ly 1.500 m và nhảy xa.",
        "Nhà trường dành sân cho câu lạc bộ võ cổ truyền tập luyện vào {t}, có {n} võ sinh theo học.",
    ),
    16: (
        "Đội văn nghệ xóm {b} sưu tầm được {n} câu hát thường rang, bộ mẹng của các cụ trong vùng.",
        "Lễ hội xuống đồng xã {x} khai mạc bằng màn tấu chiêng của {v} các xóm.",
        "Huyện {h} hỗ trợ mỗi xóm một bộ loa và {n} đầu sách cho tủ sách cộng đồng.",
        "Nghề dệt ở xóm {b} hồi sinh từ khi có khách du lịch tìm đến nhà sàn.",
        "Các nghệ nhân xã {x} mở lớp dạy mo, dạy đánh chiêng miễn phí cho trẻ em trong {t}.",
        "Cuộc thi trang phục dân tộc do {k} tổ chức thu hút nhiều chị em tham gia.",
        "Ngôi đình cổ của xã {x} vừa được tu bổ, giữ nguyên vì kèo gỗ lim và bốn đầu đao.",
        "Bảo tàng tỉnh tiếp nhận {n} hiện vật do {v} huyện {h} trao tặng, trong đó có bộ khánh đồng.",
        "Đám cưới ở xóm {b} giờ gọn trong một ngày, không thách cưới, không mở loa quá khuya.",
        "Món cá nướng, rau đồ và cơm lam của xóm {b} được khách khen ngon nhất hội thi ẩm thực huyện {h}.",
    ),
}
