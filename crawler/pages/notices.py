"""Notices that stand where an article should: that there is none, and what frames an empty page."""

from __future__ import annotations

import re

LONGEST_NOTICE = 200

_VI_THING = (
    r"(?:bài viết|bài báo|tin bài|bài|bản tin|tin tức|tin|trang web|trang"
    r"|nội dung|đường dẫn|liên kết|url)"
)
_VI_FILLER = (
    r"(?:này|mà|bạn|quý|vị|độc|bạn đọc|giả|khách|yêu|cầu|cần|muốn|tìm|kiếm|đang|vừa|xem|truy|cập|hiện"
    r"|có|thể|hoặc|bài|viết|trang|tin|nội|dung|web|được|đã|bị|trên|đường|dẫn|theo)"
)
_VI_GONE = (
    r"(?:không (?:còn )?tồn tại|không (?:được |thể )?tìm thấy|không còn(?! \w)"
    r"|(?:đã )?bị (?:xóa|xoá|gỡ)(?: bỏ)?|đã (?:xóa|xoá|gỡ)(?: bỏ)?(?=\s*(?:[.!,;]|$|khỏi|hoặc)))"
)
_EN_THING = r"(?:page|article|story|news|url|document|resource|content|file)"
_EN_GONE = (
    r"(?:not (?:be )?found|can(?:not|['’]t) be found|no longer (?:available|exists?)"
    r"|(?:does not|doesn['’]t) exist|been (?:removed|deleted))"
)
_MISSING = re.compile(
    rf"(?<!\w){_VI_THING}(?:\s+{_VI_FILLER})*\s+{_VI_GONE}(?!\w)"
    rf"|không (?:tìm thấy|tồn tại) {_VI_THING}(?:\s+{_VI_FILLER})*\s*(?:[.!,;]|$)"
    rf"|(?<!\w)không có (?:bài viết|bản tin|tin bài|tin)(?: nào| này)?\s*[.!]?\s*$"
    rf"|(?<!\w){_EN_THING}(?:\s+(?!not\b|no\b|does)[\w’']+){{0,8}}\s+{_EN_GONE}(?!\w)"
    r"|^\W*(?:(?:xin lỗi|sorry|oops)\W+)?(?:không tìm thấy|not found)\W*$"
    r"|^\W*(?:(?:http|lỗi|error|mã lỗi|status)[\s:]*)*404(?!\d)"
    r"(?:\W*|.{0,40}(?:found|error|lỗi|tìm thấy|tồn tại).{0,20})$",
    re.IGNORECASE,
)


def says_missing(line: str) -> bool:
    """Whether a short line says that there is no such article or page."""
    return len(line) <= LONGEST_NOTICE and bool(_MISSING.search(line))


_CLOSED = re.compile(
    r"(?<!\w)(?:hệ thống|website|web site|trang(?: web| tin| thông tin)?(?: điện tử)?|báo điện tử|máy chủ"
    r"|cổng thông tin(?: điện tử)?|site|server|system)(?: \w+){0,4}? "
    r"(?:(?:đang|tạm)(?: \w+){0,4}? (?:bảo trì|nâng cấp|gián đoạn|ngừng hoạt động)"
    r"|(?:is|are) (?:\w+ )?(?:under|down for) maintenance)"
    r"|^\W*(?:bảo trì(?: hệ thống)?|(?:under |down for )?maintenance)\W*$"
    r"|(?<!\w)(?:cần|phải|vui lòng|hãy|please|must|need to) (?:đăng nhập|log ?in|sign in)(?!\w)",
    re.IGNORECASE,
)


def says_closed(line: str) -> bool:
    """Whether a short line says that the site is out of order for a while, or asks to log in."""
    return len(line) <= LONGEST_NOTICE and bool(_CLOSED.search(line))


_IMPRINT = (
    "giấy phép",
    "tổng biên tập",
    "bản quyền",
    "tòa soạn",
    "toà soạn",
    "cơ quan chủ quản",
    "đường dây nóng",
    "điện thoại:",
    "điện thoại :",
    "địa chỉ:",
    "địa chỉ :",
    "ghi rõ nguồn",
    "copyright",
    "all rights reserved",
    "editor-in-chief",
    "licence",
    "license",
    "©",
)


def is_imprint(line: str) -> bool:
    """Whether a line belongs to the foot of every page: licence, editor, address."""
    if len(line) >= 600:
        return False
    folded = line.casefold()
    return any(words in folded for words in _IMPRINT)
