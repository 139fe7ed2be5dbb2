"""A real Chromium, without a window, that notes what a page complains of and whom it asks."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from attrs import Factory, define
from playwright.sync_api import Browser, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")

_QUIET = [
    "--no-sandbox",  # which Chromium refuses to root, as whom CI runs
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; the test is skipped, and says why, where there is none."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip("not tested in a browser: no Chromium here (Debian, Ubuntu: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield browser
        browser.close()


@define
class Visit:
    """A page under watch."""

    page: Page
    complaints: list[str] = Factory(list)
    """Errors and warnings on the console, and faults of scripts."""
    asked: list[str] = Factory(list)
    """URLs that were requested."""

    @property
    def elsewhere(self) -> list[str]:
        """Requests that leave this machine."""
        inside = ("file:", "data:", "blob:", "http://127.0.0.1:")
        return [url for url in self.asked if not url.startswith(inside)]


@contextmanager
def visit(browser: Browser, width: int = 1100, dark: bool = False) -> Iterator[Visit]:
    """A new window of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", locale="vi-VN"
    )
    context.set_default_timeout(20_000)
    watched = Visit(context.new_page())
    page = watched.page
    page.on("request", lambda request: watched.asked.append(request.url))
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            watched.complaints.append(message.text) if message.type in {"error", "warning"} else None
        ),
    )
    yield watched
    context.close()


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def fits_everywhere(page: Page) -> None:
    """Whether a page needs no scrolling to the side on a desk and on a phone, and is as dark as is wished."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert too_wide <= 0, f"{page.url}: {too_wide} pixels too wide at {width}"
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
            is_dark = sum(map(int, re.findall(r"\d+", ground)[:3])) < 300
            assert is_dark == (scheme == "dark"), f"{page.url}: {ground} in the {scheme} scheme"
