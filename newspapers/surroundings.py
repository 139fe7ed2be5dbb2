"""What Vietnamese news pages print around an article: headings, labels, the form for a day, the site's name.

Functions over text that know no HTML, like those of :mod:`newspapers.vietnamese`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from newspapers.newspaper import current

_RELATED_HEADING = re.compile(
    r"(?:(?:các )?(?:(?:tin|bài|bài viết|tin,? bài)(?: bài)? (?:khác|liên quan|đã đưa|(?:mới|cũ) hơn)"
    r"|(?:(?:tin|bài|bài viết|tin,? bài) )?cùng (?:chuyên )?(?:mục|đề|chủ đề))"
    r"|related (?:topics?|news|articles|stories)|other (?:news|topics))[\s:.…»>]*",
    re.IGNORECASE,
)
DAY_FORM_SENTENCE = re.compile(r"xem các tin đã đưa(?: ngày)?|tin trong\s*:\s*chuyên mục này", re.IGNORECASE)
SCOPE_SECTION = re.compile(r"chuyên mục này|this (?:section|topic|category)", re.IGNORECASE)
SCOPE_ALL = re.compile(
    r"m[ọo]i chuyên mục|tất cả|all (?:sections|topics|categories)|every (?:section|topic)", re.IGNORECASE
)
_COMMENTS_HEADING = re.compile(
    r"(?:\(?\d+\)?\s*)?(?:gửi |viết |các |thêm )?"
    r"(?:bình luận|ý kiến(?: phản hồi)?|phản hồi|comments?|leave a (?:comment|reply)|your comment)"
    r"(?: của bạn| bạn đọc)?[\s:(\d)]*",
    re.IGNORECASE,
)
_LABEL_ONLY = re.compile(
    r"(?:chia sẻ|share|tweet|facebook|zalo|twitter|like|thích|a[+-]|cỡ chữ.{0,15}|theo dõi .{0,40}"
    r"|in (?:bài(?: viết| này)?|trang|ấn)|print|gửi (?:email|mail|bài)(?: .{0,20})?|email|lưu bài(?: viết)?"
    r"|trở (?:về|lại)|quay lại|(?:(?:lên|về) )?đầu trang|back(?: to top)?"
    r"|(?:xem|đọc|tham khảo) (?:tiếp|thêm)|theo dòng sự kiện|thích và chia sẻ|chi tiết|read more|more"
    r"|nghe (?:đọc )?bài(?: viết)?"
    r"|(?:lượt (?:xem|đọc)|views?|số lượt xem)\s*:?\s*[\d.,]*|[\d.,]+\s*(?:lượt (?:xem|đọc)|views?)"
    r"|quảng cáo|advertisement|(?:từ kh[óo]a|từ khoá|tags?)\s*:.{0,200})[\s:|»>….]*",
    re.IGNORECASE,
)


_BETWEEN_LABELS = re.compile(r"\]?\s*[|\[]\s*")


@lru_cache(maxsize=1024)  # like most lines of the template, asked several times a page and on every page
def is_related_heading(line: str) -> bool:
    """Whether a line heads the block of other news: "Các tin khác", in English "Related Topics"."""
    return len(line) < 60 and bool(_RELATED_HEADING.fullmatch(line))


_BOX_HEADING = re.compile(
    r"(?:các )?(?:tin|bài)? ?"
    r"(?:mới(?: nhất| cập nhật| đăng)?|(?:được )?(?:đọc|xem) nhiều(?: nhất)?|nổi bật|tiêu điểm|nóng)"
    r"|(?:newest|latest|most (?:read|viewed)|hot)(?: news)?",
    re.IGNORECASE,
)


def is_box_heading(line: str) -> bool:
    """Whether a line heads a box beside the articles: the newest, the most read."""
    return 3 < len(line) < 40 and bool(_BOX_HEADING.fullmatch(line.strip(" :»>…")))


@lru_cache(maxsize=1024)
def is_day_form(line: str) -> bool:
    """Whether a line belongs to the form "Xem các tin đã đưa ngày"."""
    return len(line) < 400 and bool(
        DAY_FORM_SENTENCE.search(line) or line.lower() in ("tin trong:", "tin trong")
    )


@lru_cache(maxsize=1024)
def is_comments_heading(line: str) -> bool:
    """Whether a line heads the readers' comments."""
    return len(line) < 60 and bool(_COMMENTS_HEADING.fullmatch(line))


@lru_cache(maxsize=1024)
def is_label(line: str) -> bool:
    """Whether a line is a label of the template and no text: "Chia sẻ", "Lượt xem: 12", "[In] [Xem tiếp]"."""
    labels = _BETWEEN_LABELS.split(line.strip("[] "))
    return len(line) < 240 and all(map(_LABEL_ONLY.fullmatch, labels))


@cache
def _own_name() -> re.Pattern[str]:
    names = current().style.names or r"(?!)"  # then none
    return re.compile(rf"(?:{names}|trang chủ|home)(?!\w)", re.IGNORECASE)


_TITLE_PART = re.compile(r"\s+[-–—|»:·]+\s+|\s*[|»]\s*")


def strip_site_name(title: str) -> str:
    """A page's title without the newspaper's name before or behind it; empty if nothing else is in it."""
    while True:
        parts = list(_TITLE_PART.finditer(title))
        if not parts and _is_site_name(title):
            return ""
        if parts and _is_site_name(title[parts[-1].end() :]):
            title = title[: parts[-1].start()].strip()
        elif parts and _is_site_name(title[: parts[0].start()]):
            title = title[parts[0].end() :].strip()
        else:
            return title.strip()


def _is_site_name(text: str) -> bool:
    text = text.strip()
    return not text or (len(text) < 60 and bool(_own_name().match(text)))
