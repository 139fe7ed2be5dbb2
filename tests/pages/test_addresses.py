"""Making addresses absolute: the short way gives what the standard library gives."""

from __future__ import annotations

from urllib.parse import urljoin

from hypothesis import example, given
from hypothesis import strategies as st

from crawler.pages.head import join
from tests.pages.reading import SITE

PIECES = [
    *("/", "//", ".", "..", "274", "118", "bai.htm", "%20", "?x=1", "#y", ":", "ü", " ", "a"),
    *("http://h.vn", "https:"),
]
HREFS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
BASES = st.sampled_from(
    f"{SITE}/274/118/a.htm http://h.vn http://h.vn?x http://u:p@h.vn/x http://[::1]/y".split()
)


@given(BASES, HREFS)
@example("http://h.vn", "/..")
@example("http://h.vn/a/b", "/274/./a.htm")
def test_an_address_is_made_absolute_as_the_standard_library_does(base: str, href: str) -> None:
    try:
        expected = urljoin(base, href.strip()) if href else ""
    except ValueError:
        expected = ""
    assert join(base, href) == expected
