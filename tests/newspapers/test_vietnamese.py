"""How the paper writes (docs/site.md, "Text")."""

from __future__ import annotations

import pytest

from newspapers.surroundings import is_related_heading, strip_site_name
from newspapers.vietnamese import (
    looks_like_byline,
    persons,
    source_of_byline,
    split_credit,
    split_dateline,
    split_source,
)


@pytest.mark.parametrize(
    ("lead", "agency", "rest"),
    [
        ("(HBĐT) - Sáng 24/4", "HBĐT", "Sáng 24/4"),
        ("(HBĐT) – Sáng 24/4", "HBĐT", "Sáng 24/4"),
        (" (HBĐT)- Sáng 24/4", "HBĐT", "Sáng 24/4"),
        ("(HBĐT)Sáng 24/4", "HBĐT", "Sáng 24/4"),
        ("(HBO) – On April 24", "HBO", "On April 24"),
        ("(HBO) On April 24", "HBO", "On April 24"),
        ("(HBDT) – Nge che tac", "HBDT", "Nge che tac"),
        ("(HBĐT) - LTS: Nhân dịp", "HBĐT", "LTS: Nhân dịp"),
        ("Sáng 24/4, (HBĐT) đưa tin", None, "Sáng 24/4, (HBĐT) đưa tin"),
        ("(TTXVN) - Sáng 24/4", None, "(TTXVN) - Sáng 24/4"),
    ],
)
def test_the_dateline_prefix_is_parted_from_the_lead(lead: str, agency: str | None, rest: str) -> None:
    assert split_dateline(lead) == (agency, rest)


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("Đại biểu tham quan gian hàng. Ảnh: P.V", "P.V"),
        ("Đại biểu tham quan gian hàng. Ảnh PV.", "PV"),
        ("Lễ hội xã Lỗ Sơn (Tân Lạc). Ảnh: Hồng Nhung", "Hồng Nhung"),
        ("Quang cảnh hội nghị. (Ảnh: TTXVN)", "TTXVN"),
        ("Quang cảnh hội nghị (Ảnh: TTXVN).", "TTXVN"),
        ("Ảnh: Bùi Minh (CTV)", "Bùi Minh (CTV)"),
        ("Ảnh minh họa", None),
        ("Ảnh: minh họa", None),
        ("Ảnh trên: lễ phát động", None),
        ("Ban Dân vận Huyện uỷ Kỳ Sơn bàn giải pháp.", None),
    ],
)
def test_the_credit_is_what_follows_the_word_picture(caption: str, credit: str | None) -> None:
    assert split_credit(caption) == credit


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("Theo TTXVN", "TTXVN"),
        ("(Theo TTXVN)", "TTXVN"),
        ("(TTXVN)", "TTXVN"),
        ("TTXVN", "TTXVN"),
        ("TTXVN/Vietnam+", "TTXVN/Vietnam+"),
        ("Nguồn: Báo Nhân Dân", "Báo Nhân Dân"),
        ("Theo baochinhphu.vn", "baochinhphu.vn"),
        ("Theo đó, các xã họp.", None),
        ("Theo kế hoạch", None),
        ("Đức Phượng", None),
    ],
)
def test_a_closing_line_may_name_the_source(line: str, source: str | None) -> None:
    assert split_source(line) == source


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Đức Phượng", ["Đức Phượng"]),
        ("Hồng Nhung - Đức Phượng", ["Hồng Nhung", "Đức Phượng"]),
        ("Hồng Nhung, Đức Phượng", ["Hồng Nhung", "Đức Phượng"]),
        ("Bùi Minh (CTV)", ["Bùi Minh"]),
        ("Bùi Minh (TTXVN)", ["Bùi Minh"]),
        ("Bài, ảnh: Hồng Nhung", ["Hồng Nhung"]),
        ("Đinh Thắng (Trung tâm VH-TT huyện Kim Bôi)", ["Đinh Thắng"]),
        ("H.D", []),
        ("P.V", []),
        ("PV", []),
        ("P.V - CTV", []),
        ("Nhóm ảnh của P.V", []),
        ("Nhóm phóng viên", []),
        ("Báo Hòa Bình", []),
    ],
)
def test_a_byline_names_persons_or_none(byline: str, names: list[str]) -> None:
    assert looks_like_byline(byline) or byline == "Báo Hòa Bình"
    assert persons(byline) == names


@pytest.mark.parametrize(
    "line",
    [
        "Hội nghị thành công tốt đẹp.",
        "Đoàn kết là sức mạnh",
        "Xin cảm ơn đồng chí!",
        "Thứ nhất:",
        "Năm 2018",
        "",
        "Hòa Bình",
    ],
)
def test_a_short_line_is_not_always_a_byline(line: str) -> None:
    assert not looks_like_byline(line)


@pytest.mark.parametrize(
    "line", ["Các tin khác", "CÁC TIN KHÁC:", "Related Topics", "Tin liên quan", "Các tin đã đưa"]
)
def test_the_headings_of_other_news(line: str) -> None:
    assert is_related_heading(line)


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Hội nghị A - Báo Hòa Bình điện tử", "Hội nghị A"),
        ("Báo Hòa Bình | Hội nghị A - B", "Hội nghị A - B"),
        ("Mai Chau | Hoa Binh Online", "Mai Chau"),
        ("Báo Hòa Bình điện tử", ""),
        ("Báo Hòa Bình - Trang chủ", ""),
        ("Kinh tế - Xã hội", "Kinh tế - Xã hội"),
    ],
)
def test_a_title_loses_the_name_of_the_paper(title: str, headline: str) -> None:
    assert strip_site_name(title) == headline


@pytest.mark.parametrize(
    ("byline", "names", "source"),
    [
        ("Hương Lan/VOV.VN", ["Hương Lan"], "VOV.VN"),
        ("Th.s Nguyễn Văn An", ["Nguyễn Văn An"], None),
        ("BS. Trần Thị Bình", ["Trần Thị Bình"], None),
        ("PGS.TS Lê Văn Cường", ["Lê Văn Cường"], None),
        ("Mạnh Hùng ghi", ["Mạnh Hùng"], None),
        ("Tin, ảnh: Đức Phượng", ["Đức Phượng"], None),
        ("Hồng Nhung (tổng hợp)", ["Hồng Nhung"], None),
        ("K. Miên", ["K. Miên"], None),
        ("Thuý Hằng", ["Thúy Hằng"], None),
        ("THÚY HẰNG", ["Thúy Hằng"], None),
        ("Nguyễn Quý Hoà", ["Nguyễn Quý Hòa"], None),
        ("Theo Sầm Hoa (Vietnamnet/Reuters)", ["Sầm Hoa"], "Vietnamnet/Reuters"),
    ],
)
def test_titles_tasks_and_outlets_are_no_part_of_a_name(
    byline: str, names: list[str], source: str | None
) -> None:
    assert looks_like_byline(byline)
    assert (persons(byline), source_of_byline(byline)) == (names, source)
