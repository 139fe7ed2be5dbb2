"""Whole pages are told from parts of pages by how they end."""

from __future__ import annotations

import time

import pytest

from crawler.pages.ending import find_ending

HEAD = b"<!DOCTYPE html><html><head><script>document.write('<div>')</script></head><body><!-- <div> -->"
TEXT = b"<div class='content'><p>Mot<p>Hai</p></div>"


@pytest.mark.parametrize(
    "page",
    [
        HEAD + TEXT + b"</body></html>",
        HEAD + TEXT + b"</BODY></HTML >\n<!-- 0.2 s -->" + b" " * 1000,
        HEAD + b"<div>" + b"</html>",  # sloppy, but ended
        b"<div>a fragment</div> of a page",
        b"Not found",
        (HEAD + TEXT + b"</body></html>").decode().encode("utf-16"),
    ],
)
def test_a_page_with_its_end_is_whole(page: bytes) -> None:
    assert find_ending(page).closed


@pytest.mark.parametrize("page", [HEAD + TEXT + b"</body>", HEAD + TEXT, HEAD + TEXT + b"<!-- x -->\n"])
def test_a_page_that_lacks_no_end_but_html_may_be_whole(page: bytes) -> None:
    ending = find_ending(page, len(page), str(len(page)))

    assert (ending.closed, ending.broken) == (False, None)
    assert page.rstrip().endswith(ending.last)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (HEAD + TEXT[:-6], "it ends within <div>"),
        (HEAD + TEXT + b"<p>Ba", "it ends within a text or a tag"),
        (HEAD + TEXT + b"<p class=", "it ends within a text or a tag"),
        (HEAD + TEXT + b"<script>var a;</div>", "it ends within <script>"),
        (HEAD + TEXT + b"<!-- <p>", "it ends within a comment"),
        (HEAD + b"<table><tr><td>", "it ends within <table>"),
        (b"<div>a fragment", "it ends within <div>"),
        ((HEAD + TEXT[:-6]).decode().encode("utf-16"), "it ends within <div>"),
    ],
)
def test_a_page_that_ends_in_the_middle_is_a_part(page: bytes, reason: str) -> None:
    assert find_ending(page).broken == reason


def test_a_page_without_its_end_and_shorter_than_was_announced_is_a_part() -> None:
    assert find_ending(HEAD + TEXT, declared="9999").broken == "it has 137 bytes of 9,999"
    assert find_ending(HEAD + TEXT, sent_length=9999, declared="9999").broken is None
    assert find_ending(HEAD + TEXT + b"</html>", declared="9999").closed, "a length that no longer holds"


def test_any_page_is_judged_in_time_linear_in_its_size() -> None:
    started = time.process_time()
    for token in (b"<!--", b"<script>", b"<div>", b"</div ", b"<"):
        find_ending(token * 200_000)
    assert time.process_time() - started < 10
