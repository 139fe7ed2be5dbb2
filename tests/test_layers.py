"""The contracts between packages (``pyproject.toml``) hold something: an import upwards breaks them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.crawling import ROOT

LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "root_packages"
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages and their contracts."""
    copy = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


@pytest.mark.parametrize(
    ("module", "imports", "broken"),
    [
        ("pipelines/validate.py", "crawler.settings", "Nothing imports upwards"),
        ("crawler/settings.py", "crawler.commands.crawl", "Nothing imports commands"),
        ("crawler/settings.py", "analysis.gaps", "Only commands know analysis"),
        ("analysis/gaps.py", "crawler.settings", "Analysis reads the collection, not the crawler"),
        ("pipelines/validate.py", "lxml.html", "Pipelines know no HTML"),
        ("archive/writer.py", "newspapers.vietnamese", "The archive knows no newspaper"),
        ("pipelines/records/upsert.py", "pipelines.store", "No circle within a package"),
    ],
)
def test_an_import_against_a_contract_breaks_it(tree: Path, module: str, imports: str, broken: str) -> None:
    file = tree / module
    before = file.read_text(encoding="utf-8")
    file.write_text(f"{before}\nimport {imports}\n", encoding="utf-8")
    done = subprocess.run(LINT, cwd=tree, capture_output=True, text=True, check=False)
    file.write_text(before, encoding="utf-8")

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{broken} BROKEN" in done.stdout
