"""The documentation is of a piece: links lead somewhere, and what it says to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.crawling import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_leads_to_a_page_and_a_heading(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)", page.read_text(encoding="utf-8"))

    for file, anchor in links:
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), file
        assert not anchor or anchor in headings(target), f"{file}#{anchor}"


def test_the_readme_leads_to_every_page() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert {page.name for page in (ROOT / "docs").glob("*.md")} <= set(
        re.findall(r"\(docs/([\w-]+\.md)\)", readme)
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    named = re.findall(
        r"`((?:analysis|archive|benchmarks|crawler|deploy|newspapers|pipelines|schemas|tests)/[\w/.@-]*(?:\.\w+|/))`",
        page.read_text(encoding="utf-8"),
    )

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_each_test_that_is_named_exists() -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]*test_\w+\.py)(?:::(\w+))?`", page)

    assert len(named) >= 39
    for file, name in named:
        source = (ROOT / file).read_text(encoding="utf-8")
        assert not name or re.search(rf"^ *def {name}\(", source, re.MULTILINE), name
