"""The fingerprint of the reading code covers all that decides what an article says."""

from __future__ import annotations

import subprocess
import sys

from crawler.parser_build import READING
from tests.crawling import ROOT

LISTED = """
import sys
import crawler.pages.article, pipelines.clean
files = (getattr(module, "__file__", None) for name, module in sys.modules.items() if name != "__main__")
print(*filter(None, files), sep="\\n")
"""


def test_every_module_that_reading_an_article_imports_is_in_the_fingerprint() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LISTED], cwd=ROOT, check=True, capture_output=True, text=True
    )
    imported = {
        path.removeprefix(f"{ROOT}/")
        for path in done.stdout.splitlines()
        if path.startswith((f"{ROOT}/crawler/", f"{ROOT}/newspapers/", f"{ROOT}/pipelines/"))
        and not path.endswith("__init__.py")
    }

    assert imported >= {"crawler/pages/article.py", "newspapers/spelling.py"}
    assert {path for path in imported if not path.startswith(READING)} == set()
