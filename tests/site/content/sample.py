"""The one page whose text is real (``sample.txt``), and the news that its block shows."""

from __future__ import annotations

import re
from pathlib import Path

from tests.site.model import Era, Ghost, Linked, Picture, Piece, Print, Truth, at
from tests.site.slugs import slug_of

_BLOCKS = [
    re.sub('"([^"”]*)”', r"“\1”", " ".join(block.split()))
    for block in re.split(r"\n\s*\n", (Path(__file__).parent / "sample.txt").read_text("utf-8"))
]
_AGENCY = "(HBĐT) - "
_CAPTION = 3
_BYLINE = 9
_RELATED = 11
"""Places of blocks in the text: before the byline there are lead, paragraphs and one caption."""

_HEADLINES = _BLOCKS[_RELATED : _RELATED + 12 : 2]
_TEASERS = _BLOCKS[_RELATED + 1 : _RELATED + 12 : 2]
_NUMBERS = (188731, 188728, 188725, 188719, 188716, 188712)

_LINKS = tuple(
    Linked(key=("vi", number), section_id=11, slug=slug_of(headline), headline=headline, teaser=teaser)
    for number, headline, teaser in zip(_NUMBERS, _HEADLINES, _TEASERS, strict=True)
)

_ARTICLE = Piece(
    Truth(
        article_id=115466,
        section_id=11,
        slug="Hieu-qua-tu-ph111ng-trao-thi-dua-Dan-van-kheo-o-huyen-Ky-Son",
        headline="Hiệu quả từ phong trào thi đua “Dân vận khéo” ở huyện Kỳ Sơn",
        agency="HBĐT",
        lead=_BLOCKS[0].removeprefix(_AGENCY),
        body=(*_BLOCKS[1:_CAPTION], *_BLOCKS[_CAPTION + 1 : _BYLINE]),
        byline="Đức Phượng",
        authors=("Đức Phượng",),
        posted=at(2018, 3, 11, 9, 56, 5),
        pictures=(
            Picture(
                src="https://ims.baohoabinh.com.vn/NewsImg/3_2018/115466_dan van kheo.jpg",
                caption=_BLOCKS[_CAPTION],
                after=2,
            ),
        ),
    ),
    Print(era=Era.SPAN, date="sister", prefix=_AGENCY),
    related=_LINKS,
)

_BODIES = (
    (
        "Tại buổi làm việc, trưởng đoàn công tác giới thiệu tiềm năng, thế mạnh của tỉnh về nông nghiệp, "
        "du lịch và năng lượng tái tạo; mong muốn cơ quan đại diện hỗ trợ kết nối doanh nghiệp hai bên.",
        "Hai bên thống nhất duy trì kênh thông tin thường xuyên, tổ chức các buổi giao thương trực tuyến "
        "theo quý và mời doanh nghiệp sang khảo sát vùng trồng cây ăn quả có múi của tỉnh.",
    ),
    (
        "Báo cáo tại hội nghị nêu rõ, sau 5 năm thực hiện, ý thức nêu gương của cán bộ, đảng viên được "
        "nâng lên, gắn với chức trách, nhiệm vụ được giao.",
        "Hội nghị cũng chỉ ra một số hạn chế trong kiểm tra, giám sát ở cơ sở và đề ra 4 nhóm giải pháp "
        "cho thời gian tới.",
    ),
    (
        "Thông báo nêu rõ những kết quả tỉnh đạt được trong quý I, đồng thời yêu cầu rà soát quy hoạch, "
        "tập trung giải phóng mặt bằng các dự án giao thông kết nối vùng.",
        "Về các kiến nghị của tỉnh, các bộ, ngành liên quan được giao nghiên cứu, xử lý theo thẩm quyền "
        "và báo cáo trong quý II.",
    ),
)

_POSTED = (at(2024, 4, 25, 8, 40), at(2024, 4, 25, 7, 15), at(2024, 4, 25, 6, 30))
_BYLINES = (None, "Lê Chung", "P.V")

_SHOWN = [
    Piece(
        Truth(
            article_id=link.key[1],
            section_id=link.section_id,
            slug=link.slug,
            headline=link.headline,
            lead=str(link.teaser),
            body=body,
            byline=byline,
            authors=(byline,) if byline and byline != "P.V" else (),
            posted=posted,
        ),
        Print(date=form),
    )
    for link, body, byline, posted, form in zip(
        _LINKS, _BODIES, _BYLINES, _POSTED, ("weekday", "updated", "zone"), strict=False
    )
]

PIECES = [_ARTICLE, *_SHOWN]

GHOSTS = [
    Ghost(
        article_id=link.key[1],
        section_id=link.section_id,
        slug=link.slug,
        headline=link.headline,
        teaser=str(link.teaser),
        posted=at(2024, 4, 24, 17, 30),
        answer=answer,
        listed=False,
    )
    for link, answer in zip(_LINKS[3:], ("404", "soft-404", "listing"), strict=True)
]
