"""The pages in a real Chromium, as a reader uses them."""

from __future__ import annotations

from urllib.parse import urlencode, urljoin

import pytest
from playwright.sync_api import expect

from analysis.data_dictionary import describe
from analysis.explore.metadata import metadata
from tests.analysis.explore.exploring import EVIL, GONGS, SQUASH, get
from tests.browsing import Visit, fits_everywhere
from tests.builders import SENTENCES

pytestmark = pytest.mark.slow


def test_a_reader_searches_without_accents_and_follows_a_link(address: str, seen: Visit) -> None:
    page = seen.page
    page.goto(address)
    page.get_by_role("searchbox").fill("giam ngheo quyet chien")
    page.keyboard.press("Enter")
    expect(page.locator(".hits")).to_contain_text("2024-04-24 · vi · Chính trị")
    page.get_by_role("link", name=SQUASH).click()

    expect(page.locator("article h1")).to_have_text(SQUASH)
    expect(page.locator("article .lead")).to_contain_text(SENTENCES[0])
    expect(page.locator("article")).to_contain_text("Năm nay cả xã có 32 ha.")
    expect(page.locator(".pictures a")).to_have_text("Vườn su su ở xóm Biệt. Ảnh: B.M")
    expect(page.locator(".related")).to_contain_text("Chưa ai đọc bài này not collected")
    assert page.locator("img").count() == 0

    page.locator(".related").get_by_role("link", name=GONGS).click()
    expect(page.locator("article h1")).to_have_text(GONGS)


def test_a_reader_sees_what_was_found_and_chooses_among_it(address: str, seen: Visit) -> None:
    page = seen.page
    page.goto(f"{address}/search?q=nam+nay")
    expect(page.locator(".hits mark")).to_have_text("Năm nay")
    page.get_by_role("link", name="Choose by section").click()

    expect(page.get_by_label("Search")).to_have_value("nam nay")
    expect(page.locator("td.col-headline")).to_have_text([SQUASH])


def test_a_reader_sees_what_an_edit_changed(address: str, seen: Visit) -> None:
    seen.page.goto(f"{address}/collection/articles/1")

    expect(seen.page.locator(".change del").first).to_have_text("ngoái")
    expect(seen.page.locator(".change ins").first).to_have_text("nay")
    assert "20" in seen.page.locator(".change del").all_text_contents()


def test_a_reader_chooses_by_facets(address: str, seen: Visit) -> None:
    page = seen.page
    page.goto(f"{address}/collection/catalogue")
    for facet in ("edition", "section", "kind", "year", "authors"):
        expect(page.locator(f'.facet-info[data-column="{facet}"]')).to_be_visible()
    page.locator('.facet-info[data-column="section"]').get_by_role("link", name="Local news").click()

    expect(page.locator("td.col-headline")).to_have_text(["Squash brings incomes"])


def test_a_reader_asks_a_question_that_is_ready(address: str, seen: Visit) -> None:
    page = seen.page
    page.goto(address)
    page.get_by_role("link", name="Phrases by section").click()
    page.get_by_label("phrases").fill("giảm nghèo")
    page.get_by_role("button", name="Run SQL").click()

    expect(page.locator("td.col-section")).to_have_text("Chính trị")
    expect(page.locator("td.col-articles")).to_have_text("1")


def test_every_page_fits_its_window_and_whatever_was_printed_stays_text(address: str, seen: Visit) -> None:
    page = seen.page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    told = metadata()["databases"]["collection"]
    shown = [entry.name for entry in describe()]
    questions = [f"{name}?{urlencode(query.get('example', {}))}" for name, query in told["queries"].items()]
    for language in ("vi", "en"):  # drawn when it is first asked for: that takes longer than a page may
        assert get(address, f"/report/{language}")[0] == 200
    paths = ["/", "/search?q=huyen", "/search?q=script", "/collection", "/report/vi", "/report/en"]
    paths += ["/collection/articles/1", f"/collection/articles/{EVIL}"]
    for path in [*paths, *(f"/collection/{name}" for name in shown + questions)]:
        answer = page.goto(address + path)
        assert answer
        assert answer.status == 200, path
        assert page.locator("img, a[href^='javascript:']").count() == 0, path
        fits_everywhere(page)
    assert dialogs == []
    for path, status in (
        ("/search?q=%22a", 400),
        ("/collection/catalogue?_search=%22a", 400),
        ("/nothing", 404),
    ):
        answer = page.goto(address + path)
        assert answer
        assert answer.status == status, path
        fits_everywhere(page)
    assert {complaint[:23] for complaint in seen.complaints} == {"Failed to load resource"}
    seen.complaints.clear()

    page.goto(address)
    page.get_by_role("link", name="Charts").click()
    expect(page.locator("h1")).to_have_text("The collection of Báo Hòa Bình")
    assert page.locator("figure svg").count() > 3


def test_every_header_and_facet_leads_to_a_page(address: str, seen: Visit) -> None:
    page = seen.page
    for at in ("/collection/catalogue", "/collection/catalogue?_search=huyen"):
        page.goto(address + at)
        links = page.locator(".rows-and-columns th a, .facet-info a")
        found = {urljoin(page.url, str(link.get_attribute("href"))) for link in links.all()}
        assert len(found) > 10
        for link in sorted(found):
            # What is searched is only asked for: its pages look like those of the whole catalogue.
            answer = page.request.get(link) if "_search" in at else page.goto(link)
            assert answer
            assert answer.status == 200, link
