"""The report in two languages: its words, and how they write numbers and dates.

The page and the plots are written in English; each of their sentences has a translation here.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from newspapers.baohoabinh.numbering import ZONE


class Tongue(StrEnum):
    """A language that the report speaks."""

    ENGLISH = "en"
    VIETNAMESE = "vi"


@frozen
class Language:
    """How the report speaks."""

    tongue: Tongue

    def __call__(self, text: str) -> str:
        """A sentence of the report in this language.

        :raises KeyError: if it has no translation.
        """
        return text if self.tongue is Tongue.ENGLISH else _VIETNAMESE[text]

    @property
    def separators(self) -> tuple[str, str]:
        """The mark between thousands, and the one before decimals."""
        return (",", ".") if self.tongue is Tongue.ENGLISH else (".", ",")

    def number(self, value: int) -> str:
        return f"{value:,}".replace(",", self.separators[0])

    def share(self, part: int, whole: int | None) -> str:
        """A part in per cent; a dash where there is nothing to have a part of."""
        return f"{part / whole:.1%}".replace(".", self.separators[1]) if whole else "–"

    def similarity(self, value: float) -> str:
        return f"{value:.2f}".replace(".", self.separators[1])

    def day(self, moment: datetime) -> str:
        """Local day."""
        pattern = "%Y-%m-%d" if self.tongue is Tongue.ENGLISH else "%d/%m/%Y"
        return moment.astimezone(ZONE).strftime(pattern)

    def minute(self, moment: datetime) -> str:
        """Local day and minute."""
        return f"{self.day(moment)} {moment.astimezone(ZONE):%H:%M}"

    def month(self, month: str | None) -> str:
        """A month that is written ``2024-04``."""
        if month is None:
            return self("undated")
        return month if self.tongue is Tongue.ENGLISH else f"{month[5:]}/{month[:4]}"


_VIETNAMESE = {
    # editions
    "Vietnamese": "tiếng Việt",
    "English": "tiếng Anh",
    "Mường": "tiếng Mường",
    # what an article may have
    "lead": "sapo",
    "body": "thân bài",
    "byline": "bút danh",
    "author": "tác giả có họ tên",
    "agency": "HBĐT, HBO… ở đầu bài",
    "source": "nguồn tin",
    "published: page": "ngày đăng ghi trên trang",
    "published: estimate": "ngày đăng ước tính",
    "image": "ảnh",
    "caption": "chú thích ảnh",
    "credit": "tên người chụp ảnh",
    # verdicts
    "ok": "tốt",
    "nothing new": "không có tin mới",
    "degraded": "thiếu một phần",
    "broken": "lỗi chương trình",
    "site unreachable": "không truy cập được báo",
    "storage failed": "lỗi cơ sở dữ liệu",
    "blocked": "bị báo chặn",
    "layout changed": "báo đổi giao diện",
    "interrupted": "bị ngắt",
    "already running": "đang chạy lần khác",
    "bad arguments": "sai tham số",
    "not finished": "chưa xong",
    # the page
    "The collection of Báo Hòa Bình": "Bộ sưu tập Báo Hòa Bình",
    "As of": "Số liệu lúc",
    "Contents": "Mục lục",
    "Nothing yet.": "Chưa có gì.",
    "first and last date on a page": "ngày đăng đầu và cuối",
    "last run": "lần chạy gần nhất",
    "articles": "bài",
    "all": "tất cả",
    "undated": "không rõ ngày",
    "year": "năm",
    "month": "tháng",
    "edition": "ấn bản",
    "section": "chuyên mục",
    "headline": "tiêu đề",
    "published": "ngày đăng",
    "share": "tỷ lệ",
    # articles by month and section
    "Articles by month and section": "Số bài theo tháng và chuyên mục",
    "By month of publication, in local time. Articles without a date stand in the table only.": (
        "Theo tháng đăng, giờ Việt Nam. Bài không rõ ngày đăng chỉ có trong bảng."
    ),
    "Articles per month, by edition": "Số bài mỗi tháng, theo ấn bản",
    "Articles per month, by section": "Số bài mỗi tháng, theo chuyên mục",
    "Articles per year, by section": "Số bài mỗi năm, theo chuyên mục",
    # coverage
    "Coverage": "Độ đầy đủ",
    "The paper numbers its articles, and numbers of known date tell how many it gave in a month. "
    "Not every number became an article, so a full collection may stay below the grey. Only the "
    "Vietnamese edition has numbers of known date.": (
        "Báo đánh số từng bài; những số đã biết ngày cho biết mỗi tháng báo đã dùng bao nhiêu số. "
        "Không phải số nào cũng thành bài, nên bộ sưu tập đầy đủ vẫn có thể thấp hơn phần màu xám. "
        "Chỉ ấn bản tiếng Việt có những số đã biết ngày."
    ),
    "Numbers given and collected, per month": "Số thứ tự báo đã dùng và số bài đã có, mỗi tháng",
    "numbers given": "số thứ tự đã dùng",
    "expected": "dự kiến",
    "collected": "đã có",
    "known, not collected": "đã biết, chưa có",
    "Coverage per year": "Độ đầy đủ theo năm",
    "Months that lack most": "Những tháng thiếu nhiều nhất",
    # what articles have
    "What articles have": "Bài có những gì",
    "Share of the articles of a year in which a field is filled. Every article has a headline.": (
        "Tỷ lệ bài trong năm có từng trường. Bài nào cũng có tiêu đề."
    ),
    "Fields that are filled, per year": "Tỷ lệ có từng trường, theo năm",
    "Fields that are filled, by edition": "Tỷ lệ có từng trường, theo ấn bản",
    "field": "trường",
    # newest articles
    "Newest articles": "Bài mới nhất",
    "Links lead to the newspaper's site. A date with ≈ is an estimate.": (
        "Liên kết dẫn tới trang của báo. Ngày có dấu ≈ là ước tính."
    ),
    # duplicates
    "Duplicates": "Bài trùng",
    "Articles that repeat an earlier one. Nothing is deleted for it.": (
        "Những bài lặp lại một bài trước đó. Không bài nào bị xóa vì trùng."
    ),
    "Articles that repeat another, per year": "Số bài trùng mỗi năm",
    "Duplicates per year": "Bài trùng theo năm",
    "word for word": "y nguyên",
    "nearly": "gần giống",
    "share of the year's articles": "tỷ lệ trong năm",
    "Last pairs": "Những cặp gần đây nhất",
    "article": "bài",
    "repeats": "lặp lại bài",
    "how": "mức độ",
    "similarity": "độ giống",
    # how pages were read
    "How pages were read": "Cách đọc trang",
    "Each field is read by the first rule that gives a value, and each page by a layout. A year in "
    "which another rule takes over is a year in which the site changed; a change of the share among "
    "pages fetched in the last 30 days is one that asks for a look.": (
        "Mỗi trường được đọc bằng quy tắc đầu tiên cho kết quả, mỗi trang theo một mẫu trang. Năm mà quy "
        "tắc khác lên thay là năm báo đổi giao diện; nếu tỷ lệ trong các trang tải 30 ngày qua thay "
        "đổi thì nên xem lại."
    ),
    "Rules of each field, per year": "Quy tắc của từng trường, theo năm",
    "Layouts and rules": "Mẫu trang và quy tắc",
    "rule": "quy tắc",
    "of the last 30 days": "trong 30 ngày qua",
    # runs
    "Runs": "Các lần chạy",
    "How the runs of the last 60 days ended.": "Kết quả các lần chạy trong 60 ngày qua.",
    "Runs per day, by verdict": "Số lần chạy mỗi ngày, theo kết quả",
    "Verdicts": "Kết quả",
    "Last runs": "Những lần chạy gần nhất",
    "Last runs that did not go well": "Những lần chạy gần nhất có trục trặc",
    "why": "vì sao",
    "runs": "lần chạy",
    "verdict": "kết quả",
    "started": "bắt đầu",
    "spider": "spider",
    "new": "mới",
    "changed": "sửa đổi",
    "failed": "lỗi",
    "rejected": "bị loại",
}
