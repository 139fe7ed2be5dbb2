"""Versions of the program that read articles otherwise than the present one."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.crawling import ROOT


def another_version(folder: Path, changes: dict[str, str]) -> Path:
    """A copy of the program in which the page object of articles differs.

    :param changes: what stands in its source -> what shall stand there.
    """
    for name in ("analysis", "archive", "crawler", "newspapers", "pipelines", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("scrapy.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    page = folder / "crawler/pages/article.py"
    text = page.read_text()
    for present, other in changes.items():
        assert present in text
        text = text.replace(present, other)
    page.write_text(text)
    return folder


READ = "read_content(item, page, frame, own, head)"
"""What reads the text of an article."""

OLDER = {READ: f"{READ}; item.byline, item.authors, item.body = None, [], item.body[:-1]"}
"""An older version knew no bylines and overlooked the last paragraph."""

WORSE = {"headline=frame.headline,": 'headline="",'}
"""A version that loses the headline reads no valid article at all."""
