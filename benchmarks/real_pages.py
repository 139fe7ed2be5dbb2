"""How well saved pages of other newspapers are read, against general extractors on the same pages.

::

    python -m benchmarks.real_pages FOLDER... [--show NAME]

A folder holds pages as ``NAME.html.gz``, each with what a person read on it as ``NAME.json``: ``url``, and
either ``text`` or ``headline``, ``lead``, ``body``, ``captions``, ``byline``, ``source_line`` and
``date_iso``. From a page without that file no article may be read.

This project reads them as after a redesign of its newspaper, by no known layout: each page gets an
address of the newspaper with its own headline and a number of its date, and its host counts as the
newspaper's. The other extractors get the page as it is.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import tempfile
from collections.abc import Sequence
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import define

from benchmarks.extraction import grams, line, measure
from newspapers.baohoabinh.numbering import ANCHORS, estimate_month
from newspapers.spelling import letters_of

OWN = "this project, redesigned"
OTHERS = ("trafilatura", "newspaper4k")

_META = re.compile(r"<meta\s[^>]{1,600}>", re.IGNORECASE)
_CONTENT = re.compile(r"""content=(?:"([^"]+)"|'([^']+)')""", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>\s*([^<]{4,400})", re.IGNORECASE)


@define
class Page:
    """A saved page and what a person read on it."""

    name: str
    html: str
    truth: dict[str, Any] | None

    @property
    def text(self) -> str:
        """What a reader of the page has to find."""
        if self.truth is None:
            return ""
        if "text" in self.truth:
            return str(self.truth["text"])
        return "\n".join(filter(None, [self.truth["lead"], *self.truth["body"]]))

    def as_the_newspapers(self) -> tuple[str, str]:
        """An address that the newspaper might have given the page, and the page with that host."""
        said = self.truth or {}
        headline = said.get("headline") or _title(self.html) or self.name
        slug = re.sub(r"\W+", "-", _without_accents(headline)).strip("-")
        number = number_of(said.get("date_iso"))
        edition = "en/" if "text" in said else ""
        html = self.html
        if host := urlsplit(said.get("url", "")).hostname:
            html = html.replace(f"//{host}", "//baohoabinh.com.vn")
        return f"https://baohoabinh.com.vn/{edition}12/{number}/{slug}.htm", html


def _title(html: str) -> str:
    for meta in _META.findall(html):
        if "og:title" in meta and (match := _CONTENT.search(meta)):
            return unescape(match[1] or match[2])
    match = _TITLE.search(html)
    return unescape(match[1]) if match else ""


def _without_accents(text: str) -> str:
    return " ".join(letters_of(word) for word in re.findall(r"\w+", text))


def number_of(published: str | None) -> int:
    """A number that an article of that day may have."""
    if published is None:
        return ANCHORS[-1][0]
    at = datetime.fromisoformat(published)
    numbers = range(ANCHORS[0][0], ANCHORS[-1][0], 200)
    return next((n for n in numbers if (month := estimate_month("vi", n)) and month >= at), ANCHORS[-1][0])


def read_folder(folder: Path) -> list[Page]:
    """The pages of a folder, by name."""
    pages = []
    for path in sorted(folder.glob("*.html.gz")):
        name = path.name.removesuffix(".html.gz")
        truth = folder / f"{name}.json"
        pages.append(
            Page(
                name,
                gzip.decompress(path.read_bytes()).decode("utf-8", "surrogateescape"),
                json.loads(truth.read_text(encoding="utf-8")) if truth.exists() else None,
            )
        )
    return pages


def run(pages: Sequence[Page], name: str, rounds: int) -> dict[str, Any]:
    """What an extractor read, and how long that took."""
    given = [
        page.as_the_newspapers() if name == OWN else ((page.truth or {}).get("url", ""), page.html)
        for page in pages
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pages.json")
        path.write_text(json.dumps(given), encoding="utf-8")
        runs = measure(path, [name], rounds).get(name, [])
    return runs[0] | {"seconds": statistics.median(run["seconds"] for run in runs)} if runs else {}


# --- what is right ---------------------------------------------------------------------------------


def scores(page: Page, found: dict[str, Any]) -> dict[str, float]:
    """Each measure of a page on which it makes sense."""
    said = page.truth or {}
    text = found.get("text") or ""
    wanted, got = grams(page.text), grams(text)
    common = (wanted & got).total()
    result = {
        "body F1": 2 * common / max(wanted.total() + got.total(), 1),
        "exactly right": float(wanted == got),
        "empty": float(not text),
    }
    if got:
        result["precision"] = common / got.total()
    if wanted:
        result["recall"] = common / wanted.total()
    if "headline" not in said:
        return result
    result["headline"] = float(letters_of(said["headline"]) == letters_of(found.get("headline") or ""))
    if said["date_iso"]:
        at = datetime.fromisoformat(said["date_iso"])
        read = datetime.fromisoformat(found["date"]) if found.get("date") else None
        read = read.astimezone(at.tzinfo) if read and read.tzinfo else read
        result["day"] = float(read is not None and read.date() == at.date())
        result["minute"] = float(read is not None and f"{read:%Y-%m-%d %H:%M}" == f"{at:%Y-%m-%d %H:%M}")
    if said["byline"]:
        result["byline"] = float(_same_byline(said, found))
    if said["captions"]:
        folded = letters_of(text)
        of_text = letters_of(page.text)
        captions = [c for caption in said["captions"] if (c := letters_of(caption)) not in of_text]
        if captions:
            result["captions out"] = sum(c not in folded for c in captions) / len(captions)
    return result


def _same_byline(said: dict[str, Any], found: dict[str, Any]) -> bool:
    """Whether the line was read that names author and outlet, whichever field each went to."""

    def letters(*parts: str | None) -> str:
        return letters_of(re.sub(r"\bTheo\b", "", " ".join(filter(None, parts))))

    wanted = {letters(said["byline"]), letters(said["byline"], said["source_line"])}
    byline, source = found.get("byline"), found.get("source")
    read = {letters(byline), letters(byline, source), letters(", ".join(found.get("authors") or []))}
    return bool((read | ({letters(source)} if not byline else set())) & wanted)


# --- tables ----------------------------------------------------------------------------------------

COLUMNS = (
    *("body F1", "F1 of the averages", "exactly right", "empty"),
    *("headline", "day", "minute", "byline", "captions out"),
)


def table(pages: Sequence[Page], names: Sequence[str], rounds: int) -> list[str]:
    """A Markdown table of means; the benchmark of articles takes F1 of mean precision and mean recall."""
    articles = [page for page in pages if page.truth is not None]
    lines = [
        f"| {len(articles)} pages | articles/s | " + " | ".join(COLUMNS) + " |",
        "| --- | ---: |" + " ---: |" * len(COLUMNS),
    ]
    for name in names:
        if done := run(articles, name, rounds):
            each = [scores(page, found) for page, found in zip(articles, done["found"], strict=True)]
            means = {
                key: statistics.mean(values)
                for key in ("precision", "recall", *COLUMNS)
                if (values := [score[key] for score in each if key in score])
            }
            both = means.get("precision", 0) + means.get("recall", 0)
            means["F1 of the averages"] = 2 * means.get("precision", 0) * means.get("recall", 0) / (both or 1)
            cells = [f"{means[column]:.3f}" if column in means else "" for column in COLUMNS]
            pace = len(articles) / done["seconds"]
            lines.append(f"| {name} {done['version']} | {pace:.0f} | " + " | ".join(cells) + " |")
    if others := [page for page in pages if page.truth is None]:
        read = [
            page.name
            for page, found in zip(others, run(others, OWN, 1)["found"], strict=True)
            if found.get("text")
        ]
        lines.append(f"\n{len(others)} pages without an article; read as one: {', '.join(read) or 'none'}")
    return lines


def show(page: Page, found: dict[str, Any]) -> str:
    """What was not read, what was read too much, and the other fields."""
    wanted = [line(text) for text in page.text.split("\n") if line(text)]
    got = [line(text) for text in (found.get("text") or "").split("\n") if line(text)]
    folded_wanted, folded_got = letters_of(" ".join(wanted)), letters_of(" ".join(got))
    lines = [f"## {page.name}: " + ", ".join(f"{k} {v:.3f}" for k, v in scores(page, found).items())]
    lines += [f"- {text}" for text in wanted if letters_of(text) not in folded_got]
    lines += [f"+ {text}" for text in got if letters_of(text) not in folded_wanted]
    for name, truth in (("headline", "headline"), ("date", "date_iso"), ("byline", "byline")):
        if page.truth and truth in page.truth:
            lines.append(f"{name}: {found.get(name)!r}, right is {page.truth[truth]!r}")
    return "\n".join([*lines, *([found["reason"]] if "reason" in found else [])])


def main() -> None:
    """Print a Markdown table for each folder, or what differs on one page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument(
        "--show", metavar="NAME", help="print what differs on pages whose name begins like that"
    )
    parser.add_argument("--own", action="store_true", help="leave the other extractors out")
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    for folder in options.folders:
        pages = read_folder(folder)
        if not pages:
            parser.error(f"no NAME.html.gz in {folder}")
        if options.show is not None:
            chosen = [page for page in pages if page.name.startswith(options.show)]
            for page, found in zip(chosen, run(chosen, OWN, 1)["found"], strict=True):
                print(show(page, found), end="\n\n")
            continue
        print(f"{folder.name}\n")
        print(*table(pages, (OWN,) if options.own else (OWN, *OTHERS), options.rounds), sep="\n", end="\n\n")


if __name__ == "__main__":
    main()
