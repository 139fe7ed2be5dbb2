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


WRONG = (
    ("pipelines/validate.py", "crawler.settings", "Nothing imports upwards"),
    ("crawler/settings.py", "crawler.commands.crawl", "Nothing imports commands"),
    ("crawler/settings.py", "analysis.missing_articles", "Only commands know analysis"),
    ("analysis/missing_articles.py", "crawler.settings", "Analysis reads the collection, not the crawler"),
    ("pipelines/validate.py", "lxml.html", "Pipelines know no HTML"),
    ("archive/writer.py", "newspapers.vietnamese", "The archive knows no newspaper"),
    ("pipelines/records/upsert.py", "pipelines.store", "No circle within a package"),
)
"""A module, an import that is wrong there, and the contract that it breaks."""


@pytest.mark.slow
def test_an_import_against_a_contract_breaks_it(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module, imports, _ in WRONG:
        with (tmp_path / module).open("a", encoding="utf-8") as file:
            file.write(f"\nimport {imports}\n")

    done = subprocess.run(LINT, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 1, done.stdout + done.stderr
    for module, imports, broken in WRONG:
        assert f"{broken} BROKEN" in done.stdout
        importer = module.removesuffix(".py").replace("/", ".")
        if "circle" not in broken:  # of a circle the packages in it are named
            assert f"{importer} -> {imports.removesuffix('.html')}" in done.stdout
