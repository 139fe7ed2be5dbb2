"""Articles read per second and core, and how well, against general extractors on the same pages.

The pages are the sample site's, in the layout that the parsers know and after a redesign in which no
class name is left. The parsers were developed beside these pages and the others were not: quality
here says that they do what they were made for, not how they would do on other newspapers.

The others are the dependency group ``benchmarks``, in an environment of their own::

    python -m venv .venv-benchmarks
    .venv-benchmarks/bin/python -m pip install "pip>=25.1"
    .venv-benchmarks/bin/python -m pip install --group benchmarks
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.extractors import EXTRACTORS
from schemas.database import ROOT
from schemas.items import Basis
from tests.site import ExpectedArticle, SampleSite
from tests.site.model import State

FILLER = 200
ROUNDS = 3
GRAM = 4
OTHERS = Path(os.environ.get("BENCHMARKS_PYTHON", ROOT / ".venv-benchmarks/bin/python"))
"""The interpreter of the environment with the other extractors."""

_HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
_WORD = re.compile(r"\w+")


def main() -> None:
    """Print a Markdown table for each design of the site."""
    if not OTHERS.exists():
        print(f"There is no {OTHERS}: benchmarks/extraction.py says how to install the others.\n")
    for redesign in (False, True):
        site = SampleSite(redesign=redesign, filler=FILLER)
        articles = site.expected()
        print(
            f"Layout: {'a redesign, no class name known' if redesign else 'known'}; {len(articles)} pages\n"
        )
        print("| extractor | articles/s and core | of trafilatura | body F1 | headline | date | authors |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        with tempfile.TemporaryDirectory() as folder:
            pages = Path(folder, "pages.json")
            pages.write_text(json.dumps([(a.canonical_url, page_of(site, a)) for a in articles]))
            results = measure(pages, [name for name in EXTRACTORS if name != "this project, redesigned"])
        pace = statistics.median(run["seconds"] for run in results.get("trafilatura", [{"seconds": 0}]))
        for name, runs in results.items():
            seconds = statistics.median(run["seconds"] for run in runs)
            shares = quality(articles, runs[0]["found"])
            print(
                f"| {name} {runs[0]['version']} | {len(articles) / seconds:.0f} | {pace / seconds:.2f} | "
                + " | ".join(f"{share:.3f}" for share in shares)
                + " |"
            )
        print()


def page_of(site: SampleSite, article: ExpectedArticle) -> str:
    """The page as the site serves it, in UTF-8."""
    path = article.canonical_url.removeprefix("https://baohoabinh.com.vn")
    return site.pages.answer("GET", "baohoabinh.com.vn", path, b"", State("first")).body.decode()


def measure(pages: Path, names: Sequence[str], rounds: int = ROUNDS) -> dict[str, list[dict[str, Any]]]:
    """Each extractor's runs; they take turns."""
    results: dict[str, list[dict[str, Any]]] = {}
    for _ in range(rounds):
        for name in names:
            package = EXTRACTORS[name][1]
            interpreter = str(OTHERS) if package else sys.executable
            if Path(interpreter).exists():
                command = [interpreter, "-m", "benchmarks.extractors", name, str(pages)]
                done = subprocess.run(
                    command,
                    cwd=ROOT,
                    env=os.environ | {"PYTHONWARNINGS": "ignore"},  # of parts that are not used
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                )
                results.setdefault(name, []).append(json.loads(done.stdout))
    return results


def quality(
    articles: Sequence[ExpectedArticle], found: Sequence[dict[str, Any]]
) -> tuple[float, float, float, float]:
    """Mean F1 of the text; shares of exact headlines, of days (where one is printed) and of authors."""
    pairs = list(zip(articles, found, strict=True))
    return (
        statistics.mean(
            f1([article.lead or "", *article.body], read.get("text") or "")
            for article, read in pairs
            if article.body
        ),
        statistics.mean(line(article.headline) == line(read.get("headline")) for article, read in pairs),
        statistics.mean(
            article.published_at.astimezone(_HANOI).date() == day(read.get("date"))
            for article, read in pairs
            if article.published_basis == Basis.PAGE
        ),
        statistics.mean(
            set(map(line, article.authors)) == set(filter(None, map(line, read.get("authors") or ())))
            for article, read in pairs
        ),
    )


def f1(expected: Iterable[str], text: str) -> float:
    """Harmonic mean of precision and recall over the words' 4-grams, each counted as often as it stands."""
    wanted, got = grams(" ".join(expected)), grams(text)
    common = (wanted & got).total()
    return 2 * common / (wanted.total() + got.total()) if wanted or got else 1.0


def grams(text: str) -> Counter[tuple[str, ...]]:
    """The 4-grams of the words, each as often as it stands; of a shorter text all its words."""
    words = _WORD.findall(line(text).casefold())
    return Counter(tuple(words[at : at + GRAM]) for at in range(max(1, len(words) - GRAM + 1)))


def line(text: str | None) -> str:
    """Composed letters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def day(printed: str | None) -> date | None:
    """The day in Hà Nội; without a zone it is taken to be the newspaper's."""
    if not printed:
        return None
    at = datetime.fromisoformat(printed)
    return (at.astimezone(_HANOI) if at.tzinfo else at).date()


if __name__ == "__main__":
    main()
