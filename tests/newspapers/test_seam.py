"""What is particular to a newspaper stands in its folder, and the process asks for it when it must."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from newspapers import UnknownNewspaperError, choose, current
from newspapers.baohoabinh import NEWSPAPER, numbering, urls
from tests.crawling import ROOT

EVERYWHERE = ("analysis", "archive", "crawler", "pipelines", "schemas")
SUFFIXES = {".html", ".js", ".py", ".toml", ".yaml"}
ORDINARY = {"clearfix", "container", "list-item", "page-header", "post", "summary", "title", "meta"}
"""Class names and words of the layouts that mean something elsewhere, too."""

IMPORTED = """
import importlib, pkgutil, sys
import newspapers
for package in ("analysis", "archive", "crawler", "pipelines", "schemas"):
    for module in pkgutil.walk_packages([package], f"{package}."):
        if "migrations" not in module.name and ".explore.plugins" not in module.name:
            importlib.import_module(module.name)
print(newspapers.current.cache_info().currsize)
"""


def particulars() -> Iterator[str]:
    """What only the folder of Báo Hòa Bình may say."""
    yield from ("baohoabinh", urls.PICTURE_HOST, "hòa bình", "hoà bình", "hoa binh", "NewsImg", "NewsDetail")
    yield from ('"mu"', "'mu'", "vi, en or mu", "vi, en, mu", "vi|en|mu", "vi,en,mu", "Asia/Ho_Chi_Minh")
    yield from NEWSPAPER.style.datelines
    yield from (str(number) for number, _ in numbering.ANCHORS)
    yield from (f"section_id == {number}" for _, number in NEWSPAPER.kinds)
    for layout in NEWSPAPER.layouts:
        for selectors in layout.marks.values():
            names = re.findall(r"[.#]([\w-]+)", " ".join(selectors))
            yield from (name for name in names if name not in ORDINARY)


def test_nothing_outside_its_folder_names_what_is_particular_to_a_newspaper() -> None:
    ours = "|".join(re.escape(word) for word in particulars())
    pattern = re.compile(rf"(?<![\w-])(?:{ours})(?![\w-])", re.IGNORECASE)
    files = [path for folder in EVERYWHERE for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES]
    files += [path for path in (ROOT / "newspapers").glob("*.py") if path.name != "newspaper.py"]

    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]

    assert len(files) > 100
    assert found == []


def test_the_default_is_the_only_name_of_a_newspaper_in_the_contract() -> None:
    contract = (ROOT / "newspapers/newspaper.py").read_text(encoding="utf-8")

    assert re.findall(r"baohoabinh\S*", contract) == ["baohoabinh``)", 'baohoabinh"']


@pytest.mark.slow
def test_importing_the_program_chooses_no_newspaper() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "0"


def test_a_process_has_one_newspaper() -> None:
    assert choose("baohoabinh") is current() is NEWSPAPER

    with pytest.raises(UnknownNewspaperError, match="this process is for 'Báo Hòa Bình'"):
        choose("tests.newspapers.tin_ven_song")


@pytest.mark.parametrize("name", ["nowhere", "tests.newspapers.nowhere", "json", "os.path"])
def test_a_name_that_names_no_newspaper_is_refused_with_what_is_accepted(name: str) -> None:
    with pytest.raises(UnknownNewspaperError, match=f"'{name}' names no newspaper; accepted: baohoabinh, or"):
        choose(name)
