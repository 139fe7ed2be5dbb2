"""The site's grammar: every URL shape that was seen (docs/site.md, "URLs")."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newspapers import (
    ArticleRef,
    HomeRef,
    ListRef,
    canonical_url,
    is_picture,
    read_article_url,
    read_url,
    why_refused,
)

VI, EN, MU = "vi", "en", "mu"
DOMAIN = "baohoabinh.com.vn"
SITE = f"https://{DOMAIN}"

SEEN = [
    ("/12/136795/Huyen-Cao-Ph111ng-Giu-uy-tin,thuong-hieu-cay-co-mui-dac-san.htm", VI, 12, 136795),
    ("/219/129359/No-luc-tuyen-truyen-chinh-sach-BHXH-tu-nguyen-den-nguoi-dan..htm", VI, 219, 129359),
    ("/259/107913/Doc_dao_le_hoi_danh_ca_suoi_xa_Lo_Son.htm", VI, 259, 107913),
    ("/en/17/3458/Mai-Chau.htm", EN, 17, 3458),
    ("http://en./10/1882/Mr.-Bui-Huy-V111ng--Folklore-Researcher-at-Mu111ng-Vang.htm", EN, 10, 1882),
    ("/mu/3/193/Doc-dao-bao-tang-di-san-van-hoa-Muong-Hoa-Binh.htm", MU, 3, 193),
    ("http://mu./2/404/Nge-che-tac-kal-luo,-da-kanh-Lam-Xon.htm", MU, 2, 404),
    ("/11/CHINH-TRI.htm", VI, 11, None),
    ("/40/135-THANH-LAP,-30-NAM-TAI-LAP-TINH.htm", VI, 40, None),
    ("/en/2/LOCAL-NEWS.htm", EN, 2, None),
    ("https://mu./4/Xa-hoi.htm", MU, 4, None),
    ("/11/page/105/CHINH-TRI.htm", VI, 11, None),
    ("/15/page/382/THE-THAO.htm", VI, 15, None),
    ("/16/page/198/VAN-HOA.htm", VI, 16, None),
    ("/220/page/93/KY-PHONG-SU.htm", VI, 220, None),
    ("/en/6/page/26/SOCIETY.htm", EN, 6, None),
]
"""As seen, with ``en.`` for the host of an edition; edition, section, number."""


@pytest.mark.parametrize(("seen", "edition", "section", "number"), SEEN)
def test_every_url_that_was_seen_is_read(seen: str, edition: str, section: int, number: int | None) -> None:
    of_host, _, path = seen.partition("./") if "://" in seen else ("", "", seen)
    url = f"{of_host}.{DOMAIN}/{path}" if of_host else SITE + path
    slug = seen.rpartition("/")[2].removesuffix(".htm")
    paged = re.search(r"/page/(\d+)/", seen)
    assert read_url(url) == (
        ArticleRef(edition, number, section, slug)
        if number
        else ListRef(edition, section, slug, int(paged[1]) if paged else 1)
    )
    assert canonical_url(url) == (f"{SITE}/{edition}/{path}" if of_host else url)


@pytest.mark.parametrize(
    "path",
    [
        "/(S(x1y2z3))/11/120301/Tin.htm",
        "/(X(1)S(x1-y2_z3))/11/120301/Tin.htm",
        "/%28S%28x1y2z3%29%29/11/120301/Tin.htm",
        "/11/120301/Tin.htm?AspxAutoDetectCookieSupport=1",
        "/11/120301/Tin.HTM",
        "//11//120301///Tin.htm",
    ],
)
def test_what_servers_and_typists_add_to_an_address_names_nothing(path: str) -> None:
    assert canonical_url(SITE + path) == f"{SITE}/11/120301/Tin.htm"
    assert canonical_url(f"{SITE}/en{path}") == f"{SITE}/en/11/120301/Tin.htm"


@pytest.mark.parametrize(
    ("url", "edition"),
    [
        (f"{SITE}/", VI),
        (SITE, VI),
        ("http://www.baohoabinh.com.vn", VI),
        (f"{SITE}/en/", EN),
        (f"{SITE}/en", EN),
        ("http://en.baohoabinh.com.vn/", EN),
        (f"{SITE}/mu/", MU),
        ("https://mu.baohoabinh.com.vn/default.aspx", MU),
    ],
)
def test_front_pages_are_read(url: str, edition: str) -> None:
    assert read_url(url) == HomeRef(edition)


@pytest.mark.parametrize(
    "url",
    [
        "https://baohoabinh.com.vn.example.org/11/115466/x.htm",
        "https://example.org/11/115466/x.htm",
        "https://user@baohoabinh.com.vn/11/115466/x.htm",
        "https://baohoabinh.com.vn:8443/11/115466/x.htm",
        "https://en.baohoabinh.com.vn/mu/2/404/x.htm",
        "https://ims.baohoabinh.com.vn/NewsImg/4_2024/188942_x.jpg",
        "https://baohoabinh.com.vn/11/115466/x.pdf",
        "https://baohoabinh.com.vn/11/0/x.htm",
        "https://baohoabinh.com.vn/11/9223372036854775808/x.htm",
        "https://baohoabinh.com.vn/11/page/0/CHINH-TRI.htm",
        "https://baohoabinh.com.vn/0/CHINH-TRI.htm",
        "https://baohoabinh.com.vn/11/115466/a/b.htm",
        "ftp://baohoabinh.com.vn/11/115466/x.htm",
        "file:///11/115466/x.htm",
        "javascript:void(0)",
        "mailto:toasoan@baohoabinh.com.vn",
        "http://[",
        "",
    ],
)
def test_what_is_not_a_page_of_the_newspaper_is_not_ours(url: str) -> None:
    assert read_url(url) is None


@pytest.mark.parametrize(
    "url",
    [
        f"{SITE}/robots.txt",
        f"{SITE}/tim-theo-ngay.aspx?ngay=24&thang=4",
        "http://en.baohoabinh.com.vn/",
        "https://www.baohoabinh.com.vn:443/11/CHINH-TRI.htm",
    ],
)
def test_other_paths_on_the_page_hosts_may_be_requested(url: str) -> None:
    assert why_refused(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://ims.baohoabinh.com.vn/NewsImg/4_2024/1_x.jpg",
        "http://127.0.0.1/11/CHINH-TRI.htm",
        "https://baohoabinh.com.vn:22/",
        "https://baohoabinh.com.vn@example.org/",
        "data:text/html,x",
    ],
)
def test_nothing_else_may_be_requested(url: str) -> None:
    assert why_refused(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ims.baohoabinh.com.vn/NewsImg/4_2024/188942_tin%201.jpg", True),
        (f"{SITE}/Includes/NewsDetail/8_2012/dt_148201234_anh.jpg", True),
        (f"{SITE}/images/logo.png", False),
        ("https://example.org/NewsImg/4_2024/x.jpg", False),
    ],
)
def test_pictures_are_known_by_host_and_folder(url: str, expected: bool) -> None:
    assert is_picture(url) is expected


slugs = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="/?#%\\"), min_size=1, max_size=40
)
hosts = {
    VI: [("", "baohoabinh.com.vn"), ("", "www.baohoabinh.com.vn"), ("", "BaoHoaBinh.com.vn.")],
    EN: [("/en", "baohoabinh.com.vn"), ("", "en.baohoabinh.com.vn"), ("/en", "www.baohoabinh.com.vn")],
    MU: [("/mu", "baohoabinh.com.vn"), ("", "mu.baohoabinh.com.vn"), ("/mu", "mu.baohoabinh.com.vn")],
}


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, int, str]:
    edition = draw(st.sampled_from(("vi", "en", "mu")))
    base, host = draw(st.sampled_from(hosts[edition]))
    section, number = draw(st.integers(1, 999)), draw(st.integers(1, 2**63 - 1))
    scheme = draw(st.sampled_from(["http", "https"]))
    tail = draw(st.sampled_from(["", "?fbclid=x", "#top", "?utm_source=a&utm_medium=b#c"]))
    return edition, number, f"{scheme}://{host}{base}/{section}/{number}/{draw(slugs)}.htm{tail}"


@given(spellings())
def test_every_spelling_of_an_article_gives_its_key(spelling: tuple[str, int, str]) -> None:
    edition, number, url = spelling

    reference = read_article_url(url)

    assert reference
    assert reference.key == (edition, number)
