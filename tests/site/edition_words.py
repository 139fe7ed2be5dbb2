"""What the frame of a page says in each edition, and what visitors write."""

from __future__ import annotations

from tests.site.templates.views import Words

PAPER = "Báo Hòa Bình điện tử"

WORDS = {
    "vi": Words(
        home="Trang chủ",
        newest="Tin mới nhất",
        related="Các tin khác",
        next_page="Trang sau",
        nothing="Không có tin nào được đăng trong ngày này.",
        gone="Nội dung bạn yêu cầu không tồn tại hoặc đã được gỡ bỏ.",
    ),
    "en": Words(
        home="Home",
        newest="Latest news",
        related="Related Topics",
        next_page="Next page",
        nothing="No news was published on this day.",
        gone="The page you asked for does not exist or has been removed.",
    ),
    "mu": Words(
        home="Trang chủ",
        newest="Tin mới",
        related=None,
        next_page="Trang sau",
        nothing="Không có tin nào được đăng trong ngày này.",
        gone="Nội dung bạn yêu cầu không tồn tại hoặc đã được gỡ bỏ.",
    ),
}

COMMENTS = (
    (
        "Bạn đọc ở Lương Sơn",
        "Tôi đọc bài này rất phấn khởi, mong các cấp chính quyền tiếp tục quan tâm nhiều hơn nữa đến đời "
        "sống của bà con vùng sâu, vùng xa, nhất là đường đi lại và nước sinh hoạt trong mùa khô hạn.",
    ),
    (
        "hoangvan76",
        "Bài viết hay, nhưng tôi thấy số liệu nên nói rõ thêm từng xã để người dân dễ theo dõi và so sánh "
        "với năm trước. Cảm ơn tòa soạn.",
    ),
)
